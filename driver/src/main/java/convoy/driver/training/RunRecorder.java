package convoy.driver.training;

import convoy.driver.checkpoint.RunDirectory;
import convoy.driver.configuration.Outputs.OnDivergence;
import convoy.driver.configuration.RunConfiguration;
import convoy.driver.coordination.StepMetrics;
import convoy.driver.evaluation.EvaluationResult;
import convoy.driver.metrics.BadRows;
import convoy.driver.metrics.LayerNorms;
import convoy.driver.metrics.Losses;
import convoy.driver.metrics.MetricsLine;
import convoy.driver.metrics.MetricsLineEvaluationBuilder;
import convoy.driver.metrics.MetricsLineStepBuilder;
import convoy.driver.metrics.MetricsWriter;
import convoy.driver.metrics.TrainingListener;
import convoy.driver.metrics.TrainingListenerProgressBuilder;
import convoy.driver.metrics.TrainingListenerStartedBuilder;
import convoy.driver.metrics.WrittenMetrics;
import convoy.driver.resolved.ResolvedRun;
import convoy.parameterserver.range.Squares;
import convoy.parameterserver.time.Clock;
import convoy.worker.loop.EvaluationMetrics;
import convoy.worker.metric.Metrics;
import convoy.worker.storage.Storage;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;

/** Writes a run's metrics down and tells the listener. Each step is written once, however often it was computed. */
final class RunRecorder implements AutoCloseable {
    /** Over which the images per second are taken. */
    private static final long WINDOW_NANOS = Duration.ofSeconds(10).toNanos();

    private static final Duration LEAST_TO_END = Duration.ofSeconds(30);

