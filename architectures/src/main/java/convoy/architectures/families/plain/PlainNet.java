package convoy.architectures.families.plain;

import convoy.architectures.families.Entry;
import convoy.architectures.families.GraphBuilder;
import convoy.architectures.families.Settings;
import convoy.architectures.graph.Initialization;
import convoy.architectures.graph.Network;
import convoy.architectures.operations.AdaptiveAveragePool;
import convoy.architectures.operations.Convolution;
import convoy.architectures.operations.Dense;
import convoy.architectures.operations.Flatten;
import convoy.architectures.operations.Normalization.BatchNorm;
import convoy.architectures.operations.Pooling;
import convoy.architectures.tensor.Shape.Image;
import java.util.List;

/**
 * Plain networks to compare residual ones with: He, Zhang, Ren, Sun, "Deep Residual Learning for Image Recognition", 2015, section
 * 3.3, figure 3 in the middle and table 2. They are {@code resnet18} and {@code resnet34} without their shortcuts, with the
 * same names: after a 7x7 and a pooling, 3x3 convolutions with batch norm, two to a block, of 64, 128, 256 and 512 channels.
 */
public final class PlainNet {
    private static final String PAPER = "He et al. 2015, Deep Residual Learning for Image Recognition";

    private PlainNet() {}

    /** {@return its networks, as the catalogue has them} */
    public static List<Entry> entries() {
        return List.of(entry("plain18", List.of(2, 2, 2, 2)), entry("plain34", List.of(3, 4, 6, 3)));
    }

    private static Entry entry(String name, List<Integer> blocks) {
        return new Entry(name, "Plain", PAPER, new Image(3, 224, 224), 1000, settings -> network(settings, blocks));
    }

    private static Network network(Settings settings, List<Integer> blocks) {
        GraphBuilder graph = new GraphBuilder(settings);
        String x = convolution(graph, "conv1", "bn1", Convolution.square(64, 7, 2, 3), Network.INPUT);
        x = graph.relu("relu", x);
        x = graph.add("maxpool", Pooling.max(3, 2, 1), x);
        for (int stage = 1; stage <= blocks.size(); stage++) {
            for (int block = 0; block < blocks.get(stage - 1); block++) {
                String name = "layer" + stage + "." + block;
                int channels = 32 << stage;
                int stride = stage > 1 && block == 0 ? 2 : 1;
                x = convolution(graph, name + ".conv1", name + ".bn1", Convolution.square(channels, 3, stride, 1), x);
                x = graph.relu(name + ".relu1", x);
                x = convolution(graph, name + ".conv2", name + ".bn2", Convolution.square(channels, 3, 1, 1), x);
                x = graph.relu(name + ".relu", x);
            }
        }
        x = graph.add("avgpool", AdaptiveAveragePool.global(), x);
        x = graph.add("flatten", new Flatten(), x);
        x = graph.add("fc", new Dense(settings.classes(), true), x);
        return graph.build(x, Initialization.residual());
    }

    private static String convolution(GraphBuilder graph, String name, String norm, Convolution shape, String input) {
        return graph.add(norm, BatchNorm.standard(), graph.add(name, shape.withoutBias(), input));
    }
}
