package convoy.jobs.registry;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;

/** What a file of a new version has in it. */
@FunctionalInterface
public interface Content {
    /**
     * {@return all of it, to be closed}
     *
     * @throws IOException if it cannot be read
     */
    InputStream open() throws IOException;

    /**
     * {@return what a file has in it}
     *
     * @param files its file system
     * @param path the file
     */
    static Content of(FileSystem files, Path path) {
        return () -> files.open(path);
    }

    /**
     * {@return a text}
     *
     * @param text written in UTF-8
     */
    static Content of(String text) {
        return () -> new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8));
    }
}
