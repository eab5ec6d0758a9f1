package convoy.parameterserver.server;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import convoy.parameterserver.range.RangeSpec;
import convoy.parameterserver.transport.Connections;
import convoy.parameterserver.wire.Reply;
import convoy.parameterserver.wire.Request;
import convoy.parameterserver.wire.Wire;
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
 * What ranges that do not hold partition 0 ask the server that does: the global gradient norm of a step. A question is
 * repeated until it is answered or the range has ended. Safe for use by several threads.
 */
final class NormQuestions implements RangeServer.NormSource, AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(NormQuestions.class);

    private static final long PAUSE_MILLIS = 1_000;

    private final ScheduledExecutorService timer;
    private final Supplier<Connections> connect;

    /** To the servers of partition 0; made when first needed. */
    @GuardedBy("this")
    private Optional<Connections> connections = Optional.empty();

    @GuardedBy("this")
    private boolean closed;

    /** What the server of partition 0 says. */
    private sealed interface Answer {
        /** It has every partition's sum of squares. */
        record Known(double norm) implements Answer {}

        /** It serves a newer incarnation of the run. */
        record Fenced(long incarnation) implements Answer {}

        static Answer of(Reply reply) {
            return reply.status() == Wire.Status.FENCED
                    ? new Fenced(reply.number())
                    : new Known(reply.body().getDouble());
        }
    }

    /**
     * Connects to nobody yet.
     *
     * @param timer repeats what was not answered; the caller's, to be shut down after this is closed
     * @param connect gives connections to other servers, which this closes
     */
    NormQuestions(ScheduledExecutorService timer, Supplier<Connections> connect) {
        this.timer = timer;
        this.connect = connect;
    }

    @Override
    public void ask(RangeServer range, long step, double[] squares, DoubleConsumer taker) {
        try {
            Connections open;
            synchronized (this) {
                if (closed || range.hasEnded()) {
                    return;
                }
                if (connections.isEmpty()) {
                    connections = Optional.of(connect.get());
                }
                open = connections.get();
            }
            CompletableFuture<?> unused = send(open, range.spec(), step, squares)
                    .whenComplete((answer, failure) -> {
                        try {
                            if (failure != null) {
                                askAgain(range, step, squares, taker, failure);
                            } else if (answer instanceof Answer.Known known) {
                                taker.accept(known.norm());
                            } else if (answer instanceof Answer.Fenced fenced) {
                                range.end(Reply.of(Wire.Status.FENCED, fenced.incarnation()));
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

    private static CompletableFuture<Answer> send(
            Connections connections, RangeSpec spec, long step, double[] squares) {
        Request.Norm request = new Request.Norm(step, spec.partitions().begin(), squares, connections.waitMillis());
        return connections.start(
                spec.servers().get(0),
                0,
                "gradient norm of step " + step + " of run '" + spec.run() + "'",
                () -> request.write(Wire.runHash(spec.run()), spec.incarnation()),
                Answer::of,
                false);
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

    /** Fails what is being asked; ranges that ask from now on hear nothing. */
    @Override
    public void close() {
        Optional<Connections> open;
        synchronized (this) {
            closed = true;
            open = connections;
        }
        open.ifPresent(Connections::close);
    }
}
