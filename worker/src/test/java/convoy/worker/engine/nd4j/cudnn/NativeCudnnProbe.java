package convoy.worker.engine.nd4j.cudnn;

import java.util.List;
import org.bytedeco.cuda.global.cudnn;
import org.deeplearning4j.nn.conf.layers.ConvolutionLayer.BwdDataAlgo;
import org.deeplearning4j.nn.conf.layers.ConvolutionLayer.BwdFilterAlgo;
import org.deeplearning4j.nn.conf.layers.ConvolutionLayer.FwdAlgo;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** A process of its own, in which {@code cudnn.c} stands in for cuDNN: prints what comes of each call. */
final class NativeCudnnProbe {
    /** As {@code cudnn.c} has it. */
    private static final int STAND_IN = 8999;

    private NativeCudnnProbe() {}

    public static void main(String[] arguments) {
        Cudnn library = CudnnLibrary.find().orElseThrow();
        System.out.println("stand-in: " + (cudnn.cudnnGetVersion() == STAND_IN));
        ConvolutionShape plain = ConvolutionShapeBuilder.builder()
                .images(2)
                .channels(3)
                .height(8)
                .width(9)
                .filters(4)
                .kernelHeight(3)
                .kernelWidth(3)
                .paddingHeight(1)
                .paddingWidth(1)
                .strideHeight(1)
                .strideWidth(1)
                .dilationHeight(1)
                .dilationWidth(1)
                .build();
        ConvolutionShape uneven = ConvolutionShapeBuilder.builder()
                .images(3)
                .channels(2)
                .height(11)
                .width(12)
                .filters(5)
                .kernelHeight(3)
                .kernelWidth(2)
                .paddingHeight(1)
                .paddingWidth(2)
                .strideHeight(2)
                .strideWidth(3)
                .dilationHeight(3)
                .dilationWidth(2)
                .build();
        ConvolutionShape narrow = ConvolutionShapeBuilder.builder()
                .images(1)
                .channels(4)
                .height(7)
                .width(6)
                .filters(3)
                .kernelHeight(1)
                .kernelWidth(1)
                .paddingHeight(0)
                .paddingWidth(0)
                .strideHeight(2)
                .strideWidth(1)
                .dilationHeight(1)
                .dilationWidth(1)
                .build();
        for (ConvolutionShape shape : List.of(plain, uneven, narrow)) {
            compare(library, shape);
        }
        fail(library, plain, FwdAlgo.WINOGRAD, 0);
        fail(library, plain, FwdAlgo.FFT, 1L << 40);
        compare(library, plain);
    }

    /** All calls beside the same ones of {@link ProcessorCudnn}. */
    private static void compare(Cudnn library, ConvolutionShape shape) {
        INDArray x = normal(1, shape.inputSizes());
        INDArray weights = normal(2, shape.filters(), shape.channels(), shape.kernelHeight(), shape.kernelWidth());
        INDArray bias = normal(3, 1, shape.filters());
        INDArray dy = normal(4, shape.outputSizes());
        List<INDArray> actual = compute(library, shape, x, weights, bias, dy);
        List<INDArray> expected = compute(new ProcessorCudnn(), shape, x, weights, bias, dy);
        StringBuilder line = new StringBuilder("equal:");
        for (int i = 0; i < actual.size(); i++) {
            line.append(' ').append(actual.get(i).equalsWithEps(expected.get(i), 1e-5));
        }
        System.out.println(line);
    }

    private static List<INDArray> compute(
            Cudnn library, ConvolutionShape shape, INDArray x, INDArray weights, INDArray bias, INDArray dy) {
        INDArray y = Nd4j.create(DataType.FLOAT, dy.shape());
        INDArray dx = Nd4j.create(DataType.FLOAT, x.shape());
        INDArray dw = Nd4j.create(DataType.FLOAT, weights.shape());
        INDArray db = Nd4j.create(DataType.FLOAT, bias.shape());
        try (CudnnConvolution convolution = library.describe(shape)) {
            if (library instanceof NativeCudnn) {
                System.out.println("workspaces: "
                        + convolution.forwardWorkspace(FwdAlgo.IMPLICIT_PRECOMP_GEMM) + " "
                        + convolution.forwardWorkspace(FwdAlgo.WINOGRAD_NONFUSED) + " "
                        + convolution.dataWorkspace(BwdDataAlgo.ALGO_1) + " "
                        + convolution.filterWorkspace(BwdFilterAlgo.ALGO_1));
            }
            convolution.forward(FwdAlgo.IMPLICIT_PRECOMP_GEMM, 1000, x, weights, y);
            convolution.addBias(bias, y);
            convolution.backwardData(BwdDataAlgo.ALGO_1, 2000, weights, dy, dx);
            convolution.backwardFilter(BwdFilterAlgo.ALGO_1, 500, x, dy, dw);
            convolution.backwardBias(dy, db);
        }
        return List.of(y, dx, dw, db);
    }

    private static void fail(Cudnn library, ConvolutionShape shape, FwdAlgo algorithm, long workspace) {
        INDArray y = Nd4j.create(DataType.FLOAT, shape.outputSizes());
        INDArray weights = normal(2, shape.filters(), shape.channels(), shape.kernelHeight(), shape.kernelWidth());
        try (CudnnConvolution convolution = library.describe(shape)) {
            convolution.forward(algorithm, workspace, normal(1, shape.inputSizes()), weights, y);
            System.out.println("no failure");
        } catch (CudnnException e) {
            System.out.println("failure: " + e.getMessage());
        }
    }

    private static INDArray normal(long seed, long... shape) {
        Nd4j.getRandom().setSeed(seed);
        return Nd4j.randn(DataType.FLOAT, shape);
    }
}
