package convoy.driver.training;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import convoy.architectures.graph.Network;
import convoy.driver.checkpoint.Checkpoint;
import convoy.driver.checkpoint.Checkpoints;
import convoy.driver.checkpoint.RunDirectory;
import convoy.driver.configuration.RunConfiguration;
import convoy.driver.coordination.TrainingFailedException;
import convoy.driver.lease.Lease;
import convoy.driver.listening.Announcer;
import convoy.driver.listening.TrainingEvent;
import convoy.driver.metrics.Losses;
import convoy.driver.metrics.TrainingListener;
import convoy.driver.model.InitialValues;
import convoy.driver.model.ModelExport;
import convoy.driver.model.NoNumberException;
import convoy.driver.model.StoredModel;
import convoy.driver.network.OnnxFiles;
import convoy.driver.resolved.ResolvedRun;
import convoy.parameterserver.client.ServerClients;
import convoy.parameterserver.time.Clock;
import convoy.records.BadInputException;
import convoy.worker.data.DataSet;
import convoy.worker.data.format.DatasetInfo;
import convoy.worker.data.format.RowSums;
import convoy.worker.engine.EngineChoice;
import convoy.worker.metric.Metrics;
import convoy.worker.storage.Storage;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.apache.hadoop.conf.Configuration;

/** Trains one network on a cluster, Spark as a rule, from where the run stands to its end. */
public final class Training {
    private final Cluster cluster;
    private final TrainingOptions options;
    private final Announcer listener;
    private final long begun;

    private Training(Cluster cluster, TrainingOptions options, Announcer listener, long begun) {
        this.cluster = cluster;
        this.options = options;
        this.listener = listener;
        this.begun = begun;
    }

    /**
     * Trains, resumes, or says that there is nothing left to do. Returns when the run is complete or was asked to stop. The calling
     * thread is the run's: it decides, writes and tells the listener.
     *
     * @param cluster where it is trained
     * @param asked the run's configuration
     * @param options of this call
     * @param listener hears what happens, in this thread
     * @return what became of the run
     * @throws BadInputException if what was asked for cannot work
     * @throws TrainingFailedException if it should work and did not
     */
    public static TrainingResult run(
            Cluster cluster, RunConfiguration asked, TrainingOptions options, TrainingListener listener) {
        return run(cluster, ResolvedRun.resolve(cluster.hadoop(), asked), options, listener);
    }

    /**
     * The same of a run that is made out.
     *
     * @param cluster where it is trained
     * @param checked the run
     * @param options of this call
     * @param listener hears what happens, in this thread
     * @return what became of the run
     * @throws BadInputException if what was asked for cannot work
     * @throws TrainingFailedException if it should work and did not
     */
    public static TrainingResult run(
            Cluster cluster, ResolvedRun checked, TrainingOptions options, TrainingListener listener) {
        long begun = cluster.clock().nanoTime();
        RunConfiguration asked = checked.configuration();
        // Refused while nothing is there yet.
        Metrics.of(asked.outputs().evaluation().metrics(), checked.network().classes());
        RunDirectory directory = RunDirectory.open(cluster.hadoop(), asked.runs(), asked.name());
        Announcer announcer = Announcer.of(cluster.clock(), asked.outputs().listeners(), listener);
        TrainingResult result;
        try {
            result = new Training(cluster, options, announcer, begun).held(asked, checked, directory);
        } catch (RuntimeException | Error failure) {
            announcer.failed(failure);
            throw failure;
        }
        announcer.ended(result.step(), status(result.outcome()), result.exports());
        return result;
    }

    private static TrainingEvent.Status status(TrainingResult.Outcome outcome) {
        return switch (outcome) {
            case COMPLETED -> TrainingEvent.Status.COMPLETED;
            case ALREADY_COMPLETE -> TrainingEvent.Status.ALREADY_COMPLETE;
            case STOPPED -> TrainingEvent.Status.STOPPED;
        };
    }

    /** While nobody else trains it. */
    private TrainingResult held(RunConfiguration asked, ResolvedRun checked, RunDirectory directory) {
        try (Lease lease = take(cluster, directory, listener)) {
            return run(asked, checked, heldBy(directory, lease));
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new TrainingFailedException("the run was interrupted; the same command resumes it", interrupted);
        }
    }

