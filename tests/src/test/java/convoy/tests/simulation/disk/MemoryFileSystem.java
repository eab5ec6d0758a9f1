package convoy.tests.simulation.disk;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.OutputStream;
import java.net.URI;
import java.util.List;
import java.util.Optional;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FSDataInputStream;
import org.apache.hadoop.fs.FSDataOutputStream;
import org.apache.hadoop.fs.FSInputStream;
import org.apache.hadoop.fs.FileAlreadyExistsException;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.fs.PathIsNotEmptyDirectoryException;
import org.apache.hadoop.fs.StreamCapabilities;
import org.apache.hadoop.fs.Syncable;
import org.apache.hadoop.fs.permission.FsPermission;
import org.apache.hadoop.util.Progressable;

/**
 * {@code memory:///path}: the disk that the configuration's {@link Mount} leads to. It renames and deletes as HDFS does, or, where the mount
 * says so, as object stores do, and never over a file that is there.
 */
public class MemoryFileSystem extends FileSystem {
    private static final URI ROOT = URI.create("memory:///");

    private Optional<Mount> mount = Optional.empty();

    /** For Hadoop, which makes it by its name. */
    public MemoryFileSystem() {}

    @Override
    public void initialize(URI uri, Configuration conf) throws IOException {
        super.initialize(ROOT, conf);
        mount = Optional.of(Mount.of(conf));
    }

    @Override
    public URI getUri() {
        return ROOT;
    }

    @Override
    public String getScheme() {
        return "memory";
    }

    final Mount mount() {
        return mount.orElseThrow();
    }

    final Disk disk() {
        return mount().disk();
    }

    static String text(Path path) {
        return path.toUri().getPath();
    }

    private static Path path(String text) {
        return new Path("memory", "", text);
    }

    @Override
    public FSDataInputStream open(Path path, int buffer) throws IOException {
        mount().before(Operation.OPEN, text(path));
        StoredFile file = disk().file(text(path)).orElseThrow(() -> new FileNotFoundException(path.toString()));
        return new FSDataInputStream(new Reading(file));
    }

    private static final class Reading extends FSInputStream {
        private final StoredFile file;
        private int position;

        Reading(StoredFile file) {
            this.file = file;
        }

        @Override
        public int read() {
            int read = file.read(position);
            position += read < 0 ? 0 : 1;
            return read;
        }

        @Override
        public int read(byte[] into, int offset, int length) {
            int read = file.read(position, into, offset, length);
            position += Math.max(0, read);
            return read;
        }

        @Override
        public void seek(long to) {
            position = Math.toIntExact(to);
        }

        @Override
        public long getPos() {
            return position;
        }

        @Override
        public boolean seekToNewSource(long target) {
            return false;
        }
    }

    @Override
    public FSDataOutputStream create(
            Path path,
            FsPermission permission,
            boolean overwrite,
            int buffer,
            short replication,
            long block,
            Progressable progress)
            throws IOException {
        String name = text(path);
        mount().before(Operation.CREATE, name);
        if (disk().isFolder(name) || (!overwrite && disk().file(name).isPresent())) {
            throw new FileAlreadyExistsException(name);
        }
        StoredFile file = new StoredFile();
        disk().put(name, file);
        mount().after(Operation.CREATE, name);
        return new FSDataOutputStream(new Writing(name, file), null);
    }

    private final class Writing extends OutputStream implements Syncable, StreamCapabilities {
        private final String name;
        private final StoredFile file;
        private boolean closed;

        Writing(String name, StoredFile file) {
            this.name = name;
            this.file = file;
            file.open();
            mount().process().onDeath(file::abandon);
        }

        @Override
        public void write(int single) throws IOException {
            write(new byte[] {(byte) single}, 0, 1);
        }

        @Override
        public void write(byte[] bytes, int offset, int length) throws IOException {
            mount().before(Operation.WRITE, name);
            requireThere();
            file.write(bytes, offset, length);
        }

