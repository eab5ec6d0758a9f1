package convoy.tests.parity;

import static org.assertj.core.api.Assertions.assertThat;

import convoy.architectures.Catalogue;
import convoy.architectures.Network;
import convoy.architectures.NetworkArguments;
import convoy.architectures.RandomStream;
import convoy.architectures.Shape.Image;
import convoy.worker.data.Batch;
import convoy.worker.engine.Device;
import convoy.worker.engine.Engine;
import convoy.worker.engine.EngineOptions;
import convoy.worker.engine.Engines;
import convoy.worker.engine.MicroBatchKey;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Both engines in one process: the same gradients of the same parameters and batch, dropout, auxiliary heads and smoothed labels
 * included.
 *
 * <p>Deep networks with batch norm over few numbers magnify rounding. Where the engines are further apart than 1e-4 of the gradient's
 * norm, one of them is asked again with all weights and pixels moved by one unit in the last place, and a multiple of what that moves
 * its gradient is the limit: three times for ND4J's arithmetic, and up to twelve for PyTorch's batch norms, which add up in single
 * precision where channels are last.
 */
class EnginesAgreeTest {
    private static final double TOLERANCE = 1e-4;
    private static final int ROUNDINGS = 12;
    private static final MicroBatchKey KEY = new MicroBatchKey(3, 5, 1);

    /** One network of each family whose steps at a small size take a second or less. */
    @ParameterizedTest
    @CsvSource({
        "lenet5, 28",
        "mnist_cnn, 28",
        "all_cnn_c, 32",
        "nin_cifar, 32",
        "resnet20_cifar, 32",
        "resnet18, 64",
        "squeezenet1_1, 64",
        "mobilenet_v2, 64",
        "shufflenet_v2_x0_5, 64",
        "mnasnet0_5, 64",
        "resnet50_evonorm_s0, 32"
    })
    void smallOnesOfManyFamilies(String name, int side) {
        Network plain = Catalogue.build(name, NetworkArguments.defaults());
        Image input = (Image) plain.input();
        assertAgree(
                Catalogue.build(name, NetworkArguments.defaults().withInput(new Image(input.channels(), side, side))));
    }

    static List<String> catalogue() {
        return Catalogue.all().stream().map(Catalogue.Entry::name).toList();
    }

    /** Every network, each at its own size: {@code -Dgroups=long -Dlong.tests=true -Dtest.heap=8g}. */
    @ParameterizedTest
    @MethodSource("catalogue")
    @Tag("long")
    @EnabledIfSystemProperty(named = "long.tests", matches = "true")
    void allOfTheCatalogue(String name) {
        assertAgree(Catalogue.build(name, NetworkArguments.defaults()));
    }

    private static void assertAgree(Network network) {
        float[] flat = network.initialize(1);
        Random random = new Random(2);
        // Batch norms behind dense layers see the examples alone.
        int examples = network.activations() < 200_000 ? 32 : network.activations() < 2_000_000 ? 4 : 2;
        float[] images = new float[examples * network.input().size()];
        for (int i = 0; i < images.length; i++) {
            images[i] = (float) random.nextGaussian();
        }
        int[] labels = random.ints(examples, 0, network.classes()).toArray();
        float[] first = gradient("nd4j", network, flat, images, labels);
        float[] second = gradient("libtorch", network, flat, images, labels);
        double distance = distance(second, first, network.parameterCount());
        double limit = TOLERANCE;
        if (distance > limit) {
            float[] moved =
                    gradient("libtorch", network, LastBits.move(flat, random), LastBits.move(images, random), labels);
            limit = Math.max(limit, ROUNDINGS * distance(moved, second, network.parameterCount()));
        }
        System.out.printf(
                Locale.ROOT, "engines %s: gradients %.1e apart, limit %.1e%n", network.name(), distance, limit);
        assertThat(distance)
                .as("distance of the gradients of %s", network.name())
                .isLessThanOrEqualTo(limit);
        assertThat(limit).as("what rounding does to %s", network.name()).isLessThan(0.5);
    }

    private static float[] gradient(String name, Network network, float[] flat, float[] images, int[] labels) {
        float[] gradient = new float[flat.length];
        EngineOptions options = new EngineOptions(Device.CPU, 1, 0.1);
        try (Engine engine = Engines.find(name, Device.CPU).compile(network, options)) {
            engine.setParameters(flat);
            engine.gradient(new Batch(labels.length, images, labels), KEY, gradient);
        }
        return gradient;
    }

    private static double distance(float[] actual, float[] expected, int length) {
        double difference = 0;
        double squares = 0;
        for (int i = 0; i < length; i++) {
            difference += Math.pow(actual[i] - expected[i], 2);
            squares += (double) expected[i] * expected[i];
        }
        return Math.sqrt(difference / squares);
    }

    /** Neither engine changes a setting of the process that the other's bits depend on. */
    @Test
    void eachGivesTheSameBitsAfterTheOtherHasRun() {
        Network network = Catalogue.build("resnet20_cifar", NetworkArguments.defaults());
        float[] flat = network.initialize(1);
        RandomStream random = RandomStream.of(1, "images");
        float[] images = new float[6 * network.input().size()];
        for (int i = 0; i < images.length; i++) {
            images[i] = (float) random.nextGaussian();
        }
        int[] labels = {0, 3, 6, 9, 1, 4};
        for (List<String> order : List.of(List.of("libtorch", "nd4j"), List.of("nd4j", "libtorch"))) {
            float[] alone = gradient(order.get(0), network, flat, images, labels);
            gradient(order.get(1), network, flat, images, labels);
            assertThat(Arrays.equals(gradient(order.get(0), network, flat, images, labels), alone))
                    .as("%s after %s", order.get(0), order.get(1))
                    .isTrue();
        }
    }
}
