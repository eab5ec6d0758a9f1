package convoy.driver;

import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.lang.reflect.Constructor;
import java.net.URI;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Predicate;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FSDataOutputStream;
import org.apache.hadoop.fs.FSError;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.fs.RawLocalFileSystem;
import org.apache.hadoop.fs.permission.FsPermission;
import org.apache.hadoop.security.AccessControlException;
import org.apache.hadoop.util.Progressable;

/** {@code full:///path}: the local disk, which is full for the files that a test names, and says so as Hadoop does, by an Error; or closed. */
public final class FullFileSystem extends RawLocalFileSystem {
    private static final AtomicLong WRITES = new AtomicLong();
    private static volatile Predicate<Path> full = path -> false;
    private static volatile Predicate<Path> locked = path -> false;
    private static volatile long fullFrom = Long.MAX_VALUE;

    /** There is room for everything, and everybody may write. */
    static void free() {
        full = path -> false;
        locked = path -> false;
        fullFrom = Long.MAX_VALUE;
    }

    /** There is no room for these files. */
    static void fillFor(Predicate<Path> files) {
        full = files;
    }

    /** Nobody may make these files, which is told as HDFS tells it. */
    static void lock(Predicate<Path> files) {
        locked = files;
    }

    private static void requireOpen(Path path) throws AccessControlException {
        if (locked.test(path)) {
            throw new AccessControlException("Permission denied: user=anna, access=WRITE, inode=\"" + path + "\"");
        }
    }

    /** There is room for so many writes from now on, of whatever file. */
    static void fillAfter(long writes) {
        WRITES.set(0);
        fullFrom = writes;
    }

    @Override
    public URI getUri() {
        return URI.create("full:///");
    }

    @Override
    public void initialize(URI uri, Configuration conf) throws IOException {
        super.initialize(getUri(), conf);
    }

    @Override
    public FSDataOutputStream create(
            Path path, boolean overwrite, int bufferSize, short replication, long blockSize, Progressable progress)
            throws IOException {
        requireOpen(path);
        return limited(path, super.create(path, overwrite, bufferSize, replication, blockSize, progress));
    }

    @Override
    public FSDataOutputStream create(
            Path path,
            FsPermission permission,
            boolean overwrite,
            int bufferSize,
            short replication,
            long blockSize,
            Progressable progress)
            throws IOException {
        requireOpen(path);
        return limited(path, super.create(path, permission, overwrite, bufferSize, replication, blockSize, progress));
    }

    private static FSDataOutputStream limited(Path path, FSDataOutputStream file) throws IOException {
        return new FSDataOutputStream(new Limited(path, file), null);
    }

    private static final class Limited extends FilterOutputStream {
        private final Path path;

        Limited(Path path, OutputStream out) {
            super(out);
            this.path = path;
        }

        @Override
        public void write(int single) throws IOException {
            requireRoom();
            out.write(single);
        }

        @Override
        public void write(byte[] bytes, int offset, int length) throws IOException {
            requireRoom();
            out.write(bytes, offset, length);
        }

        private void requireRoom() {
            if (full.test(path) || WRITES.getAndIncrement() >= fullFrom) {
                throw fsError(new IOException("No space left on device"));
            }
        }
    }

    /** What Hadoop alone may make. */
    private static FSError fsError(IOException reason) {
        try {
            Constructor<FSError> constructor = FSError.class.getDeclaredConstructor(Throwable.class);
            constructor.setAccessible(true);
            return constructor.newInstance(reason);
        } catch (ReflectiveOperationException failure) {
            throw new IllegalStateException(failure);
        }
    }
}
