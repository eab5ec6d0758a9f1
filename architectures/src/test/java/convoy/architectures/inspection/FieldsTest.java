package convoy.architectures.inspection;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import convoy.architectures.Catalogue;
import convoy.architectures.families.NetworkArguments;
import convoy.architectures.graph.Head;
import convoy.architectures.graph.Network;
import convoy.architectures.graph.Node;
import convoy.architectures.operations.Activation;
import convoy.architectures.operations.AdaptiveAveragePool;
import convoy.architectures.operations.Convolution;
import convoy.architectures.operations.Flatten;
import convoy.architectures.operations.Join.Add;
import convoy.architectures.operations.Join.Multiply;
import convoy.architectures.operations.Pooling;
import convoy.architectures.tensor.Shape.Image;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class FieldsTest {
    private static ReceptiveField field(Network network, String node) {
        return Objects.requireNonNull(Fields.of(network).byName().get(node), node);
    }

    /**
     * The table of Araujo, Norris and Sim 2019, for those networks that are the same here; their ResNets see as much as
     * those of the paper; torchvision's, whose stride is in the 3 x 3, see less.
     */
    @ParameterizedTest
    @CsvSource({
        "alexnet, 195",
        "vgg16, 212",
        "resnet50_v1, 483",
        "resnet101_v1, 1027",
        "resnet152_v1, 1507",
        "resnet50, 427",
        "inception_v3, 1311",
        "inception_v4, 2071",
        "inception_resnet_v2, 3039"
    })
    void isThatOfTheTable(String name, long size) {
        Network network = Catalogue.build(name, NetworkArguments.defaults()).inference();
        Node last = network.nodes().stream()
                .filter(node -> network.shapes().get(node.name()) instanceof Image image && image.height() > 1)
                .reduce((first, second) -> second)
                .orElseThrow();
        ReceptiveField field = field(network, last.name());
        assertThat(field.rows().size()).isEqualTo(size);
        assertThat(field.columns().size()).isEqualTo(size);
        assertThat(field.rows().jump()).isEqualTo(32);
        assertThat(field.rows().isEven()).isTrue();
    }

    private static Network network(Image input, Node... nodes) {
        List<Node> all = new ArrayList<>(Arrays.asList(nodes));
        all.add(new Node("vector", new Flatten(), List.of(nodes[nodes.length - 1].name())));
        return new Network("drawn", input, all, List.of(Head.main("vector")));
    }

    /** By hand: windows of 3 from -1 on, every second pixel of 8; the first lacks a row, the others none. */
    @Test
    void countsWhatLiesOutside() {
        Network network =
                network(new Image(1, 8, 9), new Node("c", Convolution.square(1, 3, 2, 1), List.of(Network.INPUT)));
        ReceptiveField field = field(network, "c");
        assertThat(field.rows().firstCentre()).isZero();
        // Rows: 2/3, 1, 1, 1. Columns, five of them: 2/3, 1, 1, 1, 2/3.
        assertThat(field.outside()).isCloseTo(1 - (11 / 12.0) * (13 / 15.0), within(1e-12));
        assertThat(Fields.of(network).unread()).isEmpty();
    }

    @Test
    void namesPixelsThatNoWindowReaches() {
        Network network = network(
                new Image(3, 10, 12),
                new Node("valid", Convolution.window(2, 3, 5).withStride(2, 3), List.of(Network.INPUT)),
                new Node("sparse", Convolution.square(2, 1, 2, 0), List.of("valid")));
        // Rows: windows begin at 0, 2, 4, 6 and end before 9. Columns: at 0, 3, 6 and end before 11. The 1 x 1 skips on
        // purpose.
        assertThat(Fields.of(network).unread()).containsExactly(new Unread("valid", new Image(3, 10, 12), 1, 1));
        assertThat(Fields.of(network).unread().get(0).pixels()).isEqualTo(12 + 10 - 1);
        assertThat(Fields.of(network).unread().get(0).sentence())
                .startsWith("valid never reads the last row and column of its 10x12 input (21 pixels of each channel)");
        Network ceil =
                network(new Image(1, 10, 10), new Node("p", Pooling.max(3, 2, 0).withCeil(), List.of(Network.INPUT)));
        assertThat(Fields.of(ceil).unread()).isEmpty();
        Network padding =
                network(new Image(1, 224, 224), new Node("c", Convolution.square(1, 7, 2, 3), List.of(Network.INPUT)));
        assertThat(Fields.of(padding).unread())
                .as("the dropped row is one of padding")
                .isEmpty();
    }

    @Test
    void noMemoryIsTakenForAPictureOfAnySize() {
        Network network = network(
                new Image(1, 2_000_000, 1),
                new Node("c", Convolution.square(1, 1, 1, 0), List.of(Network.INPUT)),
                new Node("g", AdaptiveAveragePool.global(), List.of("c")));
        assertThat(Fields.of(network).byName()).isEmpty();
        assertThat(Inspection.of(network, new Footprint.Use(1, 4, 0)).text()).contains("\nc ");
    }

    @Test
    void aFactorForEachChannelSeesEverything() {
        Network network = network(
                new Image(1, 6, 6),
                new Node("c", Convolution.square(1, 3, 2, 1), List.of(Network.INPUT)),
                new Node("g", AdaptiveAveragePool.global(), List.of("c")),
                new Node("m", new Multiply(), List.of("c", "g")));
        ReceptiveField field = field(network, "m");
        assertThat(field.rows().size()).isEqualTo(7);
        assertThat(field.rows().jump()).isEqualTo(2);
        assertThat(field.rows().isEven()).isTrue();
    }

    /**
     * Every pixel of the picture is raised in turn, and what becomes another number is compared with the field. Weights are positive
     * and so is the picture: nothing cancels, and whatever can change does.
     */
    @Test
    void nothingElseChangesAnOutput() {
        RandomGenerator random = RandomGeneratorFactory.of("L64X128MixRandom").create(7);
        int exact = 0;
        for (int trial = 0; trial < 150; trial++) {
            Network network = drawn(random);
            Image picture = (Image) network.input();
            Fields.Found found = Fields.of(network);
            double[] plain = new double[picture.size()];
            Arrays.setAll(plain, i -> 1 + random.nextDouble());
            Map<String, double[]> before = PositiveNetwork.values(network, plain);
            Map<String, boolean[][]> changed = changes(network, plain, before);
            for (Node node : network.nodes()) {
                if (!(network.shapes().get(node.name()) instanceof Image out)) {
                    continue;
                }
                ReceptiveField field = Objects.requireNonNull(found.byName().get(node.name()));
                boolean[][] of = Objects.requireNonNull(changed.get(node.name()));
                for (int place = 0; place < out.size(); place++) {
                    int y = place / out.width();
                    int x = place % out.width();
                    Box seen = Box.of(of[place], picture.width());
                    Box said = new Box(
                                    field.rows().begin(y),
                                    field.rows().end(y),
                                    field.columns().begin(x),
                                    field.columns().end(x))
                            .within(picture);
                    assertThat(said.holds(seen))
                            .as("%s: %s, %s of %s", network.nodes(), seen, said, node)
                            .isTrue();
                    if (found.unread().isEmpty() && network.nodes().stream().noneMatch(FieldsTest::hasHoles)) {
                        assertThat(seen)
                                .as("%s: %s at %d, %d", network.nodes(), node, y, x)
                                .isEqualTo(said);
                        exact++;
                    }
                }
            }
        }
        assertThat(exact)
                .as("places of networks whose windows leave nothing out")
                .isGreaterThan(3000);
    }

    /** Of windows with holes the outermost pixels within the picture may be in one. */
    private static boolean hasHoles(Node node) {
        return node.operation() instanceof Convolution window
                && (window.dilationHeight() > 1
                        || window.strideHeight() > window.kernelHeight()
                        || window.strideWidth() > window.kernelWidth());
    }

    /** For each node and place which pixels change it. */
    private static Map<String, boolean[][]> changes(Network network, double[] plain, Map<String, double[]> before) {
        Map<String, boolean[][]> changed = new HashMap<>();
        before.forEach((name, values) -> changed.put(name, new boolean[values.length][plain.length]));
        for (int pixel = 0; pixel < plain.length; pixel++) {
            double[] raised = plain.clone();
            raised[pixel] += 1e6;
            Map<String, double[]> after = PositiveNetwork.values(network, raised);
            for (Map.Entry<String, double[]> one : before.entrySet()) {
                double[] now = Objects.requireNonNull(after.get(one.getKey()));
                boolean[][] places = Objects.requireNonNull(changed.get(one.getKey()));
                for (int place = 0; place < now.length; place++) {
                    places[place][pixel] = now[place] != one.getValue()[place];
                }
            }
        }
        return changed;
    }

    /**
     * A part of the picture.
     *
     * @param top the first row
     * @param bottom one behind the last row
     */
    private record Box(long top, long bottom, long left, long right) {
        static Box of(boolean[] changed, int width) {
            Box box = new Box(Long.MAX_VALUE, 0, Long.MAX_VALUE, 0);
            for (int i = 0; i < changed.length; i++) {
                if (changed[i]) {
                    int y = i / width;
                    int x = i % width;
                    box = new Box(
                            Math.min(box.top, y),
                            Math.max(box.bottom, y + 1),
                            Math.min(box.left, x),
                            Math.max(box.right, x + 1));
                }
            }
            return box;
        }

        Box within(Image picture) {
            return new Box(
                    Math.max(0, top),
                    Math.min(bottom, picture.height()),
                    Math.max(0, left),
                    Math.min(right, picture.width()));
        }

        boolean holds(Box other) {
            return top <= other.top && bottom >= other.bottom && left <= other.left && right >= other.right;
        }
    }

    /** One channel, up to seven nodes; every third reads two branches. */
    private static Network drawn(RandomGenerator random) {
        Image input = new Image(1, random.nextInt(9, 15), random.nextInt(9, 15));
        List<Node> nodes = new ArrayList<>();
        String last = Network.INPUT;
        int count = random.nextInt(2, 7);
        Image shape = input;
        for (int i = 0; i < count && Math.min(shape.height(), shape.width()) > 5; i++) {
            String name = "n" + i;
            switch (random.nextInt(5)) {
                case 0 -> {
                    // Two branches of one shape and another reach.
                    nodes.add(new Node(name + "a", Convolution.square(1, 3, 1, 1), List.of(last)));
                    nodes.add(new Node(
                            name + "b",
                            random.nextBoolean()
                                    ? Convolution.square(1, 5, 1, 2)
                                    : Convolution.square(1, 3, 1, 2).withDilation(2, 2),
                            List.of(last)));
                    nodes.add(new Node(name, new Add(), List.of(name + "a", name + "b")));
                }
                case 1 -> {
                    int kernel = random.nextInt(2, 4);
                    nodes.add(new Node(
                            name,
                            random.nextBoolean()
                                    ? Pooling.max(kernel, random.nextInt(1, 3), random.nextInt(2))
                                    : Pooling.average(kernel, random.nextInt(1, 3), 0)
                                            .withCeil(),
                            List.of(last)));
                }
                case 2 -> nodes.add(new Node(name, Activation.relu(), List.of(last)));
                default -> {
                    int height = random.nextInt(1, 4);
                    int width = random.nextInt(1, 4);
                    nodes.add(new Node(
                            name,
                            Convolution.window(1, height, width)
                                    .withStride(random.nextInt(1, 3), random.nextInt(1, 3))
                                    .withPadding(random.nextInt(height), random.nextInt(width)),
                            List.of(last)));
                }
            }
            last = name;
            shape = (Image) Objects.requireNonNull(
                    network(input, nodes.toArray(Node[]::new)).shapes().get(name));
        }
        return network(input, nodes.toArray(Node[]::new));
    }
}
