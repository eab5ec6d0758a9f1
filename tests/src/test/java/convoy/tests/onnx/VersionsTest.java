package convoy.tests.onnx;

import static org.assertj.core.api.Assertions.assertThat;

import convoy.architectures.operations.Activation;
import convoy.architectures.operations.Activation.Function;
import convoy.architectures.operations.AdaptiveAveragePool;
import convoy.architectures.operations.Operation;
import convoy.architectures.operations.Regularization.Dropout;
import convoy.onnx.Attributes;
import convoy.onnx.in.OnnxModel;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The same network in each version of ONNX's operators that is read: what was an attribute in one is an input in a later one. */
class VersionsTest {
    private static Spelling spelling(int opset) {
        return new Spelling(opset, 3, 9, 8);
    }

    /** With the attribute up to a version, and with the input from there on. */
    private static String node(
            Spelling spelling, String operator, String input, boolean isOld, String attribute, long... values) {
        return isOld
                ? spelling.node(operator, input, Attributes.integers(attribute, values))
                : spelling.node(operator, input + " " + spelling.integers(values));
    }

    private static String clipped(Spelling spelling, int opset, String x) {
        return opset < 11
                ? spelling.node("Clip", x, Attributes.number("min", 0), Attributes.number("max", 6))
                : spelling.node("Clip", x + " " + spelling.number(0) + " " + spelling.number(6));
    }

    private static String part(Spelling spelling, int opset, String x) {
        return opset < 10
                ? spelling.node(
                        "Slice",
                        x,
                        Attributes.integers("axes", 1),
                        Attributes.integers("starts", 1),
                        Attributes.integers("ends", 1000))
                : spelling.node(
                        "Slice",
                        x + " " + spelling.integers(1) + " " + spelling.integers(1000) + " " + spelling.integers(1));
    }

    @ParameterizedTest
    @ValueSource(ints = {7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21})
    void aModelOfEachVersion(int opset, @TempDir Path folder) throws Exception {
        Spelling spelling = spelling(opset);
        String x = spelling.convolution("x", 3, 6, Attributes.integers("pads", 1, 1, 1, 1));
        String norm = " " + spelling.weights("bn.weight", 6) + " " + spelling.weights("bn.bias", 6) + " "
                + spelling.weights("bn.running_mean", 6) + " " + spelling.positive("bn.running_var", 6);
        x = spelling.node("BatchNormalization", x + norm, Attributes.number("epsilon", 1e-3));
        x = clipped(spelling, opset, x);
        x = node(spelling, "Pad", x, opset < 11, "pads", 0, 1, 0, 0, 0, 2, 0, 0);
        x = part(spelling, opset, x);
        String left = opset < 13
                ? spelling.node("Split", x, Attributes.integer("axis", 1), Attributes.integers("split", 5, 3))
                : spelling.node("Split", x + " " + spelling.integers(5, 3), Attributes.integer("axis", 1));
        String right = spelling.second();
        x = spelling.node("Concat", right + " " + left, Attributes.integer("axis", 1));
        x = opset < 12
                ? spelling.node("Dropout", x, Attributes.number("ratio", 0.25))
                : spelling.node("Dropout", x + " " + spelling.number(0.25));
        x = node(spelling, "ReduceMean", x, opset < 18, "axes", 2, 3);
        x = node(spelling, "Squeeze", x, opset < 13, "axes", 2, 3);
        String dense = x + " " + spelling.weights("fc.weight", 5, 8) + " " + spelling.weights("fc.bias", 5);
        x = spelling.node("Gemm", dense, Attributes.integer("transB", 1));
        OnnxModel model = SpellingsTest.same(spelling.ending(x), folder);
        List<Operation> operations =
                model.network().nodes().stream().map(node -> node.operation()).toList();
        assertThat(operations)
                .contains(new Activation(Function.RELU6), new Dropout(0.25), AdaptiveAveragePool.global());
        assertThat(model.origin().opset()).isEqualTo(opset);
    }

    @ParameterizedTest
    @ValueSource(ints = {14, 17, 20, 21})
    void operatorsThatCameLater(int opset, @TempDir Path folder) throws Exception {
        Spelling spelling = spelling(opset);
        String x = spelling.node("HardSwish", spelling.convolution("x", 3, 6));
        if (opset >= 17) {
            String last = spelling.node("Transpose", x, Attributes.integers("perm", 0, 2, 3, 1));
            last = spelling.node(
                    "LayerNormalization",
                    last + " " + spelling.weights("norm.weight", 6) + " " + spelling.weights("norm.bias", 6));
            x = spelling.node("Transpose", last, Attributes.integers("perm", 0, 3, 1, 2));
        }
        x = spelling.convolution(x, 6, 4);
        x = opset >= 20 ? spelling.node("Gelu", x) : x;
        assertThat(SpellingsTest.same(spelling.classified(x, 4), folder).notices())
                .isEmpty();
    }
}