        /** As HDFS says of a file that was deleted meanwhile, or made anew by another. */
        private void requireThere() throws IOException {
            if (closed || file.isRemoved()) {
                throw new FileNotFoundException("no lease on " + name);
            }
        }

        @Override
        public void hflush() throws IOException {
            mount().before(Operation.FLUSH, name);
            requireThere();
            file.flush();
            mount().after(Operation.FLUSH, name);
        }

        @Override
        public void hsync() throws IOException {
            mount().before(Operation.FLUSH, name);
            requireThere();
            file.sync();
            mount().after(Operation.FLUSH, name);
        }

        @Override
        public void close() throws IOException {
            if (closed) {
                return;
            }
            closed = true;
            mount().before(Operation.CLOSE, name);
            file.close();
            mount().after(Operation.CLOSE, name);
        }

        @Override
        public boolean hasCapability(String capability) {
            return List.of("hflush", StreamCapabilities.HSYNC).contains(capability);
        }
    }

    @Override
    public FSDataOutputStream append(Path path, int buffer, Progressable progress) {
        throw new UnsupportedOperationException("append");
    }

    @Override
    public boolean rename(Path from, Path to) throws IOException {
        String source = text(from);
        String target = disk().isFolder(text(to)) ? text(new Path(to, from.getName())) : text(to);
        mount().before(Operation.RENAME, source);
        if (disk().file(source).isEmpty() || disk().isThere(target)) {
            return false;
        }
        if (mount().renamesInSteps() && !disk().file(source).orElseThrow().isOpen()) {
            disk().put(target, disk().file(source).orElseThrow().copy());
            mount().after(Operation.RENAME, target);
            mount().before(Operation.DELETE, source);
            boolean unused = disk().remove(source);
            mount().after(Operation.DELETE, source);
            return true;
        }
        disk().put(target, disk().take(source).orElseThrow());
        mount().after(Operation.RENAME, target);
        return true;
    }

    @Override
    public boolean delete(Path path, boolean recursive) throws IOException {
        String name = text(path);
        mount().before(Operation.DELETE, name);
        if (disk().isFolder(name)) {
            if (!recursive && !disk().inside(name).isEmpty()) {
                throw new PathIsNotEmptyDirectoryException(name);
            }
            disk().removeFolder(name);
        } else if (!disk().remove(name)) {
            return false;
        }
        mount().after(Operation.DELETE, name);
        return true;
    }

    @Override
    public FileStatus[] listStatus(Path path) throws IOException {
        String name = text(path);
        mount().before(Operation.LIST, name);
        if (disk().file(name).isPresent()) {
            return new FileStatus[] {status(name)};
        }
        if (!disk().isFolder(name)) {
            throw new FileNotFoundException(name);
        }
        return disk().inside(name).stream().map(this::status).toArray(FileStatus[]::new);
    }

    private FileStatus status(String name) {
        Optional<StoredFile> file = disk().file(name);
        return new FileStatus(file.map(StoredFile::length).orElse(0), file.isEmpty(), 1, 1 << 20, 0, path(name));
    }

    @Override
    public FileStatus getFileStatus(Path path) throws IOException {
        String name = text(path);
        mount().before(Operation.LOOK, name);
        if (!disk().isThere(name)) {
            throw new FileNotFoundException(name);
        }
        return status(name);
    }

    @Override
    public boolean mkdirs(Path path, FsPermission permission) throws IOException {
        String name = text(path);
        mount().before(Operation.MAKE_FOLDER, name);
        if (disk().file(name).isPresent()) {
            throw new FileAlreadyExistsException(name);
        }
        disk().makeFolder(name);
        mount().after(Operation.MAKE_FOLDER, name);
        return true;
    }

    @Override
    public void setWorkingDirectory(Path path) {
        throw new UnsupportedOperationException("paths are absolute");
    }

    @Override
    public Path getWorkingDirectory() {
        return path("/");
    }
}
