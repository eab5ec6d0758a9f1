package convoy.worker.loop;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import convoy.parameterserver.time.Wakeup;
import convoy.parameterserver.transport.ServerException;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.Consumer;

/**
 * The same request to every partition: a version pulled, or a sum pushed. A request to a server that cannot be reached is
 * made again, since the coordinator either finds the server again or raises the incarnation; a server that declines ends
 * the worker. Safe for use by several threads.
 */
final class PartitionRequests {
    /** What a server answered. */
    enum Outcome {
        /** Done as asked. */
        DONE,
        /** Done as asked, and of interest before all others are. */
        ARRIVED,
        /** The partition has gone further than the request. */
        SUPERSEDED,
        /** The servers were restored since. */
        FENCED
    }

    /**
     * A server's answer.
     *
     * @param version where the partition stands, if it is superseded
     */
    record Answer(Outcome outcome, long version) {}

    /** Sends the request to one partition; the consumer is told whether it waits until the server has room for it. */
    interface Request {
        CompletableFuture<Answer> send(int partition, Consumer<Boolean> waiting);
    }

    private final Request request;
    private final Wakeup loop;

    @GuardedBy("this")
    private final List<CompletableFuture<Answer>> underWay = new ArrayList<>();

    @GuardedBy("this")
    private final List<Integer> unreached = new ArrayList<>();

    @GuardedBy("this")
    private final BitSet arrived = new BitSet();

    /** Those that wait until their server has room, as it has once others have come. */
    @GuardedBy("this")
    private final BitSet held = new BitSet();

    @GuardedBy("this")
    private int unanswered;

    @GuardedBy("this")
    private long supersededBy = -1;

    @GuardedBy("this")
    private boolean fenced;

    @GuardedBy("this")
    private boolean cancelled;

    @GuardedBy("this")
    private Optional<Throwable> refusal = Optional.empty();

    /** Sends nothing yet; {@code loop} is woken when the loop has something to look at. */
    PartitionRequests(int partitions, Request request, Wakeup loop) {
        this.request = request;
        this.loop = loop;
        this.unanswered = partitions;
    }

    /** Sends to all partitions at once, first to last. */
    static PartitionRequests toAll(int partitions, Request request, Wakeup loop) {
        PartitionRequests requests = new PartitionRequests(partitions, request, loop);
        requests.sendBelow(partitions);
        return requests;
    }

    /** Sends to the partitions below this one, first to last. */
    void sendBelow(int end) {
        for (int partition = 0; partition < end; partition++) {
            send(partition);
        }
    }

    /** Sends to one partition, once. */
    void send(int partition) {
        CompletableFuture<Answer> future = request.send(partition, waiting -> hold(partition, waiting));
        synchronized (this) {
            underWay.removeIf(CompletableFuture::isDone);
            underWay.add(future);
        }
        var unused = future.handle((answer, failure) -> {
            boolean wake = failure == null ? taken(partition, answer) : failed(partition, failure);
            if (wake) {
                loop.signal();
            }
            return true;
        });
    }

    private synchronized void hold(int partition, boolean waiting) {
        held.set(partition, waiting);
    }

    private synchronized boolean taken(int partition, Answer answer) {
        unanswered--;
        held.clear(partition);
        switch (answer.outcome()) {
            case DONE -> {}
            case ARRIVED -> arrived.set(partition);
            case SUPERSEDED -> supersededBy = Math.max(supersededBy, answer.version());
            case FENCED -> fenced = true;
        }
        return unanswered == 0 || answer.outcome() != Outcome.DONE;
    }

    private synchronized boolean failed(int partition, Throwable failure) {
        Throwable cause =
                failure instanceof CompletionException && failure.getCause() != null ? failure.getCause() : failure;
        if (cancelled) {
            return false;
        }
        boolean passing = cause instanceof ServerException server
                && (server.reason() == ServerException.Reason.UNREACHABLE
                        || server.reason() == ServerException.Reason.NOT_OPEN);
        if (passing) {
            unreached.add(partition);
            // The loop repeats it at its next look, not at once: a server that just died fails quickly and often.
            return false;
        }
        refusal = Optional.of(cause);
        return true;
    }

    /** Whether every partition has answered, be it that the request came too late. */
    synchronized boolean answered() {
        return unanswered == 0;
    }

    /** Whether every partition has answered, or has no room for the request before others have come: nobody waits for this worker. */
    synchronized boolean delivered() {
        return unanswered <= held.cardinality();
    }

    /** The furthest version for which the request came too late; empty if none did. */
    synchronized OptionalLong supersededBy() {
        return supersededBy < 0 ? OptionalLong.empty() : OptionalLong.of(supersededBy);
    }

    synchronized boolean fenced() {
        return fenced;
    }

    /** The partitions that have come since this was called last; none any more once it is known that they will not all be wanted. */
    synchronized BitSet newlyArrived() {
        BitSet news = new BitSet();
        if (supersededBy < 0 && !fenced && !cancelled) {
            news.or(arrived);
            arrived.clear();
        }
        return news;
    }

    /** Sends again what did not reach its server. */
    void repeat() {
        List<Integer> again;
        synchronized (this) {
            again = List.copyOf(unreached);
            unreached.clear();
        }
        again.forEach(this::send);
    }

    /** Throws if a server declined. */
    void check() {
        Optional<Throwable> cause;
        synchronized (this) {
            cause = refusal;
        }
        if (cause.isPresent()) {
            throw new IllegalStateException(
                    "a parameter server declined: " + cause.get().getMessage(), cause.get());
        }
    }

    /** Gives up; answers that come yet are ignored. */
    void cancel() {
        List<CompletableFuture<Answer>> open;
        synchronized (this) {
            cancelled = true;
            open = List.copyOf(underWay);
            underWay.clear();
        }
        open.forEach(future -> future.cancel(true));
    }
}
