package convoy.architectures.operations;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import convoy.architectures.operations.ChannelOperation.ChannelShuffle;
import convoy.architectures.operations.ChannelOperation.ChannelSlice;
import convoy.architectures.operations.ChannelOperation.PadChannels;
import convoy.architectures.operations.Join.Add;
import convoy.architectures.operations.Join.Concat;
import convoy.architectures.operations.Join.Multiply;
import convoy.architectures.operations.Join.WeightedAdd;
import convoy.architectures.operations.Normalization.BatchNorm;
import convoy.architectures.operations.Normalization.EvoNormB0;
import convoy.architectures.operations.Normalization.EvoNormS0;
import convoy.architectures.operations.Normalization.LayerNorm;
import convoy.architectures.operations.Normalization.LocalResponseNorm;
import convoy.architectures.operations.Pooling.Kind;
import convoy.architectures.operations.Regularization.Dropout;
import convoy.architectures.operations.Regularization.SpatialDropout;
import convoy.architectures.operations.Regularization.StochasticDepth;
import convoy.architectures.tensor.Shape;
import convoy.architectures.tensor.Shape.Image;
import convoy.architectures.tensor.Shape.Vector;
import convoy.architectures.tensor.Tensor;
import convoy.records.BadInputException;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

final class OperationTest {
    private static final Image IMAGE = new Image(8, 9, 7);
    private static final Vector VECTOR = new Vector(12);

    @Test
    void convolutionHasItsShapeTensorsAndCost() {
        Convolution convolution = Convolution.window(16, 3, 5)
                .withStride(2, 1)
                .withPadding(1, 2)
                .withDilation(2, 1)
                .withGroups(4);
        List<Shape> in = List.of(IMAGE);
        // Height: floor((9 + 2 - 2 * 2 - 1) / 2) + 1 = 4; width: (7 + 4 - 5) + 1 = 7.
        assertThat(convolution.output(in)).isEqualTo(new Image(16, 4, 7));
        assertThat(convolution.tensors("c", in)).extracting(Tensor::name).containsExactly("c.weight", "c.bias");
        assertThat(convolution.tensors("c", in))
                .extracting(Tensor::shape)
                .containsExactly(List.of(16, 2, 3, 5), List.of(16));
        assertThat(convolution.multiplyAdds(in)).isEqualTo(16L * 4 * 7 * 2 * 3 * 5);
        assertThat(convolution.withoutBias().tensors("c", in)).hasSize(1);
        assertThat(convolution.label()).isEqualTo("conv 3x5, 16, /2x1, dilation 2x1, 4 groups");
    }

    @Test
    void denseHasItsShapeTensorsAndCost() {
        Dense dense = new Dense(5, true);
        assertThat(dense.output(List.of(VECTOR))).isEqualTo(new Vector(5));
        assertThat(dense.tensors("fc", List.of(VECTOR)))
                .extracting(Tensor::shape)
                .containsExactly(List.of(5, 12), List.of(5));
        assertThat(dense.multiplyAdds(List.of(VECTOR))).isEqualTo(60);
    }

    @Test
    void batchNormTakesImagesAndVectors() {
        assertThat(BatchNorm.standard().tensors("bn", List.of(IMAGE)))
                .extracting(Tensor::name)
                .containsExactly("bn.weight", "bn.bias", "bn.running_mean", "bn.running_var");
        assertThat(BatchNorm.standard().tensors("bn", List.of(IMAGE)))
                .allSatisfy(tensor -> assertThat(tensor.shape()).containsExactly(8));
        assertThat(BatchNorm.standard().tensors("bn", List.of(VECTOR)))
                .allSatisfy(tensor -> assertThat(tensor.shape()).containsExactly(12));
        assertThat(BatchNorm.standard().output(List.of(VECTOR))).isEqualTo(VECTOR);
    }

