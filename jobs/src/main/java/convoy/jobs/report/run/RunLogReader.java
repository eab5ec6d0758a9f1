package convoy.jobs.report.run;

import convoy.driver.metrics.MetricsLine;
import convoy.driver.metrics.StoredLine;
import convoy.jobs.report.norms.MeasuredSteps;
import convoy.records.BadInputException;
import convoy.records.Value;
import convoy.records.text.FirstLine;
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
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;

/** Reads {@code metrics.jsonl} line by line, in memory that does not grow with it. */
final class RunLogReader {
    /** As many as a wide chart has columns of points, and half of it. */
    private static final int STRETCHES = 1024;

    private static final int WORKER_STRETCHES = 256;

    private static final long SECOND = 1_000_000_000;

    private final String where;
    private final SortedSet<Long> calls;
    private final Stretches course = new Stretches(STRETCHES);
    private final Map<String, Stretches> workers = new TreeMap<>();
    private final List<Scored> scored = new ArrayList<>();
    private final List<Happening> happenings = new ArrayList<>();
    private final MeasuredSteps norms = new MeasuredSteps();
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
        return RunLogBuilder.builder()
                .course(course.all())
                .workers(byWorker)
                .scored(scored)
                .happenings(happenings)
                .checkpoints(new RunLog.Checkpointing(
                        checkpoints, checkpoints == 0 ? 0 : checkpointSeconds / checkpoints, checkpointBytes))
                .ends(new RunLog.Ends(diverged, cutOff, begun, Math.max(1, calls.size()), course.width()))
                .norms(norms.all())
                .build();
    }

    /** Whether the line is whole. */
    private boolean line(String line, long number, boolean isLast) {
        Value value;
        try {
            value = StoredLine.parse(line);
        } catch (BadInputException broken) {
            if (isLast) {
                // The run is writing it, or was killed while it did.
                return false;
            }
            throw refused(number, "is no JSON", broken);
        }
        if (value instanceof Value.Nothing) {
            return true;
        }
        StoredLine stored;
        try {
            stored = StoredLine.of(value);
        } catch (BadInputException strange) {
            throw refused(number, "has no kind and step", strange);
        }
        stored.head().time().ifPresent(written -> time(written, number));
        Optional<MetricsLine> known;
        try {
            // Of a later version there may be others, which tell of other things as well.
            known = stored.line();
        } catch (BadInputException lacking) {
            throw refused(number, "is not whole (" + FirstLine.of(String.valueOf(lacking.getMessage())) + ")", lacking);
        }
        known.ifPresent(entry -> entry.visit(new Taking(number)));
        return true;
    }

    private BadInputException refused(long number, String what, Exception cause) {
        return new BadInputException(
                where + ", line " + number + " " + what
                        + ": no run writes such a line; restore the file, or remove the line and those behind it",
                cause);
    }

    private void time(String text, long number) {
        long nanos;
        try {
            Instant written = Instant.parse(text);
            nanos = Duration.between(Instant.EPOCH, written).toNanos();
            begun = begun.or(() -> Optional.of(written));
        } catch (DateTimeParseException | ArithmeticException noTime) {
            throw refused(number, "has time = \"" + text + "\"", noTime);
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

    /** Takes in a line. */
    private final class Taking implements MetricsLine.Visitor {
        private final long number;

        Taking(long number) {
            this.number = number;
        }

        @Override
        public void step(MetricsLine.Step line) {
            long step = line.step();
            if (step <= 0) {
                throw refused(number, "has step = " + step, new IllegalArgumentException("step " + step));
            }
            epoch = line.epoch();
            Map<Measure, Double> values = new EnumMap<>(Measure.class);
            values.put(Measure.LOSS, orNone(line.loss()));
            values.put(Measure.ACCURACY, orNone(line.accuracy()));
            values.put(Measure.LEARNING_RATE, orNone(line.learningRate()));
            values.put(Measure.IMAGES_PER_SECOND, orNone(line.imagesPerSecond()));
            if (!line.isFinite() && diverged.isEmpty()) {
                diverged = OptionalLong.of(step);
            }
            Map<Measure, Double> sums = new EnumMap<>(Measure.class);
            for (MetricsLine.Effort effort : line.workers()) {
                Map<Measure, Double> own = new EnumMap<>(Measure.class);
                own.put(Measure.COMPUTE, effort.computeMs());
                own.put(Measure.DATA_WAIT, effort.dataWaitMs());
                own.put(Measure.PARAMETER_WAIT, effort.pullWaitMs());
                own.forEach((measure, value) -> sums.merge(measure, value, Double::sum));
                own.put(Measure.MICRO_BATCHES, (double) effort.microBatches());
                workers.computeIfAbsent(effort.worker(), name -> new Stretches(WORKER_STRETCHES))
                        .add(step, epoch, seconds, own);
            }
            sums.forEach(
                    (measure, sum) -> values.put(measure, sum / line.workers().size()));
            course.add(step, epoch, seconds, values);
        }

        @Override
        public void evaluation(MetricsLine.Evaluation line) {
            SortedMap<String, Double> own = new TreeMap<>();
            line.metrics().ifPresent(all -> all.forEach((name, figure) -> own.put(name, orNone(figure))));
            scored.add(ScoredBuilder.builder()
                    .step(line.step())
                    .epoch(line.epoch())
                    .accuracy(orNone(line.top1Accuracy()))
                    .top5Accuracy(orNone(line.top5Accuracy()))
                    .loss(orNone(line.loss()))
                    .metrics(own)
                    .rows(line.rows())
                    .build());
        }

        @Override
        public void checkpoint(MetricsLine.Checkpoint line) {
            checkpoints++;
            checkpointSeconds += line.seconds();
            checkpointBytes = line.bytes();
        }

        @Override
        public void membership(MetricsLine.Membership line) {
            int members = line.workers().size();
            boolean isLoss = members < membersBefore || line.servers() < serversBefore;
            happenings.add(new Happening(
                    new Happening.Moment(line.step(), epoch, seconds), line.change(), members, line.servers(), isLoss));
            membersBefore = members;
            serversBefore = line.servers();
        }

        @Override
        public void tensors(MetricsLine.Tensors line) {
            // A report shows no checksums.
        }

        @Override
        public void norms(MetricsLine.Norms line) {
            norms.add(line, epoch);
        }
    }

    private static double orNone(Optional<Double> figure) {
        return figure.orElse(Double.NaN);
    }
}
