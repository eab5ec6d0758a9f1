package convoy.architectures.inspection;

import convoy.architectures.graph.Head;
import convoy.architectures.graph.Network;
import convoy.architectures.graph.Node;
import convoy.architectures.operations.Flatten;
import convoy.architectures.tensor.Shape;
import io.soabase.recordbuilder.core.RecordBuilder;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.ToLongFunction;

/**
 * The bytes that a network takes at least, for one micro-batch: each output is one array, which is there from its node until the
 * last node that needs it. What an engine takes beside, as the workspaces of its convolutions, is not in it.
 *
 * @param values parameters and running statistics, in single precision
 * @param copies of the parameters in the precision of the computation, if that is a half one
 * @param inference the most that outputs take at a time if none is kept for gradients; without auxiliary heads
 * @param kept outputs that wait for the gradients, the images among them
 * @param passing the most that gradients of outputs take at a time: those of one node's output and inputs
 * @param gradients of the parameters, and the batch's statistics, in single precision
 * @param optimizer what the optimizer keeps beside the parameters; on the servers
 */
@RecordBuilder
public record Footprint(
        long values, long copies, long inference, long kept, long passing, long gradients, long optimizer) {
    /** Bytes of a number in single precision. */
    static final int SINGLE = 4;

    /**
     * What is computed.
     *
     * @param images of a micro-batch, at least 1
     * @param bytes of one number of an output: 4 or 2
     * @param slots arrays that the optimizer keeps beside the parameters
     */
    public record Use(int images, int bytes, int slots) {}

    static Footprint of(Network network, Use use) {
        long parameters = network.parameterCount();
        long values = SINGLE
                * network.tensors().stream().mapToLong(tensor -> tensor.size()).sum();
        Map<String, Shape> shapes = network.shapes();
        ToLongFunction<String> size =
                name -> (long) Objects.requireNonNull(shapes.get(name), name).size() * use.images() * use.bytes();
        long kept = size.applyAsLong(Network.INPUT)
                + network.nodes().stream()
                        .filter(Footprint::isAnArray)
                        .mapToLong(node -> size.applyAsLong(node.name()))
                        .sum();
        long passing = network.nodes().stream()
                .mapToLong(node -> size.applyAsLong(node.name())
                        + node.inputs().stream()
                                .distinct()
                                .filter(from -> !from.equals(Network.INPUT))
                                .mapToLong(size)
                                .sum())
                .max()
                .orElse(0);
        return FootprintBuilder.builder()
                .values(values)
                .copies(use.bytes() < SINGLE ? parameters * use.bytes() : 0)
                .inference(most(network.inference(), size))
                .kept(kept)
                .passing(passing)
                .gradients(values)
                .optimizer(parameters * SINGLE * use.slots())
                .build();
    }

    /** {@return all of it that a worker has while it predicts} */
    public long predicting() {
        return values + copies + inference;
    }

    /** {@return all of it that a worker has while it computes gradients} */
    public long training() {
        return values + copies + kept + passing + gradients;
    }

    /** A vector of an image's scalars is that image. */
    private static boolean isAnArray(Node node) {
        return !(node.operation() instanceof Flatten);
    }

    private static boolean isAnArrayInInference(Node node) {
        return isAnArray(node) && !node.operation().isIdentityInInference();
    }

    private static long most(Network network, ToLongFunction<String> size) {
        Map<String, String> arrays = new HashMap<>();
        arrays.put(Network.INPUT, Network.INPUT);
        for (Node node : network.nodes()) {
            arrays.put(
                    node.name(),
                    isAnArrayInInference(node)
                            ? node.name()
                            : arrays.getOrDefault(node.inputs().get(0), Network.INPUT));
        }
        Map<String, Integer> lastUse = new HashMap<>();
        List<Node> nodes = network.nodes();
        for (int i = 0; i < nodes.size(); i++) {
            for (String from : nodes.get(i).inputs()) {
                lastUse.put(arrays.getOrDefault(from, from), i);
            }
        }
        for (Head head : network.heads()) {
            lastUse.put(arrays.getOrDefault(head.output(), head.output()), nodes.size());
        }
        Set<String> live = new HashSet<>(Set.of(Network.INPUT));
        long now = size.applyAsLong(Network.INPUT);
        long most = now;
        for (int i = 0; i < nodes.size(); i++) {
            String array = arrays.getOrDefault(nodes.get(i).name(), Network.INPUT);
            if (live.add(array)) {
                now += size.applyAsLong(array);
                most = Math.max(most, now);
            }
            int at = i;
            List<String> done = live.stream()
                    .filter(name -> lastUse.getOrDefault(name, -1) <= at)
                    .toList();
            for (String name : done) {
                live.remove(name);
                now -= size.applyAsLong(name);
            }
        }
        return most;
    }
}
