package convoy.worker.engine;

import convoy.worker.data.batch.Batch;

/**
 * A network compiled for a device. One thread at a time uses it, not always the same one; several engines work beside each
 * other in one process and give the bits that each gives alone.
 *
 * <p>The flat vector of P parameters and S running statistics is {@link convoy.worker.engine.NetworkLayout}'s.
 */
public interface Engine extends AutoCloseable {

    /**
     * Sets parameters and running statistics.
     *
     * @param flat [P + S]; copied
     */
    void setParameters(float[] flat);

    /**
     * Says, before parameters are set, that some of them are there: they can travel to the device meanwhile. A hint: those set last
     * stay in force until {@link #setParameters}, which sets all of whatever array it is given. {@link Progress} may call this too.
     *
     * @param flat [P + S], the array that will be set, most likely
     * @param begin the first float that is there and stays as it is until then
     * @param end the float behind the last one
     */
    default void arriving(float[] flat, int begin, int end) {}

    /** {@return whether anything is gained by {@link #arriving}: nobody need be woken for it if not} */
    default boolean takesArriving() {
        return false;
    }

    /**
     * Computes the gradient of one micro-batch in training mode, at the parameters set last.
     *
     * @param batch images [N, C, H, W] and labels [N], of mixtures two each; N may differ from call to call
     * @param key what dropout's masks are a function of
     * @param gradient [P + S], overwritten: in [0, P) the sum over examples of d loss / d parameter, without weight decay, the
     *     loss being the sum over heads of weight times cross-entropy; in [P, P + S) this micro-batch's batch mean and unbiased
     *     batch variance; what it has for tensors that are frozen is not said
     * @param progress told of the parts that are done before the whole
     * @return the loss, and what was guessed right
     * @throws convoy.records.BadInputException if the batch does not fit the network
     */
    GradientResult gradient(Batch batch, MicroBatchKey key, float[] gradient, Progress progress);

    /**
     * The same for whoever has no use for a part of a gradient.
     *
     * @param batch images {@code [N, C, H, W]} with their labels
     * @param key what dropout's masks are a function of
     * @param gradient {@code [P + S]}, overwritten
     * @return the loss, and what was guessed right
     */
    default GradientResult gradient(Batch batch, MicroBatchKey key, float[] gradient) {
        return gradient(batch, key, gradient, begin -> {});
    }

    /** Who is told how far a gradient is done, while it is being computed. */
    interface Progress {
        /**
         * The gradient's floats from {@code begin} on are final. Called by one thread, while the caller waits, with falling values, as often as
         * the engine likes: not at all, if need be. What it does delays the gradient.
         *
         * @param begin where what is final begins
         */
        void doneFrom(int begin);
    }

    /**
     * Says, before a gradient is asked for, which batch will come after that one, most likely: its images can travel to the device
     * meanwhile. A hint: any other batch is computed as well.
     *
     * @param batch not changed until its gradient is computed
     */
    default void upcoming(Batch batch) {}

    /**
     * The main head's logits with running statistics and without dropout.
     *
     * @param batch images {@code [N, C, H, W]}; the labels count for nothing
     * @return [N, classes], row-major; a new array
     */
    float[] predict(Batch batch);

    /** Releases the device's memory. A second call does nothing. */
    @Override
    void close();
}
