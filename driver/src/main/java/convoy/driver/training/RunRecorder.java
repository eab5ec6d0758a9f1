package convoy.driver.training;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import convoy.driver.checkpoint.RunDirectory;
import convoy.driver.configuration.Outputs.OnDivergence;
import convoy.driver.configuration.RunConfiguration;
import convoy.driver.coordination.StepMetrics;
import convoy.driver.evaluation.EvaluationResult;
import convoy.driver.metrics.EventFile;
import convoy.driver.metrics.MetricsLog;
import convoy.driver.metrics.TrainingListener;
import convoy.driver.metrics.TrainingListenerProgressBuilder;
import convoy.driver.metrics.TrainingListenerStartedBuilder;
import convoy.driver.resolved.ResolvedRun;
import convoy.parameterserver.files.FileAccess;
import convoy.parameterserver.time.Clock;
import convoy.worker.loop.EvaluationMetrics;
import convoy.worker.storage.Storage;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/** Writes a run's metrics down and tells the listener. Each step is written once, however often it was computed. */
final class RunRecorder implements AutoCloseable {
    /** Over which the images per second are taken. */
    private static final long WINDOW_NANOS = Duration.ofSeconds(10).toNanos();

    private static final long FLUSH_NANOS = Duration.ofSeconds(1).toNanos();

    private final ResolvedRun run;
    private final TrainingListener listener;
    private final MetricsLog log;
    private final RunDirectory directory;
    private final long from;
    private Optional<EventFile> events = Optional.empty();
    private final Clock clock;
    private final long begun;
    private final Deque<Arrival> recent = new ArrayDeque<>();
    private final Set<Long> evaluated = new HashSet<>();
    /** Versions whose tensors' checksums are written. */
    private final Set<Long> summed = new HashSet<>();

    private final Losses losses;
    private Optional<EvaluationResult> newest = Optional.empty();
    private long recorded;
    private long examples;
    private long lastFlush;
    private boolean warnedOfLoss;
    private TrainingListener.Progress newestProgress = TrainingListenerProgressBuilder.builder()
            .step(0)
            .lastStep(0)
            .epoch(0)
            .loss(0)
            .accuracy(0)
            .learningRate(0)
            .imagesPerSecond(0)
            .timeLeft(Duration.ZERO)
            .build();

    private record Arrival(long nanos, long step, long examples) {}

    private RunRecorder(
            RunDirectory directory,
            ResolvedRun run,
            TrainingListener listener,
            MetricsLog log,
            long from,
            Clock clock) {
        this.clock = clock;
        this.begun = clock.nanoTime();
        this.lastFlush = begun;
        this.directory = directory;
        this.from = from;
        this.run = run;
        this.listener = listener;
        this.log = log;
        this.recorded = from;
        this.recent.add(new Arrival(begun, from, 0));
        this.losses = new Losses(from);
        for (JsonNode entry : log.kept()) {
            if (entry.path("kind").asText().equals("step")) {
                boolean none = entry.path("loss").isNull()
                        || entry.path("auxiliary-loss").isNull();
                losses.add(entry.path("step").asLong() - 1, !none);
            }
            if (entry.path("kind").asText().equals("tensors")) {
                summed.add(entry.path("step").asLong());
            }
            if (entry.path("kind").asText().equals("evaluation")) {
                EvaluationResult result = new EvaluationResult(
                        entry.path("step").asLong(),
                        entry.path("rows").asLong(),
                        entry.path("top1").asLong(),
                        Optional.of(entry.path("top5").asLong())
                                .filter(any ->
                                        EvaluationResult.tells5(run.network().classes())),
                        entry.path("loss").asDouble(Double.NaN));
                evaluated.add(result.step());
                newest = Optional.of(result);
            }
        }
    }

    /** Opens the files, keeping what was written up to step {@code from}. */
    static RunRecorder open(
            RunDirectory directory, ResolvedRun run, TrainingListener listener, long from, Clock clock) {
        try {
            MetricsLog log =
                    MetricsLog.open(directory.fileSystem(), directory.path(MetricsLog.FILE), directory.epoch(), from);
            return new RunRecorder(directory, run, listener, log, from, clock);
        } catch (IOException failure) {
            throw new UncheckedIOException("cannot write the metrics of " + directory.root(), failure);
        }
    }

