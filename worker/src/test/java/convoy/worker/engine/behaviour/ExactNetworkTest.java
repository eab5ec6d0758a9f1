package convoy.worker.engine.behaviour;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import convoy.architectures.graph.Network;
import convoy.worker.data.batch.Batch;
import convoy.worker.data.format.LabelSets;
import convoy.worker.engine.samples.SampleNetworks;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The yardstick itself: its gradients are those of its loss. */
class ExactNetworkTest {

    static List<Network> networks() {
        return SampleNetworks.all();
    }

    @ParameterizedTest
    @MethodSource("networks")
    void gradientsAreCentralDifferencesOfTheLoss(Network network) {
        requireCentralDifferences(network, SampleNetworks.batch(network, 3, 4));
    }

    @ParameterizedTest
    @MethodSource("networks")
    void ofWeightedClassesToo(Network network) {
        double[] weights = new Random(6).doubles(network.classes(), 0, 3).toArray();
        requireCentralDifferences(network, SampleNetworks.batch(network, 3, 4).weighted(weights));
    }

    @Test
    void ofSeveralClassesAnExampleToo() {
        Network network = SampleNetworks.auxiliaryHeads();
        Batch batch = SampleNetworks.batch(network, 3, 4);
        requireCentralDifferences(
                network,
                new Batch(3, batch.images(), new int[] {0, 2, 1})
                        .labelled(Optional.of(
                                new LabelSets(network.classes(), List.of(List.of(), List.of(1), List.of(0, 1))))));
    }

    private static void requireCentralDifferences(Network network, Batch batch) {
        double[] flat = ExactNetwork.doubles(SampleNetworks.weights(network, 3));
        ExactNetwork exact = new ExactNetwork(network, flat, 0.1);
        exact.train(batch);
        double[] gradient = exact.gradient.clone();
        Random random = new Random(5);
        double step = 1e-6;
        for (int k = 0; k < 40; k++) {
            int i = random.nextInt(network.parameterCount());
            double kept = flat[i];
            flat[i] = kept + step;
            exact.train(batch);
            double above = exact.loss;
            flat[i] = kept - step;
            exact.train(batch);
            double below = exact.loss;
            flat[i] = kept;
            assertThat(gradient[i])
                    .as("derivative of %s by parameter %d", network.name(), i)
                    .isCloseTo((above - below) / (2 * step), within(1e-6 * Math.max(1, Math.abs(gradient[i]))));
        }
    }
}
