package convoy.tests.onnx;

import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.OperatorSetIdProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import ai.onnx.proto.OnnxMl.TensorShapeProto;
import ai.onnx.proto.OnnxMl.TypeProto;
import ai.onnx.proto.OnnxMl.ValueInfoProto;
import com.google.protobuf.ByteString;
import convoy.onnx.Attributes;
import java.util.Arrays;
import java.util.Random;

/** A model as other exporters spell it, node by node. */
final class Spelling {
    private final GraphProto.Builder graph = GraphProto.newBuilder().setName("spelled");
    private final Random random = new Random(4);
    private final long opset;

    Spelling(long opset, long... input) {
        this.opset = opset;
        TensorShapeProto.Builder shape = TensorShapeProto.newBuilder()
                .addDim(TensorShapeProto.Dimension.newBuilder().setDimParam("N"));
        Arrays.stream(input)
                .forEach(extent ->
                        shape.addDim(TensorShapeProto.Dimension.newBuilder().setDimValue(extent)));
        graph.addInput(value("x")
                .setType(TypeProto.newBuilder()
                        .setTensorType(
                                TypeProto.Tensor.newBuilder().setElemType(1).setShape(shape))));
    }

    private static ValueInfoProto.Builder value(String name) {
        return ValueInfoProto.newBuilder().setName(name);
    }

    /** A node; its output is called as it is. */
    String node(String operator, String inputs, AttributeProto... attributes) {
        String name = operator + graph.getNodeCount();
        graph.addNode(NodeProto.newBuilder()
                .setName(name)
                .setOpType(operator)
                .addAllInput(Arrays.asList(inputs.split(" ")))
                .addOutput(name)
                .addAllAttribute(Arrays.asList(attributes)));
        return name;
    }

    /** A second output of the last node. */
    String second() {
        NodeProto.Builder last = graph.getNodeBuilder(graph.getNodeCount() - 1);
        last.addOutput(last.getName() + "b");
        return last.getName() + "b";
    }

    /** Random weights of about the size that keeps activations alive. */
    String weights(String name, long... dims) {
        long size = Arrays.stream(dims).reduce(1, (a, b) -> a * b);
        long fan = dims.length > 1 ? size / dims[0] : 4;
        TensorProto.Builder tensor = TensorProto.newBuilder().setName(name).setDataType(1);
        Arrays.stream(dims).forEach(tensor::addDims);
        for (int i = 0; i < size; i++) {
            tensor.addFloatData((float) (random.nextGaussian() / Math.sqrt((double) fan)));
        }
        graph.addInitializer(tensor);
        return name;
    }

    /** Random numbers above zero, as variances are. */
    String positive(String name, long size) {
        TensorProto.Builder tensor =
                TensorProto.newBuilder().setName(name).setDataType(1).addDims(size);
        for (int i = 0; i < size; i++) {
            tensor.addFloatData(0.5f + random.nextFloat());
        }
        graph.addInitializer(tensor);
        return name;
    }

    /** The last initializer, as what a node puts out. */
    String constant() {
        int last = graph.getInitializerCount() - 1;
        TensorProto tensor = graph.getInitializer(last);
        graph.removeInitializer(last);
        graph.addNode(NodeProto.newBuilder()
                .setName(tensor.getName())
                .setOpType("Constant")
                .addOutput(tensor.getName())
                .addAttribute(AttributeProto.newBuilder()
                        .setName("value")
                        .setType(AttributeProto.AttributeType.TENSOR)
                        .setT(tensor.toBuilder().clearName())));
        return tensor.getName();
    }

    String number(double value) {
        String name = "number" + graph.getInitializerCount();
        graph.addInitializer(
                TensorProto.newBuilder().setName(name).setDataType(1).addFloatData((float) value));
        return name;
    }

    String integers(long... values) {
        String name = "integers" + graph.getInitializerCount();
        TensorProto.Builder tensor =
                TensorProto.newBuilder().setName(name).setDataType(7).addDims(values.length);
        Arrays.stream(values).forEach(tensor::addInt64Data);
        graph.addInitializer(tensor);
        return name;
    }

    String scalar(long value) {
        String name = "integer" + graph.getInitializerCount();
        graph.addInitializer(
                TensorProto.newBuilder().setName(name).setDataType(7).addInt64Data(value));
        return name;
    }

    String convolution(String input, int in, int out, AttributeProto... attributes) {
        String weight = weights("conv" + graph.getNodeCount() + ".weight", out, in, 3, 3);
        return node("Conv", input + " " + weight, attributes);
    }

    /** Means of the channels, and a dense layer. */
    ModelProto classified(String image, int channels) {
        String mean = node("GlobalAveragePool", image);
        String flat = node("Flatten", mean);
        return ending(node(
                "Gemm",
                flat + " " + weights("fc.weight", 5, channels) + " " + weights("fc.bias", 5),
                Attributes.integer("transB", 1)));
    }

    ModelProto ending(String output) {
        graph.addOutput(value(output)
                .setType(TypeProto.newBuilder()
                        .setTensorType(TypeProto.Tensor.newBuilder().setElemType(1))));
        return ModelProto.newBuilder()
                .setIrVersion(opset < 13 ? 7 : 8)
                .setGraph(graph)
                .addOpsetImport(OperatorSetIdProto.newBuilder().setVersion(opset))
                .build();
    }

    static AttributeProto text(String name, String value) {
        return AttributeProto.newBuilder()
                .setName(name)
                .setType(AttributeProto.AttributeType.STRING)
                .setS(ByteString.copyFromUtf8(value))
                .build();
    }
}
