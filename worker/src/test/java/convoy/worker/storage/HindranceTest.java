package convoy.worker.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Optional;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Absent, unreadable, below a file and a folder are different sentences. */
final class HindranceTest {
    private final Path directory;

    HindranceTest(@TempDir Path directory) {
        this.directory = directory;
    }

    private Optional<String> hindrance(String name) {
        return Storage.hindrance(
                new Configuration(),
                new org.apache.hadoop.fs.Path(directory.resolve(name).toUri()));
    }

    @Test
    void whatIsAbsentIsAbsentAndAFolderIsAFolder() throws IOException {
        Files.writeString(directory.resolve("file"), "text");
        assertThat(hindrance("nothing")).isEmpty();
        assertThat(hindrance("nothing/at/all")).isEmpty();
        assertThat(hindrance("file")).isEmpty();
        assertThat(hindrance("file/below").orElseThrow()).contains("which is a file");
        assertThat(hindrance("").orElseThrow()).contains("is a folder");
        assertThat(Storage.hindrance(new Configuration(), new org.apache.hadoop.fs.Path("hdfs://h/x")))
                .isEmpty();
    }

    @Test
    void whatMayNotBeReadIsNotCalledAbsent() throws IOException {
        Path file = Files.writeString(directory.resolve("closed"), "text");
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("---------"));
        assumeFalse(Files.isReadable(file), "root may read everything");
        assertThat(hindrance("closed").orElseThrow()).contains("may not be read by");
        assertThat(Storage.explained(
                        "source", new org.apache.hadoop.fs.Path(file.toUri()), new FileNotFoundException("(denied)")))
                .hasMessageContaining("may not be read by")
                .hasMessageNotContaining("does not exist");
        Path folder = Files.createDirectory(directory.resolve("folder"));
        Files.writeString(folder.resolve("inside"), "text");
        Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("---------"));
        try {
            assertThat(hindrance("folder/inside").orElseThrow()).contains("may not be looked at");
        } finally {
            Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwx------"));
        }
    }
}
