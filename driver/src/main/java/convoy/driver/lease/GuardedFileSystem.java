package convoy.driver.lease;

import convoy.parameterserver.files.Durable;
import java.io.IOException;
import java.util.EnumSet;
import org.apache.hadoop.fs.CreateFlag;
import org.apache.hadoop.fs.FSDataOutputStream;
import org.apache.hadoop.fs.FSDataOutputStreamBuilder;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.FilterFileSystem;
import org.apache.hadoop.fs.Options.Rename;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.fs.permission.FsPermission;
import org.apache.hadoop.util.Progressable;

/** A file system on which nothing is made, renamed or deleted without asking first whether that is still allowed. */
public final class GuardedFileSystem extends FilterFileSystem {
    private final Guard guard;

    /** Says whether something may be changed. */
    @FunctionalInterface
    public interface Guard {
        /**
         * Throws if not.
         *
         * @throws IOException if it is not allowed any more, or that cannot be told
         */
        void require() throws IOException;
    }

    /**
     * Lets everything through that the guard does.
     *
     * @param below where it is done
     * @param guard asked before each change
     */
    public GuardedFileSystem(FileSystem below, Guard guard) {
        super(below);
        this.guard = guard;
    }

    /**
     * {@return the same under another guard}
     *
     * @param other asked instead of this one's
     */
    public GuardedFileSystem guardedBy(Guard other) {
        return new GuardedFileSystem(fs, other);
    }

    /**
     * Lets a file that is whole take another's name, and its place if there is one, as {@link Durable#replace} does.
     *
     * @param from a file
     * @param to a file, or the name of none
     * @throws IOException if it cannot; also if {@code from} is not there
     */
    public void replace(Path from, Path to) throws IOException {
        Durable.replace(this, from, to);
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
        guard.require();
        return super.create(path, permission, overwrite, buffer, replication, block, progress);
    }

    @Override
    public FSDataOutputStream createNonRecursive(
            Path path,
            FsPermission permission,
            EnumSet<CreateFlag> flags,
            int buffer,
            short replication,
            long block,
            Progressable progress)
            throws IOException {
        guard.require();
        return super.createNonRecursive(path, permission, flags, buffer, replication, block, progress);
    }

    /** Not offered: what a builder makes is made later. */
    @Override
    @SuppressWarnings("rawtypes") // as it is declared
    public FSDataOutputStreamBuilder createFile(Path path) {
        throw new UnsupportedOperationException("createFile; use create");
    }

    @Override
    public FSDataOutputStream append(Path path, int buffer, Progressable progress) throws IOException {
        guard.require();
        return super.append(path, buffer, progress);
    }

    @Override
    public boolean truncate(Path path, long length) throws IOException {
        guard.require();
        return super.truncate(path, length);
    }

    @Override
    public boolean rename(Path from, Path to) throws IOException {
        guard.require();
        return super.rename(from, to);
    }

    @Override
    protected void rename(Path from, Path to, Rename... options) throws IOException {
        guard.require();
        super.rename(from, to, options);
    }

    @Override
    public boolean delete(Path path, boolean recursive) throws IOException {
        guard.require();
        return super.delete(path, recursive);
    }

    @Override
    public boolean mkdirs(Path path) throws IOException {
        guard.require();
        return super.mkdirs(path);
    }

    @Override
    public boolean mkdirs(Path path, FsPermission permission) throws IOException {
        guard.require();
        return super.mkdirs(path, permission);
    }
}
