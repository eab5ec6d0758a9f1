package convoy.worker.data.format;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;

/** Data sets of raw pictures in one file, for tests of any module. */
public final class RawData {
    /** The file with the rows. */
    public static final String FILE = "part-0.parquet";

    private RawData() {}

    /**
     * Writes one, with means of 0.5 and deviations of 0.25.
     *
     * @param classes their names
     * @param rows one or more, of one number of channels; their sizes may differ
     * @param perGroup rows of a row group
     * @return the directory's URI
     */
    public static String write(Path directory, List<String> classes, List<ImageRow> rows, int perGroup)
            throws IOException {
        Files.createDirectories(directory);
        FileSystem files = FileSystem.getLocal(new Configuration()).getRaw();
        DatasetInfo.DataFile written;
        RowSums sums;
        try (DataFileWriter writer = new DataFileWriter(
                files, new org.apache.hadoop.fs.Path(directory.resolve(FILE).toUri()))) {
            for (int i = 0; i < rows.size(); i += perGroup) {
                writer.write(rows.subList(i, Math.min(rows.size(), i + perGroup)));
            }
            written = writer.finish();
            sums = writer.sums();
        }
        int channels = rows.get(0).channels();
        DatasetInfo info = DatasetInfo.of(
                classes,
                Collections.nCopies(channels, 0.5),
                Collections.nCopies(channels, 0.25),
                DatasetInfo.Encoding.RAW,
                common(rows.stream().map(ImageRow::height).distinct().toList()),
                common(rows.stream().map(ImageRow::width).distinct().toList()),
                channels,
                List.of(written));
        Files.write(directory.resolve(RowSums.FILE_NAME), sums.bytes(info));
        Files.writeString(directory.resolve(DatasetInfo.FILE_NAME), info.toJson());
        return directory.toUri().toString();
    }

    /** 0 where pictures differ. */
    private static int common(List<Integer> sides) {
        return sides.size() == 1 ? sides.get(0) : 0;
    }
}
