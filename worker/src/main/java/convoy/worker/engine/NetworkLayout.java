package convoy.worker.engine;

import convoy.architectures.graph.Network;
import convoy.architectures.graph.Node;
import convoy.architectures.operations.Normalization.BatchNorm;
import convoy.architectures.operations.Normalization.EvoNormB0;
import convoy.architectures.tensor.Tensor;
import convoy.parameterserver.layout.ParameterLayout;
import convoy.parameterserver.layout.Segment;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Where each tensor of a network lies in the flat vector that servers keep and engines read: all trained tensors in
 * {@code state_dict} order, then all running statistics, each row-major in PyTorch's layout.
 */
public final class NetworkLayout {

    private NetworkLayout() {}

    /**
     * {@return the layout of this network, auxiliary heads included}
     *
     * @param network whose tensors and shapes are meant
     */
    public static ParameterLayout of(Network network) {
        Map<String, Double> momenta = new HashMap<>();
        for (Node node : network.nodes()) {
            if (node.operation() instanceof BatchNorm norm) {
                momenta.put(node.name(), norm.momentum());
            } else if (node.operation() instanceof EvoNormB0 norm) {
                momenta.put(node.name(), norm.momentum());
            }
        }
        List<Segment> segments = new ArrayList<>();
        int begin = 0;
        for (List<Tensor> tensors : List.of(network.parameters(), network.statistics())) {
            for (Tensor tensor : tensors) {
                Segment.Role role = role(tensor.role());
                double momentum = role == Segment.Role.STATISTIC ? momentum(momenta, tensor) : 0;
                segments.add(Segment.of(tensor.name(), tensor.shape(), begin, role, momentum));
                begin += tensor.size();
            }
        }
        return new ParameterLayout(segments);
    }

    private static double momentum(Map<String, Double> momenta, Tensor statistic) {
        Double momentum = momenta.get(statistic.node());
        if (momentum == null) {
            throw new IllegalArgumentException(
                    statistic.name() + " is a running statistic of " + statistic.node() + ", which keeps none");
        }
        return momentum;
    }

    private static Segment.Role role(Tensor.Role role) {
        return switch (role) {
            case CONVOLUTION_WEIGHT, DENSE_WEIGHT -> Segment.Role.WEIGHT;
            case BIAS -> Segment.Role.BIAS;
            case NORM_SCALE, NORM_SHIFT -> Segment.Role.NORM;
            case RUNNING_MEAN, RUNNING_VARIANCE -> Segment.Role.STATISTIC;
        };
    }
}
