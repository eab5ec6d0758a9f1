package convoy.parameterserver;

import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.lang.reflect.Constructor;
import java.net.URI;
import java.util.concurrent.Semaphore;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FSDataOutputStream;
import org.apache.hadoop.fs.FSError;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.fs.RawLocalFileSystem;
import org.apache.hadoop.util.Progressable;

/** {@code faulty:///path}: the local disk, as slow or as full as a test wants it. */
public final class FaultyFileSystem extends RawLocalFileSystem {
    /** A file needs one to be created. */
    static final Semaphore FILES = new Semaphore(Integer.MAX_VALUE / 2);

    /** Writing fails after so many bytes. */
    static volatile long room = Long.MAX_VALUE;

    /** Whether it fails as Hadoop's local file system does, which throws an Error. */
    static volatile boolean asError;

    /** What takes memory, of which there is too little, before a file is written. */
    static volatile Runnable greed = () -> {};

    @Override
    public URI getUri() {
        return URI.create("faulty:///");
    }

    @Override
    public void initialize(URI uri, Configuration conf) throws IOException {
        super.initialize(getUri(), conf);
    }

    @Override
    public FSDataOutputStream create(
            Path path, boolean overwrite, int bufferSize, short replication, long blockSize, Progressable progress)
            throws IOException {
        try {
            FILES.acquire();
        } catch (InterruptedException e) {
            throw new IOException(e);
        }
        OutputStream file = super.create(path, overwrite, bufferSize, replication, blockSize, progress);
        return new FSDataOutputStream(new Limited(file), null);
    }

    /** What Hadoop alone may make. */
    private static FSError fsError(IOException reason) {
        try {
            Constructor<FSError> constructor = FSError.class.getDeclaredConstructor(Throwable.class);
            constructor.setAccessible(true);
            return constructor.newInstance(reason);
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException(e);
        }
    }

    private static final class Limited extends FilterOutputStream {
        private long written;

        Limited(OutputStream out) {
            super(out);
        }

        @Override
        public void write(int single) throws IOException {
            write(new byte[] {(byte) single}, 0, 1);
        }

        @Override
        public void write(byte[] bytes, int offset, int length) throws IOException {
            greed.run();
            written += length;
            if (written > room) {
                IOException full = new IOException("No space left on device");
                if (asError) {
                    throw fsError(full);
                }
                throw full;
            }
            out.write(bytes, offset, length);
        }
    }
}
