package convoy.worker.data.format;

import convoy.worker.data.format.DatasetInfo.Encoding;
import convoy.worker.data.image.SmallPictures;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;

/** The files of small data sets for tests. */
public final class SmallData {
    private SmallData() {}

    /** Raw rows of random bytes with label {@code id % classes}. */
    public static List<ImageRow> rawRows(int rows, int classes, int height, int width) {
        return IntStream.range(0, rows)
                .mapToObj(i -> new ImageRow(i, SmallPictures.noise(i, height, width), i % classes, height, width, 3))
                .toList();
    }

    /** Writes rows into files of row groups of the given size, with a {@code dataset.json} last. */
    public static void write(
            Path directory,
            List<ImageRow> rows,
            int rowsPerGroup,
            int groupsPerFile,
            Encoding encoding,
            int height,
            int width,
            int classes) {
        try {
            Files.createDirectories(directory);
            FileSystem files = FileSystem.getLocal(new Configuration()).getRaw();
            List<DatasetInfo.DataFile> written = new ArrayList<>();
            int next = 0;
            while (next < rows.size()) {
                String name = "part-" + written.size() + ".parquet";
                try (DataFileWriter writer = new DataFileWriter(
                        files,
                        new org.apache.hadoop.fs.Path(directory.resolve(name).toUri()))) {
                    for (int g = 0; g < groupsPerFile && next < rows.size(); g++) {
                        int end = Math.min(rows.size(), next + rowsPerGroup);
                        writer.write(rows.subList(next, end));
                        next = end;
                    }
                    written.add(writer.finish());
                }
            }
            DatasetInfo info = DatasetInfo.of(
                    IntStream.range(0, classes).mapToObj(i -> "class " + i).toList(),
                    List.of(0.5, 0.25, 0.125),
                    List.of(0.25, 0.5, 0.75),
                    encoding,
                    height,
                    width,
                    3,
                    written);
            Files.writeString(directory.resolve(DatasetInfo.FILE_NAME), info.toJson());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
