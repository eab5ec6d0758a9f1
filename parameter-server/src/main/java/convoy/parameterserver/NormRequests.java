package convoy.parameterserver;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.DoubleConsumer;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The questions of a server's ranges for the norm of a whole gradient, each repeated until the server of partition 0 answers or the
 * range has ended. Safe for use by several threads.
 */
final class NormRequests implements RangeServer.NormSource, AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(NormRequests.class);
    private static final long PAUSE_MILLIS = 1_000;

    private final ScheduledExecutorService timer;
    private final Supplier<ServerClients> connect;

    /** Made when first needed. */
    @GuardedBy("this")
    private Optional<ServerClients> peers = Optional.empty();

    @GuardedBy("this")
    private boolean closed;

    /**
     * Has asked nobody yet.
     *
     * @param timer repeats what was not answered
     * @param connect gives connections to other servers, which this closes
     */
    NormRequests(ScheduledExecutorService timer, Supplier<ServerClients> connect) {
        this.timer = timer;
        this.connect = connect;
    }

    @Override
    public void ask(RangeServer range, long step, double[] squares, DoubleConsumer taker) {
        try {
            ServerClients clients;
            synchronized (this) {
                if (closed || range.hasEnded()) {
                    return;
                }
                if (peers.isEmpty()) {
                    peers = Optional.of(connect.get());
                }
                clients = peers.get();
            }
            CompletableFuture<?> unused = clients.norm(range.spec(), step, squares)
                    .whenComplete((norm, failure) -> {
                        try {
                            if (failure == null) {
                                taker.accept(norm);
                            } else if (failure instanceof FencedException fenced) {
                                range.end(Reply.of(Wire.Status.FENCED, fenced.incarnation()));
                            } else {
                                askAgain(range, step, squares, taker, failure);
                            }
                        } catch (RuntimeException | Error e) {
                            range.fail("the gradient norm of step " + step + " cannot be taken", e);
                        }
                    });
        } catch (RuntimeException | Error e) {
            // By the timer's thread, which would keep it to itself, and the range would wait for ever.
            range.fail("the gradient norm of step " + step + " cannot be asked for", e);
        }
    }

    private void askAgain(RangeServer range, long step, double[] squares, DoubleConsumer taker, Throwable failure) {
        synchronized (this) {
            if (!closed && !range.hasEnded()) {
                LOG.warn(
                        "{} does not know the gradient norm of step {} yet: {}",
                        range.spec(),
                        step,
                        failure.getMessage());
                Future<?> unused =
                        timer.schedule(() -> ask(range, step, squares, taker), PAUSE_MILLIS, TimeUnit.MILLISECONDS);
            }
        }
    }

    @Override
    public void close() {
        Optional<ServerClients> clients;
        synchronized (this) {
            closed = true;
            clients = peers;
        }
        clients.ifPresent(ServerClients::close);
    }
}