    /** Nobody else trains the run from now on. */
    private static Lease take(Cluster cluster, RunDirectory directory, TrainingListener listener)
            throws InterruptedException {
        try {
            return Lease.take(directory.territory(), cluster.clock(), cluster.uniqueNumber(), listener::notice);
        } catch (IOException failure) {
            throw unwritable(directory, new UncheckedIOException("cannot take " + directory.root(), failure));
        }
    }

    private static RunDirectory heldBy(RunDirectory directory, Lease lease) {
        try {
            return directory.heldBy(lease);
        } catch (IOException failure) {
            throw unwritable(directory, new UncheckedIOException("cannot clear " + directory.root(), failure));
        }
    }

    /** What a reproduction compares the data with, which may be gone or changed by then. */
    private static void keepData(Configuration hadoop, RunDirectory directory, DataSet train) {
        DatasetInfo info = train.info();
        RowSums.read(hadoop, Storage.child(Storage.path("data set", train.uri()), RowSums.FILE_NAME), info)
                .ifPresent(sums -> directory.writeWhole(
                        directory.path(RunDirectory.DATA_ROWS), out -> out.write(sums.bytes(info))));
        directory.write(directory.path(RunDirectory.DATA), info.toJson());
    }

    private TrainingResult run(RunConfiguration asked, ResolvedRun checked, RunDirectory directory)
            throws InterruptedException {
        Clock clock = cluster.clock();
        Configuration hadoop = cluster.hadoop();
        Checkpoints checkpoints = new Checkpoints(directory);
        Optional<Checkpoint> resumed = checkpoints.newestSound(listener::notice);
        ResolvedRun resolved = checked.on(choose(cluster, asked, checked.network(), resumed));
        RunConfiguration configuration = resolved.configuration();
        resumed.ifPresent(checkpoint -> resolved.requireSameDeterminants(
                checkpoint.manifest().determinants(), checkpoint.directory().toString()));
        checkpoints
                .removeIncomplete()
                .forEach(step -> listener.notice("the checkpoint of step " + step + " was never whole and is removed"));
        resolved.remarks().forEach(listener::notice);
        if (resumed.isEmpty()) {
            configuration.network().onnx().ifPresent(model -> OnnxFiles.open(hadoop, model)
                    .notices()
                    .forEach(listener::notice));
            configuration
                    .network()
                    .startingWeights()
                    .flatMap(weights -> StoredModel.notice(hadoop, weights.from(), resolved.network()))
                    .ifPresent(listener::notice);
            try {
                keepData(hadoop, directory, resolved.train());
                resolved.keptNetwork().ifPresent(network -> network.keep(directory));
                InitialValues.keep(hadoop, directory, resolved);
            } catch (UncheckedIOException failure) {
                throw unwritable(directory, failure);
            }
        }
        String text = options.text().apply(configuration);
        if (!text.isEmpty()) {
            try {
                directory.write(directory.path("run.yaml"), text);
            } catch (UncheckedIOException failure) {
                throw unwritable(directory, failure);
            }
        }
        long from = resumed.map(Checkpoint::step).orElse(0L);
        long until = Math.max(
                from, Math.min(resolved.steps(), options.stopAfterStep().orElse(Long.MAX_VALUE)));
        listener.of(configuration.name(), Storage.uri(directory.root()), from, resolved.stepsPerEpoch());
        StopWish wish = new StopWish();
        Cluster.Watch watch = cluster.onStop(wish::stop);
        try (RunRecorder recorder = record(directory, resolved, listener, from, clock)) {
            Optional<Checkpoint> last = resumed;
            boolean evaluated = recorder.evaluated()
                    .containsAll(resolved.evaluations().headSet(from + 1).tailSet(from));
            boolean nothingToDo = from >= until && resumed.isPresent() && evaluated;
            // One that is asked to end before it begins does not begin.
            boolean begins = !nothingToDo && !wish.isStopped();
            if (begins) {
                last = Optional.of(train(cluster, resolved, directory, recorder, new Stretch(resumed, until), wish));
            }
            long step = last.map(Checkpoint::step).orElse(0L);
            boolean complete = step >= resolved.steps() && (begins || nothingToDo);
            List<String> exports = complete
                    ? export(hadoop, directory, checkpoints, last.orElseThrow(), resolved, recorder.losses())
                    : List.of();
            if (complete && !nothingToDo) {
                checkpoints.retain(configuration.outputs().checkpoint().keep(), step, recorder.losses()::isSound);
            }
            TrainingResult.Outcome outcome = !complete
                    ? TrainingResult.Outcome.STOPPED
                    : nothingToDo ? TrainingResult.Outcome.ALREADY_COMPLETE : TrainingResult.Outcome.COMPLETED;
            return TrainingResultBuilder.builder()
                    .outcome(outcome)
                    .directory(Storage.uri(directory.root()))
                    .step(step)
                    .lastStep(resolved.steps())
                    .evaluation(recorder.newestEvaluation())
                    .exports(exports)
                    .took(Duration.ofNanos(clock.nanoTime() - begun))
                    .imagesPerSecond(recorder.imagesPerSecond())
                    .build();
        } catch (UncheckedIOException failure) {
            throw UnusableFiles.ended(UnusableFiles.line(failure), failure, checkpoints);
        } finally {
            watch.close();
        }
    }

