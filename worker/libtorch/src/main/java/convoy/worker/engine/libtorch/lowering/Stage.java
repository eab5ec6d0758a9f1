package convoy.worker.engine.libtorch.lowering;

import java.util.List;

/**
 * A run of kernels whose backward pass is one call, so that its gradients are there before those of the stages before it. What it reads
 * of earlier stages are leaves to autograd, whose gradients it hands on.
 *
 * @param units its kernels, in order
 * @param reads what they read of earlier stages
 * @param outputs what later stages and heads read of it
 * @param parameters names of its parameters
 * @param begin where its parameters begin in the flat vector, or those of the next stage that has some
 */
public record Stage(List<Unit> units, List<String> reads, List<String> outputs, List<String> parameters, int begin) {

    /**
     * A kernel in its place.
     *
     * @param name of the node
     * @param kernel what computes it
     * @param inputs the nodes that it reads, in order
     */
    public record Unit(String name, Kernel kernel, List<String> inputs) {}
}
