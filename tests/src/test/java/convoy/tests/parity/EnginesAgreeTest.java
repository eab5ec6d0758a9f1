package convoy.tests.parity;

import static org.assertj.core.api.Assertions.assertThat;

import convoy.architectures.Catalogue;
import convoy.architectures.families.Entry;
import convoy.architectures.families.NetworkArguments;
import convoy.architectures.graph.Network;
import convoy.architectures.graph.Node;
import convoy.architectures.operations.Activation;
import convoy.architectures.operations.Convolution;
import convoy.architectures.operations.Normalization.BatchNorm;
import convoy.architectures.operations.Operation;
import convoy.architectures.random.RandomStream;
import convoy.architectures.tensor.Shape;
import convoy.architectures.tensor.Shape.Image;
import convoy.architectures.tensor.Tensor;
import convoy.jobs.benchmark.GradientDistance;
import convoy.records.BadInputException;
import convoy.worker.data.batch.Batch;
import convoy.worker.engine.Device;
import convoy.worker.engine.Engine;
import convoy.worker.engine.EngineOptions;
import convoy.worker.engine.Engines;
import convoy.worker.engine.LabelSmoothing;
import convoy.worker.engine.MicroBatchKey;
import convoy.worker.groups.LongTest;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Both engines in one process: the same gradients of the same parameters and batch, dropout, auxiliary heads and smoothed labels
 * included.
 *
 * <p>The relative distance of the gradients, by their norm, is asked to be 1e-4 for one of several draws of images, by initial values or
 * by values at which next to nothing is decided by rounding. Elsewhere it decides now and then whether a ReLU lets a value through and
 * which pixel a max pooling takes: the gradient jumps by 1e-3 then, in double precision too, however exactly the rest is computed. What
 * one engine did otherwise than the other would be there in every draw.
 *
 * <p>The last layer's weights can be nearly all of the norm. So each tensor is asked to agree as well, to 2 per cent of its own norm or
 * of 1e-4 of the whole. It is no closer because PyTorch sums up in single precision what its norms take away from gradients of which
 * they leave little.
 */
class EnginesAgreeTest {
    private static final double TOLERANCE = 1e-4;
    private static final double TOLERANCE_OF_A_TENSOR = 2e-2;
    private static final int DRAWS = 4;
    /** What part of the channels ReLUs let nothing through of. */
    private static final float CLOSED = 0.75f;

    private static final MicroBatchKey KEY = new MicroBatchKey(3, 5, 1);

