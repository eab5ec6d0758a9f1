package convoy.driver.spark;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import convoy.worker.loop.Coordination;
import convoy.worker.loop.EvaluationFigures;
import convoy.worker.loop.EvaluationTurn;
import convoy.worker.loop.StepReport;
import convoy.worker.loop.View;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.apache.spark.api.plugin.PluginContext;

/** A worker's line to the coordinator over Spark's plugin messages: asks for the newest view several times a second. */
final class DriverLine implements Coordination, AutoCloseable {
    private static final long HEARTBEAT_MILLIS = 100;
    /** Spark tells executors of a lost driver itself; this is for a driver that lives and does not answer. */
    private static final int TRIES = 5;

    private final PluginContext plugin;
    private final String run;
    private final long member;
    private final ScheduledExecutorService heartbeats = Executors.newSingleThreadScheduledExecutor(work -> {
        Thread thread = new Thread(work, "convoy-heartbeat");
        thread.setDaemon(true);
        return thread;
    });

    @GuardedBy("this")
    private View newest;

    /** What ended the heartbeats; empty: nothing has. */
    @GuardedBy("this")
    private Optional<Throwable> broken = Optional.empty();

    @GuardedBy("this")
    private final List<Runnable> watchers = new ArrayList<>();

    private DriverLine(PluginContext plugin, String run, long member, View first) {
        this.plugin = plugin;
        this.run = run;
        this.member = member;
        this.newest = first;
        var unused = heartbeats.scheduleWithFixedDelay(
                this::beat, HEARTBEAT_MILLIS, HEARTBEAT_MILLIS, TimeUnit.MILLISECONDS);
    }

    /** Joins the run; from now on the coordinator counts on this worker. */
    static DriverLine join(PluginContext plugin, String run, int task, int attempt, String host, String processor)
            throws InterruptedException {
        long member = (Long) ask(plugin, new Message.Join(run, task, attempt, plugin.executorID(), host, processor));
        View first = View.fromBytes((byte[]) ask(plugin, new Message.Heartbeat(run, member)));
        return new DriverLine(plugin, run, member, first);
    }

    /** Says how a task ended; {@code member} is -1 if it had not joined. */
    static void say(PluginContext plugin, Message message) throws InterruptedException {
        ask(plugin, message);
    }

    long member() {
        return member;
    }

    private View askForView() throws Exception {
        return take(View.fromBytes((byte[]) plugin.ask(new Message.Heartbeat(run, member).toBytes())));
    }

    private void beat() {
        try {
            askForView();
        } catch (Exception lost) {
            // The next beat tries again. The coordinator notices the silence.
            org.slf4j.LoggerFactory.getLogger(DriverLine.class).debug("A heartbeat did not get through", lost);
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
        return take(View.fromBytes((byte[]) ask(plugin, new Message.Report(run, member, report))));
    }

    @Override
    public EvaluationTurn evaluation(long version, Optional<EvaluationFigures> done) throws InterruptedException {
        return EvaluationTurn.fromBytes((byte[]) ask(plugin, new Message.Evaluate(run, member, version, done)));
    }

    private static Object ask(PluginContext plugin, Message message) throws InterruptedException {
        byte[] bytes = message.toBytes();
        for (int attempt = 1; ; attempt++) {
            try {
                return plugin.ask(bytes);
            } catch (InterruptedException interrupted) {
                throw interrupted;
            } catch (Exception failure) {
                if (attempt == TRIES) {
                    throw new IllegalStateException(
                            "the driver did not answer " + TRIES + " times: " + failure.getMessage(), failure);
                }
                Thread.sleep(200L * attempt);
            }
        }
    }

    @Override
    public void close() {
        heartbeats.shutdownNow();
    }
}