    /** What is left open is what the run was begun with, else what this machine does best: the bits are one engine's. */
    private static EngineChoice choose(
            Cluster cluster, RunConfiguration asked, Network network, Optional<Checkpoint> resumed) {
        Optional<String> begunWith =
                resumed.map(checkpoint -> checkpoint.manifest().determinants().get("engine"));
        EngineChoice choice = asked.computation();
        EngineChoice same = choice.engine().equals(EngineChoice.AUTO) && begunWith.isPresent()
                ? choice.by(begunWith.get())
                : choice;
        return cluster.settle(same, asked.resources().workers(), network);
    }

    private static RunRecorder record(
            RunDirectory directory, ResolvedRun resolved, TrainingListener listener, long from, Clock clock) {
        try {
            return RunRecorder.open(directory, resolved, listener, from, clock);
        } catch (UncheckedIOException failure) {
            throw unwritable(directory, failure);
        }
    }

    /** Before the first step, a directory that may not be written is a wrong word; later it is a failure. */
    private static RuntimeException unwritable(RunDirectory directory, UncheckedIOException failure) {
        return Storage.denied(directory.fileSystem(), "run", directory.root(), failure)
                .<RuntimeException>map(denied -> denied)
                .orElseGet(() -> UnusableFiles.ended(UnusableFiles.line(failure), failure, new Checkpoints(directory)));
    }

    private static List<String> export(
            Configuration hadoop,
            RunDirectory directory,
            Checkpoints checkpoints,
            Checkpoint last,
            ResolvedRun resolved,
            Losses losses) {
        try {
            return ModelExport.write(hadoop, directory, last, resolved);
        } catch (NoNumberException found) {
            throw Divergence.stop(
                    resolved.configuration(),
                    checkpoints,
                    losses,
                    last.step(),
                    "the model of step " + last.step() + ": " + found.getMessage());
        }
    }

    /**
     * What one call trains.
     *
     * @param resumed the checkpoint to go on from
     * @param until the version to end with
     */
    private record Stretch(Optional<Checkpoint> resumed, long until) {}

    /** The wish to stop: of any thread, for the run that trains at the time or the next one. */
    private static final class StopWish {
        @GuardedBy("this")
        private boolean stopped;

        @GuardedBy("this")
        private Runnable action = () -> {};

        synchronized void stop() {
            stopped = true;
            action.run();
        }

        /** Tells a run that is about to begin; at once if that was wished for between two phases. */
        synchronized void tell(TrainingRun run) {
            action = run::stop;
            if (stopped) {
                run.stop();
            }
        }

        synchronized boolean isStopped() {
            return stopped;
        }
    }

    /** Trains phase after phase, each from the checkpoint that the one before it ended with. */
    private static Checkpoint train(
            Cluster cluster,
            ResolvedRun resolved,
            RunDirectory directory,
            RunRecorder recorder,
            Stretch stretch,
            StopWish wish)
            throws InterruptedException {
        Optional<String> initialSum = InitialValues.sum(directory, resolved);
        Optional<Checkpoint> last = stretch.resumed();
        try (ServerClients clients =
                cluster.connect(resolved.configuration().patience().silence())) {
            TrainingJob job = new TrainingJob(cluster, clients, resolved, directory, initialSum, recorder);
            boolean continues = false;
            do {
                TrainingRun run = new TrainingRun(job, last, continues, stretch.until());
                wish.tell(run);
                last = Optional.of(run.run());
                continues = true;
            } while (last.get().step() < stretch.until() && !wish.isStopped());
            return last.get();
        }
    }
}
