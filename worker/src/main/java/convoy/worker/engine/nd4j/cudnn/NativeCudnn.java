package convoy.worker.engine.nd4j.cudnn;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.lang.ref.Reference;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Map;
import java.util.OptionalLong;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.ToIntBiFunction;
import java.util.function.ToIntFunction;
import org.bytedeco.cuda.cudnn.cudnnContext;
import org.bytedeco.cuda.cudnn.cudnnConvolutionStruct;
import org.bytedeco.cuda.cudnn.cudnnFilterStruct;
import org.bytedeco.cuda.cudnn.cudnnTensorStruct;
import org.bytedeco.cuda.global.cudart;
import org.bytedeco.cuda.global.cudnn;
import org.bytedeco.javacpp.FloatPointer;
import org.bytedeco.javacpp.Pointer;
import org.bytedeco.javacpp.SizeTPointer;
import org.deeplearning4j.nn.conf.layers.ConvolutionLayer.BwdDataAlgo;
import org.deeplearning4j.nn.conf.layers.ConvolutionLayer.BwdFilterAlgo;
import org.deeplearning4j.nn.conf.layers.ConvolutionLayer.FwdAlgo;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * cuDNN 8 through JavaCPP's presets.
 *
 * <p>A GPU has one handle and one workspace, which grows to the largest that was asked for (at most {@link
 * Algorithms#MOST_WORKSPACE}); both stay until the process ends. Calls of several threads for one GPU follow each other, and each
 * waits until the GPU is done: what ND4J has begun is finished first, what follows finds the result, an error is that of the call
 * which reports it, and no thread meets another one's workspace.
 */
final class NativeCudnn implements Cudnn {
    private static final FloatPointer ONE = new FloatPointer(1f);
    private static final FloatPointer ZERO = new FloatPointer(0f);

    /** By ND4J's numbers. */
    private final Map<Integer, Gpu> gpus = new ConcurrentHashMap<>();

    @Override
    public CudnnConvolution describe(ConvolutionShape shape) {
        // Asking binds the thread to its GPU if ND4J has not done so yet, but with a CUDA runtime that may be ND4J's
        // own.
        int number = Nd4j.getAffinityManager().getDeviceForCurrentThread();
        checkCuda("cudaSetDevice", cudart.cudaSetDevice(number));
        return new Described(gpus.computeIfAbsent(number, key -> new Gpu()), shape);
    }

    private static void check(String call, int status) {
        if (status != cudnn.CUDNN_STATUS_SUCCESS) {
            throw CudnnException.of(
                    call, cudnn.cudnnGetErrorString(status).getString() + " (cuDNN " + cudnn.cudnnGetVersion() + ")");
        }
    }

    private static void checkCuda(String call, int error) {
        if (error != 0) {
            throw CudnnException.of(call, cudart.cudaGetErrorString(error).getString());
        }
    }

    /** A GPU's handle and workspace. */
    private static final class Gpu {
        private final cudnnContext handle = new cudnnContext();

        @GuardedBy("this")
        private Pointer workspace = new Pointer();

        @GuardedBy("this")
        private long workspaceBytes;

        Gpu() {
            check("cudnnCreate", cudnn.cudnnCreate(handle));
        }

        /** Asks something that needs the handle. */
        synchronized int ask(ToIntFunction<cudnnContext> question) {
            return question.applyAsInt(handle);
        }

        /** Runs one call on arrays and waits for it. */
        synchronized void run(
                String call, long bytes, ToIntBiFunction<cudnnContext, Pointer> computation, INDArray... arrays) {
            try {
                reserve(bytes);
                Nd4j.getExecutioner().commit();
                check(call, computation.applyAsInt(handle, workspace));
                checkCuda(call, cudart.cudaDeviceSynchronize());
            } finally {
                // Until here no array may be released, though nothing but its address is used.
                Reference.reachabilityFence(arrays);
            }
        }

        @GuardedBy("this")
        private void reserve(long bytes) {
            if (bytes > workspaceBytes) {
                workspaceBytes = 0;
                checkCuda("cudaFree", cudart.cudaFree(workspace));
                workspace = new Pointer();
                int error = cudart.cudaMalloc(workspace, bytes);
                if (error != 0) {
                    // CUDA keeps the error for whoever asks next, which would be ND4J.
                    String answer =
                            cudart.cudaGetErrorString(cudart.cudaGetLastError()).getString();
                    throw CudnnException.outOfMemory(bytes, answer);
                }
                workspaceBytes = bytes;
            }
        }
    }

    /** The descriptors of one convolution. */
    private static final class Described implements CudnnConvolution {
        private final Gpu gpu;
        private final cudnnTensorStruct input = new cudnnTensorStruct();
        private final cudnnTensorStruct output = new cudnnTensorStruct();
        private final cudnnTensorStruct bias = new cudnnTensorStruct();
        private final cudnnFilterStruct filter = new cudnnFilterStruct();
        private final cudnnConvolutionStruct convolution = new cudnnConvolutionStruct();
        private final Deque<Runnable> releases = new ArrayDeque<>();

        Described(Gpu gpu, ConvolutionShape shape) {
            this.gpu = gpu;
            try {
                set(input, shape.inputSizes());
                set(output, shape.outputSizes());
                set(bias, new long[] {1, shape.filters(), 1, 1});
                setFilter(shape);
                setConvolution(shape);
            } catch (CudnnException e) {
                close();
                throw e;
            }
        }

        private void set(cudnnTensorStruct tensor, long[] sizes) {
            check("cudnnCreateTensorDescriptor", cudnn.cudnnCreateTensorDescriptor(tensor));
            releases.push(() -> check("cudnnDestroyTensorDescriptor", cudnn.cudnnDestroyTensorDescriptor(tensor)));
            check(
                    "cudnnSetTensor4dDescriptor",
                    cudnn.cudnnSetTensor4dDescriptor(
                            tensor,
                            cudnn.CUDNN_TENSOR_NCHW,
                            cudnn.CUDNN_DATA_FLOAT,
                            (int) sizes[0],
                            (int) sizes[1],
                            (int) sizes[2],
                            (int) sizes[3]));
        }

        private void setFilter(ConvolutionShape shape) {
            check("cudnnCreateFilterDescriptor", cudnn.cudnnCreateFilterDescriptor(filter));
            releases.push(() -> check("cudnnDestroyFilterDescriptor", cudnn.cudnnDestroyFilterDescriptor(filter)));
            check(
                    "cudnnSetFilter4dDescriptor",
                    cudnn.cudnnSetFilter4dDescriptor(
                            filter,
                            cudnn.CUDNN_DATA_FLOAT,
                            cudnn.CUDNN_TENSOR_NCHW,
                            shape.filters(),
                            shape.channels(),
                            shape.kernelHeight(),
                            shape.kernelWidth()));
        }

        private void setConvolution(ConvolutionShape shape) {
            check("cudnnCreateConvolutionDescriptor", cudnn.cudnnCreateConvolutionDescriptor(convolution));
            releases.push(() ->
                    check("cudnnDestroyConvolutionDescriptor", cudnn.cudnnDestroyConvolutionDescriptor(convolution)));
            check(
                    "cudnnSetConvolution2dDescriptor",
                    cudnn.cudnnSetConvolution2dDescriptor(
                            convolution,
                            shape.paddingHeight(),
                            shape.paddingWidth(),
                            shape.strideHeight(),
                            shape.strideWidth(),
                            shape.dilationHeight(),
                            shape.dilationWidth(),
                            cudnn.CUDNN_CROSS_CORRELATION,
                            cudnn.CUDNN_DATA_FLOAT));
            // The default takes TF32's ten bits of mantissa where a GPU (compute capability 8) has it.
            check("cudnnSetConvolutionMathType", cudnn.cudnnSetConvolutionMathType(convolution, cudnn.CUDNN_FMA_MATH));
        }

        @Override
        public OptionalLong forwardWorkspace(FwdAlgo algorithm) {
            return workspace(
                    "cudnnGetConvolutionForwardWorkspaceSize",
                    (handle, bytes) -> cudnn.cudnnGetConvolutionForwardWorkspaceSize(
                            handle, input, filter, convolution, output, number(algorithm), bytes));
        }

        @Override
        public OptionalLong dataWorkspace(BwdDataAlgo algorithm) {
            return workspace(
                    "cudnnGetConvolutionBackwardDataWorkspaceSize",
                    (handle, bytes) -> cudnn.cudnnGetConvolutionBackwardDataWorkspaceSize(
                            handle, filter, output, convolution, input, number(algorithm), bytes));
        }

        @Override
        public OptionalLong filterWorkspace(BwdFilterAlgo algorithm) {
            return workspace(
                    "cudnnGetConvolutionBackwardFilterWorkspaceSize",
                    (handle, bytes) -> cudnn.cudnnGetConvolutionBackwardFilterWorkspaceSize(
                            handle, input, output, convolution, filter, number(algorithm), bytes));
        }

        private OptionalLong workspace(String call, ToIntBiFunction<cudnnContext, SizeTPointer> question) {
            try (SizeTPointer bytes = new SizeTPointer(1)) {
                int status = gpu.ask(handle -> question.applyAsInt(handle, bytes));
                if (status == cudnn.CUDNN_STATUS_NOT_SUPPORTED) {
                    return OptionalLong.empty();
                }
                check(call, status);
                return OptionalLong.of(bytes.get());
            }
        }

        @Override
        public void forward(FwdAlgo algorithm, long workspace, INDArray x, INDArray weights, INDArray y) {
            Pointer xFloats = DeviceFloats.read(x);
            Pointer weightsFloats = DeviceFloats.read(weights);
            Pointer yFloats = DeviceFloats.write(y);
            gpu.run(
                    "cudnnConvolutionForward",
                    workspace,
                    (handle, memory) -> cudnn.cudnnConvolutionForward(
                            handle,
                            ONE,
                            input,
                            xFloats,
                            filter,
                            weightsFloats,
                            convolution,
                            number(algorithm),
                            memory,
                            workspace,
                            ZERO,
                            output,
                            yFloats),
                    x,
                    weights,
                    y);
        }

        @Override
        public void addBias(INDArray values, INDArray y) {
            Pointer valuesFloats = DeviceFloats.read(values);
            Pointer yFloats = DeviceFloats.write(y);
            gpu.run(
                    "cudnnAddTensor",
                    0,
                    (handle, memory) -> cudnn.cudnnAddTensor(handle, ONE, bias, valuesFloats, ONE, output, yFloats),
                    values,
                    y);
        }

        @Override
        public void backwardData(BwdDataAlgo algorithm, long workspace, INDArray weights, INDArray dy, INDArray dx) {
            Pointer weightsFloats = DeviceFloats.read(weights);
            Pointer dyFloats = DeviceFloats.read(dy);
            Pointer dxFloats = DeviceFloats.write(dx);
            gpu.run(
                    "cudnnConvolutionBackwardData",
                    workspace,
                    (handle, memory) -> cudnn.cudnnConvolutionBackwardData(
                            handle,
                            ONE,
                            filter,
                            weightsFloats,
                            output,
                            dyFloats,
                            convolution,
                            number(algorithm),
                            memory,
                            workspace,
                            ZERO,
                            input,
                            dxFloats),
                    weights,
                    dy,
                    dx);
        }

        @Override
        public void backwardFilter(BwdFilterAlgo algorithm, long workspace, INDArray x, INDArray dy, INDArray dw) {
            Pointer xFloats = DeviceFloats.read(x);
            Pointer dyFloats = DeviceFloats.read(dy);
            Pointer dwFloats = DeviceFloats.write(dw);
            gpu.run(
                    "cudnnConvolutionBackwardFilter",
                    workspace,
                    (handle, memory) -> cudnn.cudnnConvolutionBackwardFilter(
                            handle,
                            ONE,
                            input,
                            xFloats,
                            output,
                            dyFloats,
                            convolution,
                            number(algorithm),
                            memory,
                            workspace,
                            ZERO,
                            filter,
                            dwFloats),
                    x,
                    dy,
                    dw);
        }

        @Override
        public void backwardBias(INDArray dy, INDArray db) {
            Pointer dyFloats = DeviceFloats.read(dy);
            Pointer dbFloats = DeviceFloats.write(db);
            gpu.run(
                    "cudnnConvolutionBackwardBias",
                    0,
                    (handle, memory) ->
                            cudnn.cudnnConvolutionBackwardBias(handle, ONE, output, dyFloats, ZERO, bias, dbFloats),
                    dy,
                    db);
        }

        @Override
        public void close() {
            while (!releases.isEmpty()) {
                releases.pop().run();
            }
        }

        private static int number(FwdAlgo algorithm) {
            return switch (algorithm) {
                case IMPLICIT_GEMM -> cudnn.CUDNN_CONVOLUTION_FWD_ALGO_IMPLICIT_GEMM;
                case IMPLICIT_PRECOMP_GEMM -> cudnn.CUDNN_CONVOLUTION_FWD_ALGO_IMPLICIT_PRECOMP_GEMM;
                case GEMM -> cudnn.CUDNN_CONVOLUTION_FWD_ALGO_GEMM;
                case DIRECT -> cudnn.CUDNN_CONVOLUTION_FWD_ALGO_DIRECT;
                case FFT -> cudnn.CUDNN_CONVOLUTION_FWD_ALGO_FFT;
                case FFT_TILING -> cudnn.CUDNN_CONVOLUTION_FWD_ALGO_FFT_TILING;
                case WINOGRAD -> cudnn.CUDNN_CONVOLUTION_FWD_ALGO_WINOGRAD;
                case WINOGRAD_NONFUSED -> cudnn.CUDNN_CONVOLUTION_FWD_ALGO_WINOGRAD_NONFUSED;
                case COUNT -> cudnn.CUDNN_CONVOLUTION_FWD_ALGO_COUNT;
            };
        }

        private static int number(BwdDataAlgo algorithm) {
            return switch (algorithm) {
                case ALGO_0 -> cudnn.CUDNN_CONVOLUTION_BWD_DATA_ALGO_0;
                case ALGO_1 -> cudnn.CUDNN_CONVOLUTION_BWD_DATA_ALGO_1;
                case FFT -> cudnn.CUDNN_CONVOLUTION_BWD_DATA_ALGO_FFT;
                case FFT_TILING -> cudnn.CUDNN_CONVOLUTION_BWD_DATA_ALGO_FFT_TILING;
                case WINOGRAD -> cudnn.CUDNN_CONVOLUTION_BWD_DATA_ALGO_WINOGRAD;
                case WINOGRAD_NONFUSED -> cudnn.CUDNN_CONVOLUTION_BWD_DATA_ALGO_WINOGRAD_NONFUSED;
                case COUNT -> cudnn.CUDNN_CONVOLUTION_BWD_DATA_ALGO_COUNT;
            };
        }

        private static int number(BwdFilterAlgo algorithm) {
            return switch (algorithm) {
                case ALGO_0 -> cudnn.CUDNN_CONVOLUTION_BWD_FILTER_ALGO_0;
                case ALGO_1 -> cudnn.CUDNN_CONVOLUTION_BWD_FILTER_ALGO_1;
                case FFT -> cudnn.CUDNN_CONVOLUTION_BWD_FILTER_ALGO_FFT;
                case ALGO_3 -> cudnn.CUDNN_CONVOLUTION_BWD_FILTER_ALGO_3;
                case WINOGRAD -> cudnn.CUDNN_CONVOLUTION_BWD_FILTER_ALGO_WINOGRAD;
                case WINOGRAD_NONFUSED -> cudnn.CUDNN_CONVOLUTION_BWD_FILTER_ALGO_WINOGRAD_NONFUSED;
                case FFT_TILING -> cudnn.CUDNN_CONVOLUTION_BWD_FILTER_ALGO_FFT_TILING;
                case COUNT -> cudnn.CUDNN_CONVOLUTION_BWD_FILTER_ALGO_COUNT;
            };
        }
    }
}
