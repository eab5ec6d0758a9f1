package convoy.driver.spark.importing;

import convoy.driver.importing.records.Staged;
import convoy.worker.data.format.ImageRow;
import convoy.worker.data.order.KeyedPermutation;
import java.util.Iterator;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.Optional;
import scala.Tuple2;

/** The pictures of one piece as rows, each with its number in the source as id and its place in the data set as key. */
final class PlacedRows implements Iterator<Tuple2<Long, byte[]>> {
    private final Iterator<byte[]> records;
    private final KeyedPermutation places;
    private final Map<String, Integer> labels;
    private final boolean widen;
    private long id;
    private Optional<Staged.Picture> next = Optional.empty();

    /**
     * @param records of the piece
     * @param firstId the number of pictures in the pieces before
     * @param places where each goes
     * @param labels by folder, where the folder tells; pictures of other folders are left out
     * @param widen whether one plane of grey becomes three
     */
    PlacedRows(
            Iterator<byte[]> records,
            long firstId,
            KeyedPermutation places,
            Map<String, Integer> labels,
            boolean widen) {
        this.records = records;
        this.places = places;
        this.labels = labels;
        this.widen = widen;
        id = firstId;
    }

    @Override
    public boolean hasNext() {
        while (next.isEmpty() && records.hasNext()) {
            if (Staged.decode(records.next()) instanceof Staged.Picture picture
                    && (picture.label() >= 0 || labels.containsKey(picture.folder()))) {
                next = Optional.of(picture);
            }
        }
        return next.isPresent();
    }

    @Override
    public Tuple2<Long, byte[]> next() {
        if (!hasNext()) {
            throw new NoSuchElementException();
        }
        Staged.Picture picture = next.orElseThrow();
        next = Optional.empty();
        int label = picture.label() >= 0 ? picture.label() : labels.getOrDefault(picture.folder(), picture.label());
        byte[] image = picture.image();
        int channels = picture.channels();
        if (widen && channels == 1) {
            byte[] planes = new byte[3 * image.length];
            for (int c = 0; c < 3; c++) {
                System.arraycopy(image, 0, planes, c * image.length, image.length);
            }
            image = planes;
            channels = 3;
        }
        ImageRow row = new ImageRow(id, image, label, picture.height(), picture.width(), channels);
        return new Tuple2<>(places.apply(id++), FileWriting.encode(row));
    }
}
