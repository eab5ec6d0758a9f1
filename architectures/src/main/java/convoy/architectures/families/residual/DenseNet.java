package convoy.architectures.families.residual;

import convoy.architectures.families.Entry;
import convoy.architectures.families.GraphBuilder;
import convoy.architectures.families.Settings;
import convoy.architectures.graph.Initialization;
import convoy.architectures.graph.Initialization.Constant;
import convoy.architectures.graph.Initialization.Fan;
import convoy.architectures.graph.Initialization.ScaledNormal;
import convoy.architectures.graph.Initialization.ScaledUniform;
import convoy.architectures.graph.Network;
import convoy.architectures.operations.AdaptiveAveragePool;
import convoy.architectures.operations.Convolution;
import convoy.architectures.operations.Dense;
import convoy.architectures.operations.Flatten;
import convoy.architectures.operations.Join.Concat;
import convoy.architectures.operations.Normalization.BatchNorm;
import convoy.architectures.operations.Pooling;
import convoy.architectures.tensor.Shape.Image;
import convoy.records.BadInputException;
import java.util.List;

/**
 * DenseNet: Huang, Liu, van der Maaten, Weinberger, "Densely Connected Convolutional Networks", 2016, table 1 (DenseNet-BC).
 * A layer (batch norm, ReLU, 1x1 to four times the growth, batch norm, ReLU, 3x3) adds its few channels to all that came
 * before it in its block; between blocks a transition halves channels and sides.
 *
 * <table>
 * <caption>Growth, channels at the start, layers of each block</caption>
 * <tr><td>densenet121</td><td>32</td><td>64</td><td>6 12 24 16</td></tr>
 * <tr><td>densenet161</td><td>48</td><td>96</td><td>6 12 36 24</td></tr>
 * <tr><td>densenet169</td><td>32</td><td>64</td><td>6 12 32 32</td></tr>
 * <tr><td>densenet201</td><td>32</td><td>64</td><td>6 12 48 32</td></tr>
 * </table>
 *
 * <p>{@code densenet_cifar} is the paper's network for 32 x 32 (section 3, "implementation details"): three blocks of equally many
 * layers on sides 32, 16 and 8, by default 100 layers deep with growth 12 and bottlenecks, the transitions halving the channels.
 * {@link #cifar} gives every other depth and growth, and the form without bottlenecks, whose transitions halve only the sides.
 *
 * <p>Names and initialization are torchvision's.
 */
public final class DenseNet {
    private static final String PAPER = "Huang et al. 2016, Densely Connected Convolutional Networks";
    private static final Initialization INITIALIZATION =
            new Initialization(new ScaledNormal(2, Fan.IN), new ScaledUniform(1), new Constant(0));

    private record Plan(int growth, int start, List<Integer> blocks, boolean bottlenecks, boolean small) {
        Plan(int growth, int start, List<Integer> blocks) {
            this(growth, start, blocks, true, false);
        }
    }

    private DenseNet() {}

    /** {@return its networks, as the catalogue has them} */
    public static List<Entry> entries() {
        return List.of(
                entry("densenet121", new Plan(32, 64, List.of(6, 12, 24, 16))),
                entry("densenet161", new Plan(48, 96, List.of(6, 12, 36, 24))),
                entry("densenet169", new Plan(32, 64, List.of(6, 12, 32, 32))),
                entry("densenet201", new Plan(32, 64, List.of(6, 12, 48, 32))),
                cifar("densenet_cifar", 100, 12, true));
    }

