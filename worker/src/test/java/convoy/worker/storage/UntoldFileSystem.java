package convoy.worker.storage;

import java.io.IOException;
import java.net.URI;
import java.util.Arrays;
import java.util.function.Predicate;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.fs.RawLocalFileSystem;

/**
 * The local disk as Hadoop shows it to somebody who may read the names in a folder and not look at what they name: they are left out.
 * Root, as whom tests may run, may look at everything.
 */
public final class UntoldFileSystem extends RawLocalFileSystem {
    private static volatile Predicate<Path> untold = path -> false;

    /** Nothing is told of these, until the next call of this. */
    public static void hide(Predicate<Path> paths) {
        untold = paths;
    }

    /** In which it is the local disk. */
    public static Configuration configuration() {
        Configuration hadoop = new Configuration();
        hadoop.set("fs.file.impl", UntoldFileSystem.class.getName());
        hadoop.setBoolean("fs.file.impl.disable.cache", true);
        return hadoop;
    }

    @Override
    public void initialize(URI uri, Configuration conf) throws IOException {
        super.initialize(URI.create("file:///"), conf);
    }

    @Override
    public FileStatus[] listStatus(Path path) throws IOException {
        return Arrays.stream(super.listStatus(path))
                .filter(status -> !untold.test(status.getPath()))
                .toArray(FileStatus[]::new);
    }
}
