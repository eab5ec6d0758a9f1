package convoy.jobs.report.run;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import convoy.records.BadInputException;
import java.io.BufferedReader;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.SortedSet;
import java.util.TreeMap;

/** Reads {@code metrics.jsonl} line by line, in memory that does not grow with it. */
final class RunLogReader {
    /** As many as a wide chart has columns of points, and half of it. */
    private static final int STRETCHES = 1024;

    private static final int WORKER_STRETCHES = 256;

    private static final long SECOND = 1_000_000_000;

    private static final ObjectMapper JSON = new ObjectMapper();

    private final String where;
    private final SortedSet<Long> calls;
    private final Stretches course = new Stretches(STRETCHES);
    private final Map<String, Stretches> workers = new TreeMap<>();
    private final List<Scored> scored = new ArrayList<>();
    private final List<Happening> happenings = new ArrayList<>();
    private long checkpoints;
    private double checkpointSeconds;
    private long checkpointBytes;
    private OptionalLong diverged = OptionalLong.empty();
    private Optional<Instant> begun = Optional.empty();
    private OptionalLong timeBefore = OptionalLong.empty();
    private double seconds;
    private double epoch;
    private int membersBefore;
    private int serversBefore;

    private RunLogReader(String where, SortedSet<Long> calls) {
        this.where = where;
        this.calls = calls;
    }

    /**
     * Reads all of it.
     *
     * @param where it lies, for messages
     * @param calls when each call of the run began to train, in seconds since 1970
     * @throws BadInputException if a line but the last is none of a run's
     */
    static RunLog read(BufferedReader lines, String where, SortedSet<Long> calls) throws IOException {
        RunLogReader reader = new RunLogReader(where, calls);
        boolean cutOff = false;
        long number = 0;
        for (String line = lines.readLine(); line != null; ) {
            number++;
            String next = lines.readLine();
            cutOff = !reader.line(line, number, next == null);
            line = next;
        }
        return reader.log(cutOff);
    }

    private RunLog log(boolean cutOff) {
        Map<String, List<Stretch>> byWorker = new TreeMap<>();
        workers.forEach((name, stretches) -> byWorker.put(name, stretches.all()));
        return new RunLog(
                course.all(),
                byWorker,
                scored,
                happenings,
                new RunLog.Checkpointing(
                        checkpoints, checkpoints == 0 ? 0 : checkpointSeconds / checkpoints, checkpointBytes),
                new RunLog.Ends(diverged, cutOff, begun, Math.max(1, calls.size()), course.width()));
    }

    /** Whether the line is whole. */
    private boolean line(String line, long number, boolean isLast) {
        JsonNode entry;
        try {
            entry = JSON.readTree(line);
        } catch (JsonProcessingException broken) {
            if (isLast) {
                // The run is writing it, or was killed while it did.
                return false;
            }
            throw refused(number, "is no JSON", broken);
        }
        if (entry.isMissingNode()) {
            return true;
        }
        if (!entry.path("kind").isTextual() || !entry.path("step").canConvertToLong()) {
            throw refused(number, "has no kind and step", new IllegalArgumentException(entry.getNodeType() + ""));
        }
        time(entry, number);
        switch (entry.path("kind").asText()) {
            case "step" -> step(entry, number);
            case "evaluation" -> evaluation(entry);
            case "checkpoint" -> checkpoint(entry);
            case "membership" -> membership(entry);
            default -> {
                // Of a later version, which tells of other things as well.
            }
        }
        return true;
    }

    private BadInputException refused(long number, String what, Exception cause) {
        return new BadInputException(
                where + ", line " + number + " " + what
                        + ": no run writes such a line; restore the file, or remove the line and those behind it",
                cause);
    }

    private void time(JsonNode entry, long number) {
        if (!entry.path("time").isTextual()) {
            return;
        }
        long nanos;
        try {
            Instant written = Instant.parse(entry.path("time").asText());
            nanos = Duration.between(Instant.EPOCH, written).toNanos();
            begun = begun.or(() -> Optional.of(written));
        } catch (DateTimeParseException | ArithmeticException noTime) {
            throw refused(number, "has time = " + entry.path("time"), noTime);
        }
        // A clock that was put back gives no time.
        if (timeBefore.isPresent() && nanos > timeBefore.getAsLong()) {
            long before = timeBefore.getAsLong();
            // Nobody trained between the end of one call and the beginning of the next one.
            long begun = before;
            for (long call : calls.subSet(before / SECOND, nanos / SECOND + 1)) {
                begun = Math.max(begun, call * SECOND);
            }
            seconds += (nanos - begun) / 1e9;
        }
        timeBefore = OptionalLong.of(nanos);
    }

    private void step(JsonNode entry, long number) {
        long step = entry.path("step").asLong();
        if (step <= 0) {
            throw refused(number, "has step = " + step, new IllegalArgumentException("step " + step));
        }
        epoch = number(entry, "epoch");
        Map<Measure, Double> values = new EnumMap<>(Measure.class);
        values.put(Measure.LOSS, number(entry, "loss"));
        values.put(Measure.ACCURACY, number(entry, "accuracy"));
        values.put(Measure.LEARNING_RATE, number(entry, "learning-rate"));
        values.put(Measure.IMAGES_PER_SECOND, number(entry, "images-per-second"));
        boolean isLossNone =
                entry.path("loss").isNull() || entry.path("auxiliary-loss").isNull();
        if (isLossNone && diverged.isEmpty()) {
            diverged = OptionalLong.of(step);
        }
        JsonNode efforts = entry.path("workers");
        Map<Measure, Double> sums = new EnumMap<>(Measure.class);
        for (JsonNode effort : efforts) {
            Map<Measure, Double> own = new EnumMap<>(Measure.class);
            own.put(Measure.COMPUTE, number(effort, "compute-ms"));
            own.put(Measure.DATA_WAIT, number(effort, "data-wait-ms"));
            own.put(Measure.PARAMETER_WAIT, number(effort, "pull-wait-ms"));
            own.forEach((measure, value) -> sums.merge(measure, value, Double::sum));
            own.put(Measure.MICRO_BATCHES, number(effort, "micro-batches"));
            workers.computeIfAbsent(effort.path("worker").asText(), name -> new Stretches(WORKER_STRETCHES))
                    .add(step, epoch, seconds, own);
        }
        sums.forEach((measure, sum) -> values.put(measure, sum / efforts.size()));
        course.add(step, epoch, seconds, values);
    }

    private void evaluation(JsonNode entry) {
        scored.add(new Scored(
                entry.path("step").asLong(),
                number(entry, "epoch"),
                number(entry, "top1-accuracy"),
                number(entry, "top5-accuracy"),
                number(entry, "loss"),
                entry.path("rows").asLong()));
    }

    private void checkpoint(JsonNode entry) {
        checkpoints++;
        checkpointSeconds += entry.path("seconds").asDouble();
        checkpointBytes = entry.path("bytes").asLong();
    }

    private void membership(JsonNode entry) {
        int members = entry.path("workers").size();
        int servers = entry.path("servers").asInt();
        boolean isLoss = members < membersBefore || servers < serversBefore;
        happenings.add(new Happening(
                new Happening.Moment(entry.path("step").asLong(), epoch, seconds),
                entry.path("change").asText(),
                members,
                servers,
                isLoss));
        membersBefore = members;
        serversBefore = servers;
    }

    private static double number(JsonNode entry, String key) {
        return entry.path(key).asDouble(Double.NaN);
    }
}
