package convoy.worker.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import convoy.records.BadInputException;
import java.io.IOException;
import java.nio.file.Files;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.junit.jupiter.api.Test;

final class StoragePathTest {
    @Test
    void aFileHereMayHaveATimeOfDayInItsName() throws IOException {
        java.nio.file.Path file = java.nio.file.Path.of("IMG:12:00.tar");
        Files.write(file, new byte[1]);
        try {
            FileSystem files = FileSystem.getLocal(new Configuration()).getRaw();
            Path path = Storage.path("source", file.toString());
            assertThat(files.getFileStatus(path).getLen()).isEqualTo(1);
        } finally {
            Files.delete(file);
        }
        assertThatThrownBy(() -> Storage.path("source", file.toString()))
                .isInstanceOf(BadInputException.class)
                .hasMessageStartingWith("source IMG:12:00.tar is no address");
    }

    @Test
    void whatLiesInADirectoryMayHaveOneToo() {
        Path child = Storage.child(new Path("hdfs://host:8020/runs"), ".12:00.crc");
        assertThat(child.toString()).isEqualTo("hdfs://host:8020/runs/.12:00.crc");
        assertThat(child.getName()).isEqualTo(".12:00.crc");
    }
}
