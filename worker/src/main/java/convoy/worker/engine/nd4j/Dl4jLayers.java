package convoy.worker.engine.nd4j;

import convoy.architectures.operations.Activation;
import convoy.architectures.operations.Convolution;
import convoy.architectures.operations.Dense;
import convoy.architectures.operations.Normalization.BatchNorm;
import convoy.architectures.operations.Normalization.LocalResponseNorm;
import convoy.architectures.operations.Pooling;
import convoy.architectures.tensor.Shape.Image;
import java.util.Optional;
import org.deeplearning4j.nn.conf.layers.BatchNormalization;
import org.deeplearning4j.nn.conf.layers.ConvolutionLayer;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.LocalResponseNormalization;
import org.deeplearning4j.nn.conf.layers.SubsamplingLayer;

/** DL4J's layers, each with the meaning of an operation of ours. */
final class Dl4jLayers {
    private Dl4jLayers() {}

    static ConvolutionLayer convolution(Convolution convolution, int channels) {
        return new ConvolutionLayer.Builder(convolution.kernelHeight(), convolution.kernelWidth())
                .stride(convolution.strideHeight(), convolution.strideWidth())
                .padding(convolution.paddingHeight(), convolution.paddingWidth())
                .dilation(convolution.dilationHeight(), convolution.dilationWidth())
                .nIn(channels)
                .nOut(convolution.out())
                .hasBias(convolution.bias())
                .activation(org.nd4j.linalg.activations.Activation.IDENTITY)
                .build();
    }

    static DenseLayer dense(Dense dense, int features) {
        return new DenseLayer.Builder()
                .nIn(features)
                .nOut(dense.out())
                .hasBias(dense.bias())
                .activation(org.nd4j.linalg.activations.Activation.IDENTITY)
                .build();
    }

    static BatchNormalization batchNorm(BatchNorm norm, int channels) {
        return new BatchNormalization.Builder()
                .decay(1 - norm.momentum())
                .nIn(channels)
                .nOut(channels)
                .eps(norm.epsilon())
                .useLogStd(false)
                .build();
    }

    /** DL4J's alpha is not divided by the size. */
    static LocalResponseNormalization localResponseNorm(LocalResponseNorm norm) {
        return new LocalResponseNormalization.Builder(norm.size(), norm.alpha() / norm.size(), norm.beta())
                .k(norm.k())
                .build();
    }

    static SubsamplingLayer pooling(Pooling pooling) {
        return subsampling(pooling.kind() == Pooling.Kind.MAX)
                .kernelSize(pooling.kernelHeight(), pooling.kernelWidth())
                .stride(pooling.strideHeight(), pooling.strideWidth())
                .padding(pooling.paddingHeight(), pooling.paddingWidth())
                .avgPoolIncludePadInDivisor(pooling.countIncludePad())
                .build();
    }

    /** Rows of the last windows behind the input and its padding; below 0 where there are rows that no window reaches. */
    static int rowsBeyond(Pooling pooling, Image in, Image out) {
        return (out.height() - 1) * pooling.strideHeight()
                + pooling.kernelHeight()
                - in.height()
                - 2 * pooling.paddingHeight();
    }

    /** Columns likewise. */
    static int columnsBeyond(Pooling pooling, Image in, Image out) {
        return (out.width() - 1) * pooling.strideWidth()
                + pooling.kernelWidth()
                - in.width()
                - 2 * pooling.paddingWidth();
    }

    static SubsamplingLayer average(int rows, int columns) {
        return subsampling(false)
                .kernelSize(rows, columns)
                .stride(rows, columns)
                .build();
    }

    private static SubsamplingLayer.Builder subsampling(boolean maximum) {
        return new SubsamplingLayer.Builder(
                maximum ? SubsamplingLayer.PoolingType.MAX : SubsamplingLayer.PoolingType.AVG);
    }

    /** DL4J's function, where it has the same one. */
    static Optional<org.nd4j.linalg.activations.Activation> function(Activation.Function function) {
        return switch (function) {
            case RELU -> Optional.of(org.nd4j.linalg.activations.Activation.RELU);
            case RELU6 -> Optional.of(org.nd4j.linalg.activations.Activation.RELU6);
            case SILU -> Optional.of(org.nd4j.linalg.activations.Activation.SWISH);
            case SIGMOID -> Optional.of(org.nd4j.linalg.activations.Activation.SIGMOID);
            case TANH -> Optional.of(org.nd4j.linalg.activations.Activation.TANH);
            // DL4J's hard sigmoid has the slope 0.2, PyTorch's 1 / 6.
            case HARD_SIGMOID, HARD_SWISH -> Optional.empty();
            // DL4J's is by the hyperbolic tangent.
            case GELU -> Optional.empty();
        };
    }

    /** Whether a function has no values below 0. */
    static boolean isNonNegative(Activation.Function function) {
        return switch (function) {
            case RELU, RELU6, SIGMOID, HARD_SIGMOID -> true;
            case SILU, GELU, HARD_SWISH, TANH -> false;
        };
    }
}
