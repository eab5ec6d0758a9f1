package convoy.tests.virtual;

import java.io.IOException;
import java.net.URI;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.fs.RawLocalFileSystem;
import org.apache.hadoop.fs.permission.FsPermission;

/** {@code watched:///path}: the local disk, which tells a watcher of each file that has just been given its name. */
public final class WatchedFileSystem extends RawLocalFileSystem {
    /** Is told, by the thread that did it. */
    @FunctionalInterface
    interface Watcher {
        void renamed(Path to) throws IOException;
    }

    private static volatile Watcher watcher = to -> {};

    /** For Hadoop, which makes it by its name. */
    public WatchedFileSystem() {}

    /** How it is reached, by whatever thread. */
    static Configuration hadoop(Watcher told) {
        watcher = told;
        Configuration hadoop = new Configuration();
        hadoop.set("fs.watched.impl", WatchedFileSystem.class.getName());
        return hadoop;
    }

    @Override
    public URI getUri() {
        return URI.create("watched:///");
    }

    @Override
    public void initialize(URI uri, Configuration conf) throws IOException {
        super.initialize(getUri(), conf);
    }

    /** Nobody looks at them here, and Hadoop would start a process for each. */
    @Override
    public void setPermission(Path path, FsPermission permission) {}

    @Override
    public boolean rename(Path from, Path to) throws IOException {
        boolean done = super.rename(from, to);
        watcher.renamed(to);
        return done;
    }
}