    private final ResolvedRun run;
    private final TrainingListener listener;
    private final MetricsWriter files;
    private final RunDirectory directory;
    private final Clock clock;
    private final long begun;
    private final Deque<Arrival> recent = new ArrayDeque<>();
    private final WrittenMetrics written;
    private final Metrics metrics;
    private final BadRows badRows = new BadRows();
    private long recorded;
    private long examples;
    private boolean warnedOfLoss;
    private boolean failed;
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
            MetricsWriter files,
            WrittenMetrics written,
            Clock clock) {
        this.clock = clock;
        this.begun = clock.nanoTime();
        this.directory = directory;
        this.run = run;
        this.listener = listener;
        this.files = files;
        this.written = written;
        this.metrics = Metrics.of(
                run.configuration().outputs().evaluation().metrics(),
                run.network().classes());
        this.recorded = written.from();
        this.recent.add(new Arrival(begun, recorded, 0));
    }

    /** Opens the files, keeping what was written up to step {@code from}. */
    static RunRecorder open(
            RunDirectory directory, ResolvedRun run, TrainingListener listener, long from, Clock clock) {
        WrittenMetrics written = new WrittenMetrics(from, run.rankedClasses());
        try {
            MetricsWriter files = MetricsWriter.open(
                    new MetricsWriter.Run(directory.fileSystem(), directory.root(), directory.epoch(), from),
                    clock,
                    Deadlines.of(run.configuration().patience()).trouble(),
                    written::take);
            return new RunRecorder(directory, run, listener, files, written, clock);
        } catch (IOException failure) {
            throw new UncheckedIOException("cannot write the metrics of " + directory.root(), failure);
        }
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

        List<String> leftOut = metrics.leftOut();
        List<MetricsLine.Effort> workers = new ArrayList<>();
        new TreeMap<>(metrics.efforts())
                .forEach((worker, effort) -> workers.add(new MetricsLine.Effort(
                        worker,
                        effort.microBatches(),
                        effort.computeNanos() / 1e6,
                        effort.dataWaitNanos() / 1e6,
                        effort.pullWaitNanos() / 1e6)));
        files.add(MetricsLineStepBuilder.builder()
                .step(version)
                .epoch(epoch)
                .loss(MetricsLine.figure(metrics.loss()))
                .auxiliaryLoss(MetricsLine.figure(metrics.auxiliaryLoss()))
                .accuracy(MetricsLine.figure(accuracy))
                .examples(metrics.examples())
                .leftOut(leftOut.isEmpty() ? Optional.empty() : Optional.of((long) leftOut.size()))
                .learningRate(MetricsLine.figure(rate))
                .imagesPerSecond(MetricsLine.figure(imagesPerSecond))
                .time(now())
                .workers(workers)
                .build());

        badRows.add(leftOut).forEach(listener::notice);
        Map<String, Double> scalars = new LinkedHashMap<>();
        scalars.put("train/loss", metrics.loss());
        scalars.put("train/accuracy", accuracy);
        scalars.put("train/learning-rate", rate);
        scalars.put("train/images-per-second", imagesPerSecond);
        files.add(version, scalars);

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
        EvaluationResult result = EvaluationResult.of(version, run.rankedClasses(), blocks, metrics);
        written.evaluated(result);
        files.add(MetricsLineEvaluationBuilder.builder()
                .step(version)
                .epoch((double) version / run.stepsPerEpoch())
                .rows(result.rows())
                .top1(result.top1())
                .top5(result.top5())
                .top1Accuracy(MetricsLine.figure(result.top1Accuracy()))
                .top5Accuracy(result.top5Accuracy().filter(Double::isFinite))
                .loss(MetricsLine.figure(result.loss()))
                .metrics(own(result))
                .time(now())
                .build());
        Map<String, Double> scalars = new LinkedHashMap<>();
        scalars.put("evaluation/top1-accuracy", result.top1Accuracy());
        result.top5Accuracy().ifPresent(accuracy -> scalars.put("evaluation/top5-accuracy", accuracy));
        scalars.put("evaluation/loss", result.loss());
        result.metrics().forEach((name, figure) -> scalars.put("evaluation/" + name, figure));
        files.add(version, scalars);
        listener.evaluated(result);
    }

    private static Optional<Map<String, Optional<Double>>> own(EvaluationResult result) {
        Map<String, Optional<Double>> figures = new TreeMap<>();
        result.metrics().forEach((name, figure) -> figures.put(name, MetricsLine.figure(figure)));
        return Optional.of(figures).filter(all -> !all.isEmpty());
    }

    /** What each tensor of a version is, by checksums, which stay when its checkpoint has gone. */
    void tensors(long version, Map<String, String> sums) {
        if (written.isFirstSum(version)) {
            files.add(new MetricsLine.Tensors(version, sums));
        }
    }

    /** How long gradient and update of the step to a version were, by tensor. */
    void norms(long version, Map<String, Squares> tensors) {
        if (!written.isFirstMeasure(version)) {
            return;
        }
        List<MetricsLine.LayerNorm> norms = LayerNorms.of(run.network(), tensors);
        Map<String, Double> scalars = new LinkedHashMap<>();
        for (MetricsLine.LayerNorm norm : norms) {
            norm.gradient().ifPresent(length -> scalars.put("gradient-norm/" + norm.layer(), length));
            norm.update().ifPresent(length -> scalars.put("update-norm/" + norm.layer(), length));
        }
        files.add(new MetricsLine.Norms(version, norms));
        files.add(version, scalars);
    }

    void checkpoint(TrainingListener.Checkpointed checkpoint) {
        files.add(new MetricsLine.Checkpoint(
                checkpoint.step(),
                checkpoint.directory(),
                checkpoint.bytes(),
                checkpoint.took().toMillis() / 1000.0,
                now()));
        listener.checkpointed(checkpoint);
    }

    void membership(TrainingListener.MembershipChange membership) {
        files.add(new MetricsLine.Membership(
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

    /** Tells what has become of the files, and ends the run if they are given up. To be called again and again. */
    void check() {
        files.news().forEach(listener::notice);
        try {
            files.check();
        } catch (IOException failure) {
            throw unwritten(failure);
        }
    }

    private UncheckedIOException unwritten(IOException failure) {
        return new UncheckedIOException("cannot write the metrics of " + directory.root(), failure);
    }

    /** The run fails: its end does not wait for a file system that is away. */
    void fail() {
        failed = true;
        files.hurry();
    }

    /** Done once the files hold all that was recorded, whatever becomes of this process; fails if that is given up. */
    CompletableFuture<Void> written() {
        return files.written();
    }

    @Override
    public void close() {
        try {
            Duration trouble = Deadlines.of(run.configuration().patience()).trouble();
            // However little trouble is put up with, a file system may take its time.
            files.end(failed || trouble.compareTo(LEAST_TO_END) < 0 ? LEAST_TO_END : trouble);
        } catch (IOException failure) {
            throw unwritten(failure);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        } finally {
            files.news().forEach(listener::notice);
            badRows.all().ifPresent(listener::notice);
        }
    }
}
