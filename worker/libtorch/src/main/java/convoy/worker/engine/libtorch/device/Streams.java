package convoy.worker.engine.libtorch.device;

import java.util.List;
import java.util.function.Supplier;
import org.bytedeco.pytorch.Tensor;

/** What a device does beside computing: copy from and to the host. Whoever works with them closes them at the end. */
public interface Streams extends AutoCloseable {

    /**
     * {@return whether it copies while it computes: if not, nothing is gained by sending something before it is wanted}
     */
    boolean copiesBeside();

    /**
     * {@return the fewest parameters that are worth a copy of their own: one of less costs more to ask for than to wait
     * for the next ones}
     */
    int fewest();

    /**
     * {@return the most floats that travel to the host in one copy: what is there is handed on while the next ones
     * travel}
     */
    int most();

    /** Gives back what it has of the device. */
    @Override
    default void close() {}

    /**
     * Begins a copy to the host once all is computed that was asked for until now.
     *
     * @param copy asks the device for it
     * @return to be closed
     */
    Copy out(Supplier<List<Tensor>> copy);

    /**
     * Begins a copy to the device, which waits for nothing.
     *
     * @param copy asks the device for it
     * @return to be closed
     */
    Copy in(Supplier<List<Tensor>> copy);

    /**
     * {@return whether the device has failed so that this process cannot use it any more; waits for all that it was
     * asked for}
     */
    boolean isLost();

    /** Has copies to the device that begin from now on wait until all is computed that was asked for until now. */
    void holdIn();

    /** Tensors that are being copied; released on closing, by when whoever reads them must have done so. */
    interface Copy extends AutoCloseable {
        /** {@return the tensors, on the host; waits until they are there} */
        List<Tensor> await();

        /**
         * {@return the tensors, on the device; what is computed with them from now on waits until they are there, the
         * caller does not}
         */
        List<Tensor> onDevice();

        @Override
        void close();
    }

    /** A processor's, which copies at once, if there is anything to copy. */
    Streams NONE = new Streams() {
        @Override
        public boolean copiesBeside() {
            return false;
        }

        @Override
        public int fewest() {
            return 1;
        }

        @Override
        public int most() {
            return Integer.MAX_VALUE;
        }

        @Override
        public Copy out(Supplier<List<Tensor>> copy) {
            return new Done(Scopes.kept(copy));
        }

        @Override
        public Copy in(Supplier<List<Tensor>> copy) {
            return new Done(Scopes.kept(copy));
        }

        @Override
        public boolean isLost() {
            return false;
        }

        @Override
        public void holdIn() {
            // All that was asked for is computed.
        }
    };

    /**
     * A copy that is done.
     *
     * @param tensors what was copied
     */
    record Done(List<Tensor> tensors) implements Copy {
        @Override
        public List<Tensor> await() {
            return tensors;
        }

        @Override
        public List<Tensor> onDevice() {
            return tensors;
        }

        @Override
        public void close() {
            tensors.forEach(Tensor::close);
        }
    }
}
