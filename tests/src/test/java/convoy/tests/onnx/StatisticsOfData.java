package convoy.tests.onnx;

import convoy.architectures.graph.Network;
import convoy.architectures.tensor.Tensor;
import java.util.List;
import java.util.Random;

/** Weights with which nothing is what it is before training: shifts that are not zero, statistics that are not those of noise. */
final class StatisticsOfData {
    private StatisticsOfData() {}

    /** {@return a network's flat vector} */
    static float[] weights(Network network) {
        float[] flat = network.initialize(1);
        Random random = new Random(2);
        int at = 0;
        for (List<Tensor> tensors : List.of(network.parameters(), network.statistics())) {
            for (Tensor tensor : tensors) {
                for (int i = at; i < at + tensor.size(); i++) {
                    flat[i] = moved(tensor.role(), flat[i], random);
                }
                at += tensor.size();
            }
        }
        return flat;
    }

    private static float moved(Tensor.Role role, float value, Random random) {
        return switch (role) {
            case CONVOLUTION_WEIGHT, DENSE_WEIGHT -> value;
            case BIAS, NORM_SHIFT, RUNNING_MEAN -> value + 0.1f * (float) random.nextGaussian();
            case NORM_SCALE, RUNNING_VARIANCE -> value * (0.75f + 0.5f * random.nextFloat());
        };
    }
}
