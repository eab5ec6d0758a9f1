package convoy.driver.metrics;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import convoy.driver.lease.GuardedFileSystem;
import convoy.parameterserver.files.FileAccess;
import java.io.BufferedReader;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.apache.hadoop.fs.FSDataOutputStream;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;

/**
 * {@code metrics.jsonl}: one JSON object a line, each with its {@code kind} and its {@code step}, the number of updates
 * applied. A run that goes on from a checkpoint continues the file after the checkpoint's step; what lies beyond it, and a
 * last line that was cut off, is dropped, since those steps are computed again.
 *
 * <p>Not safe for use by several threads.
 */
public final class MetricsLog implements Closeable {
    /** Its name in the run's directory. */
    public static final String FILE = "metrics.jsonl";

    private static final ObjectMapper JSON = new ObjectMapper();

    private final FSDataOutputStream out;
    private final List<JsonNode> kept;

    private MetricsLog(FSDataOutputStream out, List<JsonNode> kept) {
        this.out = out;
        this.kept = kept;
    }

    /**
     * Opens the file, keeping the entries of steps up to {@code through}.
     *
     * <p>The kept entries are written to a new file, which then takes the old one's name while it stays open: so the figures
     * are never fewer than the checkpoint's, whenever the process dies.
     *
     * @param fileSystem that asks the run's lease
     * @param file {@code metrics.jsonl}
     * @param epoch of the driver that writes, which is part of the new file's name
     * @param through the last step whose entries are kept
     * @return the file, open for further entries
     * @throws IOException if the file system fails
     */
    public static MetricsLog open(GuardedFileSystem fileSystem, Path file, long epoch, long through)
            throws IOException {
        return FileAccess.read(() -> openFile(fileSystem, file, epoch, through));
    }

    private static MetricsLog openFile(GuardedFileSystem fileSystem, Path file, long epoch, long through)
            throws IOException {
        List<JsonNode> kept = read(fileSystem, file, through);
        Path next = new Path(file.getParent(), "." + file.getName() + "." + epoch + ".next");
        FSDataOutputStream out = fileSystem.create(next, true);
        for (JsonNode entry : kept) {
            write(out, entry);
        }
        out.hflush();
        fileSystem.replace(next, file);
        return new MetricsLog(out, kept);
    }

    private static List<JsonNode> read(FileSystem fileSystem, Path file, long through) throws IOException {
        List<JsonNode> entries = new ArrayList<>();
        // Asked, and not told by a failure to open it: a file that may not be read is not to be written anew.
        if (!fileSystem.exists(file)) {
            return entries;
        }
        try (BufferedReader reader =
                new BufferedReader(new InputStreamReader(fileSystem.open(file), StandardCharsets.UTF_8))) {
            for (String line = reader.readLine(); line != null; line = reader.readLine()) {
                try {
                    JsonNode entry = JSON.readTree(line);
                    if (entry.path("step").asLong(Long.MAX_VALUE) <= through) {
                        entries.add(entry);
                    }
                } catch (JsonProcessingException cutOff) {
                    // The process died while it wrote this line; its step is computed again.
                    break;
                }
            }
        }
        return entries;
    }

    /** {@return the entries that were there already} */
    public List<JsonNode> kept() {
        return List.copyOf(kept);
    }

    /**
     * {@return a new entry, to be filled and then {@link #add added}}
     *
     * @param kind what the entry is
     * @param step updates applied
     */
    public ObjectNode entry(String kind, long step) {
        return JSON.createObjectNode().put("kind", kind).put("step", step);
    }

    /**
     * Adds a line.
     *
     * @param entry of {@link #entry}
     * @throws IOException if the file system fails
     */
    public void add(ObjectNode entry) throws IOException {
        write(out, entry);
    }

    /**
     * Puts a number as JSON can hold it: what is infinite or no number becomes {@code null}.
     *
     * @param entry that gets it
     * @param key in the entry
     * @param value any
     */
    public static void number(ObjectNode entry, String key, double value) {
        if (Double.isFinite(value)) {
            entry.put(key, value);
        } else {
            entry.putNull(key);
        }
    }

    private static void write(FSDataOutputStream out, JsonNode entry) throws IOException {
        byte[] line = (entry + "\n").getBytes(StandardCharsets.UTF_8);
        FileAccess.write(() -> out.write(line));
    }

    /**
     * Makes what was written visible to readers.
     *
     * @throws IOException if the file system fails
     */
    public void flush() throws IOException {
        FileAccess.write(out::hflush);
    }

    @Override
    public void close() throws IOException {
        FileAccess.write(out::close);
    }
}
