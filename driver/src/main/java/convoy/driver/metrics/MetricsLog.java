package convoy.driver.metrics;

import convoy.driver.lease.GuardedFileSystem;
import convoy.parameterserver.files.Durable;
import convoy.parameterserver.files.FileAccess;
import convoy.records.BadInputException;
import convoy.records.Codec;
import convoy.records.Value;
import convoy.records.text.FirstLine;
import java.io.BufferedReader;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import org.apache.hadoop.fs.FSDataOutputStream;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;

/**
 * {@code metrics.jsonl}: one {@link MetricsLine} a line. A run that goes on from a checkpoint continues the file after the
 * checkpoint's step; what lies beyond it, and a last line that was cut off, is dropped, since those steps are computed again.
 * Lines are kept as they are, those of other versions too, and one after the other: a long run's file is larger than memory.
 *
 * <p>Not safe for use by several threads.
 */
public final class MetricsLog implements Closeable {
    /** Its name in the run's directory. */
    public static final String FILE = "metrics.jsonl";

    private static final Codec<MetricsLine> LINES = Codec.of(MetricsLine.class);

    private final FSDataOutputStream out;
    private final FileAccess.Writing naming;

    /** Whether it goes on under its name; else it has that from its end on. */
    private final boolean grows;

    private boolean ended;
    private long lines;

    private MetricsLog(FSDataOutputStream out, long lines, FileAccess.Writing naming) {
        this.out = out;
        this.grows = Durable.isSeenWhileOpen(out);
        this.lines = lines;
        this.naming = naming;
    }

    /**
     * Opens the file, keeping the lines of steps up to {@code through}.
     *
     * <p>The kept lines are written to a new file, which then takes the old one's name while it stays open: so the figures
     * are never fewer than the checkpoint's, whenever the process dies. Where nobody sees a file that is open, as on object stores, it takes
     * the name when it is closed.
     *
     * @param fileSystem that asks the run's lease
     * @param file {@code metrics.jsonl}
     * @param epoch of the driver that writes, which is part of the new file's name
     * @param through the last step whose lines are kept
     * @param kept hears of each line that is kept, in their order
     * @return the file, open for further lines
     * @throws IOException if the file system fails
     * @throws BadInputException if a line is none of a run's
     */
    public static MetricsLog open(
            GuardedFileSystem fileSystem, Path file, long epoch, long through, Consumer<StoredLine> kept)
            throws IOException {
        return FileAccess.read(
                () -> openFile(fileSystem, file, epoch, (text, where) -> isKept(parsed(text), where, through, kept)));
    }

    /**
     * Opens the file anew after a failure, keeping its first lines.
     *
     * @param fileSystem that asks the run's lease
     * @param file {@code metrics.jsonl}
     * @param epoch of the driver that writes
     * @param lines how many are kept
     * @return the file, open for further lines
     * @throws IOException if the file system fails, or has fewer lines
     */
    static MetricsLog reopen(GuardedFileSystem fileSystem, Path file, long epoch, long lines) throws IOException {
        AtomicLong left = new AtomicLong(lines);
        MetricsLog log =
                FileAccess.read(() -> openFile(fileSystem, file, epoch, (text, where) -> left.getAndDecrement() > 0));
        if (log.lines < lines) {
            try (log) {
                throw new IOException(file + " has lost lines: there were " + lines + ", there are " + log.lines);
            }
        }
        return log;
    }

    /** Which lines are kept of a file. */
    @FunctionalInterface
    private interface Kept {
        /** Throws {@link EndOfLines} at a line that was cut off. */
        boolean test(String text, String where) throws EndOfLines;
    }

    /** What follows does not count. */
    private static final class EndOfLines extends Exception {
        private static final long serialVersionUID = 1;
    }

    private static Value parsed(String text) throws EndOfLines {
        try {
            return StoredLine.parse(text);
        } catch (BadInputException cutOff) {
            // The process died while it wrote this line; its step is computed again.
            throw new EndOfLines();
        }
    }

    private static MetricsLog openFile(GuardedFileSystem fileSystem, Path file, long epoch, Kept kept)
            throws IOException {
        Path next = new Path(file.getParent(), "." + file.getName() + "." + epoch + ".next");
        FSDataOutputStream out = fileSystem.create(next, true);
        try {
            long lines = copy(fileSystem, file, kept, out);
            MetricsLog log = new MetricsLog(out, lines, () -> fileSystem.replace(next, file));
            if (log.grows) {
                Durable.sync(out);
                log.naming.run();
            }
            return log;
        } catch (IOException | RuntimeException failure) {
            try (out) {
                throw failure;
            }
        }
    }

    /** Returns how many lines it has copied. */
    private static long copy(FileSystem fileSystem, Path file, Kept kept, FSDataOutputStream out) throws IOException {
        // Asked, and not told by a failure to open it: a file that may not be read is not to be written anew.
        if (!fileSystem.exists(file)) {
            return 0;
        }
        long copied = 0;
        try (BufferedReader reader =
                new BufferedReader(new InputStreamReader(fileSystem.open(file), StandardCharsets.UTF_8))) {
            long number = 0;
            for (String text = reader.readLine(); text != null; text = reader.readLine()) {
                number++;
                if (kept.test(text, file + ", line " + number)) {
                    write(out, text);
                    copied++;
                }
            }
        } catch (EndOfLines cutOff) {
            return copied;
        }
        return copied;
    }

    private static boolean isKept(Value value, String where, long through, Consumer<StoredLine> kept) {
        if (value instanceof Value.Nothing) {
            return false;
        }
        try {
            StoredLine line = StoredLine.of(value);
            if (line.head().step() > through) {
                return false;
            }
            kept.accept(line);
            return true;
        } catch (BadInputException strange) {
            throw new BadInputException(
                    where + " is none of a run's (" + FirstLine.of(String.valueOf(strange.getMessage()))
                            + "): restore the file, or remove the line",
                    strange);
        }
    }

    /**
     * Adds a line.
     *
     * @param line any
     * @throws IOException if the file system fails
     */
    public void add(MetricsLine line) throws IOException {
        write(out, LINES.toJson(line));
        lines++;
    }

    /** How many lines it has. */
    long lines() {
        return lines;
    }

    private static void write(FSDataOutputStream out, String line) throws IOException {
        byte[] bytes = (line + "\n").getBytes(StandardCharsets.UTF_8);
        FileAccess.write(() -> out.write(bytes));
    }

    /** Whether others see what is written before the end. */
    boolean grows() {
        return grows;
    }

    /** {@return whether it has come to its end} */
    public boolean isEnded() {
        return ended;
    }

    /**
     * Makes what was written visible to readers, as far as that can be without an end.
     *
     * @throws IOException if the file system fails
     */
    public void flush() throws IOException {
        FileAccess.write(out::hflush);
    }

    /**
     * Has what was written outlast the machine's power. Where nobody sees a file that is open this is its end.
     *
     * @throws IOException if the file system fails
     */
    public void sync() throws IOException {
        if (grows) {
            FileAccess.write(() -> Durable.sync(out));
        } else {
            close();
        }
    }

    @Override
    public void close() throws IOException {
        if (!ended) {
            ended = true;
            FileAccess.write(out::close);
            if (!grows) {
                naming.run();
            }
        }
    }
}
