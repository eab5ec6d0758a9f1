package convoy.worker.engine.nd4j.cudnn;

import convoy.records.text.Counts;

/** cuDNN or CUDA has reported an error; the message is one line that names the call and what it answered. */
final class CudnnException extends RuntimeException {
    private static final long serialVersionUID = 1;

    private CudnnException(String message) {
        super(message);
    }

    /** A call has answered something else than success, as {@code CUDNN_STATUS_EXECUTION_FAILED}. */
    static CudnnException of(String call, String answer) {
        return new CudnnException(call + " answers " + answer);
    }

    /**
     * There is no memory for a workspace. DL4J takes a message with the first words for the end of the device's memory, and then
     * does not go on with its own convolution, which would need far more.
     */
    static CudnnException outOfMemory(long bytes, String answer) {
        return new CudnnException("Failed to allocate " + Counts.plain(bytes, "byte") + " of workspace for cuDNN: "
                + answer + "; make the batch smaller");
    }

    /** The same with what was to be computed. */
    CudnnException during(ConvolutionShape shape) {
        CudnnException said = new CudnnException(getMessage() + " (a convolution of " + shape + ")");
        said.initCause(this);
        return said;
    }
}
