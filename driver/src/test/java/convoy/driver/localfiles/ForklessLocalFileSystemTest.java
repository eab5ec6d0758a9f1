package convoy.driver.localfiles;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.File;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.util.List;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FSDataInputStream;
import org.apache.hadoop.fs.FSDataOutputStream;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.LocalFileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.fs.permission.FsPermission;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class ForklessLocalFileSystemTest {
    private static final List<Integer> MODES = List.of(0644, 0755, 0700, 0000, 0777, 01777);

    private static FileSystem fileSystem(Class<? extends LocalFileSystem> type) throws IOException {
        Configuration conf = new Configuration();
        conf.setClass("fs.file.impl", type, FileSystem.class);
        return FileSystem.newInstance(URI.create("file:///"), conf);
    }

    /** Files and directories come out as Hadoop's own makes them, the sticky bit included. */
    @Test
    void givesThePermissionsThatHadoopGives(@TempDir File directory) throws IOException {
        try (FileSystem ours = fileSystem(ForklessLocalFileSystem.class);
                FileSystem theirs = fileSystem(LocalFileSystem.class)) {
            assertThat(ours).isInstanceOf(ForklessLocalFileSystem.class);
            for (FileSystem each : List.of(ours, theirs)) {
                Path root = new Path(new File(directory, each == ours ? "ours" : "theirs").toURI());
                each.mkdirs(new Path(root, "directory/inner"));
                try (FSDataOutputStream out = each.create(new Path(root, "file"))) {
                    out.write(1);
                }
                for (int mode : MODES) {
                    Path path = new Path(root, "mode" + mode);
                    each.mkdirs(path);
                    each.setPermission(path, new FsPermission((short) mode));
                }
            }
            for (String name : List.of("directory", "directory/inner", "file", ".file.crc")) {
                assertThat(mode(directory, "ours/" + name)).isEqualTo(mode(directory, "theirs/" + name));
            }
            for (int mode : MODES) {
                assertThat(mode(directory, "ours/mode" + mode))
                        .isEqualTo(mode(directory, "theirs/mode" + mode))
                        .endsWith(Integer.toOctalString(mode));
            }
        }
    }

    private static String mode(File directory, String name) throws IOException {
        return Integer.toOctalString((int) Files.getAttribute(new File(directory, name).toPath(), "unix:mode"));
    }

    /** Hadoop's own throws of each: "Relative path in absolute URI". */
    @Test
    void namesMayHoldColons(@TempDir File directory) throws IOException {
        File file = new File(directory, "2026-11-26T18:47:09.png");
        Files.write(file.toPath(), new byte[] {7});
        try (FileSystem ours = fileSystem(ForklessLocalFileSystem.class)) {
            Path path = new Path(file.toURI());
            try (FSDataInputStream in = ours.open(path)) {
                assertThat(in.read()).isEqualTo(7);
            }
            Path written = new Path(new File(directory, "a:b").toURI());
            try (FSDataOutputStream out = ours.create(written)) {
                out.write(9);
            }
            assertThat(new File(directory, ".a:b.crc")).exists();
            try (FSDataInputStream in = ours.open(written)) {
                assertThat(in.read()).isEqualTo(9);
            }
            assertThat(ours.listStatus(new Path(directory.toURI()))).hasSize(2);
            assertThat(ours.rename(written, new Path(new File(directory, "c:d").toURI())))
                    .isTrue();
            assertThat(new File(directory, ".c:d.crc")).exists();
            assertThat(ours.delete(new Path(new File(directory, "c:d").toURI()), false))
                    .isTrue();
            assertThat(new File(directory, ".c:d.crc")).doesNotExist();
        }
    }

    @Test
    void saysWhichFileIsMissing(@TempDir File directory) throws IOException {
        try (FileSystem ours = fileSystem(ForklessLocalFileSystem.class)) {
            Path missing = new Path(new File(directory, "missing").toURI());
            assertThatThrownBy(() -> ours.setPermission(missing, new FsPermission((short) 0644)))
                    .isInstanceOf(NoSuchFileException.class)
                    .hasMessageContaining("missing");
        }
    }
}
