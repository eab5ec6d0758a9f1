package convoy.driver.metrics;

import convoy.architectures.graph.Network;
import convoy.architectures.tensor.Tensor;
import convoy.driver.metrics.MetricsLine.LayerKind;
import convoy.parameterserver.range.Squares;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Adds up by layer what servers measure by tensor. */
public final class LayerNorms {
    private LayerNorms() {}

    /**
     * {@return the norms of all layers that are trained, in the order of the network}
     *
     * @param network whose layers they are
     * @param tensors the sums of squares of those that are trained, by their names
     */
    public static List<MetricsLine.LayerNorm> of(Network network, Map<String, Squares> tensors) {
        Map<String, Squares> sums = new LinkedHashMap<>();
        Map<String, LayerKind> kinds = new LinkedHashMap<>();
        for (Tensor tensor : network.parameters()) {
            Squares squares = tensors.get(tensor.name());
            if (squares != null) {
                sums.merge(tensor.node(), squares, Squares::plus);
                kinds.merge(
                        tensor.node(), kind(tensor.role()), (first, next) -> first == LayerKind.OTHER ? next : first);
            }
        }
        List<MetricsLine.LayerNorm> norms = new ArrayList<>();
        sums.forEach((layer, squares) -> norms.add(new MetricsLine.LayerNorm(
                layer,
                kinds.getOrDefault(layer, LayerKind.OTHER),
                MetricsLine.figure(squares.gradientNorm()),
                MetricsLine.figure(squares.updateNorm()))));
        return norms;
    }

    private static LayerKind kind(Tensor.Role role) {
        return switch (role) {
            case CONVOLUTION_WEIGHT -> LayerKind.CONVOLUTION;
            case DENSE_WEIGHT -> LayerKind.DENSE;
            case BIAS, NORM_SCALE, NORM_SHIFT, RUNNING_MEAN, RUNNING_VARIANCE -> LayerKind.OTHER;
        };
    }
}
