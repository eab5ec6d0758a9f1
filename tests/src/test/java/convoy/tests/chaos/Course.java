package convoy.tests.chaos;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;

/**
 * What a run's {@code metrics.jsonl} says of how it went.
 *
 * @param steps when each was recorded, from the first on
 * @param changes of the workers and servers
 */
record Course(List<Instant> steps, List<Change> changes) {
    private static final Pattern LINE =
            Pattern.compile("\\{\"kind\":\"(step|membership)\",\"step\":(\\d+),.*?\"time\":\"([^\"]+)\".*");
    private static final Pattern CHANGE = Pattern.compile("\"change\":\"([^\"]+)\"");
    private static final Pattern AT = Pattern.compile(" at step (\\d+)$");

    /**
     * A change.
     *
     * @param step that was recorded last
     * @param text in words
     * @param time when
     */
    record Change(long step, String text, Instant time) {
        /** Steps that are done again for it. */
        long again() {
            Matcher at = AT.matcher(text);
            return at.find() ? Math.max(0, step - Long.parseLong(at.group(1))) : 0;
        }
    }

    static Course read(FileSystem files, String run) throws IOException {
        List<Instant> steps = new ArrayList<>();
        List<Change> changes = new ArrayList<>();
        try (BufferedReader lines = new BufferedReader(
                new InputStreamReader(files.open(new Path(run, "metrics.jsonl")), StandardCharsets.UTF_8))) {
            for (Optional<String> line = next(lines); line.isPresent(); line = next(lines)) {
                Matcher matcher = LINE.matcher(line.get());
                if (!matcher.matches()) {
                    continue;
                }
                long step = Long.parseLong(matcher.group(2));
                Instant time = Instant.parse(matcher.group(3));
                if (matcher.group(1).equals("step")) {
                    steps.add(time);
                } else {
                    Matcher change = CHANGE.matcher(line.get());
                    changes.add(new Change(step, change.find() ? change.group(1) : "", time));
                }
            }
        }
        return new Course(steps, changes);
    }

    private static Optional<String> next(BufferedReader lines) throws IOException {
        return Optional.ofNullable(lines.readLine());
    }

    /** From a moment to the first step that was recorded after it. */
    Optional<Duration> toNextStep(Instant from) {
        return steps.stream().filter(from::isBefore).findFirst().map(step -> Duration.between(from, step));
    }
}
