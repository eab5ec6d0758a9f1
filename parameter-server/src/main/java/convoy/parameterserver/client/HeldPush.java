package convoy.parameterserver.client;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * A push until it is counted or nobody needs it: sent, and if the server has no room for it, kept here and sent again once there is.
 * What is kept waits in no window, so that it keeps no other from its server.
 */
final class HeldPush extends CompletableFuture<PushReply> {
    /** Empty if there was no room. */
    private final Supplier<CompletableFuture<Optional<PushReply>>> send;

    /** Empty once there is room. */
    private final Supplier<CompletableFuture<Optional<PushReply>>> ask;

    private final Consumer<Boolean> waiting;

    @GuardedBy("this")
    private boolean over;

    @GuardedBy("this")
    private Optional<CompletableFuture<?>> current = Optional.empty();

    /**
     * One that is not under way yet.
     *
     * @param send pushes; answered with nothing if there is no room
     * @param ask asks for room; answered with nothing if there is
     * @param waiting is told whether it waits for room
     */
    HeldPush(
            Supplier<CompletableFuture<Optional<PushReply>>> send,
            Supplier<CompletableFuture<Optional<PushReply>>> ask,
            Consumer<Boolean> waiting) {
        this.send = send;
        this.ask = ask;
        this.waiting = waiting;
    }

    /** Pushes, if need be after having asked for room. */
    HeldPush begin(boolean crowded) {
        if (crowded) {
            ask();
        } else {
            push();
        }
        return this;
    }

    private void push() {
        waiting.accept(false);
        follow(send, this::ask);
    }

    private void ask() {
        waiting.accept(true);
        follow(ask, this::push);
    }

    private void follow(Supplier<CompletableFuture<Optional<PushReply>>> request, Runnable otherwise) {
        CompletableFuture<Optional<PushReply>> begun;
        synchronized (this) {
            if (over) {
                return;
            }
            begun = request.get();
            current = Optional.of(begun);
        }
        CompletableFuture<?> unused = begun.whenComplete((reply, failure) -> {
            if (failure != null) {
                completeExceptionally(
                        failure instanceof CompletionException && failure.getCause() != null
                                ? failure.getCause()
                                : failure);
            } else {
                reply.ifPresentOrElse(this::complete, otherwise);
            }
        });
    }

    /** Waits while an answer is being taken: once this returns nothing of the caller's is read any more. */
    @Override
    public boolean cancel(boolean mayInterruptIfRunning) {
        Optional<CompletableFuture<?>> open;
        synchronized (this) {
            over = true;
            open = current;
        }
        open.ifPresent(request -> request.cancel(mayInterruptIfRunning));
        return super.cancel(mayInterruptIfRunning);
    }
}
