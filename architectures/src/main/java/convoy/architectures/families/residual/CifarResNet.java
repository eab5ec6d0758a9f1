package convoy.architectures.families.residual;

import convoy.architectures.families.Entry;
import convoy.architectures.families.GraphBuilder;
import convoy.architectures.families.Scale;
import convoy.architectures.families.Settings;
import convoy.architectures.graph.Initialization;
import convoy.architectures.graph.Network;
import convoy.architectures.operations.AdaptiveAveragePool;
import convoy.architectures.operations.ChannelOperation.PadChannels;
import convoy.architectures.operations.Convolution;
import convoy.architectures.operations.Dense;
import convoy.architectures.operations.Flatten;
import convoy.architectures.operations.Join.Add;
import convoy.architectures.operations.Normalization.BatchNorm;
import convoy.architectures.operations.Pooling;
import convoy.architectures.tensor.Shape.Image;
import java.util.List;
import java.util.stream.IntStream;

/**
 * The residual networks for small images: He, Zhang, Ren, Sun, "Deep Residual Learning for Image Recognition", 2015,
 * section 4.2. Three stages of n blocks with 16, 32 and 64 channels, 6 n + 2 layers.
 *
 * <p>Shortcuts have no parameters (option A): where the channels double and the sides halve, every other pixel is taken
 * and channels of zeros are added. Names follow torchvision's ResNets.
 */
public final class CifarResNet {
    private static final String PAPER = "He et al. 2015, Deep Residual Learning for Image Recognition, section 4.2";
    private static final int[] DEPTHS = {20, 32, 44, 56, 110};

    private CifarResNet() {}

    /** {@return its networks, as the catalogue has them} */
    public static List<Entry> entries() {
        return IntStream.of(DEPTHS)
                .mapToObj(depth -> entry("resnet" + depth + "_cifar", (depth - 2) / 6, Scale.none()))
                .toList();
    }

    /**
     * {@return one of them wider and deeper}
     *
     * @param name of it
     * @param scale how much
     */
    public static Entry scaled(String name, Scale scale) {
        int blocks = IntStream.of(DEPTHS)
                .filter(depth -> name.equals("resnet" + depth + "_cifar"))
                .map(depth -> (depth - 2) / 6)
                .findFirst()
                .orElseThrow();
        return entry(scale.withoutPhi(name).named(name), scale.blocks(blocks), scale);
    }

    private static Entry entry(String name, int blocks, Scale scale) {
        return new Entry(
                name, "CIFAR ResNet", PAPER, new Image(3, 32, 32), 10, settings -> network(settings, blocks, scale));
    }

    private static Network network(Settings settings, int blocks, Scale scale) {
        GraphBuilder graph = new GraphBuilder(settings);
        String x = graph.add(
                "conv1", Convolution.square(scale.channels(16), 3, 1, 1).withoutBias(), Network.INPUT);
        x = graph.add("bn1", BatchNorm.standard(), x);
        x = graph.relu("relu", x);
        for (int stage = 1; stage <= 3; stage++) {
            int channels = scale.channels(8 << stage);
            int before = scale.channels(4 << stage);
            for (int block = 0; block < blocks; block++) {
                boolean narrows = stage > 1 && block == 0;
                x = block(graph, "layer" + stage + "." + block, x, narrows ? before : channels, channels);
            }
        }
        x = graph.add("avgpool", AdaptiveAveragePool.global(), x);
        x = graph.add("flatten", new Flatten(), x);
        x = graph.add("fc", new Dense(settings.classes(), true), x);
        return graph.build(x, Initialization.residual());
    }

    private static String block(GraphBuilder graph, String name, String input, int in, int channels) {
        boolean narrows = in != channels;
        int stride = narrows ? 2 : 1;
        String x = graph.add(
                name + ".conv1", Convolution.square(channels, 3, stride, 1).withoutBias(), input);
        x = graph.add(name + ".bn1", BatchNorm.standard(), x);
        x = graph.relu(name + ".relu1", x);
        x = graph.add(name + ".conv2", Convolution.square(channels, 3, 1, 1).withoutBias(), x);
        x = graph.add(name + ".bn2", BatchNorm.standard(), x);
        String shortcut = input;
        if (narrows) {
            // A pooling whose window is one pixel takes every other one.
            shortcut = graph.add(name + ".shortcut.subsample", Pooling.max(1, 2, 0), shortcut);
            shortcut = graph.add(
                    name + ".shortcut.pad",
                    new PadChannels((channels - in) / 2, channels - in - (channels - in) / 2),
                    shortcut);
        }
        x = graph.add(name + ".add", new Add(), x, shortcut);
        return graph.relu(name + ".relu2", x);
    }
}
