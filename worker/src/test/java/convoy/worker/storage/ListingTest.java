package convoy.worker.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Folders of this machine, with what Hadoop does not tell of. */
final class ListingTest {
    @TempDir
    private Path folder = Path.of("");

    @AfterEach
    void hideNothing() {
        UntoldFileSystem.hide(path -> false);
    }

    private List<String> list(FileSystem files) throws IOException {
        return Arrays.stream(Listing.of(files, new org.apache.hadoop.fs.Path(folder.toUri())))
                .map(status -> status.getPath().getName())
                .sorted()
                .toList();
    }

    @Test
    void whatIsThereIsListed() throws IOException {
        Files.writeString(folder.resolve("a"), "");
        Files.writeString(folder.resolve("10:30 & 猫"), "");
        Files.createDirectory(folder.resolve("b"));
        Files.createSymbolicLink(folder.resolve("to nowhere"), folder.resolve("nowhere"));
        assertThat(list(FileSystem.newInstanceLocal(new Configuration()).getRawFileSystem()))
                .containsExactly("10:30 & 猫", "a", "b");
    }

    @Test
    void checksumsThatHadoopKeepsToItselfAreNotMissed() throws IOException {
        FileSystem files = FileSystem.newInstanceLocal(new Configuration());
        files.create(new org.apache.hadoop.fs.Path(folder.resolve("a").toUri())).close();
        assertThat(folder.resolve(".a.crc")).exists();
        assertThat(list(files)).containsExactly("a");
    }

    @Test
    void aFolderOfWhichTheNamesAloneMayBeReadIsNotTakenForAnEmptyOne() throws IOException {
        Files.writeString(folder.resolve("a"), "");
        Files.writeString(folder.resolve("b"), "");
        try (FileSystem files = FileSystem.newInstance(
                new org.apache.hadoop.fs.Path("file:///").toUri(), UntoldFileSystem.configuration())) {
            assertThat(list(files)).containsExactly("a", "b");
            UntoldFileSystem.hide(path -> true);
            assertThatThrownBy(() -> list(files))
                    .isInstanceOf(AccessDeniedException.class)
                    .hasMessage(folder.toString());
            UntoldFileSystem.hide(path -> path.getName().equals("b"));
            assertThatThrownBy(() -> list(files)).isInstanceOf(AccessDeniedException.class);
        }
    }

    @Test
    void whatIsNotThereIsNotFound() throws IOException {
        FileSystem files = FileSystem.newInstanceLocal(new Configuration());
        assertThatThrownBy(() -> Listing.of(files, new org.apache.hadoop.fs.Path("/no/such/folder")))
                .isInstanceOf(FileNotFoundException.class);
    }
}