    /**
     * {@return the network for 32 x 32 of any depth: the paper's DenseNet, or with bottlenecks its DenseNet-BC}
     *
     * @param name what it is called
     * @param depth the number of convolutions and dense layers, {@code 6 n + 4} with bottlenecks and {@code 3 n + 4}
     *     without
     * @param growth the channels that a layer adds
     * @param bottlenecks whether a convolution 1 x 1 comes before each of 3 x 3
     * @throws BadInputException if no network has this depth or growth
     */
    public static Entry cifar(String name, int depth, int growth, boolean bottlenecks) {
        int layersOfOneEach = bottlenecks ? 6 : 3;
        if (depth < layersOfOneEach + 4 || (depth - 4) % layersOfOneEach != 0) {
            throw new BadInputException("depth = " + depth + ", must be 4 more than a multiple of " + layersOfOneEach
                    + (bottlenecks ? " with" : " without") + " bottlenecks; the nearest is "
                    + (4 + layersOfOneEach * Math.max(1, Math.round((depth - 4) / (float) layersOfOneEach))));
        }
        if (growth < 1) {
            throw new BadInputException("growth = " + growth + ", must be at least 1; the paper has 12, 24 and 40");
        }
        int layers = (depth - 4) / layersOfOneEach;
        Plan plan = new Plan(growth, bottlenecks ? 2 * growth : 16, List.of(layers, layers, layers), bottlenecks, true);
        return new Entry(name, "DenseNet", PAPER, new Image(3, 32, 32), 10, settings -> network(settings, plan));
    }

    private static Entry entry(String name, Plan plan) {
        return new Entry(name, "DenseNet", PAPER, new Image(3, 224, 224), 1000, settings -> network(settings, plan));
    }

    private static Network network(Settings settings, Plan plan) {
        GraphBuilder graph = new GraphBuilder(settings);
        String x = Network.INPUT;
        if (plan.small) {
            x = graph.add(
                    "features.conv0", Convolution.square(plan.start, 3, 1, 1).withoutBias(), x);
        } else {
            x = graph.add(
                    "features.conv0", Convolution.square(plan.start, 7, 2, 3).withoutBias(), x);
            x = graph.add("features.norm0", BatchNorm.standard(), x);
            x = graph.relu("features.relu0", x);
            x = graph.add("features.pool0", Pooling.max(3, 2, 1), x);
        }
        int channels = plan.start;
        for (int block = 1; block <= plan.blocks.size(); block++) {
            int layers = plan.blocks.get(block - 1);
            for (int layer = 1; layer <= layers; layer++) {
                x = layer(graph, "features.denseblock" + block + ".denselayer" + layer, plan, x);
            }
            channels += layers * plan.growth;
            if (block < plan.blocks.size()) {
                channels = plan.bottlenecks ? channels / 2 : channels;
                x = transition(graph, "features.transition" + block, channels, x);
            }
        }
        x = graph.add("features.norm5", BatchNorm.standard(), x);
        x = graph.relu("relu", x);
        x = graph.add("avgpool", AdaptiveAveragePool.global(), x);
        x = graph.add("flatten", new Flatten(), x);
        x = graph.add("classifier", new Dense(settings.classes(), true), x);
        return graph.build(x, INITIALIZATION);
    }

    private static String layer(GraphBuilder graph, String name, Plan plan, String input) {
        String x = graph.add(name + ".norm1", BatchNorm.standard(), input);
        x = graph.relu(name + ".relu1", x);
        Convolution growing = Convolution.square(plan.growth, 3, 1, 1).withoutBias();
        if (plan.bottlenecks) {
            x = graph.add(
                    name + ".conv1",
                    Convolution.square(4 * plan.growth, 1, 1, 0).withoutBias(),
                    x);
            x = graph.add(name + ".norm2", BatchNorm.standard(), x);
            x = graph.relu(name + ".relu2", x);
            x = graph.add(name + ".conv2", growing, x);
        } else {
            x = graph.add(name + ".conv1", growing, x);
        }
        return graph.add(name + ".concat", new Concat(), input, x);
    }

    private static String transition(GraphBuilder graph, String name, int channels, String input) {
        String x = graph.add(name + ".norm", BatchNorm.standard(), input);
        x = graph.relu(name + ".relu", x);
        x = graph.add(name + ".conv", Convolution.square(channels, 1, 1, 0).withoutBias(), x);
        return graph.add(name + ".pool", Pooling.average(2, 2, 0), x);
    }
}
