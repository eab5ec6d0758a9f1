package convoy.jobs.benchmark;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.stream.Stream;

/**
 * A folder of this machine that is gone, with all that is in it, once it is closed.
 *
 * @param path where it is
 */
public record TemporaryFolder(Path path) implements AutoCloseable {
    /**
     * Makes one.
     *
     * @param name its name begins so
     * @return the folder, empty
     * @throws UncheckedIOException if there is no room for it
     */
    public static TemporaryFolder create(String name) {
        try {
            return new TemporaryFolder(Files.createTempDirectory(name));
        } catch (IOException unwritable) {
            throw new UncheckedIOException("cannot make a temporary directory", unwritable);
        }
    }

    /** @throws UncheckedIOException if something in it stays */
    @Override
    public void close() {
        try (Stream<Path> files = Files.walk(path)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        } catch (IOException left) {
            throw new UncheckedIOException("cannot delete " + path, left);
        }
    }
}
