package convoy.driver;

import convoy.architectures.random.RandomStream;
import convoy.worker.data.format.DataFileWriter;
import convoy.worker.data.format.DatasetInfo;
import convoy.worker.data.format.ImageRow;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.IntUnaryOperator;
import java.util.stream.IntStream;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;

/** Small data sets of raw pictures: noise around a brightness that the class decides. */
final class DrawnData {
    static final int SIDE = 32;
    static final int CLASSES = 4;

    private DrawnData() {}

    /** Writes {@code rows} pictures of {@code 3 x 32 x 32} in row groups of 40 and returns the directory's URI. */
    static String write(Path directory, int rows, long seed) throws IOException {
        return write(directory, rows, seed, id -> Integer.MAX_VALUE);
    }

    /** The same with labels of one's own, by id; those of no class are drawn. */
    static String write(Path directory, int rows, long seed, IntUnaryOperator labels) throws IOException {
        Files.createDirectories(directory);
        FileSystem files = FileSystem.getLocal(new Configuration()).getRaw();
        DatasetInfo.DataFile written;
        try (DataFileWriter writer = new DataFileWriter(
                files,
                new org.apache.hadoop.fs.Path(
                        directory.resolve("part-0.parquet").toUri()))) {
            List<ImageRow> group = new ArrayList<>();
            for (int id = 0; id < rows; id++) {
                group.add(row(id, seed, labels.applyAsInt(id)));
                if (group.size() == 40 || id + 1 == rows) {
                    writer.write(group);
                    group.clear();
                }
            }
            written = writer.finish();
        }
        DatasetInfo info = DatasetInfo.of(
                IntStream.range(0, CLASSES).mapToObj(label -> "class " + label).toList(),
                List.of(0.5, 0.5, 0.5),
                List.of(0.25, 0.25, 0.25),
                DatasetInfo.Encoding.RAW,
                SIDE,
                SIDE,
                3,
                List.of(written));
        Files.writeString(directory.resolve(DatasetInfo.FILE_NAME), info.toJson());
        return directory.toUri().toString();
    }

    private static ImageRow row(int id, long seed, int wanted) {
        RandomStream random = RandomStream.of(seed, "drawn", id);
        int drawn = random.nextInt(CLASSES);
        int label = wanted < CLASSES ? wanted : drawn;
        byte[] planes = new byte[3 * SIDE * SIDE];
        for (int i = 0; i < planes.length; i++) {
            planes[i] = (byte) (40 * label + random.nextInt(100));
        }
        return new ImageRow(id, planes, label, SIDE, SIDE, 3);
    }
}
