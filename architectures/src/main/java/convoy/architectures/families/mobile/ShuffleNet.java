package convoy.architectures.families.mobile;

import convoy.architectures.families.Entry;
import convoy.architectures.families.GraphBuilder;
import convoy.architectures.families.Settings;
import convoy.architectures.graph.Initialization;
import convoy.architectures.graph.Initialization.ScaledUniform;
import convoy.architectures.graph.Network;
import convoy.architectures.operations.AdaptiveAveragePool;
import convoy.architectures.operations.ChannelOperation.ChannelShuffle;
import convoy.architectures.operations.ChannelOperation.ChannelSlice;
import convoy.architectures.operations.Convolution;
import convoy.architectures.operations.Dense;
import convoy.architectures.operations.Flatten;
import convoy.architectures.operations.Join.Concat;
import convoy.architectures.operations.Normalization.BatchNorm;
import convoy.architectures.operations.Pooling;
import convoy.architectures.tensor.Shape.Image;
import java.util.List;

/**
 * ShuffleNet v2: Ma, Zhang, Zheng, Sun, "ShuffleNet V2: Practical Guidelines for Efficient CNN Architecture Design", 2018,
 * table 5. A block passes half of its channels on as they are and the other half through 1x1, a 3x3 for each channel, and
 * 1x1; then the channels of both halves are shuffled. The first block of a stage halves the sides and sends all channels
 * through both branches.
 *
 * <p>Names and initialization are torchvision's.
 */
public final class ShuffleNet {
    private static final Initialization INITIALIZATION =
            new Initialization(new ScaledUniform(1), new ScaledUniform(1), new ScaledUniform(1));
    private static final int[] BLOCKS = {4, 8, 4};

    private ShuffleNet() {}

    /** {@return its networks, as the catalogue has them} */
    public static List<Entry> entries() {
        return List.of(
                entry("shufflenet_v2_x0_5", List.of(48, 96, 192), 1024),
                entry("shufflenet_v2_x1_0", List.of(116, 232, 464), 1024),
                entry("shufflenet_v2_x1_5", List.of(176, 352, 704), 1024),
                entry("shufflenet_v2_x2_0", List.of(244, 488, 976), 2048));
    }

    private static Entry entry(String name, List<Integer> stages, int end) {
        return new Entry(
                name,
                "ShuffleNet",
                "Ma et al. 2018, ShuffleNet V2: Practical Guidelines for Efficient CNN Architecture Design",
                new Image(3, 224, 224),
                1000,
                settings -> network(settings, stages, end));
    }

    private static Network network(Settings settings, List<Integer> stages, int end) {
        GraphBuilder graph = new GraphBuilder(settings);
        String x = activated(graph, "conv1", 0, Convolution.square(24, 3, 2, 1), Network.INPUT);
        x = graph.add("maxpool", Pooling.max(3, 2, 1), x);
        int in = 24;
        for (int stage = 0; stage < stages.size(); stage++) {
            int out = stages.get(stage);
            for (int block = 0; block < BLOCKS[stage]; block++) {
                String name = "stage" + (stage + 2) + "." + block;
                x = block == 0 ? narrowing(graph, name, in, out / 2, x) : block(graph, name, out / 2, x);
            }
            in = out;
        }
        x = activated(graph, "conv5", 0, Convolution.square(end, 1, 1, 0), x);
        x = graph.add("avgpool", AdaptiveAveragePool.global(), x);
        x = graph.add("flatten", new Flatten(), x);
        x = graph.add("fc", new Dense(settings.classes(), true), x);
        return graph.build(x, INITIALIZATION);
    }

    private static String narrowing(GraphBuilder graph, String name, int in, int half, String input) {
        Convolution filter = Convolution.square(in, 3, 2, 1).withGroups(in);
        String left = normalized(graph, name + ".branch1", 0, filter, input);
        left = activated(graph, name + ".branch1", 2, Convolution.square(half, 1, 1, 0), left);
        String right = branch(graph, name + ".branch2", half, 2, input);
        return shuffled(graph, name, left, right);
    }

    private static String block(GraphBuilder graph, String name, int half, String input) {
        String left = graph.add(name + ".left", new ChannelSlice(0, half), input);
        String right = graph.add(name + ".right", new ChannelSlice(half, 2 * half), input);
        right = branch(graph, name + ".branch2", half, 1, right);
        return shuffled(graph, name, left, right);
    }

    private static String branch(GraphBuilder graph, String name, int channels, int stride, String input) {
        String x = activated(graph, name, 0, Convolution.square(channels, 1, 1, 0), input);
        x = normalized(
                graph, name, 3, Convolution.square(channels, 3, stride, 1).withGroups(channels), x);
        return activated(graph, name, 5, Convolution.square(channels, 1, 1, 0), x);
    }

    private static String shuffled(GraphBuilder graph, String name, String left, String right) {
        String x = graph.add(name + ".concat", new Concat(), left, right);
        return graph.add(name + ".shuffle", new ChannelShuffle(2), x);
    }

    private static String normalized(GraphBuilder graph, String sequence, int module, Convolution shape, String input) {
        String x = graph.add(sequence + "." + module, shape.withoutBias(), input);
        return graph.add(sequence + "." + (module + 1), BatchNorm.standard(), x);
    }

    private static String activated(GraphBuilder graph, String sequence, int module, Convolution shape, String input) {
        return graph.relu(sequence + "." + (module + 2), normalized(graph, sequence, module, shape, input));
    }
}
