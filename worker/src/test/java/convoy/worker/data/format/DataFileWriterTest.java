package convoy.worker.data.format;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class DataFileWriterTest {
    @Test
    void aFileHasTheSameBytesInEveryProcess(@TempDir Path directory) throws IOException {
        FileSystem files = FileSystem.getLocal(new Configuration()).getRaw();
        DatasetInfo.DataFile written;
        try (DataFileWriter writer = new DataFileWriter(
                files,
                new org.apache.hadoop.fs.Path(directory.resolve("a.parquet").toUri()))) {
            writer.write(SmallData.rawRows(6, 3, 4, 4));
            writer.write(SmallData.rawRows(5, 3, 4, 4));
            written = writer.finish();
        }
        assertThat(written.rowGroups()).containsExactly(6, 5);
        assertThat(written.sha256()).isEqualTo("21ce5108024ef53cf1d6869f55f93f1a7ca463828324eceb76fd9e57b4b8ea64");
    }
}
