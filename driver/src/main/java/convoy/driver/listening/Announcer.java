package convoy.driver.listening;

import convoy.driver.evaluation.EvaluationResult;
import convoy.driver.listening.TrainingEvent.Moment;
import convoy.driver.listening.TrainingEvent.Status;
import convoy.driver.metrics.TrainingListener;
import convoy.parameterserver.time.Clock;
import convoy.parameterserver.time.Wakeup;
import convoy.records.text.FirstLine;
import convoy.worker.provided.ProviderChoice;
import convoy.worker.provided.Providers;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Consumer;

/**
 * Makes events of what one call of a run tells, and has the listeners hear them. Used by the run's thread alone. What is told goes on to
 * another listener, which also is told of what is wrong with these.
 */
public final class Announcer implements TrainingListener {
    /** So long the end of a run waits for its listeners, all together. */
    private static final Duration PATIENCE = Duration.ofSeconds(10);

    private static final Providers<RunListenerProvider> PROVIDERS =
            new Providers<>("listener", RunListenerProvider.class);

    private final Clock clock;
    private final Wakeup heard;
    private final List<Hearing> hearings;
    private final TrainingListener next;
    private final Duration patience;
    private final long begun;
    private String run = "";
    private String directory = "";
    private long stepsPerEpoch = 1;
    private long step;
    private long epochSteps;
    private double lossSum;
    private double accuracySum;

    /**
     * As {@link #of}, with another bound.
     *
     * @param patience how long the end waits
     */
    Announcer(Clock clock, List<ProviderChoice> choices, TrainingListener next, Duration patience) {
        this.clock = clock;
        this.patience = patience;
        this.begun = clock.nanoTime();
        this.heard = clock.wakeup();
        this.next = next;
        this.hearings = choices.stream()
                .map(choice -> new Hearing(
                        choice.name(),
                        PROVIDERS.make(choice, RunListenerProvider::listener),
                        clock.pool("convoy-listener-" + choice.name(), 1),
                        heard))
                .toList();
    }

    /**
     * Has listeners made, by the thread that tells them things.
     *
     * @param clock gives each its thread
     * @param choices which, and what they are told
     * @param next hears the same, and what is wrong with one of them
     * @return with all of them
     * @throws convoy.records.BadInputException if one of them cannot be had
     */
    public static Announcer of(Clock clock, List<ProviderChoice> choices, TrainingListener next) {
        return new Announcer(clock, choices, next, PATIENCE);
    }

    /**
     * Is told of what all events have.
     *
     * @param name of the run
     * @param uri of its directory
     * @param from updates applied already
     * @param epochSteps steps of an epoch
     */
    public void of(String name, String uri, long from, long epochSteps) {
        run = name;
        directory = uri;
        step = from;
        stepsPerEpoch = epochSteps;
    }

    private Moment at(long version) {
        return new Moment(run, directory, version, (double) version / stepsPerEpoch);
    }

    private void tell(TrainingEvent event) {
        for (Hearing hearing : hearings) {
            hearing.add(event);
            hearing.unsaid().ifPresent(next::notice);
        }
    }

    private static Optional<Double> figure(double value) {
        return Optional.of(value).filter(Double::isFinite);
    }

    @Override
    public void started(Started started) {
        next.started(started);
        tell(new TrainingEvent.RunBegun(
                at(started.firstStep()),
                started.network(),
                started.parameters(),
                started.rows(),
                started.stepsPerEpoch(),
                started.lastStep()));
    }

    @Override
    public void progress(Progress progress) {
        next.progress(progress);
        step = progress.step();
        epochSteps++;
        lossSum += progress.loss();
        accuracySum += progress.accuracy();
        if (step % stepsPerEpoch == 0) {
            tell(new TrainingEvent.EpochEnded(
                    at(step),
                    epochSteps,
                    figure(lossSum / epochSteps),
                    figure(accuracySum / epochSteps),
                    progress.learningRate(),
                    figure(progress.imagesPerSecond())));
            epochSteps = 0;
            lossSum = 0;
            accuracySum = 0;
        }
    }

    @Override
    public void evaluated(EvaluationResult result) {
        next.evaluated(result);
        Map<String, Optional<Double>> own = new TreeMap<>();
        result.metrics().forEach((name, value) -> own.put(name, figure(value)));
        tell(new TrainingEvent.Evaluated(
                at(result.step()),
                result.rows(),
                figure(result.loss()),
                result.top1Accuracy(),
                result.top5Accuracy(),
                own));
    }

    @Override
    public void checkpointed(Checkpointed checkpoint) {
        next.checkpointed(checkpoint);
        tell(new TrainingEvent.CheckpointCommitted(
                at(checkpoint.step()),
                checkpoint.directory(),
                checkpoint.bytes(),
                checkpoint.took().toMillis() / 1000.0));
    }

    @Override
    public void membership(MembershipChange membership) {
        next.membership(membership);
    }

    @Override
    public void notice(String line) {
        next.notice(line);
    }

    /**
     * The call is over, and so are the listeners: they are waited for, a bounded time.
     *
     * @param last the version that it ended with
     * @param status how
     * @param exports URIs of what was written of the model
     */
    public void ended(long last, Status status, List<String> exports) {
        end(last, status, Optional.empty(), exports);
    }

    /**
     * The call has failed, and so the listeners are over.
     *
     * @param failure why
     */
    public void failed(Throwable failure) {
        end(step, Status.FAILED, Optional.of(FirstLine.of(failure)), List.of());
    }

    private void end(long last, Status status, Optional<String> reason, List<String> exports) {
        if (hearings.isEmpty()) {
            return;
        }
        tell(new TrainingEvent.RunEnded(at(last), status, reason, exports, (clock.nanoTime() - begun) / 1e9));
        try {
            long until = clock.nanoTime() + patience.toNanos();
            while (!hearings.stream().allMatch(Hearing::isDone) && clock.nanoTime() < until) {
                heard.await(Math.max(1, (until - clock.nanoTime()) / 1_000_000));
            }
        } catch (InterruptedException interrupted) {
            // Whoever ends the run in a hurry does not wait for listeners.
            Thread.currentThread().interrupt();
        }
        Consumer<String> say = next::notice;
        hearings.forEach(hearing -> {
            hearing.unsaid().ifPresent(say);
            hearing.end().ifPresent(say);
        });
    }
}