    private double seconds() {
        return clock.now().toEpochMilli() / 1000.0;
    }

    /** Versions whose evaluation is written already. */
    Set<Long> evaluated() {
        return Set.copyOf(evaluated);
    }

    /** What is known of the losses of all steps that are written. */
    Losses losses() {
        return losses;
    }

    TrainingListener.Progress newestProgress() {
        return newestProgress;
    }

    Optional<EvaluationResult> newestEvaluation() {
        return newest;
    }

    void step(StepMetrics metrics, long lastStep) {
        long version = metrics.step() + 1;
        if (version <= recorded) {
            // Computed again after servers were lost; the metrics are the same.
            return;
        }
        recorded = version;
        long now = clock.nanoTime();
        examples += metrics.examples();
        recent.add(new Arrival(now, version, metrics.examples()));
        while (recent.size() > 2 && now - recent.getFirst().nanos() > WINDOW_NANOS) {
            recent.removeFirst();
        }
        double seconds = (now - recent.getFirst().nanos()) / 1e9;
        double imagesPerSecond =
                recent.stream().skip(1).mapToLong(Arrival::examples).sum() / seconds;
        double stepsPerSecond = (version - recent.getFirst().step()) / seconds;
        double accuracy = (double) metrics.correct() / metrics.examples();
        double epoch = (double) version / run.stepsPerEpoch();
        double rate = run.learningRate(metrics.step());

        ObjectNode entry = log.entry("step", version);
        entry.put("epoch", epoch);
        MetricsLog.number(entry, "loss", metrics.loss());
        MetricsLog.number(entry, "auxiliary-loss", metrics.auxiliaryLoss());
        entry.put("accuracy", accuracy);
        entry.put("examples", metrics.examples());
        entry.put("learning-rate", rate);
        entry.put("images-per-second", imagesPerSecond);
        entry.put("time", clock.now().toString());
        ArrayNode workers = entry.putArray("workers");
        new TreeMap<>(metrics.efforts()).forEach((worker, effort) -> workers.addObject()
                .put("worker", worker)
                .put("micro-batches", effort.microBatches())
                .put("compute-ms", effort.computeNanos() / 1e6)
                .put("data-wait-ms", effort.dataWaitNanos() / 1e6)
                .put("pull-wait-ms", effort.pullWaitNanos() / 1e6));
        add(entry);

        Map<String, Double> scalars = new LinkedHashMap<>();
        scalars.put("train/loss", metrics.loss());
        scalars.put("train/accuracy", accuracy);
        scalars.put("train/learning-rate", rate);
        scalars.put("train/images-per-second", imagesPerSecond);
        add(version, scalars);

        newestProgress = TrainingListenerProgressBuilder.builder()
                .step(version)
                .lastStep(lastStep)
                .epoch(epoch)
                .loss(metrics.loss())
                .accuracy(accuracy)
                .learningRate(rate)
                .imagesPerSecond(imagesPerSecond)
                .timeLeft(Duration.ofMillis((long) (1000 * (lastStep - version) / stepsPerSecond)))
                .build();
        listener.progress(newestProgress);
        losses.add(metrics.step(), metrics.isFinite());
        RunConfiguration configuration = run.configuration();
        if (!warnedOfLoss && !metrics.isFinite() && configuration.outputs().onDivergence() == OnDivergence.CONTINUE) {
            warnedOfLoss = true;
            listener.notice("the loss of step " + version + " is " + metrics.badLoss()
                    + ": the training has diverged and goes on, as on-divergence = continue; in a run of another name "
                    + Divergence.remedies(configuration));
        }
    }

