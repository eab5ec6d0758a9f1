package convoy.architectures.families.inception;

import convoy.architectures.families.Entry;
import convoy.architectures.families.GraphBuilder;
import convoy.architectures.families.Settings;
import convoy.architectures.graph.Head;
import convoy.architectures.graph.Initialization;
import convoy.architectures.graph.Initialization.Constant;
import convoy.architectures.graph.Initialization.Fan;
import convoy.architectures.graph.Initialization.Normal;
import convoy.architectures.graph.Initialization.ScaledNormal;
import convoy.architectures.graph.Initialization.ScaledUniform;
import convoy.architectures.graph.Network;
import convoy.architectures.operations.AdaptiveAveragePool;
import convoy.architectures.operations.Convolution;
import convoy.architectures.operations.Dense;
import convoy.architectures.operations.Flatten;
import convoy.architectures.operations.Join.Concat;
import convoy.architectures.operations.Normalization.BatchNorm;
import convoy.architectures.operations.Normalization.LocalResponseNorm;
import convoy.architectures.operations.Operation;
import convoy.architectures.operations.Pooling;
import convoy.architectures.tensor.Shape.Image;
import java.util.List;

/**
 * GoogLeNet: Szegedy, Liu, Jia et al., "Going Deeper with Convolutions", 2014, table 1. Nine inception modules, each the
 * concatenation of four branches, and two auxiliary heads that train with weight 0.3.
 *
 * <table>
 * <caption>Channels of the modules: 1x1 | 1x1, 3x3 | 1x1, 5x5 | pool, 1x1</caption>
 * <tr><td>3a</td><td>64 | 96, 128 | 16, 32 | 32</td></tr>
 * <tr><td>3b</td><td>128 | 128, 192 | 32, 96 | 64</td></tr>
 * <tr><td>4a</td><td>192 | 96, 208 | 16, 48 | 64</td></tr>
 * <tr><td>4b</td><td>160 | 112, 224 | 24, 64 | 64</td></tr>
 * <tr><td>4c</td><td>128 | 128, 256 | 24, 64 | 64</td></tr>
 * <tr><td>4d</td><td>112 | 144, 288 | 32, 64 | 64</td></tr>
 * <tr><td>4e</td><td>256 | 160, 320 | 32, 128 | 128</td></tr>
 * <tr><td>5a</td><td>256 | 160, 320 | 32, 128 | 128</td></tr>
 * <tr><td>5b</td><td>384 | 192, 384 | 48, 128 | 128</td></tr>
 * </table>
 *
 * <p>{@code googlenet} is torchvision's network, names and order of tensors included: batch norm (epsilon 0.001) after
 * every convolution, a 3x3 where the paper has a 5x5, averages to 4 x 4 in the auxiliary heads, and dropout of 0.2 before
 * the main and 0.7 inside the auxiliary classifiers. {@code googlenet_5x5} is the paper's: kernels of 5x5, biases and two
 * local response norms in place of batch norm, averages over 5x5 with stride 3 in the auxiliary heads, dropout of 0.4
 * before the main classifier. {@code googlenet_5x5_bn} is the paper's with batch norm in place of the biases and of the local
 * response norms.
 */
public final class GoogLeNet {
    private static final Initialization INITIALIZATION =
            new Initialization(new Normal(0.01), new Normal(0.01), new ScaledUniform(1));
    /** The paper names none; deviations of 0.01 would vanish in 22 layers without batch norm. */
    private static final Initialization PLAIN_INITIALIZATION =
            new Initialization(new ScaledNormal(2, Fan.IN), new ScaledNormal(1, Fan.IN), new Constant(0));

    private static final BatchNorm NORM = new BatchNorm(1e-3, 0.1);
    private static final double AUXILIARY_WEIGHT = 0.3;

    private final Settings settings;
    private final GraphBuilder graph;
    private final boolean normalized;
    private final boolean paper;

    /**
     * A network to be built.
     *
     * @param normalized whether batch norm follows its convolutions
     * @param paper whether kernels, poolings and dropout are the paper's and not torchvision's
     */
    private GoogLeNet(Settings settings, boolean normalized, boolean paper) {
        this.settings = settings;
        this.graph = new GraphBuilder(settings);
        this.normalized = normalized;
        this.paper = paper;
    }

    /** {@return its networks, as the catalogue has them} */
    public static List<Entry> entries() {
        return List.of(
                entry("googlenet", true, false),
                entry("googlenet_5x5", false, true),
                entry("googlenet_5x5_bn", true, true));
    }

