package convoy.parameterserver.files;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.lang.reflect.Method;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.hadoop.fs.FSDataOutputStream;
import org.apache.hadoop.fs.FileAlreadyExistsException;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.FilterFileSystem;
import org.apache.hadoop.fs.LocalFileSystem;
import org.apache.hadoop.fs.Options.Rename;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.fs.StreamCapabilities;

/**
 * Has files outlast whatever becomes of the process and of the machine's power. What that takes differs:
 *
 * <pre>
 *                 a file's bytes last             its name lasts                  a folder's name lasts
 *  disks, NFS     once the file was forced        once its folder was forced      once the folder above was forced
 *  HDFS           once hsync was answered         when the call returns           when the call returns
 *  object stores  once the file is closed         with its bytes                  there are none
 * </pre>
 */
public final class Durable {
    /** What gives place to another file where none can be renamed over one: {@code .run.yaml.5.tmp.old}. */
    public static final String OLD = ".old";

    private Durable() {}

    /**
     * {@return the same file system without the checksum files that Hadoop keeps on a local disk: each is a second file with a name of its
     * own, and so a moment between the two}
     *
     * @param files any
     */
    public static FileSystem raw(FileSystem files) {
        return files instanceof LocalFileSystem local ? local.getRawFileSystem() : files;
    }

    /**
     * Waits until what was written to an open file lasts, where an open file can be asked for that.
     *
     * @param out of {@link #raw} file systems; it stays open
     * @throws IOException if the file system fails
     */
    public static void sync(FSDataOutputStream out) throws IOException {
        out.flush();
        if (out.hasCapability(StreamCapabilities.HSYNC)) {
            out.hsync();
        }
    }

    /**
     * {@return whether others see what was flushed while the file is open, and whether it goes on under another name: of object stores
     * neither is true}
     *
     * @param out an open file
     */
    public static boolean isSeenWhileOpen(FSDataOutputStream out) {
        return out.hasCapability(StreamCapabilities.HSYNC);
    }

    /**
     * Waits until a disk has a file's bytes or a folder's names; other file systems are told while writing.
     *
     * @param files its file system
     * @param path of a file or folder
     * @throws IOException if the disk cannot
     */
    public static void force(FileSystem files, Path path) throws IOException {
        Optional<Disk> disk = disk(files);
        if (disk.isPresent()) {
            disk.get().force(files.makeQualified(path));
        }
    }

    private static Optional<Disk> disk(FileSystem files) {
        FileSystem at = unguarded(files);
        if (at instanceof Disk disk) {
            return Optional.of(disk);
        }
        return "file".equals(at.getUri().getScheme()) ? Optional.of(Durable::forceLocal) : Optional.empty();
    }

    /** What all filters lead to. */
    private static FileSystem unguarded(FileSystem files) {
        FileSystem at = files;
        while (!(at instanceof Disk) && at instanceof FilterFileSystem filter) {
            at = filter.getRawFileSystem();
        }
        return at;
    }

    private static void forceLocal(Path path) throws IOException {
        java.nio.file.Path local = java.nio.file.Path.of(path.toUri().getPath());
        // Nobody can open a folder that may be written and not read: its names last when the system writes them, some
        // seconds later.
        if (Files.isDirectory(local) && !Files.isReadable(local)) {
            return;
        }
        try (FileChannel channel = FileChannel.open(local, StandardOpenOption.READ)) {
            channel.force(true);
        }
    }

    /**
     * Makes a folder, and those above it, whose names last.
     *
     * @param files its file system
     * @param folder that may be there already
     * @return whether it is there now
     * @throws IOException if the file system fails
     */
    public static boolean mkdirs(FileSystem files, Path folder) throws IOException {
        Optional<Disk> disk = disk(files);
        List<Path> grown = new ArrayList<>();
        if (disk.isPresent()) {
            for (Path at = files.makeQualified(folder); !at.isRoot() && !files.exists(at); at = at.getParent()) {
                grown.add(at.getParent());
            }
        }
        boolean made = files.mkdirs(folder);
        if (made && disk.isPresent()) {
            for (Path above : grown) {
                disk.get().force(above);
            }
        }
        return made;
    }

    /**
     * Has the folders of files that are about to be made last; where files make their folders, and names last, there is nothing to do.
     *
     * @param files their file system
     * @param folder that may be there already
     * @throws IOException if the file system fails
     */
    public static void makeFolders(FileSystem files, Path folder) throws IOException {
        if (disk(files).isPresent() && !mkdirs(files, folder)) {
            throw new IOException(folder + " cannot be made");
        }
    }

    /**
     * Lets a file that is whole and durable take another's name, and its place if there is one: in one step on disks and HDFS. Where a file
     * system has no such step, what is there is renamed first, to the draft's name and {@link #OLD}, so that it is somewhere at each
     * moment: whoever finds that name and not the other one renames it back.
     *
     * @param files their file system
     * @param from a file
     * @param to a file, or the name of none
     * @throws IOException if it cannot; also if {@code from} is not there
     */
    public static void replace(FileSystem files, Path from, Path to) throws IOException {
        if (!isRenamed(files, from, to)) {
            if (renamesOverFiles(files)) {
                new Renaming(files).over(from, to);
            } else {
                renameAside(files, from, to);
            }
        }
        force(files, to.getParent());
    }

    private static boolean isRenamed(FileSystem files, Path from, Path to) throws IOException {
        try {
            return files.rename(from, to);
        } catch (FileAlreadyExistsException refused) {
            // As some say what others answer with false.
            return false;
        }
    }

    /** What a file system inherits deletes what is there, and renames then. */
    private static boolean renamesOverFiles(FileSystem files) {
        for (Class<?> type = unguarded(files).getClass(); type != FileSystem.class; type = type.getSuperclass()) {
            for (Method method : type.getDeclaredMethods()) {
                if (method.getName().equals("rename") && method.getParameterCount() == 3) {
                    return true;
                }
            }
        }
        return false;
    }

    private static void renameAside(FileSystem files, Path from, Path to) throws IOException {
        if (!files.exists(from)) {
            throw new FileNotFoundException(from.toString());
        }
        Path old = new Path(from.getParent(), from.getName() + OLD);
        if (!files.exists(to) || !files.rename(to, old)) {
            throw new IOException(from + " could not be renamed to " + to);
        }
        try {
            if (!files.rename(from, to)) {
                throw new IOException(from + " could not be renamed to " + to);
            }
        } catch (IOException failure) {
            // Else nobody would find it before the next start.
            if (!files.rename(old, to)) {
                failure.addSuppressed(new IOException(to + " is now " + old));
            }
            throw failure;
        }
        files.delete(old, false);
    }

    /** Has access to what only file systems have. */
    private static final class Renaming extends FilterFileSystem {
        Renaming(FileSystem files) {
            super(files);
        }

        void over(Path from, Path to) throws IOException {
            rename(from, to, Rename.OVERWRITE);
        }
    }
}
