package convoy.worker.data.single;

import convoy.architectures.random.RandomStream;
import convoy.architectures.tensor.Shape;
import convoy.records.BadInputException;
import convoy.worker.data.DataSet;
import convoy.worker.data.Whitening;
import convoy.worker.data.batch.Batch;
import convoy.worker.data.format.DatasetInfo;
import convoy.worker.data.format.DatasetInfo.Encoding;
import convoy.worker.data.image.Canvas;
import convoy.worker.data.pictures.ImageHeader;
import convoy.worker.data.pictures.Orientation;
import convoy.worker.data.pictures.PictureIntake;
import convoy.worker.data.pictures.StoredPicture;
import convoy.worker.data.pictures.UndecodableException;
import convoy.worker.data.transform.CenterCrop;
import convoy.worker.data.transform.Resize;
import convoy.worker.data.transform.Transform;
import convoy.worker.data.transform.Transforms;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.hadoop.conf.Configuration;

/**
 * Makes of single picture files what a network is fed with, as an evaluation makes it of a data set's rows. Holds native memory;
 * for one thread at a time.
 */
public final class PictureReader implements AutoCloseable {
    private final Optional<Whitening> whitening;
    private final List<Transform.Step> before;
    private final List<Transform.Step> after;
    private final Shape.Image input;
    /** What comes out before a whitening, if there is one. */
    private final Shape.Image fresh;

    private final Optional<Shape.Image> stored;
    private final Canvas canvas;
    private final PictureIntake intake;

    /**
     * @param hadoop how a whitening's data set is reached
     * @param transforms with figures for the normalization; what is random in them is left out
     * @param input what the network takes
     * @param stored the size that all pictures of the data set had: files of another size are scaled and cropped to it first,
     *     as an import does; empty if they varied
     * @param orientation whether to turn what a camera noted as turned
     * @throws BadInputException if they whiten, and the whitening is not where it was
     */
    public PictureReader(
            Configuration hadoop,
            Transforms transforms,
            Shape.Image input,
            Optional<Shape.Image> stored,
            Orientation orientation) {
        Transforms all = transforms.forEvaluation();
        whitening = all.zca().flatMap(step -> DataSet.open(hadoop, step.of()).whitening(all));
        Transforms first = whitening.isPresent() ? all.beforeWhitening(input.channels()) : all;
        before = first.ready();
        after = whitening.isPresent() ? new Transforms(all.afterWhitening()).ready() : List.of();
        fresh = whitening.map(Whitening::shape).orElse(input);
        this.input = input;
        this.stored = stored;
        intake = new PictureIntake(orientation, PictureIntake.Use.DECODED);
        canvas = Canvas.ofFiles(input.channels(), first.normalization(info(input.height(), input.width())));
    }

    private DatasetInfo info(int height, int width) {
        return DatasetInfo.of(
                List.of(), List.of(), List.of(), Encoding.ENCODED, height, width, input.channels(), List.of());
    }

    /**
     * {@return a batch of one example, whose label says nothing, of one JPEG, PNG, GIF, BMP or WebP file}
     *
     * @param bytes a whole file
     * @param where it comes from, for messages
     * @throws BadInputException if it is no picture, or does not come out in the network's size
     */
    public Batch read(byte[] bytes, String where) {
        try {
            StoredPicture picture = intake.take(bytes);
            byte[] file = picture.file();
            ImageHeader header = picture.header();
            List<Transform.Step> steps = new ArrayList<>(toStoredSize(header));
            steps.addAll(before);
            canvas.begin(file, 0, file.length, header.height(), header.width());
            for (Transform.Step step : steps) {
                step.apply(canvas, RandomStream.of(0, "nothing random"));
            }
            requireSize(where, header, fresh);
            float[] image = new float[fresh.size()];
            canvas.paint(image, 0);
            if (whitening.isPresent()) {
                whitening.get().apply(image, 1);
                canvas.begin(image, 0, fresh.height(), fresh.width());
                for (Transform.Step step : after) {
                    step.apply(canvas, RandomStream.of(0, "nothing random"));
                }
                requireSize(where, header, input);
                image = new float[input.size()];
                canvas.paint(image, 0);
            }
            return new Batch(1, image, new int[1]);
        } catch (UndecodableException e) {
            throw new BadInputException(where + " " + e.getMessage() + "; give another picture", e);
        }
    }

    private void requireSize(String where, ImageHeader header, Shape.Image size) {
        if (canvas.height() != size.height() || canvas.width() != size.width()) {
            throw new BadInputException(where + " of " + header.height() + "x" + header.width() + " comes out "
                    + canvas.height() + "x" + canvas.width() + ", the model takes " + size.height() + "x"
                    + size.width() + ": give a picture of the size that it was trained on");
        }
    }

    private List<Transform.Step> toStoredSize(ImageHeader header) {
        return stored.filter(size -> size.height() == size.width())
                .filter(size -> size.height() != header.height() || size.width() != header.width())
                .map(size -> Transforms.of(new Resize(size.height()), new CenterCrop(size.height()))
                        .ready())
                .orElse(List.of());
    }

    /** Gives back native memory. */
    @Override
    public void close() {
        intake.close();
        canvas.close();
    }
}
