package convoy.worker.engine.libtorch.lowering;

import org.bytedeco.pytorch.Tensor;

/** The forward pass of one node; autograd has the backward pass. */
public interface Kernel {
    /**
     * The node's output for its inputs, in order: images {@code [N, C, H, W]} with channels last in memory, vectors {@code [N, F]}. It
     * may be an input. Whatever else is made is released by the caller's scope.
     *
     * @param inputs those of the node, in order
     * @param pass training or not, and what a pass leaves behind
     * @return the output
     * @throws convoy.records.BadInputException if the batch is too small for a norm
     */
    Tensor forward(Tensor[] inputs, Pass pass);
}