    /** Sides that torch 1.13's MaxPool2d gives, worked out by hand from its documented rule. */
    @Test
    void evolvedNormsAndWeightedEdgesHaveTheirTensors() {
        assertThat(new EvoNormB0(1e-5, 0.1).tensors("n", List.of(IMAGE)))
                .extracting(Tensor::name)
                .containsExactly("n.weight", "n.bias", "n.v", "n.running_var");
        assertThat(new LayerNorm(1e-5).tensors("n", List.of(IMAGE)))
                .extracting(Tensor::name)
                .containsExactly("n.weight", "n.bias");
        assertThat(new LayerNorm(1e-5).output(List.of(new Vector(7)))).isEqualTo(new Vector(7));
        assertThat(new EvoNormS0(4, 1e-5).tensors("n", List.of(IMAGE)))
                .extracting(Tensor::shape)
                .containsExactly(List.of(8), List.of(8), List.of(8));
        assertThat(new WeightedAdd().tensors("a", List.of(IMAGE, IMAGE, IMAGE)))
                .extracting(Tensor::shape)
                .containsExactly(List.of(3));
    }

    @Test
    void lpPoolingIsAPoolingWithAPower() {
        Pooling pooling = Pooling.lp(2, 3, 2).withPadding(1, 1);
        assertThat(pooling.output(List.of(IMAGE))).isEqualTo(new Image(8, 5, 4));
        assertThat(pooling.multiplyAdds(List.of(IMAGE))).isZero();
        assertThat(pooling.label()).isEqualTo("l2 pool 3x3, /2");
        assertThat(Pooling.lp(1.5, 2, 2).label()).isEqualTo("l1.5 pool 2x2, /2");
        for (double power : new double[] {0.5, 65, Double.NaN}) {
            assertThatThrownBy(() -> Pooling.lp(power, 2, 2))
                    .isInstanceOf(BadInputException.class)
                    .hasMessage("pooling: power = " + power + ", must lie in [1, 64]");
        }
        assertThatThrownBy(() -> Pooling.max(2, 2, 0).withPower(3))
                .isInstanceOf(BadInputException.class)
                .hasMessage("pooling: power = 3.0, which only an lp pooling has: leave it out");
    }

    @ParameterizedTest
    @CsvSource({
        "112, 3, 2, 0, false, 55",
        "112, 3, 2, 0, true, 56",
        "13, 3, 2, 0, true, 6",
        "14, 2, 2, 0, true, 7",
        "7, 2, 2, 0, false, 3",
        "7, 2, 2, 0, true, 4",
        "2, 3, 2, 0, true, 1",
        // Rounded up this would be 3, whose last window would start in the padding.
        "3, 2, 2, 1, true, 2",
        "4, 3, 2, 1, true, 3",
        "5, 1, 2, 0, false, 3",
        "5, 1, 2, 0, true, 3",
        "6, 1, 2, 0, true, 3",
        "28, 3, 1, 1, true, 28",
        "9, 3, 3, 1, true, 4",
    })
    void poolingRoundsAsTorchDoes(int side, int kernel, int stride, int padding, boolean ceil, int expected) {
        Pooling pooling = Pooling.window(Kind.MAX, kernel, kernel)
                .withStride(stride, stride)
                .withPadding(padding, padding)
                .withCeil(ceil);
        assertThat(pooling.output(List.of(new Image(2, side, side)))).isEqualTo(new Image(2, expected, expected));
    }

    @Test
    void noCeiledWindowStartsBehindTheInputAndNoPixelIsMissed() {
        for (int side = 1; side <= 24; side++) {
            for (int kernel = 1; kernel <= 5; kernel++) {
                for (int stride = 1; stride <= kernel; stride++) {
                    for (int padding = 0; padding <= kernel / 2; padding++) {
                        if (side + 2 * padding + stride - 1 < kernel) {
                            continue;
                        }
                        int out = Pooling.window(Kind.AVERAGE, kernel, kernel)
                                .withStride(stride, stride)
                                .withPadding(padding, padding)
                                .withCeil()
                                .withoutCountingPad()
                                .output(List.of(new Image(1, side, side)))
                                .height();
                        int lastStart = (out - 1) * stride - padding;
                        assertThat(lastStart).isLessThan(side);
                        assertThat(lastStart + kernel)
                                .as("end of the last window of %d, %d, %d, %d", side, kernel, stride, padding)
                                .isGreaterThanOrEqualTo(side);
                    }
                }
            }
        }
    }

