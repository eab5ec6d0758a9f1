package convoy.driver.spark.importing;

import convoy.driver.importing.plan.RowLayout;
import convoy.parameterserver.files.Durable;
import convoy.worker.data.format.DataFileWriter;
import convoy.worker.data.format.DatasetInfo.DataFile;
import convoy.worker.data.format.ImageRow;
import convoy.worker.data.format.RowSums;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Iterator;
import java.util.List;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.spark.util.LongAccumulator;
import scala.Tuple2;

/**
 * Writes one file of the data set from its rows, which come in order.
 *
 * <p>A row travels as: id (long), label, height, width, channels (int), image.
 */
final class FileWriting {
    private static final int HEADER = Long.BYTES + 4 * Integer.BYTES;

    private FileWriting() {}

    static byte[] encode(ImageRow row) {
        return ByteBuffer.allocate(HEADER + row.image().length)
                .putLong(row.id())
                .putInt(row.label())
                .putInt(row.height())
                .putInt(row.width())
                .putInt(row.channels())
                .put(row.image())
                .array();
    }

    static ImageRow decode(byte[] bytes) {
        ByteBuffer in = ByteBuffer.wrap(bytes);
        long id = in.getLong();
        int label = in.getInt();
        int height = in.getInt();
        int width = in.getInt();
        int channels = in.getInt();
        byte[] image = new byte[in.remaining()];
        in.get(image);
        return new ImageRow(id, image, label, height, width, channels);
    }

    /**
     * A file that was written, in a form that travels.
     *
     * @param file what the data set says of it
     * @param sums checksums of its rows, four bytes each with the lowest first, in Base64
     */
    record Written(DataFile file, String sums) {
        private static Written of(DataFile file, RowSums sums) {
            ByteBuffer bytes = ByteBuffer.allocate(Integer.BYTES * sums.rows()).order(ByteOrder.LITTLE_ENDIAN);
            for (int row = 0; row < sums.rows(); row++) {
                bytes.putInt(sums.at(row));
            }
            return new Written(file, Base64.getEncoder().encodeToString(bytes.array()));
        }

        RowSums rowSums() {
            ByteBuffer bytes = ByteBuffer.wrap(Base64.getDecoder().decode(sums)).order(ByteOrder.LITTLE_ENDIAN);
            int[] read = new int[bytes.remaining() / Integer.BYTES];
            bytes.asIntBuffer().get(read);
            return RowSums.of(read);
        }
    }

    /**
     * Writes file {@code file}, under a name of this attempt's own first: another attempt of the same task may still be
     * writing.
     */
    static Written write(
            Configuration hadoop,
            String directory,
            RowLayout layout,
            int file,
            long attempt,
            Iterator<Tuple2<Long, byte[]>> rows,
            LongAccumulator pictures) {
        Path path = new Path(directory, layout.fileName(file));
        Path draft = new Path(directory, "." + layout.fileName(file) + "." + attempt);
        try {
            FileSystem files = path.getFileSystem(hadoop);
            Written written;
            try (DataFileWriter writer = new DataFileWriter(files, draft)) {
                for (int group = layout.fileStart(file); group < layout.fileStart(file + 1); group++) {
                    List<ImageRow> held = new ArrayList<>();
                    for (long row = layout.rowGroupStart(group); row < layout.rowGroupStart(group + 1); row++) {
                        Tuple2<Long, byte[]> next = rows.next();
                        if (next._1() != row) {
                            throw new IllegalStateException("row " + next._1() + " came where " + row + " belongs");
                        }
                        held.add(decode(next._2()));
                    }
                    writer.write(held);
                    pictures.add(held.size());
                }
                written = Written.of(writer.finish(), writer.sums());
            }
            Durable.force(files, draft);
            if (!files.rename(draft, path)) {
                // Another attempt was faster; its bytes are the same.
                files.delete(draft, false);
                if (files.getFileStatus(path).getLen() != written.file().bytes()) {
                    throw new IOException(path + " could not be put in place");
                }
            }
            DataFile drafted = written.file();
            return new Written(
                    new DataFile(path.getName(), drafted.bytes(), drafted.sha256(), drafted.rowGroups()),
                    written.sums());
        } catch (IOException e) {
            throw new UncheckedIOException(path + ": " + e.getMessage(), e);
        }
    }
}
