package convoy.driver.replacing;

import java.io.IOException;
import java.net.URI;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FSDataInputStream;
import org.apache.hadoop.fs.FSDataOutputStream;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.fs.RawLocalFileSystem;
import org.apache.hadoop.fs.permission.FsPermission;
import org.apache.hadoop.util.Progressable;

/**
 * A file system of its own scheme, {@code stored}, over files of this machine, which renames as HDFS does: never onto what is
 * there, and into a directory that is. It goes dark before or after the change that a test names: from then on nothing is
 * changed any more, as if the process had been killed.
 */
public final class StoredFileSystem extends FileSystem {
    /** Changes until the lights go out; negative: they stay on. */
    static final AtomicInteger CHANGES_LEFT = new AtomicInteger(-1);

    /** The lights went out. */
    static final class Dark extends IOException {
        private static final long serialVersionUID = 1L;

        Dark() {
            super("the lights went out");
        }
    }

    private final RawLocalFileSystem below = new RawLocalFileSystem();
    private Optional<URI> uri = Optional.empty();
    private Path working = new Path("/");

    /** For Hadoop, which makes it by its name. */
    public StoredFileSystem() {}

    @Override
    public void initialize(URI name, Configuration hadoop) throws IOException {
        super.initialize(name, hadoop);
        below.initialize(URI.create("file:///"), hadoop);
        String authority = String.valueOf(name.getAuthority()).toLowerCase(Locale.ROOT);
        uri = Optional.of(URI.create("stored://" + authority));
        working = new Path(uri.get() + "/");
    }

    private static void change() throws IOException {
        if (CHANGES_LEFT.get() == 0) {
            throw new Dark();
        }
        if (CHANGES_LEFT.get() > 0) {
            CHANGES_LEFT.decrementAndGet();
        }
    }

    private static Path down(Path path) {
        return new Path("file", "", path.toUri().getPath());
    }

    private FileStatus up(FileStatus status) {
        return new FileStatus(
                status.getLen(),
                status.isDirectory(),
                1,
                status.getBlockSize(),
                status.getModificationTime(),
                makeQualified(new Path(status.getPath().toUri().getPath())));
    }

    @Override
    public URI getUri() {
        return uri.orElseThrow();
    }

    @Override
    public FSDataInputStream open(Path path, int buffer) throws IOException {
        return below.open(down(path), buffer);
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
        change();
        return below.create(down(path), overwrite, buffer, replication, block);
    }

    @Override
    public FSDataOutputStream append(Path path, int buffer, Progressable progress) {
        throw new UnsupportedOperationException("append");
    }

    @Override
    public boolean rename(Path from, Path to) throws IOException {
        change();
        Path target = down(to);
        if (below.exists(target)) {
            if (below.getFileStatus(target).isFile()) {
                return false;
            }
            target = new Path(target, from.getName());
        }
        return below.rename(down(from), target);
    }

    @Override
    public boolean delete(Path path, boolean recursive) throws IOException {
        change();
        return below.delete(down(path), recursive);
    }

    @Override
    public FileStatus[] listStatus(Path path) throws IOException {
        FileStatus[] found = below.listStatus(down(path));
        for (int i = 0; i < found.length; i++) {
            found[i] = up(found[i]);
        }
        return found;
    }

    @Override
    public void setWorkingDirectory(Path path) {
        working = path;
    }

    @Override
    public Path getWorkingDirectory() {
        return working;
    }

    @Override
    public boolean mkdirs(Path path, FsPermission permission) throws IOException {
        change();
        return below.mkdirs(down(path));
    }

    @Override
    public FileStatus getFileStatus(Path path) throws IOException {
        return up(below.getFileStatus(down(path)));
    }
}