    @Test
    void theRestKeepOrChangeShapesAsTheySay() {
        assertThat(AdaptiveAveragePool.global().output(List.of(IMAGE))).isEqualTo(new Image(8, 1, 1));
        assertThat(new AdaptiveAveragePool(7, 20).output(List.of(IMAGE))).isEqualTo(new Image(8, 7, 20));
        assertThat(new Add().output(List.of(IMAGE, IMAGE, IMAGE))).isEqualTo(IMAGE);
        assertThat(new Multiply().output(List.of(IMAGE, new Image(8, 1, 1)))).isEqualTo(IMAGE);
        assertThat(new Concat().output(List.of(IMAGE, new Image(3, 9, 7)))).isEqualTo(new Image(11, 9, 7));
        assertThat(new Concat().output(List.of(VECTOR, new Vector(3)))).isEqualTo(new Vector(15));
        assertThat(new ChannelSlice(2, 8).output(List.of(IMAGE))).isEqualTo(new Image(6, 9, 7));
        assertThat(new ChannelShuffle(4).output(List.of(IMAGE))).isEqualTo(IMAGE);
        assertThat(new PadChannels(3, 5).output(List.of(IMAGE))).isEqualTo(new Image(16, 9, 7));
        assertThat(new Flatten().output(List.of(IMAGE))).isEqualTo(new Vector(8 * 9 * 7));
        for (Operation same : List.of(
                Activation.relu(),
                new Dropout(0.5),
                new SpatialDropout(0.5),
                new StochasticDepth(0.2),
                new LocalResponseNorm(5, 1e-4, 0.75, 1),
                new Scale(2))) {
            assertThat(same.output(List.of(IMAGE))).isEqualTo(IMAGE);
            assertThat(same.tensors("x", List.of(IMAGE))).isEmpty();
            assertThat(same.multiplyAdds(List.of(IMAGE))).isZero();
        }
    }

    static List<Arguments> misfits() {
        return List.of(
                Arguments.of(
                        Convolution.square(4, 3, 1, 0),
                        List.of(new Image(3, 2, 9)),
                        "a convolution of 3x3 gets 3x2x9, which is smaller than its kernel"),
                Arguments.of(
                        Convolution.square(4, 5, 1, 1),
                        List.of(new Image(3, 2, 9)),
                        "a convolution of 5x5 with padding 1 gets 3x2x9, which is smaller than its kernel"),
                Arguments.of(
                        Convolution.square(6, 1, 1, 0).withGroups(3),
                        List.of(IMAGE),
                        "a convolution of 3 groups gets 8x9x7, whose 8 channels cannot be divided by them"),
                Arguments.of(
                        Convolution.square(4, 3, 1, 0),
                        List.of(VECTOR),
                        "a convolution gets a vector of 12; it needs an image, before any flatten"),
                Arguments.of(
                        new Dense(3, true),
                        List.of(IMAGE),
                        "a dense layer gets an image of 8x9x7; put a flatten before it"),
                Arguments.of(new Dense(3, true), List.of(), "a dense layer has 0 inputs; it needs 1"),
                Arguments.of(
                        Pooling.max(8, 2, 0),
                        List.of(IMAGE),
                        "a pooling of 8x8 gets 8x9x7, which is smaller than its window"),
                Arguments.of(
                        new Add(),
                        List.of(IMAGE, new Image(8, 9, 8)),
                        "an addition gets 8x9x7 and 8x9x8; they must be equal"),
                Arguments.of(new Add(), List.of(IMAGE), "an addition has 1 input; it needs at least 2"),
                Arguments.of(
                        new Multiply(),
                        List.of(IMAGE, new Image(1, 9, 7)),
                        "a multiplication gets 8x9x7 and 1x9x7; the second must equal the first, or be its channels x 1"
                                + " x 1"),
                Arguments.of(
                        new Concat(),
                        List.of(IMAGE, new Image(8, 9, 8)),
                        "a concatenation gets 8x9x7 and 8x9x8; images must agree in height and width"),
                Arguments.of(
                        new Concat(),
                        List.of(VECTOR, IMAGE),
                        "a concatenation gets a vector of 12 and 8x9x7; they must be all images or all vectors"),
                Arguments.of(
                        new ChannelSlice(4, 9),
                        List.of(IMAGE),
                        "a slice of the channels [4, 9) gets 8x9x7, which has fewer"),
                Arguments.of(
                        new ChannelShuffle(3),
                        List.of(IMAGE),
                        "a channel shuffle of 3 groups gets 8x9x7, whose 8 channels cannot be divided by them"));
    }

