package convoy.architectures.inspection;

import convoy.architectures.graph.Network;
import convoy.architectures.graph.Node;
import convoy.architectures.operations.Activation;
import convoy.architectures.operations.Convolution;
import convoy.architectures.operations.Flatten;
import convoy.architectures.operations.Join.Add;
import convoy.architectures.operations.Operation;
import convoy.architectures.operations.Pooling;
import convoy.architectures.tensor.Shape.Image;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/** Networks of one channel whose weights are all 1, by the plainest loops: a larger pixel makes all that follows from it larger. */
final class PositiveNetwork {
    private PositiveNetwork() {}

    /** What each node puts out; a sum stays exact below 2^53. */
    static Map<String, double[]> values(Network network, double[] picture) {
        Map<String, double[]> values = new HashMap<>();
        values.put(Network.INPUT, picture);
        for (Node node : network.nodes()) {
            List<double[]> inputs = node.inputs().stream()
                    .map(from -> Objects.requireNonNull(values.get(from), from))
                    .toList();
            if (network.inputShapes(node).get(0) instanceof Image in) {
                values.put(node.name(), value(node.operation(), in, inputs));
            }
        }
        values.remove(Network.INPUT);
        return values;
    }

    private static double[] value(Operation operation, Image in, List<double[]> inputs) {
        double[] first = inputs.get(0);
        if (operation instanceof Activation || operation instanceof Flatten) {
            return first;
        }
        if (operation instanceof Add) {
            double[] sum = first.clone();
            for (int i = 0; i < sum.length; i++) {
                sum[i] += inputs.get(1)[i];
            }
            return sum;
        }
        Image out = (Image) operation.output(List.of(in));
        double[] result = new double[out.size()];
        for (int y = 0; y < out.height(); y++) {
            for (int x = 0; x < out.width(); x++) {
                result[y * out.width() + x] = window(operation, in, first, y, x);
            }
        }
        return result;
    }

    private static double window(Operation operation, Image in, double[] input, int y, int x) {
        if (operation instanceof Convolution c) {
            double sum = 0;
            for (int i = 0; i < c.kernelHeight(); i++) {
                for (int j = 0; j < c.kernelWidth(); j++) {
                    int row = y * c.strideHeight() - c.paddingHeight() + i * c.dilationHeight();
                    int column = x * c.strideWidth() - c.paddingWidth() + j * c.dilationWidth();
                    sum += at(in, input, row, column, 0);
                }
            }
            return sum;
        }
        Pooling p = (Pooling) operation;
        double sum = 0;
        double most = 0;
        for (int i = 0; i < p.kernelHeight(); i++) {
            for (int j = 0; j < p.kernelWidth(); j++) {
                double value = at(
                        in,
                        input,
                        y * p.strideHeight() - p.paddingHeight() + i,
                        x * p.strideWidth() - p.paddingWidth() + j,
                        0);
                sum += value;
                most = Math.max(most, value);
            }
        }
        return p.kind() == Pooling.Kind.MAX ? most : sum;
    }

    private static double at(Image in, double[] input, int row, int column, double outside) {
        boolean isInside = row >= 0 && row < in.height() && column >= 0 && column < in.width();
        return isInside ? input[row * in.width() + column] : outside;
    }
}
