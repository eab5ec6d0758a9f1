package convoy.driver.metrics;

import convoy.parameterserver.files.FileAccess;
import java.io.Closeable;
import java.io.IOException;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.apache.hadoop.fs.Path;

/**
 * {@code metrics.jsonl} and an event file, opened together. Whatever fails, both are given up, and others opened in their place.
 *
 * <p>Not safe for use by several threads.
 */
final class MetricsFiles implements Closeable {
    private final MetricsWriter.Run run;
    private final int opening;
    private final MetricsLog log;
    private Optional<EventFile> events = Optional.empty();

    /**
     * @param opening how often files were opened before these by this process: none overwrites another
     */
    MetricsFiles(MetricsWriter.Run run, int opening, MetricsLog log) {
        this.run = run;
        this.opening = opening;
        this.log = log;
    }

    void line(MetricsLine line) throws IOException {
        log.add(line);
    }

    /** Scalars of a step, at a time in seconds since 1970. */
    void scalars(double seconds, long step, Map<String, Double> values) throws IOException {
        FileAccess.write(() -> {
            if (events.isEmpty()) {
                String name =
                        String.format(Locale.ROOT, "events.out.tfevents.%010d.convoy.%d", (long) seconds, run.from());
                Path file = new Path(run.directory(), opening == 0 ? name : name + "." + opening);
                events = Optional.of(new EventFile(run.fileSystem().create(file, true), seconds, run.from()));
            }
            events.get().scalars(seconds, step, values);
        });
    }

    /**
     * Has others see what was written.
     *
     * @param lasting whether the log's lines are to outlast the machine's power; TensorBoard's need not, nobody goes on from them
     * @return how many lines the log has
     */
    long flush(boolean lasting) throws IOException {
        if (lasting) {
            log.sync();
        } else {
            log.flush();
        }
        if (events.isPresent()) {
            FileAccess.write(events.get()::flush);
        }
        return log.lines();
    }

    /** Whether others see lines before the log's end. */
    boolean grows() {
        return log.grows();
    }

    /** Whether the log has come to its end. */
    boolean isEnded() {
        return log.isEnded();
    }

    @Override
    public void close() throws IOException {
        try (log) {
            if (events.isPresent()) {
                FileAccess.write(events.get()::close);
            }
        }
    }
}
