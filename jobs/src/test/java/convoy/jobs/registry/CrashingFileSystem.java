package convoy.jobs.registry;

import java.io.ByteArrayOutputStream;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.OutputStream;
import java.net.URI;
import java.util.Locale;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FSDataInputStream;
import org.apache.hadoop.fs.FSDataOutputStream;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.Options;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.fs.RawLocalFileSystem;
import org.apache.hadoop.fs.permission.FsPermission;
import org.apache.hadoop.util.Progressable;

/**
 * {@code crashing://renaming/path} and {@code crashing://copying/path}: the local disk, which asks a test before each thing that is done
 * to a file: made, half written, written, looked at, read, listed, deleted. At {@code renaming} a file is renamed in one step. At {@code
 * copying} renaming is deleting what is there, writing half a copy, the other half, and deleting the original, each a step of its own: it is
 * worse than any object store, where half a copy is never seen.
 */
final class CrashingFileSystem extends RawLocalFileSystem {
    /** Hears of it first, and may take its time or throw. */
    @FunctionalInterface
    interface Step {
        void before(String what, Path path) throws IOException;
    }

    private static final ThreadLocal<Step> STEP = ThreadLocal.withInitial(() -> (what, path) -> {});

    /** Above 0 while something is under way, of which the parts below are no steps. */
    private static final ThreadLocal<Integer> DEPTH = ThreadLocal.withInitial(() -> 0);

    private URI root = URI.create("crashing://renaming");

    /** Has {@code step} asked before what this thread does. */
    static void ask(Step step) {
        STEP.set(step);
    }

    static void askNobody() {
        STEP.remove();
    }

    static Configuration hadoop() {
        Configuration hadoop = new Configuration(false);
        hadoop.set("fs.crashing.impl", CrashingFileSystem.class.getName());
        return hadoop;
    }

    /** Asked for before this has any field of its own. */
    @Override
    protected Path getInitialWorkingDirectory() {
        return new Path("crashing", "renaming", "/");
    }

    @Override
    public URI getUri() {
        return root;
    }

    @Override
    public void initialize(URI uri, Configuration conf) throws IOException {
        root = URI.create("crashing://" + String.valueOf(uri.getAuthority()).toLowerCase(Locale.ROOT));
        super.initialize(root, conf);
    }

    private boolean isCopying() {
        return root.getAuthority().equals("copying");
    }

    /** Nobody looks at them here, and Hadoop would start a process for each. */
    @Override
    public void setPermission(Path path, FsPermission permission) {}

    @FunctionalInterface
    private interface Action<T> {
        T run() throws IOException;
    }

    private static void step(String what, Path path) throws IOException {
        if (DEPTH.get() == 0) {
            STEP.get().before(what, path);
        }
    }

    private static <T> T step(String what, Path path, Action<T> action) throws IOException {
        step(what, path);
        return quietly(action);
    }

    private static <T> T quietly(Action<T> action) throws IOException {
        DEPTH.set(DEPTH.get() + 1);
        try {
            return action.run();
        } finally {
            DEPTH.set(DEPTH.get() - 1);
        }
    }

    @Override
    public FSDataOutputStream create(
            Path path, boolean overwrite, int buffer, short replication, long block, Progressable progress)
            throws IOException {
        return step(
                "create",
                path,
                () -> new FSDataOutputStream(
                        new Halves(path, super.create(path, overwrite, buffer, replication, block, progress)), null));
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
        return DEPTH.get() > 0
                ? super.create(path, permission, overwrite, buffer, replication, block, progress)
                : create(path, overwrite, buffer, replication, block, progress);
    }

    /** Writes when it is closed: one half, and then the other. */
    private static final class Halves extends OutputStream {
        private final ByteArrayOutputStream all = new ByteArrayOutputStream();
        private final Path path;
        private final OutputStream out;
        private boolean closed;

        Halves(Path path, OutputStream out) {
            this.path = path;
            this.out = out;
        }

        @Override
        public void write(int single) {
            all.write(single);
        }

        @Override
        public void write(byte[] bytes, int offset, int length) {
            all.write(bytes, offset, length);
        }

        @Override
        public void close() throws IOException {
            if (closed) {
                return;
            }
            closed = true;
            try (out) {
                writeInHalves(out, path, all.toByteArray());
            }
        }
    }

    private static void writeInHalves(OutputStream out, Path path, byte[] bytes) throws IOException {
        if (bytes.length > 0) {
            step("write the first half of", path);
            out.write(bytes, 0, bytes.length / 2);
            out.flush();
            step("write the second half of", path);
            out.write(bytes, bytes.length / 2, bytes.length - bytes.length / 2);
            out.flush();
        }
    }

    @Override
    public boolean rename(Path from, Path to) throws IOException {
        if (DEPTH.get() > 0) {
            return super.rename(from, to);
        }
        if (!isCopying()) {
            return step("rename", from, () -> exists(from) && super.rename(from, to));
        }
        step("look at", from);
        if (!quietly(() -> exists(from))) {
            return false;
        }
        if (quietly(() -> exists(to))) {
            step("delete what gives place at", to);
            quietly(() -> super.delete(to, false));
        }
        byte[] bytes = quietly(() -> {
            try (FSDataInputStream in = super.open(from, 4096)) {
                return in.readAllBytes();
            }
        });
        step("begin a copy at", to);
        try (OutputStream out = quietly(() -> super.create(to, true, 4096, (short) 1, 1 << 20, null))) {
            writeInHalves(out, to, bytes);
        }
        step("delete what was copied from", from);
        quietly(() -> super.delete(from, false));
        return true;
    }

    @Override
    @SuppressWarnings("deprecation") // which file systems are to override all the same
    protected void rename(Path from, Path to, Options.Rename... options) throws IOException {
        if (!rename(from, to)) {
            throw new FileNotFoundException(from.toString());
        }
    }

    /** What is below goes first, a file at a time. */
    @Override
    public boolean delete(Path path, boolean recursive) throws IOException {
        if (DEPTH.get() == 0
                && recursive
                && quietly(() -> exists(path) && getFileStatus(path).isDirectory())) {
            for (FileStatus inside : quietly(() -> super.listStatus(path))) {
                delete(inside.getPath(), true);
            }
        }
        return step("delete", path, () -> super.delete(path, recursive));
    }

    @Override
    public boolean mkdirs(Path path) throws IOException {
        return step("make", path, () -> super.mkdirs(path));
    }

    @Override
    public boolean mkdirs(Path path, FsPermission permission) throws IOException {
        return step("make", path, () -> super.mkdirs(path, permission));
    }

    @Override
    public FSDataInputStream open(Path path, int buffer) throws IOException {
        return step("read", path, () -> super.open(path, buffer));
    }

    @Override
    public FileStatus getFileStatus(Path path) throws IOException {
        return step("look at", path, () -> super.getFileStatus(path));
    }

    @Override
    public FileStatus[] listStatus(Path path) throws IOException {
        return step("list", path, () -> super.listStatus(path));
    }
}
