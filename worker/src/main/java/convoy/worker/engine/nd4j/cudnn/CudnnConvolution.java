package convoy.worker.engine.nd4j.cudnn;

import java.util.OptionalLong;
import org.deeplearning4j.nn.conf.layers.ConvolutionLayer.BwdDataAlgo;
import org.deeplearning4j.nn.conf.layers.ConvolutionLayer.BwdFilterAlgo;
import org.deeplearning4j.nn.conf.layers.ConvolutionLayer.FwdAlgo;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * cuDNN's descriptors of one convolution and what can be computed with them. Arrays are {@link PackedFloats} of the sizes that
 * {@link ConvolutionShape} says; outputs are overwritten, and there when a call returns. DL4J's enumerations of algorithms have
 * cuDNN's names.
 *
 * <p>All calls throw {@link CudnnException} where cuDNN reports an error.
 */
interface CudnnConvolution extends AutoCloseable {
    /** The bytes of workspace that an algorithm takes; none if cuDNN does not have it for this convolution. */
    OptionalLong forwardWorkspace(FwdAlgo algorithm);

    /** The bytes of workspace that an algorithm takes; none if cuDNN does not have it for this convolution. */
    OptionalLong dataWorkspace(BwdDataAlgo algorithm);

    /** The bytes of workspace that an algorithm takes; none if cuDNN does not have it for this convolution. */
    OptionalLong filterWorkspace(BwdFilterAlgo algorithm);

    /** The convolution of x with the weights, into y. */
    void forward(FwdAlgo algorithm, long workspace, INDArray x, INDArray weights, INDArray y);

    /** Adds a bias {@code [filters]} to y. */
    void addBias(INDArray bias, INDArray y);

    /** The derivative by x, into dx. */
    void backwardData(BwdDataAlgo algorithm, long workspace, INDArray weights, INDArray dy, INDArray dx);

    /** The derivative by the weights, into dw. */
    void backwardFilter(BwdFilterAlgo algorithm, long workspace, INDArray x, INDArray dy, INDArray dw);

    /** The derivative by the bias, into db {@code [filters]}. */
    void backwardBias(INDArray dy, INDArray db);

    /** Releases the descriptors. */
    @Override
    void close();
}
