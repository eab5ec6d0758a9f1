package convoy.worker.engine.nd4j;

import convoy.worker.engine.nd4j.kernel.Kernel;
import convoy.worker.engine.nd4j.kernel.Pass;
import org.deeplearning4j.nn.api.Layer;
import org.deeplearning4j.nn.api.MaskState;
import org.deeplearning4j.nn.gradient.DefaultGradient;
import org.deeplearning4j.nn.gradient.Gradient;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.graph.vertex.BaseGraphVertex;
import org.deeplearning4j.nn.workspace.LayerWorkspaceMgr;
import org.jspecify.annotations.Nullable;
import org.nd4j.common.primitives.Pair;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/** A kernel at work in a DL4J graph: DL4J brings inputs and gradients and gives the memory for what the kernel makes of them. */
@SuppressWarnings({"overrides", "serial"
}) // DL4J's base class is at fault for both; nothing serializes a running vertex.
final class RunningKernelVertex extends BaseGraphVertex {
    private final Work work;
    private final @Nullable INDArray parameters;
    private @Nullable INDArray gradients;

    /**
     * What is to be done.
     *
     * @param kernel that does it
     * @param ownsParameters whether it has parameters in the graph's flat vector
     * @param wantsGradient whether some of them are trained
     * @param afterBackward called when they have their gradient
     */
    record Work(Kernel kernel, boolean ownsParameters, boolean wantsGradient, Runnable afterBackward) {}

    RunningKernelVertex(ComputationGraph graph, String name, int index, Work work, @Nullable INDArray parameters) {
        super(graph, name, index, null, null, DataType.FLOAT);
        this.work = work;
        this.parameters = parameters;
        if (work.ownsParameters && parameters != null) {
            work.kernel.bindParameters(parameters);
        }
    }

    @Override
    public boolean hasLayer() {
        return false;
    }

    @Override
    public @Nullable Layer getLayer() {
        return null;
    }

    @Override
    public INDArray doForward(boolean training, LayerWorkspaceMgr workspaces) {
        return work.kernel.forward(inputs, new Pass(training, workspaces));
    }

    @Override
    public Pair<Gradient, INDArray[]> doBackward(boolean truncated, LayerWorkspaceMgr workspaces) {
        INDArray[] inputGradients = work.kernel.backward(inputs, epsilon, new Pass(true, workspaces));
        // The parameters' gradient is in its place in the graph's flat vector already.
        work.afterBackward.run();
        return Pair.of(new DefaultGradient(), inputGradients);
    }

    @Override
    public @Nullable INDArray params() {
        return parameters;
    }

    @Override
    public @Nullable INDArray getGradientsViewArray() {
        return gradients;
    }

    @Override
    public void setBackpropGradientsViewArray(@Nullable INDArray view) {
        gradients = view;
        if (view != null && work.wantsGradient) {
            work.kernel.bindGradient(view);
        }
    }

    @Override
    public @Nullable Pair<INDArray, MaskState> feedForwardMaskArrays(INDArray[] masks, MaskState state, int examples) {
        throw new UnsupportedOperationException("no network here has masks");
    }

    @Override
    public String toString() {
        return vertexName + " by " + work.kernel.getClass().getSimpleName();
    }
}
