package convoy.driver;

import java.io.IOException;
import java.net.URI;
import java.util.function.Predicate;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FSDataInputStream;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.fs.RawLocalFileSystem;
import org.apache.hadoop.fs.permission.FsPermission;
import org.apache.hadoop.security.AccessControlException;

/**
 * {@code closed:///path}: the local disk, on which nobody may open, list or change what a test names, and which says so as HDFS does.
 * Root, as whom tests may run, could read everything.
 */
public final class ClosedFileSystem extends RawLocalFileSystem {
    private static volatile Predicate<String> closed = path -> false;

    /** Closes the files and folders of these paths, and what is below them, until the next call of this. */
    static void close(Predicate<String> paths) {
        closed = paths;
    }

    static Configuration configuration() {
        Configuration hadoop = new Configuration();
        hadoop.set("fs.closed.impl", ClosedFileSystem.class.getName());
        return hadoop;
    }

    @Override
    public URI getUri() {
        return URI.create("closed:///");
    }

    @Override
    public void initialize(URI uri, Configuration conf) throws IOException {
        super.initialize(getUri(), conf);
    }

    private static void require(Path path) throws AccessControlException {
        for (Path at = path; at != null; at = at.getParent()) {
            if (closed.test(at.toUri().getPath())) {
                throw new AccessControlException("Permission denied: user=anna, inode=\"" + at + "\"");
            }
        }
    }

    @Override
    public FSDataInputStream open(Path path, int bufferSize) throws IOException {
        require(path);
        return super.open(path, bufferSize);
    }

    @Override
    public FileStatus[] listStatus(Path path) throws IOException {
        require(path);
        return super.listStatus(path);
    }

    @Override
    public boolean mkdirs(Path path) throws IOException {
        require(path);
        return super.mkdirs(path);
    }

    @Override
    public boolean mkdirs(Path path, FsPermission permission) throws IOException {
        require(path);
        return super.mkdirs(path, permission);
    }
}
