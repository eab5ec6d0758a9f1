package convoy.driver.training;

import convoy.architectures.graph.Network;
import convoy.driver.checkpoint.Checkpoint;
import convoy.driver.checkpoint.Checkpoints;
import convoy.driver.checkpoint.RunDirectory;
import convoy.driver.configuration.Determinants;
import convoy.driver.configuration.ResolvedRun;
import convoy.driver.configuration.RunConfiguration;
import convoy.driver.coordination.TrainingFailedException;
import convoy.driver.metrics.TrainingListener;
import convoy.driver.model.InitialValues;
import convoy.driver.model.ModelExport;
import convoy.driver.model.NoNumberException;
import convoy.driver.model.StoredModel;
import convoy.driver.spark.ConvoyPlugin;
import convoy.driver.spark.ExecutorSide;
import convoy.driver.spark.Gpus;
import convoy.driver.spark.SparkApplication;
import convoy.driver.spark.SparkSettings;
import convoy.driver.spark.StopSignal;
import convoy.driver.spark.Switchboard;
import convoy.parameterserver.client.ServerClients;
import convoy.records.BadInputException;
import convoy.worker.engine.Device;
import convoy.worker.engine.EngineChoice;
import convoy.worker.engine.Engines;
import convoy.worker.storage.Storage;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import org.apache.spark.SparkConf;
import org.apache.spark.api.java.JavaSparkContext;

/** Trains one network on Spark, from where the run stands to its end. */
public final class Training {
    private Training() {}

    /**
     * Trains, resumes, or says that there is nothing left to do. Returns when the run is complete or was asked to stop.
     *
     * @throws BadInputException if what was asked for cannot work
     * @throws TrainingFailedException if it should work and did not
     */
    public static TrainingResult run(
            SparkApplication spark,
            RunConfiguration configuration,
            TrainingOptions options,
            TrainingListener listener) {
        return run(spark.context(), configuration, options, listener);
    }

    /** What is left open is what the run was begun with, else what this machine does best: the bits are one engine's. */
    private static EngineChoice choose(
            JavaSparkContext spark, RunConfiguration asked, Network network, Optional<Checkpoint> resumed) {
        Optional<String> begunWith =
                resumed.map(checkpoint -> checkpoint.manifest().determinants().get("engine"));
        EngineChoice choice = asked.choice();
        EngineChoice same = choice.engine().equals(EngineChoice.AUTO) && begunWith.isPresent()
                ? choice.by(begunWith.get())
                : choice;
        EngineChoice settled =
                same.settle(Gpus.oneEach(spark.getConf()) || (spark.isLocal() && asked.workers() == 1), network);
        Gpus.requireOneEach(spark.getConf(), settled.device(), asked.workers(), "workers");
        return settled;
    }

    /** The same on a context that {@link SparkSettings} prepared. */
    public static TrainingResult run(
            JavaSparkContext spark, RunConfiguration asked, TrainingOptions options, TrainingListener listener) {
        long begun = System.nanoTime();
        Switchboard switchboard = ConvoyPlugin.switchboard()
                .orElseThrow(() -> new BadInputException("this Spark application has no " + ConvoyPlugin.class.getName()
                        + ": start it with the settings of " + SparkSettings.class.getName()));
        if (spark.isLocal() && asked.choice().isSettled()) {
            // Executors elsewhere may have what this process has not, a GPU for example.
            Engines.find(asked.engine(), Device.parse(asked.device()));
        }
        ResolvedRun checked = ResolvedRun.resolve(spark.hadoopConfiguration(), asked);
        RunDirectory directory = RunDirectory.open(spark.hadoopConfiguration(), asked.runs(), asked.name());
        Checkpoints checkpoints = new Checkpoints(directory);
        Optional<Checkpoint> resumed = checkpoints.newest();
        ResolvedRun resolved = checked.on(choose(spark, asked, checked.network(), resumed));
        RunConfiguration configuration = resolved.configuration();
        resumed.ifPresent(checkpoint -> {
            resolved.requireSameDeterminants(
                    checkpoint.manifest().determinants(), checkpoint.directory().toString());
            checkpoints.verify(checkpoint);
        });
        checkpoints
                .removeIncomplete()
                .forEach(step -> listener.notice("the checkpoint of step " + step + " was never whole and is removed"));
        resolved.remarks().forEach(listener::notice);
        if (resumed.isEmpty()) {
            configuration
                    .network()
                    .weights()
                    .flatMap(weights ->
                            StoredModel.notice(spark.hadoopConfiguration(), weights.from(), resolved.network()))
                    .ifPresent(listener::notice);
            try {
                InitialValues.keep(spark.hadoopConfiguration(), directory, resolved);
            } catch (UncheckedIOException failure) {
                throw failure(directory, failure, checkpoints);
            }
        }
        String text = options.text().apply(configuration);
        if (!text.isEmpty()) {
            try {
                directory.write(directory.path("run.yaml"), text);
            } catch (UncheckedIOException failure) {
                throw failure(directory, failure, checkpoints);
            }
        }
        long from = resumed.map(Checkpoint::step).orElse(0L);
        long until = Math.max(
                from, Math.min(resolved.steps(), options.stopAfterStep().orElse(Long.MAX_VALUE)));
        StopSignal signal = new StopSignal();
        try (RunRecorder recorder = record(directory, resolved, listener, from, checkpoints)) {
            Optional<Checkpoint> last = resumed;
            boolean evaluated = recorder.evaluated()
                    .containsAll(resolved.evaluations().headSet(from + 1).tailSet(from));
            boolean nothingToDo = from >= until && resumed.isPresent() && evaluated;
            if (!nothingToDo) {
                last = Optional.of(
                        train(spark, switchboard, resolved, directory, resumed, recorder, until, signal, listener));
            }
            long step = last.map(Checkpoint::step).orElse(0L);
            boolean complete = step >= resolved.steps();
            List<String> exports = complete
                    ? export(spark, directory, checkpoints, last.orElseThrow(), resolved, recorder.losses())
                    : List.of();
            if (complete && !nothingToDo) {
                checkpoints.retain(configuration.checkpoint().keep(), recorder.losses()::isSound);
            }
            TrainingResult.Outcome outcome = !complete
                    ? TrainingResult.Outcome.STOPPED
                    : nothingToDo ? TrainingResult.Outcome.ALREADY_COMPLETE : TrainingResult.Outcome.COMPLETED;
            return new TrainingResult(
                    outcome,
                    Storage.uri(directory.root()),
                    step,
                    resolved.steps(),
                    recorder.newestEvaluation(),
                    exports,
                    Duration.ofNanos(System.nanoTime() - begun),
                    recorder.imagesPerSecond());
        } catch (UncheckedIOException failure) {
            throw UnusableFiles.ended(UnusableFiles.line(failure), failure, checkpoints);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new TrainingFailedException("the run was interrupted; the same command resumes it", interrupted);
        } finally {
            signal.close();
        }
    }

