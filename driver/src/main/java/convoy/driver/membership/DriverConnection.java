package convoy.driver.membership;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import convoy.parameterserver.time.Clock;
import convoy.worker.loop.Coordination;
import convoy.worker.loop.EvaluationMetrics;
import convoy.worker.loop.EvaluationTurn;
import convoy.worker.loop.StepReport;
import convoy.worker.loop.View;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/** A worker's line to the coordinator over the executors' messages: asks for the newest view several times a second. */
public final class DriverConnection implements Coordination, AutoCloseable {
    private static final long HEARTBEAT_MILLIS = 100;
    /** A cluster tells executors of a lost driver itself; this is for a driver that lives and does not answer. */
    private static final int TRIES = 5;

    private final Messenger driver;
    private final String run;
    private final long member;
    private final Clock clock;
    private final ScheduledExecutorService heartbeats;

    @GuardedBy("this")
    private View newest;

    /** The newest report that has arrived whole, as heartbeats say it. */
    private volatile long arrived;

    /** What ended the heartbeats; empty: nothing has. */
    @GuardedBy("this")
    private Optional<Throwable> broken = Optional.empty();

    @GuardedBy("this")
    private final List<Runnable> watchers = new ArrayList<>();

    private DriverConnection(Messenger driver, Clock clock, String run, long member, View first) {
        this.driver = driver;
        this.clock = clock;
        this.run = run;
        this.member = member;
        this.newest = first;
        this.heartbeats = clock.timer("convoy-heartbeat");
        var unused = heartbeats.scheduleWithFixedDelay(
                this::beat, HEARTBEAT_MILLIS, HEARTBEAT_MILLIS, TimeUnit.MILLISECONDS);
    }

    /**
     * Joins the run; from now on the coordinator counts on this worker.
     *
     * @param driver to which messages go
     * @param clock by which it asks
     * @param run the run's name at the driver
     * @param place of the worker
     * @param processor that it computes on, as its engine tells them apart
     * @return the line, to be closed when the worker ends
     * @throws InterruptedException if the thread is interrupted while it waits for the driver
     */
    public static DriverConnection join(Messenger driver, Clock clock, String run, WorkerPlace place, String processor)
            throws InterruptedException {
        Message join = new Message.Join(run, place.task(), place.attempt(), place.executor(), place.host(), processor);
        long member = (Long) ask(driver, clock, join);
        View first = View.fromBytes((byte[]) ask(driver, clock, new Message.Heartbeat(run, member, 0)));
        return new DriverConnection(driver, clock, run, member, first);
    }

    /**
     * Says how a task ended.
     *
     * @param driver to which messages go
     * @param clock by which it tries again
     * @param message of an end
     * @return the driver's answer, as {@link Message} has it
     * @throws InterruptedException if the thread is interrupted while it waits for the driver
     */
    public static Object say(Messenger driver, Clock clock, Message message) throws InterruptedException {
        return ask(driver, clock, message);
    }

    /** {@return the number by which the coordinator knows this worker} */
    public long member() {
        return member;
    }

    private View askForView() throws Exception {
        return take(View.fromBytes((byte[]) driver.ask(new Message.Heartbeat(run, member, arrived).toBytes())));
    }

    private void beat() {
        try {
            askForView();
        } catch (Exception lost) {
            // The next beat tries again. The coordinator notices the silence.
            org.slf4j.LoggerFactory.getLogger(DriverConnection.class).debug("A heartbeat did not get through", lost);
        } catch (Error failure) {
            // No beat follows this one. The worker, which would wait for views in vain, looks at the line and ends.
            List<Runnable> toTell;
            synchronized (this) {
                broken = Optional.of(failure);
                toTell = List.copyOf(watchers);
            }
            toTell.forEach(Runnable::run);
            throw failure;
        }
    }

    private View take(View view) {
        List<Runnable> toTell;
        synchronized (this) {
            // Answers overtake each other.
            if (view.number() < newest.number() || newest.finished()) {
                return newest;
            }
            toTell = view.number() > newest.number() || view.finished() ? List.copyOf(watchers) : List.of();
            newest = view;
        }
        toTell.forEach(Runnable::run);
        return view;
    }

    @Override
    public synchronized View view() {
        if (broken.isPresent()) {
            throw new IllegalStateException("the line to the driver broke: " + broken.get(), broken.get());
        }
        return newest;
    }

    @Override
    public CompletableFuture<View> refresh() {
        CompletableFuture<View> asked = new CompletableFuture<>();
        heartbeats.execute(() -> {
            try {
                asked.complete(askForView());
            } catch (Exception | Error lost) {
                asked.completeExceptionally(lost);
            }
        });
        return asked;
    }

    @Override
    public synchronized void onNewView(Runnable action) {
        watchers.add(action);
    }

    @Override
    public View report(StepReport report) throws InterruptedException {
        return take(View.fromBytes((byte[]) ask(driver, clock, new Message.Report(run, member, report))));
    }

    @Override
    public void arrived(long number) {
        arrived = number;
    }

    @Override
    public EvaluationTurn evaluation(long version, Optional<EvaluationMetrics> done) throws InterruptedException {
        return EvaluationTurn.fromBytes((byte[]) ask(driver, clock, new Message.Evaluate(run, member, version, done)));
    }

    private static Object ask(Messenger driver, Clock clock, Message message) throws InterruptedException {
        byte[] bytes = message.toBytes();
        for (int attempt = 1; ; attempt++) {
            try {
                return driver.ask(bytes);
            } catch (InterruptedException interrupted) {
                throw interrupted;
            } catch (Exception failure) {
                if (attempt == TRIES) {
                    throw new IllegalStateException(
                            "the driver did not answer " + TRIES + " times: " + failure.getMessage(), failure);
                }
                clock.pause(Duration.ofMillis(200L * attempt));
            }
        }
    }

    @Override
    public void close() {
        heartbeats.shutdownNow();
    }
}
