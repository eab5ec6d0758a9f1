package convoy.onnx.out;

import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.FunctionProto;
import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** A graph that is being written: its nodes, constants and the functions that they call. */
final class GraphWriter {
    private final GraphProto.Builder graph = GraphProto.newBuilder();
    private final Map<String, FunctionProto> functions = new LinkedHashMap<>();
    private final Set<String> taken = new HashSet<>();

    GraphProto.Builder graph() {
        return graph;
    }

    Iterable<FunctionProto> functions() {
        return functions.values();
    }

    /** Keeps a value's name from others. */
    void reserve(String name) {
        taken.add(name);
    }

    /** {@return a name that no other value has} */
    String fresh(String wanted) {
        String name = wanted;
        while (!taken.add(name)) {
            name += "_";
        }
        return name;
    }

    /** Adds a node with one output of its own name. */
    String node(String name, String operator, List<String> inputs, AttributeProto... attributes) {
        graph.addNode(described(name, operator, inputs, attributes));
        return name;
    }

    /** Adds a node that says which of the operations is meant that compute the same. */
    void hinted(String name, String hint, String operator, List<String> inputs, AttributeProto... attributes) {
        graph.addNode(described(name, operator, inputs, attributes).setDocString(hint));
    }

    /** Adds a call of a function of our own. */
    void call(String name, FunctionProto function, List<String> inputs, AttributeProto... attributes) {
        functions.put(function.getName(), function);
        graph.addNode(described(name, function.getName(), inputs, attributes).setDomain(function.getDomain()));
    }

    private static NodeProto.Builder described(
            String name, String operator, List<String> inputs, AttributeProto... attributes) {
        return NodeProto.newBuilder()
                .setName(name)
                .setOpType(operator)
                .addAllInput(inputs)
                .addOutput(name)
                .addAllAttribute(List.of(attributes));
    }

    /** Adds a constant. */
    String constant(TensorProto tensor) {
        graph.addInitializer(tensor);
        return tensor.getName();
    }

    /** Adds a list of whole numbers. */
    String integers(String name, long... values) {
        return constant(Protos.int64(fresh(name), values));
    }

    /** Adds a number. */
    String number(String name, double value) {
        return constant(Protos.scalar(fresh(name), value));
    }
}