    private static RunRecorder record(
            RunDirectory directory,
            ResolvedRun resolved,
            TrainingListener listener,
            long from,
            Checkpoints checkpoints) {
        try {
            return RunRecorder.open(directory, resolved, listener, from);
        } catch (UncheckedIOException failure) {
            throw failure(directory, failure, checkpoints);
        }
    }

    /** Before the first step, a directory that may not be written is a wrong word; later it is a failure. */
    private static RuntimeException failure(
            RunDirectory directory, UncheckedIOException failure, Checkpoints checkpoints) {
        return Storage.denied(directory.fileSystem(), "run", directory.root(), failure)
                .<RuntimeException>map(denied -> denied)
                .orElseGet(() -> UnusableFiles.ended(UnusableFiles.line(failure), failure, checkpoints));
    }

    private static List<String> export(
            JavaSparkContext spark,
            RunDirectory directory,
            Checkpoints checkpoints,
            Checkpoint last,
            ResolvedRun resolved,
            Losses losses) {
        try {
            return ModelExport.write(spark.hadoopConfiguration(), directory, last, resolved);
        } catch (NoNumberException found) {
            throw Divergence.stop(
                    resolved.configuration(),
                    checkpoints,
                    losses,
                    last.step(),
                    "the model of step " + last.step() + ": " + found.getMessage());
        }
    }

    /** Trains phase after phase, each from the checkpoint that the one before it ended with. */
    private static Checkpoint train(
            JavaSparkContext spark,
            Switchboard switchboard,
            ResolvedRun resolved,
            RunDirectory directory,
            Optional<Checkpoint> resumed,
            RunRecorder recorder,
            long until,
            StopSignal signal,
            TrainingListener listener)
            throws InterruptedException {
        SparkConf conf = spark.getConf();
        String name = resolved.configuration().name();
        if (resolved.configuration().deterministic()) {
            switchboard.hold(
                    name,
                    resumed.map(
                            checkpoint -> checkpoint.manifest().determinants().get(Determinants.PROCESSOR)));
        }
        Optional<String> initialSum = InitialValues.sum(directory, resolved);
        AtomicBoolean stopped = new AtomicBoolean();
        Optional<Checkpoint> last = resumed;
        try (ServerClients clients = ServerClients.create(
                ExecutorSide.transport(conf),
                ExecutorSide.secret(conf),
                resolved.configuration().patience().silence())) {
            boolean continues = false;
            do {
                TrainingRun run = new TrainingRun(
                        spark,
                        switchboard,
                        clients,
                        resolved,
                        directory,
                        last,
                        initialSum,
                        continues,
                        recorder,
                        until,
                        listener);
                signal.onStop(() -> {
                    stopped.set(true);
                    run.stop();
                });
                if (stopped.get()) {
                    // Asked for between two phases.
                    run.stop();
                }
                last = Optional.of(run.run());
                continues = true;
            } while (last.get().step() < until && !stopped.get());
            return last.get();
        } finally {
            switchboard.release(name);
        }
    }
}
