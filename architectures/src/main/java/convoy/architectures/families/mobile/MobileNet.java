package convoy.architectures.families.mobile;

import convoy.architectures.families.Entry;
import convoy.architectures.families.GraphBuilder;
import convoy.architectures.families.Scale;
import convoy.architectures.families.Settings;
import convoy.architectures.graph.Initialization;
import convoy.architectures.graph.Initialization.Constant;
import convoy.architectures.graph.Initialization.Fan;
import convoy.architectures.graph.Initialization.Normal;
import convoy.architectures.graph.Initialization.ScaledNormal;
import convoy.architectures.graph.Network;
import convoy.architectures.operations.Activation;
import convoy.architectures.operations.AdaptiveAveragePool;
import convoy.architectures.operations.Convolution;
import convoy.architectures.operations.Dense;
import convoy.architectures.operations.Flatten;
import convoy.architectures.operations.Join.Add;
import convoy.architectures.operations.Normalization.BatchNorm;
import convoy.architectures.tensor.Shape.Image;
import java.util.List;

/**
 * MobileNet v2: Sandler, Howard, Zhu, Zhmoginov, Chen, "MobileNetV2: Inverted Residuals and Linear Bottlenecks", 2018,
 * table 2. A block widens its few channels by 1x1, filters each with a 3x3 of its own, and narrows them again by 1x1
 * without an activation; shortcuts join the narrow ends. The activation is ReLU6.
 *
 * <p>Names and initialization are torchvision's.
 */
public final class MobileNet {
    private static final Initialization INITIALIZATION =
            new Initialization(new ScaledNormal(2, Fan.OUT), new Normal(0.01), new Constant(0));

    /** Blocks of one width: how many times a block widens inside, channels, number, stride of the first. */
    private record Stage(int widening, int channels, int blocks, int stride) {}

    private static final List<Stage> STAGES = List.of(
            new Stage(1, 16, 1, 1),
            new Stage(6, 24, 2, 2),
            new Stage(6, 32, 3, 2),
            new Stage(6, 64, 4, 2),
            new Stage(6, 96, 3, 1),
            new Stage(6, 160, 3, 2),
            new Stage(6, 320, 1, 1));

    private MobileNet() {}

    /** {@return its networks, as the catalogue has them} */
    public static List<Entry> entries() {
        return List.of(entry("mobilenet_v2", Scale.none()));
    }

    /**
     * {@return it wider and deeper; as the paper says, the last convolution gets no narrower (section 4)}
     *
     * @param name of it
     * @param scale how much
     */
    public static Entry scaled(String name, Scale scale) {
        return entry(scale.withoutPhi(name).named(name), scale);
    }

    private static Entry entry(String name, Scale scale) {
        return new Entry(
                name,
                "MobileNet",
                "Sandler et al. 2018, MobileNetV2: Inverted Residuals and Linear Bottlenecks",
                new Image(3, 224, 224),
                1000,
                settings -> network(settings, scale));
    }

    private static Network network(Settings settings, Scale scale) {
        GraphBuilder graph = new GraphBuilder(settings);
        int in = scale.channels(32);
        String x = activated(graph, "features.0", Convolution.square(in, 3, 2, 1), Network.INPUT);
        int module = 1;
        for (Stage narrow : STAGES) {
            Stage stage = new Stage(
                    narrow.widening, scale.channels(narrow.channels), scale.blocks(narrow.blocks), narrow.stride);
            for (int block = 0; block < stage.blocks; block++) {
                x = block(graph, "features." + module++, x, in, stage, block == 0 ? stage.stride : 1);
                in = stage.channels;
            }
        }
        x = activated(
                graph,
                "features." + module,
                Convolution.square(scale.width() > 1 ? scale.channels(1280) : 1280, 1, 1, 0),
                x);
        x = graph.add("avgpool", AdaptiveAveragePool.global(), x);
        x = graph.add("flatten", new Flatten(), x);
        x = graph.dropout("classifier.0", 0.2, x);
        x = graph.add("classifier.1", new Dense(settings.classes(), true), x);
        return graph.build(x, INITIALIZATION);
    }

    private static String block(GraphBuilder graph, String name, String input, int in, Stage stage, int stride) {
        int inside = in * stage.widening;
        String x = input;
        int module = 0;
        if (stage.widening != 1) {
            x = activated(graph, name + ".conv." + module++, Convolution.square(inside, 1, 1, 0), x);
        }
        Convolution filter = Convolution.square(inside, 3, stride, 1).withGroups(inside);
        x = activated(graph, name + ".conv." + module++, filter, x);
        Convolution narrow = Convolution.square(stage.channels, 1, 1, 0).withoutBias();
        x = graph.add(name + ".conv." + module++, narrow, x);
        x = graph.add(name + ".conv." + module, BatchNorm.standard(), x);
        return stride == 1 && in == stage.channels ? graph.add(name + ".add", new Add(), x, input) : x;
    }

    private static String activated(GraphBuilder graph, String name, Convolution shape, String input) {
        String x = graph.add(name + ".0", shape.withoutBias(), input);
        x = graph.add(name + ".1", BatchNorm.standard(), x);
        return graph.add(name + ".2", new Activation(Activation.Function.RELU6), x);
    }
}
