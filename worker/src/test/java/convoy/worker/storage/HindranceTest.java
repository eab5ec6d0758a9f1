package convoy.worker.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import convoy.records.BadInputException;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Optional;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.security.AccessControlException;
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

    private RuntimeException unwritten(Path path, IOException failure) throws IOException {
        return Storage.unwritten(
                FileSystem.getLocal(new Configuration()),
                "target",
                new org.apache.hadoop.fs.Path(path.toUri()),
                failure);
    }

    @Test
    void whereOneMayNotWriteIsOneSentence() throws IOException {
        Files.writeString(directory.resolve("file"), "text");
        assertThat(unwritten(directory.resolve("file/below/it"), new IOException("could not be made")))
                .isInstanceOf(BadInputException.class)
                .hasMessageContaining("which is a file");
        assertThat(unwritten(directory.resolve("new"), new AccessControlException("Permission denied: user=anna")))
                .isInstanceOf(BadInputException.class)
                .hasMessageMatching(
                        "target .*/new may not be written by [^ ]+: permission denied; ask its owner, or name"
                                + " another place");
        assertThat(unwritten(directory.resolve("new"), new IOException("No space left on device")))
                .isInstanceOf(UncheckedIOException.class);
    }

    @Test
    void aClosedFolderIsNamedAsWhatKeepsOneFromWriting() throws IOException {
        Path closed = Files.createDirectory(directory.resolve("closed"));
        Files.setPosixFilePermissions(closed, PosixFilePermissions.fromString("r-xr-xr-x"));
        assumeFalse(Files.isWritable(closed), "root may write everywhere");
        assertThat(unwritten(closed.resolve("a/b"), new IOException("could not be made")))
                .isInstanceOf(BadInputException.class)
                .hasMessageContaining("to whom " + closed + " is closed");
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
