package convoy.worker.engine.samples;

import convoy.architectures.graph.Network;
import convoy.architectures.graph.Node;
import convoy.architectures.operations.Convolution;
import convoy.architectures.operations.Dense;
import convoy.architectures.operations.Normalization.EvoNormS0;
import convoy.architectures.operations.Operation;
import convoy.architectures.tensor.Shape;
import convoy.architectures.tensor.Shape.Image;
import java.math.BigInteger;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/** A network with all its wires and few channels, which plain loops in double precision can follow. */
public final class NarrowCopy {

    private NarrowCopy() {}

    /** The same with every layer's channels divided, except logits; groups stay where they can, and a kernel for each channel one. */
    public static Network of(Network network, int divisor) {
        Map<String, Shape> shapes = network.shapes();
        List<String> logits =
                network.heads().stream().map(head -> head.output()).toList();
        List<Node> nodes = network.nodes().stream()
                .map(node -> logits.contains(node.name())
                        ? node
                        : new Node(
                                node.name(),
                                narrow(
                                        node.operation(),
                                        shape(shapes, node.inputs().get(0)),
                                        divisor),
                                node.inputs()))
                .toList();
        return new Network(
                network.name() + "-narrow", network.input(), nodes, network.heads(), network.initialization());
    }

    private static Shape shape(Map<String, Shape> shapes, String node) {
        return Objects.requireNonNull(shapes.get(node), node);
    }

    private static Operation narrow(Operation operation, Shape in, int divisor) {
        if (operation instanceof Dense dense) {
            return new Dense(divided(dense.out(), divisor), dense.bias());
        } else if (operation instanceof EvoNormS0 norm) {
            int channels = divided(((Image) in).channels(), divisor);
            int groups = BigInteger.valueOf(channels)
                    .gcd(BigInteger.valueOf(norm.groups()))
                    .intValue();
            return new EvoNormS0(groups, norm.epsilon());
        } else if (operation instanceof Convolution convolution) {
            boolean depthwise = convolution.groups() > 1 && convolution.groups() == ((Image) in).channels();
            int out = divided(convolution.out(), divisor);
            return convolution.withOutputs(out, depthwise ? out : convolution.groups());
        }
        return operation;
    }

    private static int divided(int channels, int divisor) {
        return -Math.floorDiv(-channels, divisor);
    }
}