    private static Entry entry(String name, boolean normalized, boolean paper) {
        return new Entry(
                name,
                "GoogLeNet",
                "Szegedy et al. 2014, Going Deeper with Convolutions",
                new Image(3, 224, 224),
                1000,
                settings -> new GoogLeNet(settings, normalized, paper).network());
    }

    private Network network() {
        String x = convolution("conv1", Convolution.square(64, 7, 2, 3), Network.INPUT);
        x = graph.add("maxpool1", Pooling.max(3, 2, 0).withCeil(), x);
        x = responseNorm("norm1", x);
        x = convolution("conv2", Convolution.square(64, 1, 1, 0), x);
        x = convolution("conv3", Convolution.square(192, 3, 1, 1), x);
        x = responseNorm("norm2", x);
        x = graph.add("maxpool2", Pooling.max(3, 2, 0).withCeil(), x);
        x = inception("inception3a", 64, 96, 128, 16, 32, 32, x);
        x = inception("inception3b", 128, 128, 192, 32, 96, 64, x);
        x = graph.add("maxpool3", Pooling.max(3, 2, 0).withCeil(), x);
        x = inception("inception4a", 192, 96, 208, 16, 48, 64, x);
        String first = x;
        x = inception("inception4b", 160, 112, 224, 24, 64, 64, x);
        x = inception("inception4c", 128, 128, 256, 24, 64, 64, x);
        x = inception("inception4d", 112, 144, 288, 32, 64, 64, x);
        String second = x;
        x = inception("inception4e", 256, 160, 320, 32, 128, 128, x);
        x = graph.add("maxpool4", Pooling.max(paper ? 3 : 2, 2, 0).withCeil(), x);
        x = inception("inception5a", 256, 160, 320, 32, 128, 128, x);
        x = inception("inception5b", 384, 192, 384, 48, 128, 128, x);
        if (settings.auxiliary()) {
            auxiliaryHead("aux1", first);
            auxiliaryHead("aux2", second);
        }
        x = graph.add("avgpool", AdaptiveAveragePool.global(), x);
        x = graph.add("flatten", new Flatten(), x);
        x = graph.dropout("dropout", paper ? 0.4 : 0.2, x);
        x = graph.add("fc", new Dense(settings.classes(), true), x);
        return graph.build(x, normalized ? INITIALIZATION : PLAIN_INITIALIZATION);
    }

    private String inception(
            String name, int single, int reduce3, int wide3, int reduce5, int wide5, int pooled, String input) {
        String one = convolution(name + ".branch1", Convolution.square(single, 1, 1, 0), input);
        String three = convolution(name + ".branch2.0", Convolution.square(reduce3, 1, 1, 0), input);
        three = convolution(name + ".branch2.1", Convolution.square(wide3, 3, 1, 1), three);
        String five = convolution(name + ".branch3.0", Convolution.square(reduce5, 1, 1, 0), input);
        five = convolution(name + ".branch3.1", Convolution.square(wide5, paper ? 5 : 3, 1, paper ? 2 : 1), five);
        String pool = graph.add(name + ".branch4.0", Pooling.max(3, 1, 1).withCeil(), input);
        pool = convolution(name + ".branch4.1", Convolution.square(pooled, 1, 1, 0), pool);
        return graph.add(name + ".concat", new Concat(), one, three, five, pool);
    }

    private void auxiliaryHead(String name, String input) {
        Operation average = paper ? Pooling.average(5, 3, 0) : new AdaptiveAveragePool(4, 4);
        String x = graph.add(name + ".avgpool", average, input);
        x = convolution(name + ".conv", Convolution.square(128, 1, 1, 0), x);
        x = graph.add(name + ".flatten", new Flatten(), x);
        x = graph.add(name + ".fc1", new Dense(1024, true), x);
        x = graph.relu(name + ".relu", x);
        x = graph.dropout(name + ".dropout", 0.7, x);
        x = graph.add(name + ".fc2", new Dense(settings.classes(), true), x);
        graph.head(new Head(name, x, AUXILIARY_WEIGHT, true));
    }

    /** With batch norm, or as in the paper with a bias. */
    private String convolution(String name, Convolution shape, String input) {
        if (normalized) {
            return graph.unit(name, shape, NORM, input);
        }
        return graph.relu(name + ".relu", graph.add(name + ".conv", shape, input));
    }

    /** Figure 3's local response norm, with AlexNet's constants, whose alpha is not divided by the size. */
    private String responseNorm(String name, String input) {
        return normalized ? input : graph.add(name, new LocalResponseNorm(5, 5 * 1e-4, 0.75, 2), input);
    }
}
