package convoy.worker.engine.nd4j.kernel;

import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * One operation of the lowered graph, or an operation and the ReLU behind it. Images are {@code [N, H, W, C]} between kernels,
 * vectors {@code [N, features]}, both row-major: with channels last, oneDNN's forward convolutions need no reordering of
 * activations (measured on a 4-core Xeon: a fifth to a half less time than with {@code [N, C, H, W]}).
 *
 * <p>A kernel remembers what its backward pass needs from its last forward pass in training.
 */
public interface Kernel {

    /** {@return how many floats of the graph's flat parameter vector are its own} */
    default int parameterCount() {
        return 0;
    }

    /**
     * Says where its parameters lie: {@code [parameterCount]}, its tensors in {@code state_dict} order.
     *
     * @param parameters a view of the graph's vector
     */
    default void bindParameters(INDArray parameters) {}

    /**
     * Says where the gradient of its parameters goes: {@code [parameterCount]}, overwritten by each backward pass. A kernel that is
     * not told, because all of its parameters are frozen, does not compute it.
     *
     * @param gradient a view of the graph's gradient
     */
    default void bindGradient(INDArray gradient) {}

    /**
     * {@return the output, a new array}
     *
     * @param inputs in the operation's order
     * @param pass training or not, and where arrays are made
     */
    INDArray forward(INDArray[] inputs, Pass pass);

    /**
     * {@return the loss's derivatives by each of the inputs, new arrays}
     *
     * @param inputs those of the last forward pass
     * @param outputGradient the derivative by the output; may be overwritten
     * @param pass training or not, and where arrays are made
     */
    INDArray[] backward(INDArray[] inputs, INDArray outputGradient, Pass pass);

    /**
     * Releases what it holds of native memory.
     *
     * @throws Exception if native memory cannot be released
     */
    default void close() throws Exception {}
}