    void evaluation(long version, List<EvaluationMetrics> blocks) {
        if (!evaluated.add(version)) {
            return;
        }
        EvaluationResult result = EvaluationResult.of(version, run.network().classes(), blocks);
        newest = Optional.of(result);
        ObjectNode entry = log.entry("evaluation", version);
        entry.put("epoch", (double) version / run.stepsPerEpoch());
        entry.put("rows", result.rows());
        entry.put("top1", result.top1());
        result.top5().ifPresent(top5 -> entry.put("top5", top5));
        entry.put("top1-accuracy", result.top1Accuracy());
        result.top5Accuracy().ifPresent(accuracy -> entry.put("top5-accuracy", accuracy));
        MetricsLog.number(entry, "loss", result.loss());
        entry.put("time", clock.now().toString());
        add(entry);
        Map<String, Double> scalars = new LinkedHashMap<>();
        scalars.put("evaluation/top1-accuracy", result.top1Accuracy());
        result.top5Accuracy().ifPresent(accuracy -> scalars.put("evaluation/top5-accuracy", accuracy));
        scalars.put("evaluation/loss", result.loss());
        add(version, scalars);
        listener.evaluated(result);
    }

    /** What each tensor of a version is, by checksums, which stay when its checkpoint has gone. */
    void tensors(long version, Map<String, String> sums) {
        if (!summed.add(version)) {
            return;
        }
        ObjectNode entry = log.entry("tensors", version);
        ObjectNode crc32c = entry.putObject("crc32c");
        sums.forEach(crc32c::put);
        add(entry);
    }

    void checkpoint(TrainingListener.Checkpointed checkpoint) {
        ObjectNode entry = log.entry("checkpoint", checkpoint.step());
        entry.put("directory", checkpoint.directory());
        entry.put("bytes", checkpoint.bytes());
        entry.put("seconds", checkpoint.took().toMillis() / 1000.0);
        entry.put("time", clock.now().toString());
        add(entry);
        flush();
        listener.checkpointed(checkpoint);
    }

    void membership(TrainingListener.MembershipChange membership) {
        ObjectNode entry = log.entry("membership", recorded);
        entry.put("change", membership.change());
        entry.put("servers", membership.servers());
        ArrayNode workers = entry.putArray("workers");
        membership.workers().forEach(workers::add);
        entry.put("time", clock.now().toString());
        add(entry);
        listener.membership(membership);
    }

    /** Something that a person should know: one line. */
    void notice(String line) {
        listener.notice(line);
    }

    /** The run stands. */
    void started(long first, long last, int workers, int servers) {
        listener.started(TrainingListenerStartedBuilder.builder()
                .name(run.configuration().name())
                .directory(Storage.uri(directory.root()))
                .network(run.network().name())
                .parameters(run.network().parameterCount())
                .rows(run.train().rows())
                .stepsPerEpoch(run.stepsPerEpoch())
                .firstStep(first)
                .lastStep(last)
                .workers(workers)
                .servers(servers)
                .build());
    }

    /** Images per second over all steps of this call. */
    double imagesPerSecond() {
        return examples / ((clock.nanoTime() - begun) / 1e9);
    }

    Duration took() {
        return Duration.ofNanos(clock.nanoTime() - begun);
    }

    private void add(ObjectNode entry) {
        try {
            log.add(entry);
        } catch (IOException failure) {
            throw unwritten(failure);
        }
    }

    private void add(long step, Map<String, Double> scalars) {
        try {
            FileAccess.write(() -> {
                if (events.isEmpty()) {
                    String name =
                            String.format(Locale.ROOT, "events.out.tfevents.%010d.convoy.%d", (long) seconds(), from);
                    events = Optional.of(
                            new EventFile(directory.fileSystem().create(directory.path(name), true), seconds(), from));
                }
                events.get().scalars(seconds(), step, scalars);
            });
        } catch (IOException failure) {
            throw unwritten(failure);
        }
        if (clock.nanoTime() - lastFlush > FLUSH_NANOS) {
            flush();
        }
    }

    private UncheckedIOException unwritten(IOException failure) {
        return new UncheckedIOException("cannot write the metrics of " + directory.root(), failure);
    }

    /** Lets the files hold all that was recorded, whatever becomes of this process. */
    void flush() {
        try {
            log.flush();
            if (events.isPresent()) {
                FileAccess.write(events.get()::flush);
            }
        } catch (IOException failure) {
            throw unwritten(failure);
        }
        lastFlush = clock.nanoTime();
    }

    @Override
    public void close() {
        try (log) {
            if (events.isPresent()) {
                FileAccess.write(events.get()::close);
            }
        } catch (IOException failure) {
            throw unwritten(failure);
        }
    }
}
