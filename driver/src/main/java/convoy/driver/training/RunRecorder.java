package convoy.driver.training;

import convoy.driver.checkpoint.RunDirectory;
import convoy.driver.configuration.Outputs.OnDivergence;
import convoy.driver.configuration.RunConfiguration;
import convoy.driver.coordination.StepMetrics;
import convoy.driver.evaluation.EvaluationResult;
import convoy.driver.metrics.EventFile;
import convoy.driver.metrics.MetricsLine;
import convoy.driver.metrics.MetricsLineEvaluationBuilder;
import convoy.driver.metrics.MetricsLineStepBuilder;
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
import java.util.ArrayList;
import java.util.Deque;
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
    private final WrittenMetrics written;
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
            WrittenMetrics written,
            Clock clock) {
        this.clock = clock;
        this.begun = clock.nanoTime();
        this.lastFlush = begun;
        this.directory = directory;
        this.from = written.from();
        this.run = run;
        this.listener = listener;
        this.log = log;
        this.written = written;
        this.recorded = from;
        this.recent.add(new Arrival(begun, from, 0));
    }

    /** Opens the files, keeping what was written up to step {@code from}. */
    static RunRecorder open(
            RunDirectory directory, ResolvedRun run, TrainingListener listener, long from, Clock clock) {
        WrittenMetrics written = new WrittenMetrics(from, run.rankedClasses());
        try {
            MetricsLog log = MetricsLog.open(
                    directory.fileSystem(), directory.path(MetricsLog.FILE), directory.epoch(), from, written::take);
            return new RunRecorder(directory, run, listener, log, written, clock);
        } catch (IOException failure) {
            throw new UncheckedIOException("cannot write the metrics of " + directory.root(), failure);
        }
    }

    private double seconds() {
        return clock.now().toEpochMilli() / 1000.0;
    }

    /** Versions whose evaluation is written already. */
    Set<Long> evaluated() {
        return written.evaluated();
    }

    /** What is known of the losses of all steps that are written. */
    Losses losses() {
        return written.losses();
    }

    TrainingListener.Progress newestProgress() {
        return newestProgress;
    }

    Optional<EvaluationResult> newestEvaluation() {
        return written.newestEvaluation();
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

        List<MetricsLine.Effort> workers = new ArrayList<>();
        new TreeMap<>(metrics.efforts())
                .forEach((worker, effort) -> workers.add(new MetricsLine.Effort(
                        worker,
                        effort.microBatches(),
                        effort.computeNanos() / 1e6,
                        effort.dataWaitNanos() / 1e6,
                        effort.pullWaitNanos() / 1e6)));
        add(MetricsLineStepBuilder.builder()
                .step(version)
                .epoch(epoch)
                .loss(MetricsLine.figure(metrics.loss()))
                .auxiliaryLoss(MetricsLine.figure(metrics.auxiliaryLoss()))
                .accuracy(MetricsLine.figure(accuracy))
                .examples(metrics.examples())
                .learningRate(MetricsLine.figure(rate))
                .imagesPerSecond(MetricsLine.figure(imagesPerSecond))
                .time(now())
                .workers(workers)
                .build());

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
        written.losses().add(metrics.step(), metrics.isFinite());
        RunConfiguration configuration = run.configuration();
        if (!warnedOfLoss && !metrics.isFinite() && configuration.outputs().onDivergence() == OnDivergence.CONTINUE) {
            warnedOfLoss = true;
            listener.notice("the loss of step " + version + " is " + metrics.badLoss()
                    + ": the training has diverged and goes on, as on-divergence = continue; in a run of another name "
                    + Divergence.remedies(configuration));
        }
    }

    void evaluation(long version, List<EvaluationMetrics> blocks) {
        if (!written.isFirstEvaluation(version)) {
            return;
        }
        EvaluationResult result = EvaluationResult.of(version, run.rankedClasses(), blocks);
        written.evaluated(result);
        add(MetricsLineEvaluationBuilder.builder()
                .step(version)
                .epoch((double) version / run.stepsPerEpoch())
                .rows(result.rows())
                .top1(result.top1())
                .top5(result.top5())
                .top1Accuracy(MetricsLine.figure(result.top1Accuracy()))
                .top5Accuracy(result.top5Accuracy().filter(Double::isFinite))
                .loss(MetricsLine.figure(result.loss()))
                .time(now())
                .build());
        Map<String, Double> scalars = new LinkedHashMap<>();
        scalars.put("evaluation/top1-accuracy", result.top1Accuracy());
        result.top5Accuracy().ifPresent(accuracy -> scalars.put("evaluation/top5-accuracy", accuracy));
        scalars.put("evaluation/loss", result.loss());
        add(version, scalars);
        listener.evaluated(result);
    }

    /** What each tensor of a version is, by checksums, which stay when its checkpoint has gone. */
    void tensors(long version, Map<String, String> sums) {
        if (written.isFirstSum(version)) {
            add(new MetricsLine.Tensors(version, sums));
        }
    }

    void checkpoint(TrainingListener.Checkpointed checkpoint) {
        add(new MetricsLine.Checkpoint(
                checkpoint.step(),
                checkpoint.directory(),
                checkpoint.bytes(),
                checkpoint.took().toMillis() / 1000.0,
                now()));
        flush();
        listener.checkpointed(checkpoint);
    }

    void membership(TrainingListener.MembershipChange membership) {
        add(new MetricsLine.Membership(
                recorded, membership.change(), membership.servers(), membership.workers(), now()));
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

    private Optional<String> now() {
        return Optional.of(clock.now().toString());
    }

    private void add(MetricsLine line) {
        try {
            log.add(line);
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
