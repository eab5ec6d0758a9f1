package convoy.worker.engine.nd4j;

import convoy.worker.engine.nd4j.kernel.Kernel;
import org.deeplearning4j.nn.conf.graph.GraphVertex;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.memory.MemoryReport;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * A kernel's place in DL4J's graph configuration.
 *
 * <p>Several graphs may run the same kernel, one after the other: the one whose vertex owns the kernel's parameters keeps them in
 * its flat vector.
 */
final class KernelVertex extends GraphVertex {
    private static final long serialVersionUID = 1;

    private final transient Kernel kernel;
    private final boolean ownsParameters;
    private final boolean wantsGradient;
    private final transient Runnable afterBackward;

    /**
     * @param wantsGradient whether some of the kernel's parameters are trained
     * @param afterBackward called when the kernel's parameters have their gradient
     */
    KernelVertex(Kernel kernel, boolean ownsParameters, boolean wantsGradient, Runnable afterBackward) {
        this.kernel = kernel;
        this.ownsParameters = ownsParameters;
        this.wantsGradient = wantsGradient;
        this.afterBackward = afterBackward;
    }

    @Override
    public GraphVertex clone() {
        return new KernelVertex(kernel, ownsParameters, wantsGradient, afterBackward);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof KernelVertex vertex && vertex.kernel == kernel;
    }

    @Override
    public int hashCode() {
        return System.identityHashCode(kernel);
    }

    @Override
    public long numParams(boolean backprop) {
        return ownsParameters ? kernel.parameterCount() : 0;
    }

    @Override
    public int minVertexInputs() {
        return 1;
    }

    @Override
    public int maxVertexInputs() {
        return Integer.MAX_VALUE;
    }

    @Override
    public org.deeplearning4j.nn.graph.vertex.GraphVertex instantiate(
            ComputationGraph graph,
            String name,
            int index,
            INDArray parameters,
            boolean initialize,
            DataType networkDataType) {
        return new RunningKernelVertex(
                graph,
                name,
                index,
                new RunningKernelVertex.Work(kernel, numParams(true) > 0, wantsGradient, afterBackward),
                parameters);
    }

    @Override
    public InputType getOutputType(int layerIndex, InputType... inputs) {
        throw new UnsupportedOperationException("shapes are inferred before a network is lowered");
    }

    @Override
    public MemoryReport getMemoryReport(InputType... inputs) {
        throw new UnsupportedOperationException("a kernel's memory is what its workspaces report");
    }
}
