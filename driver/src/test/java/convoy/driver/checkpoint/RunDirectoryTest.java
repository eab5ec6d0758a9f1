package convoy.driver.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import convoy.driver.coordination.TrainingFailedException;
import java.io.EOFException;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.RawLocalFileSystem;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class RunDirectoryTest {
    private static final String RUNS = "runs";

    /** The local disk, where another run makes the folder of all runs right after it was looked for in vain. */
    static final class Overtaken extends RawLocalFileSystem {
        @Override
        public FileStatus getFileStatus(org.apache.hadoop.fs.Path path) throws IOException {
            try {
                return super.getFileStatus(path);
            } catch (FileNotFoundException notYet) {
                if (path.getName().equals(RUNS)) {
                    Files.createDirectory(Path.of(path.toUri().getPath()));
                }
                throw notYet;
            }
        }
    }

    @Test
    void runsThatBeginAtOnceMayMakeTheirFolderTogether(@TempDir Path directory) {
        Configuration hadoop = new Configuration();
        hadoop.set("fs.file.impl", Overtaken.class.getName());
        hadoop.setBoolean("fs.file.impl.disable.cache", true);
        Path runs = directory.resolve(RUNS);
        RunDirectory.open(hadoop, runs.toUri().toString(), "mine");
        assertThat(runs.resolve("mine")).isDirectory();
    }

    /** A disk that hangs up, as a NameNode does that is killed while it is asked. */
    static final class Leaving extends RawLocalFileSystem {
        @Override
        public boolean mkdirs(org.apache.hadoop.fs.Path path) throws IOException {
            throw new EOFException("End of File Exception between local host and \"namenode\":8020");
        }
    }

    /** It is no wrong word of a person's, which would be status 2, and never tried again. */
    @Test
    void aFileSystemThatHangsUpIsAFailureThatMayPass(@TempDir Path directory) {
        Configuration hadoop = new Configuration();
        hadoop.set("fs.file.impl", Leaving.class.getName());
        hadoop.setBoolean("fs.file.impl.disable.cache", true);
        String runs = directory.toUri().toString();
        assertThatThrownBy(() -> RunDirectory.open(hadoop, runs, "mine"))
                .isInstanceOf(TrainingFailedException.class)
                .hasMessage("runs = '" + runs + "' cannot be reached now: End of File Exception between local host and"
                        + " \"namenode\":8020; the same command tries again");
    }
}
