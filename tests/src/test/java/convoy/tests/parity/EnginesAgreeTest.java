package convoy.tests.parity;

import static org.assertj.core.api.Assertions.assertThat;

import convoy.architectures.BadInputException;
import convoy.architectures.Catalogue;
import convoy.architectures.Network;
import convoy.architectures.NetworkArguments;
import convoy.architectures.RandomStream;
import convoy.architectures.Shape.Image;
import convoy.jobs.benchmark.GpuCheck;
import convoy.worker.data.Batch;
import convoy.worker.engine.Device;
import convoy.worker.engine.Engine;
import convoy.worker.engine.EngineOptions;
import convoy.worker.engine.Engines;
import convoy.worker.engine.MicroBatchKey;
import java.util.ArrayList;
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
 * <p>The relative distance of the gradients, by their norm, is asked to be 1e-4 for one of several draws of images, by initial values or
 * by others that keep what norms put out away from zero. Rounding alone decides now and then whether a ReLU lets a value through and
 * which pixel a max pooling takes, the more often the larger the images, and deep networks with batch norm over few numbers magnify it a
 * thousandfold; but what one engine did otherwise than the other would be there in every draw.
 */
class EnginesAgreeTest {
    private static final double TOLERANCE = 1e-4;
    private static final int DRAWS = 4;
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

    /** Every network, at the first of a few sizes that it takes: {@code -Dgroups=long -Dlong.tests=true -Dtest.heap=8g}. */
    @ParameterizedTest
    @MethodSource("catalogue")
    @Tag("long")
    @EnabledIfSystemProperty(named = "long.tests", matches = "true")
    void allOfTheCatalogue(String name) {
        assertAgree(small(Catalogue.build(name, NetworkArguments.defaults())));
    }

    private static Network small(Network network) {
        Image own = (Image) network.input();
        for (int side : new int[] {64, 96, 128, 160}) {
            if (side < own.height()) {
                try {
                    return Catalogue.build(
                            network.name(),
                            NetworkArguments.defaults().withInput(new Image(own.channels(), side, side)));
                } catch (BadInputException tooSmall) {
                    // The next one, then.
                }
            }
        }
        return network;
    }

    private static void assertAgree(Network network) {
        float[] initial = network.initialize(1);
        // Batch norms behind dense layers see the examples alone.
        int examples = network.activations() < 200_000 ? 32 : 4;
        List<Double> distances = new ArrayList<>();
        for (int draw = 0; draw < DRAWS; draw++) {
            for (float[] flat : List.of(initial, GpuCheck.steady(network, initial))) {
                double distance = distance(network, flat, examples, draw);
                distances.add(distance);
                if (distance <= TOLERANCE) {
                    System.out.printf(Locale.ROOT, "engines %s: gradients %.1e apart%n", network.name(), distance);
                    return;
                }
            }
        }
        throw new AssertionError("gradients of " + network.name() + " are apart by " + distances);
    }

    private static double distance(Network network, float[] flat, int examples, int draw) {
        Random random = new Random(draw);
        float[] images = new float[examples * network.input().size()];
        for (int i = 0; i < images.length; i++) {
            images[i] = (float) random.nextGaussian();
        }
        int[] labels = random.ints(examples, 0, network.classes()).toArray();
        float[] actual = gradient("libtorch", network, flat, images, labels);
        float[] expected = gradient("nd4j", network, flat, images, labels);
        double difference = 0;
        double squares = 0;
        int parameters = network.parameterCount();
        for (int i = 0; i < parameters; i++) {
            difference += Math.pow(actual[i] - expected[i], 2);
            squares += (double) expected[i] * expected[i];
        }
        return Math.sqrt(difference / squares);
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
