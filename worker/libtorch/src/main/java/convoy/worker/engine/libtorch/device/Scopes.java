package convoy.worker.engine.libtorch.device;

import java.util.List;
import java.util.function.Supplier;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Tensor;

/** Native memory is released where its block ends, not when the garbage collector comes. */
@SuppressWarnings("try") // A scope works by being open.
public final class Scopes {
    private Scopes() {}

    /**
     * Runs something, and releases all native objects that were made meanwhile and are not kept.
     *
     * @param body what is done
     */
    public static void run(Runnable body) {
        try (PointerScope scope = new PointerScope()) {
            body.run();
        }
    }

    /**
     * {@return the result of something, done likewise}
     *
     * @param <T> what comes of it
     * @param body makes the result, which is kept if it is to last
     */
    public static <T> T call(Supplier<T> body) {
        try (PointerScope scope = new PointerScope()) {
            return body.get();
        }
    }

    /**
     * {@return the result likewise, without autograd's noticing}
     *
     * @param <T> what comes of it
     * @param body makes the result, which is kept if it is to last
     */
    public static <T> T callWithoutGradient(Supplier<T> body) {
        try (PointerScope scope = new PointerScope();
                NoGradGuard guard = new NoGradGuard()) {
            return body.get();
        }
    }

    /**
     * Takes a tensor out of all scopes that are open: from now on it is released by {@code close} alone.
     *
     * @param tensor made in an open scope
     * @return the same
     */
    public static Tensor kept(Tensor tensor) {
        tensor.retainReference();
        return tensor;
    }

    /**
     * Makes tensors that are released by {@code close} alone.
     *
     * @param body makes the tensors
     * @return the tensors
     */
    public static List<Tensor> kept(Supplier<List<Tensor>> body) {
        return call(() -> body.get().stream().map(Scopes::kept).toList());
    }
}
