package org.deeplearning4j.cuda.convolution;

import convoy.worker.engine.nd4j.cudnn.DeterministicConvolutionHelper;
import org.nd4j.linalg.api.buffer.DataType;

/**
 * The name under which DL4J's {@code ConvolutionLayer} makes a helper when ND4J's backend is CUDA. DL4J's own class of that name
 * was never released for CUDA 11.6.
 */
public final class CudnnConvolutionHelper extends DeterministicConvolutionHelper {
    /**
     * As DL4J's {@code HelperUtils} calls it where its own class loader does not find the class and another one does.
     *
     * @param dataType of the layer's arrays
     */
    public CudnnConvolutionHelper(DataType dataType) {
        super(dataType);
    }

    /**
     * As {@code HelperUtils} of DL4J 1.0.0-M2.1 calls it otherwise: the arguments, a data type, arrive as one array.
     *
     * @param arguments one {@link DataType}
     */
    public CudnnConvolutionHelper(Object[] arguments) {
        this((DataType) arguments[0]);
    }
}
