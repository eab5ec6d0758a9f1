package convoy.driver.localfiles;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.attribute.PosixFilePermissions;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.LocalFileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.fs.RawLocalFileSystem;
import org.apache.hadoop.fs.permission.FsPermission;

/**
 * Hadoop's file system for {@code file:} URIs, which sets permissions by a call of the system and takes colons in names. Hadoop's
 * own starts a process of {@code chmod}, where its native library is missing: seven for each checkpoint, on the cores that train.
 */
public final class ForklessLocalFileSystem extends LocalFileSystem {
    private static final String SETTING = "fs.file.impl";

    /** For Hadoop, which makes it by its name. */
    public ForklessLocalFileSystem() {
        super(new Raw());
    }

    /**
     * Makes it this process's file system for {@code file:} URIs, unless one is in use already. Hadoop keeps the first that is
     * asked for, whatever a later configuration says. To name it in a configuration would not do: executors look for the class before
     * they have the application's jar.
     *
     * @param settings of the application; one that names a file system for files is obeyed
     * @throws UncheckedIOException if there is no such file system to be had at all
     */
    public static void install(Configuration settings) {
        if (settings.get(SETTING) != null) {
            return;
        }
        Configuration conf = new Configuration(settings);
        conf.setClassLoader(ForklessLocalFileSystem.class.getClassLoader());
        conf.set(SETTING, ForklessLocalFileSystem.class.getName());
        try {
            // Not getLocal, which takes whatever is in use for a LocalFileSystem.
            FileSystem.get(URI.create("file:///"), conf);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot reach files of this machine", e);
        }
    }

    /** Hadoop's own takes what comes before a colon in the file's name for a scheme, and throws at reading and writing. */
    @Override
    public Path getChecksumFile(Path file) {
        return new Path(file.getParent(), new Path(null, null, "." + file.getName() + ".crc"));
    }

    private static final class Raw extends RawLocalFileSystem {
        private static final boolean POSIX =
                FileSystems.getDefault().supportedFileAttributeViews().contains("posix");

        @Override
        public void setPermission(Path path, FsPermission permission) throws IOException {
            // Java knows nothing of the sticky bit.
            if (!POSIX || permission.getStickyBit()) {
                super.setPermission(path, permission);
                return;
            }
            String bits = permission.getUserAction().SYMBOL
                    + permission.getGroupAction().SYMBOL
                    + permission.getOtherAction().SYMBOL;
            Files.setPosixFilePermissions(pathToFile(path).toPath(), PosixFilePermissions.fromString(bits));
        }
    }
}
