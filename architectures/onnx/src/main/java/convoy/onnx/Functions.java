package convoy.onnx;

import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.AttributeProto.AttributeType;
import ai.onnx.proto.OnnxMl.FunctionProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.OperatorSetIdProto;
import java.util.ArrayList;
import java.util.List;

/** Our operations that ONNX has no operator for, as functions of its operators: who does not know them computes them all the same. */
public final class Functions {
    private Functions() {}

    /** {@return EvoNorm-S0: {@code x sigmoid(v x) / sqrt(variance of a group + epsilon) * weight + bias}} */
    public static FunctionProto evoNormS0() {
        Body body = new Body(Vocabulary.EVO_NORM_S0, List.of("x", "weight", "bias", "v"), List.of("groups", "epsilon"));
        body.add("one", "Constant", List.of(), Attributes.integers("value_ints", 1));
        body.add("zero", "Constant", List.of(), Attributes.integers("value_ints", 0));
        body.add("rest", "Constant", List.of(), Attributes.integers("value_ints", -1));
        body.add("count", "Constant", List.of(), Attributes.given("value_int", "groups", AttributeType.INT));
        body.add("counts", "Reshape", List.of("count", "one"));
        body.add("grouped", "Concat", List.of("zero", "counts", "rest"), Attributes.integer("axis", 0));
        body.add("whole", "Shape", List.of("x"));
        body.perChannel("v");
        body.add("vx", "Mul", List.of("v_plane", "x"));
        body.add("gate", "Sigmoid", List.of("vx"));
        body.add("gated", "Mul", List.of("x", "gate"));
        body.add("gated_groups", "Reshape", List.of("gated", "grouped"));
        body.add("groups_of_x", "Reshape", List.of("x", "grouped"));
        body.deviation("groups_of_x", 2);
        body.add("scaled_groups", "Div", List.of("gated_groups", "deviation"));
        body.add("scaled", "Reshape", List.of("scaled_groups", "whole"));
        return body.scaledAndShifted("scaled");
    }

    /** {@return EvoNorm-B0 in inference: {@code x / max(sqrt(running variance + epsilon), v x + sqrt(variance of a plane + epsilon)) * weight + bias}} */
    public static FunctionProto evoNormB0() {
        Body body = new Body(
                Vocabulary.EVO_NORM_B0,
                List.of("x", "weight", "bias", "v", "running_var"),
                List.of("epsilon", "momentum"));
        body.perChannel("v");
        body.perChannel("running_var");
        body.add("vx", "Mul", List.of("v_plane", "x"));
        body.deviation("x", 2, 3);
        body.add("of_example", "Add", List.of("vx", "deviation"));
        body.add("running", "Add", List.of("running_var_plane", "epsilon_value"));
        body.add("of_batch", "Sqrt", List.of("running"));
        body.add("greater", "Max", List.of("of_batch", "of_example"));
        body.add("scaled", "Div", List.of("x", "greater"));
        return body.scaledAndShifted("scaled");
    }

    /**
     * {@return the sum of inputs, each times the sigmoid of its number in the first one}
     *
     * @param inputs how many, beside the first
     */
    public static FunctionProto weightedAdd(int inputs) {
        List<String> names = new ArrayList<>(List.of("weight"));
        for (int i = 0; i < inputs; i++) {
            names.add("x" + i);
        }
        Body body = new Body(Vocabulary.WEIGHTED_ADD + inputs, names, List.of());
        body.add("sigmoids", "Sigmoid", List.of("weight"));
        List<String> parts = new ArrayList<>();
        for (int i = 0; i < inputs; i++) {
            body.add("place" + i, "Constant", List.of(), Attributes.integers("value_ints", i));
            body.add("sigmoid" + i, "Gather", List.of("sigmoids", "place" + i));
            parts.add(body.add("part" + i, "Mul", List.of("x" + i, "sigmoid" + i)));
        }
        body.add("y", "Sum", parts);
        return body.build();
    }

    /** The nodes of a function, whose output is {@code y}. */
    private static final class Body {
        private final FunctionProto.Builder function;

        Body(String name, List<String> inputs, List<String> attributes) {
            function = FunctionProto.newBuilder()
                    .setName(name)
                    .setDomain(Vocabulary.CONVOY)
                    .addAllInput(inputs)
                    .addOutput("y")
                    .addAllAttribute(attributes)
                    .addOpsetImport(
                            OperatorSetIdProto.newBuilder().setDomain("").setVersion(Vocabulary.OPSET));
        }

        final String add(String output, String operator, List<String> inputs, AttributeProto... attributes) {
            function.addNode(NodeProto.newBuilder()
                    .setName(output)
                    .setOpType(operator)
                    .addAllInput(inputs)
                    .addOutput(output)
                    .addAllAttribute(List.of(attributes)));
            return output;
        }

        /** {@code [C]} as {@code [C, 1, 1]}, under the name with {@code _plane}. */
        void perChannel(String vector) {
            add(vector + "_axes", "Constant", List.of(), Attributes.integers("value_ints", 1, 2));
            add(vector + "_plane", "Unsqueeze", List.of(vector, vector + "_axes"));
        }

        /** The root of the biased variance over axes, plus epsilon: {@code deviation}. */
        void deviation(String of, long... axes) {
            AttributeProto over = Attributes.integers("axes", axes);
            add(
                    "epsilon_value",
                    "Constant",
                    List.of(),
                    Attributes.given("value_float", "epsilon", AttributeType.FLOAT));
            add("mean", "ReduceMean", List.of(of), over);
            add("centred", "Sub", List.of(of, "mean"));
            add("squares", "Mul", List.of("centred", "centred"));
            add("variance", "ReduceMean", List.of("squares"), over);
            add("variance_and_epsilon", "Add", List.of("variance", "epsilon_value"));
            add("deviation", "Sqrt", List.of("variance_and_epsilon"));
        }

        FunctionProto scaledAndShifted(String from) {
            perChannel("weight");
            perChannel("bias");
            add("weighted", "Mul", List.of(from, "weight_plane"));
            add("y", "Add", List.of("weighted", "bias_plane"));
            return build();
        }

        FunctionProto build() {
            return function.build();
        }
    }
}