    /** One network of each family whose steps at a small size take a second or less. */
    @ParameterizedTest
    @CsvSource({
        "lenet5, 28",
        "mnist_cnn, 28",
        "all_cnn_c, 32",
        "nin_cifar, 32",
        "googlenet_5x5, 96",
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

    /** ND4J's engine has no dilation: a network that has some is libtorch's alone. */
    static List<String> catalogue() {
        return Catalogue.all().stream()
                .filter(entry -> !isDilated(entry.build(NetworkArguments.defaults())))
                .map(Entry::name)
                .toList();
    }

    private static boolean isDilated(Network network) {
        return network.nodes().stream()
                .anyMatch(node -> node.operation() instanceof Convolution convolution
                        && convolution.dilationHeight() * convolution.dilationWidth() > 1);
    }

    /** Every network that both have, at the first of a few sizes that it takes. */
    @ParameterizedTest
    @MethodSource("catalogue")
    @LongTest
    void allOfTheCatalogue(String name) {
        assertAgree(small(Catalogue.build(name, NetworkArguments.defaults())));
    }

    /** At the first of a few sizes at which no norm that sees pixels is left with one of each image. */
    static Network small(Network network) {
        Image own = (Image) network.input();
        // Its last 35 norms would see 2 x 2 pixels at 128: of 4 images that is too little not to magnify rounding.
        int least = network.name().equals("inception_v4") ? 160 : 64;
        for (int side : new int[] {64, 96, 128, 160}) {
            if (least <= side && side < own.height()) {
                try {
                    Network small = Catalogue.build(
                            network.name(),
                            NetworkArguments.defaults().withInput(new Image(own.channels(), side, side)));
                    if (normsOfOnePixel(small) == normsOfOnePixel(network)) {
                        return small;
                    }
                } catch (BadInputException tooSmall) {
                    // The next one, then.
                }
            }
        }
        return network;
    }

    private static long normsOfOnePixel(Network network) {
        Map<String, Shape> shapes = network.shapes();
        return network.nodes().stream()
                .filter(node -> node.operation() instanceof BatchNorm
                        && shapes.get(node.name()) instanceof Image image
                        && image.height() * image.width() == 1)
                .count();
    }

    private static void assertAgree(Network network) {
        float[] initial = network.initialize(1);
        // Batch norms behind dense layers see the examples alone.
        int examples = network.activations() < 200_000 ? 32 : 4;
        List<GradientDistance> distances = new ArrayList<>();
        for (int draw = 0; draw < DRAWS; draw++) {
            for (float[] flat : List.of(initial, decided(network, initial))) {
                GradientDistance distance = distance(network, flat, examples, draw);
                distances.add(distance);
                if (distance.whole() <= TOLERANCE && distance.worst() <= TOLERANCE_OF_A_TENSOR) {
                    System.out.printf(
                            Locale.ROOT,
                            "engines %s: gradients %.1e apart, %s %.1e, by %s of draw %d%n",
                            network.name(),
                            distance.whole(),
                            distance.tensor(),
                            distance.worst(),
                            flat == initial ? "initial values" : "values that decide",
                            draw);
                    return;
                }
            }
        }
        throw new AssertionError("gradients of " + network.name() + " are apart by " + distances);
    }

    /**
     * Values by which rounding decides next to nothing: what norms put out lies six deviations from zero. Of the channels that a ReLU
     * alone reads, three of four lie below: so there are fewer maxima to choose, and ReLUs that let nothing through. Networks with
     * depthwise convolutions clip at six and have norms that would see such a channel alone and divide by next to nothing: three
     * deviations there, and all above.
     */
    private static float[] decided(Network network, float[] initial) {
        boolean depthwise = network.nodes().stream()
                .anyMatch(node -> node.operation() instanceof Convolution convolution
                        && convolution.groups() > 1
                        && convolution.groups() == convolution.out());
        float shift = depthwise ? 3 : 6;
        Map<String, Operation> operations =
                network.nodes().stream().collect(Collectors.toMap(Node::name, Node::operation));
        float[] decided = initial.clone();
        int begin = 0;
        for (Tensor tensor : network.parameters()) {
            if (tensor.role() == Tensor.Role.NORM_SHIFT && operations.get(tensor.node()) instanceof BatchNorm) {
                boolean closes = !depthwise && isReadByActivationsAlone(network, tensor.node());
                RandomStream random = RandomStream.of(1, tensor.name());
                for (int i = begin; i < begin + tensor.size(); i++) {
                    decided[i] = closes && random.nextFloat() < CLOSED ? -shift : shift;
                }
            }
            begin += tensor.size();
        }
        return decided;
    }

    private static boolean isReadByActivationsAlone(Network network, String name) {
        return network.nodes().stream()
                .filter(node -> node.inputs().contains(name))
                .allMatch(node -> node.operation() instanceof Activation);
    }

    private static GradientDistance distance(Network network, float[] flat, int examples, int draw) {
        Random random = new Random(draw);
        float[] images = new float[examples * network.input().size()];
        for (int i = 0; i < images.length; i++) {
            images[i] = (float) random.nextGaussian();
        }
        int[] labels = random.ints(examples, 0, network.classes()).toArray();
        return GradientDistance.of(
                network,
                gradient("libtorch", network, flat, images, labels),
                gradient("nd4j", network, flat, images, labels));
    }

    private static float[] gradient(String name, Network network, float[] flat, float[] images, int[] labels) {
        float[] gradient = new float[flat.length];
        EngineOptions options = new EngineOptions(Device.CPU, 1, new LabelSmoothing(0.1));
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
