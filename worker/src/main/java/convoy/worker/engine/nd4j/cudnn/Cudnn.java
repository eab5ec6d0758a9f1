package convoy.worker.engine.nd4j.cudnn;

/** cuDNN, as far as convolutions need it. */
@FunctionalInterface
interface Cudnn {
    /**
     * Describes a convolution to cuDNN; whoever does so closes it.
     *
     * @throws CudnnException if cuDNN refuses
     */
    CudnnConvolution describe(ConvolutionShape shape);
}