    @ParameterizedTest
    @MethodSource("misfits")
    void saysWhyInputsDoNotFit(Operation operation, List<Shape> inputs, String message) {
        assertThatThrownBy(() -> operation.output(inputs))
                .isInstanceOf(BadInputException.class)
                .hasMessage(message);
    }

    @Test
    void refusesWhatNoInputCouldMakeWork() {
        assertThatThrownBy(() -> Convolution.square(0, 3, 1, 1))
                .isInstanceOf(BadInputException.class)
                .hasMessage("convolution: out = 0, must be at least 1");
        assertThatThrownBy(() -> Convolution.square(8, 3, 0, 1)).hasMessageContaining("strideHeight = 0");
        assertThatThrownBy(() -> Convolution.square(8, 3, 1, -1)).hasMessageContaining("paddingHeight = -1");
        assertThatThrownBy(() -> Convolution.square(8, 3, 1, 1).withGroups(3))
                .hasMessage("convolution: out = 8 is not divisible by groups = 3");
        assertThatThrownBy(() -> Pooling.max(3, 2, 2))
                .hasMessage("pooling: paddingHeight = 2, must be at most 1, half the kernel");
        assertThatThrownBy(() -> new Dropout(1)).hasMessageContaining("dropout: probability = 1.0, must lie in [0, 1)");
        assertThatThrownBy(() -> new SpatialDropout(Double.NaN)).hasMessageContaining("probability = NaN");
        assertThatThrownBy(() -> new StochasticDepth(-0.1)).hasMessageContaining("probability = -0.1");
        assertThatThrownBy(() -> new BatchNorm(0, 0.1)).hasMessageContaining("epsilon = 0.0");
        assertThatThrownBy(() -> new BatchNorm(1e-5, 1.1)).hasMessageContaining("momentum = 1.1");
        assertThatThrownBy(() -> new LayerNorm(0)).hasMessageContaining("layer norm: epsilon = 0.0");
        assertThatThrownBy(() -> new EvoNormS0(0, 1e-5)).hasMessageContaining("EvoNorm-S0: groups = 0");
        assertThatThrownBy(() -> new EvoNormS0(4, 0)).hasMessageContaining("EvoNorm-S0: epsilon = 0.0");
        assertThatThrownBy(() -> new EvoNormB0(1e-5, 0)).hasMessageContaining("EvoNorm-B0: momentum = 0.0");
        assertThatThrownBy(() -> new EvoNormS0(3, 1e-5).output(List.of(IMAGE)))
                .hasMessage("an EvoNorm-S0 of 3 groups gets 8x9x7, whose 8 channels cannot be divided by them");
        assertThatThrownBy(() -> new ChannelSlice(3, 3)).hasMessageContaining("end = 3, must be at least 4");
        assertThatThrownBy(() -> new PadChannels(-1, 0)).hasMessageContaining("before = -1");
        assertThatThrownBy(() -> new Scale(Double.NaN)).hasMessageContaining("factor = NaN");
        assertThatThrownBy(() -> new LocalResponseNorm(5, Double.POSITIVE_INFINITY, 0.75, 1))
                .hasMessageContaining("alpha = Infinity");
        assertThatThrownBy(() -> new Dense(0, true)).hasMessageContaining("dense: out = 0");
        assertThatThrownBy(() -> new ChannelShuffle(0)).hasMessageContaining("groups = 0");
    }
}
