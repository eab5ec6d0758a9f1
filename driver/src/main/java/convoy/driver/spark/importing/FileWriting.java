package convoy.driver.spark.importing;

import convoy.driver.importing.plan.RowLayout;
import convoy.driver.replacing.WholeFile;
import convoy.worker.data.format.DataFileWriter;
import convoy.worker.data.format.DatasetInfo.DataFile;
import convoy.worker.data.format.ImageRow;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
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
     * Writes file {@code file}, under a name of this attempt's own first: another attempt of the same task may still be
     * writing.
     */
    static DataFile write(
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
            DataFile written;
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
                written = writer.finish();
            }
            WholeFile.makeDurable(files, draft);
            if (!files.rename(draft, path)) {
                // Another attempt was faster; its bytes are the same.
                files.delete(draft, false);
                if (files.getFileStatus(path).getLen() != written.bytes()) {
                    throw new IOException(path + " could not be put in place");
                }
            }
            return new DataFile(path.getName(), written.bytes(), written.sha256(), written.rowGroups());
        } catch (IOException e) {
            throw new UncheckedIOException(path + ": " + e.getMessage(), e);
        }
    }
}
