package convoy.onnx.in;

import ai.onnx.proto.OnnxMl.NodeProto;
import convoy.architectures.graph.Network;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** What nodes of a network are called, from what exporters call theirs. */
final class NodeNames {
    /** No longer ones are taken over. */
    private static final int LONGEST = 200;

    private final Map<String, Integer> taken = new HashMap<>(Map.of(Network.INPUT, 1));
    private final boolean asTheyAre;

    /** @param asTheyAre whether this model was written here, so that its names are those of a network's nodes */
    NodeNames(boolean asTheyAre) {
        this.asTheyAre = asTheyAre;
    }

    /** {@return what a node would like to be called} */
    String wanted(NodeProto node, int index) {
        if (asTheyAre && !node.getName().isBlank()) {
            return node.getName();
        }
        String name = clean(node.getName());
        String[] scopes = name.replaceFirst("^/+", "").split("/+", -1);
        if (scopes.length < 2) {
            return name.isBlank() ? node.getOpType() + "_" + index : name;
        }
        // PyTorch: "/layer1/layer1.0/relu/Relu" is the Relu of layer1.0.relu.
        List<String> path = new ArrayList<>();
        for (int i = 0; i < scopes.length - 1; i++) {
            String before = path.isEmpty() ? "" : path.get(path.size() - 1);
            if (!before.isEmpty() && (scopes[i].equals(before) || scopes[i].startsWith(before + "."))) {
                path.remove(path.size() - 1);
            }
            path.add(scopes[i]);
        }
        String module = String.join(".", path);
        String last = scopes[scopes.length - 1];
        return last.replaceFirst("_\\d+$", "").equals(node.getOpType()) ? module : module + "." + last;
    }

    private static String clean(String name) {
        String plain = name.replaceAll("[^\\x21-\\x7e]", "_");
        return plain.length() > LONGEST ? plain.substring(0, LONGEST) : plain;
    }

    /** {@return a tensor's name without what follows its last dot, if that is what a network calls it} */
    static String prefix(String tensor, String suffix) {
        return tensor.endsWith("." + suffix) ? tensor.substring(0, tensor.length() - suffix.length() - 1) : "";
    }

    /** {@return this name, or with a number behind it if it is taken} */
    String take(String wanted) {
        String name = wanted;
        int count = taken.getOrDefault(wanted, 0);
        while (taken.containsKey(name)) {
            count++;
            name = wanted + "_" + (count + 1);
        }
        taken.put(wanted, count);
        taken.putIfAbsent(name, 0);
        return name;
    }

    boolean isFree(String name) {
        return !name.isBlank() && !taken.containsKey(name);
    }
}
