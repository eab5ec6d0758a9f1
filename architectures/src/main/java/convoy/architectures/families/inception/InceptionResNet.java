package convoy.architectures.families.inception;

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
import convoy.architectures.operations.Join.Add;
import convoy.architectures.operations.Join.Concat;
import convoy.architectures.operations.Normalization.BatchNorm;
import convoy.architectures.operations.Pooling;
import convoy.architectures.operations.Scale;
import convoy.architectures.tensor.Shape.Image;
import java.util.List;

/**
 * Inception v4 and Inception-ResNet v1 and v2: Szegedy, Ioffe, Vanhoucke, Alemi, "Inception-v4, Inception-ResNet and the Impact of
 * Residual Connections on Learning", 2016. Inception v4 is figure 9 with the modules of figures 3 to 8: 4 at 35 x 35, 7 at
 * 17 x 17, 3 at 8 x 8. Inception-ResNet v2 has 10, 20 and 10 modules whose outputs, times 0.17, 0.1 and 0.2 (section 3.3),
 * are added to their inputs.
 *
 * <p>Inception-ResNet v1 is figure 15 with the stem of figure 14 and the modules of figures 10 to 13: 5, 10 and 5 of them. Its
 * names are those of the PyTorch port of FaceNet.
 *
 * <p>Inception-ResNet v2 is the network that its authors published weights of (55.8 million parameters), whose beginning is
 * that of Inception v3 and whose last module is added whole and without a ReLU. Names are those of the PyTorch ports of both
 * (timm's {@code inception_v4} and {@code inception_resnet_v2}).
 */
public final class InceptionResNet {
    private static final String PAPER =
            "Szegedy et al. 2016, Inception-v4, Inception-ResNet and the Impact of Residual Connections on Learning";
    private static final BatchNorm NORM = new BatchNorm(1e-3, 0.1);
    private static final Initialization INITIALIZATION =
            new Initialization(new ScaledNormal(2, Fan.IN), new ScaledUniform(1), new Constant(0));

    private final Settings settings;
    private final GraphBuilder graph;

    private InceptionResNet(Settings settings) {
        this.settings = settings;
        this.graph = new GraphBuilder(settings);
    }

    /** {@return its networks, as the catalogue has them} */
    public static List<Entry> entries() {
        return List.of(
                entry("inception_v4", settings -> new InceptionResNet(settings).pure()),
                entry("inception_resnet_v1", settings -> new InceptionResNet(settings).residualOfFirstKind()),
                entry("inception_resnet_v2", settings -> new InceptionResNet(settings).residual()));
    }

    private static Entry entry(String name, Entry.Builder builder) {
        return new Entry(name, "Inception-ResNet", PAPER, new Image(3, 299, 299), 1000, builder);
    }

    private Network pure() {
        String x = chain(
                "features",
                Network.INPUT,
                Convolution.square(32, 3, 2, 0),
                Convolution.square(32, 3, 1, 0),
                Convolution.square(64, 3, 1, 1));
        x = join(
                "features.3",
                graph.add("features.3.maxpool", Pooling.max(3, 2, 0), x),
                graph.unit("features.3.conv", Convolution.square(96, 3, 2, 0), NORM, x));
        x = join(
                "features.4",
                chain("features.4.branch0", x, one(64), Convolution.square(96, 3, 1, 0)),
                chain(
                        "features.4.branch1",
                        x,
                        one(64),
                        Convolution.row(64, 7),
                        Convolution.column(64, 7),
                        Convolution.square(96, 3, 1, 0)));
        x = join(
                "features.5",
                graph.unit("features.5.conv", Convolution.square(192, 3, 2, 0), NORM, x),
                graph.add("features.5.maxpool", Pooling.max(3, 2, 0), x));
        for (int module = 6; module < 10; module++) {
            x = moduleA("features." + module, x);
        }
        x = join(
                "features.10",
                graph.unit("features.10.branch0", Convolution.square(384, 3, 2, 0), NORM, x),
                chain("features.10.branch1", x, one(192), three(224), Convolution.square(256, 3, 2, 0)),
                graph.add("features.10.branch2", Pooling.max(3, 2, 0), x));
        for (int module = 11; module < 18; module++) {
            x = moduleB("features." + module, x);
        }
        x = join(
                "features.18",
                chain("features.18.branch0", x, one(192), Convolution.square(192, 3, 2, 0)),
                chain(
                        "features.18.branch1",
                        x,
                        one(256),
                        Convolution.row(256, 7),
                        Convolution.column(320, 7),
                        Convolution.square(320, 3, 2, 0)),
                graph.add("features.18.branch2", Pooling.max(3, 2, 0), x));
        for (int module = 19; module < 22; module++) {
            x = moduleC("features." + module, x);
        }
        return classified(x);
    }

    /** Figure 4. */
    private String moduleA(String name, String x) {
        return join(
                name,
                graph.unit(name + ".branch0", one(96), NORM, x),
                chain(name + ".branch1", x, one(64), three(96)),
                chain(name + ".branch2", x, one(64), three(96), three(96)),
                averaged(name + ".branch3", 96, x));
    }

    /** Figure 5. */
    private String moduleB(String name, String x) {
        return join(
                name,
                graph.unit(name + ".branch0", one(384), NORM, x),
                chain(name + ".branch1", x, one(192), Convolution.row(224, 7), Convolution.column(256, 7)),
                chain(
                        name + ".branch2",
                        x,
                        one(192),
                        Convolution.column(192, 7),
                        Convolution.row(224, 7),
                        Convolution.column(224, 7),
                        Convolution.row(256, 7)),
                averaged(name + ".branch3", 128, x));
    }

    /** Figure 6. */
    private String moduleC(String name, String x) {
        String single = graph.unit(name + ".branch0", one(256), NORM, x);
        String middle = graph.unit(name + ".branch1_0", one(384), NORM, x);
        String row = graph.unit(name + ".branch1_1a", Convolution.row(256, 3), NORM, middle);
        String column = graph.unit(name + ".branch1_1b", Convolution.column(256, 3), NORM, middle);
        String deep = graph.unit(name + ".branch2_0", one(384), NORM, x);
        deep = graph.unit(name + ".branch2_1", Convolution.column(448, 3), NORM, deep);
        deep = graph.unit(name + ".branch2_2", Convolution.row(512, 3), NORM, deep);
        String deepRow = graph.unit(name + ".branch2_3a", Convolution.row(256, 3), NORM, deep);
        String deepColumn = graph.unit(name + ".branch2_3b", Convolution.column(256, 3), NORM, deep);
        return join(name, single, row, column, deepRow, deepColumn, averaged(name + ".branch3", 256, x));
    }

    private Network residualOfFirstKind() {
        String x = beginning();
        x = graph.unit("conv2d_4b", Convolution.square(256, 3, 2, 0), NORM, x);
        x = repeated("repeat_1", 5, new Addition(256, 0.17), x, narrow(32, 32));
        x = join(
                "mixed_6a",
                graph.unit("mixed_6a.branch0", Convolution.square(384, 3, 2, 0), NORM, x),
                chain("mixed_6a.branch1", x, one(192), three(192), Convolution.square(256, 3, 2, 0)),
                graph.add("mixed_6a.branch2", Pooling.max(3, 2, 0), x));
        x = repeated("repeat_2", 10, new Addition(896, 0.1), x, crossed(128, 7, 128, 128));
        x = join(
                "mixed_7a",
                chain("mixed_7a.branch0", x, one(256), Convolution.square(384, 3, 2, 0)),
                chain("mixed_7a.branch1", x, one(256), Convolution.square(256, 3, 2, 0)),
                chain("mixed_7a.branch2", x, one(256), three(256), Convolution.square(256, 3, 2, 0)),
                graph.add("mixed_7a.branch3", Pooling.max(3, 2, 0), x));
        x = repeated("repeat_3", 5, new Addition(1792, 0.2), x, crossed(192, 3, 192, 192));
        return classified(x);
    }

    /** The first layers of both residual ones, down to 71 x 71 x 192. */
    private String beginning() {
        String x = graph.unit("conv2d_1a", Convolution.square(32, 3, 2, 0), NORM, Network.INPUT);
        x = graph.unit("conv2d_2a", Convolution.square(32, 3, 1, 0), NORM, x);
        x = graph.unit("conv2d_2b", three(64), NORM, x);
        x = graph.add("maxpool_3a", Pooling.max(3, 2, 0), x);
        x = graph.unit("conv2d_3b", one(80), NORM, x);
        return graph.unit("conv2d_4a", Convolution.square(192, 3, 1, 0), NORM, x);
    }

    private Network residual() {
        String x = graph.add("maxpool_5a", Pooling.max(3, 2, 0), beginning());
        x = join(
                "mixed_5b",
                graph.unit("mixed_5b.branch0", one(96), NORM, x),
                chain("mixed_5b.branch1", x, one(48), Convolution.square(64, 5, 1, 2)),
                chain("mixed_5b.branch2", x, one(64), three(96), three(96)),
                averaged("mixed_5b.branch3", 64, x));
        x = repeated("repeat", 10, new Addition(320, 0.17), x, narrow(48, 64));
        x = join(
                "mixed_6a",
                graph.unit("mixed_6a.branch0", Convolution.square(384, 3, 2, 0), NORM, x),
                chain("mixed_6a.branch1", x, one(256), three(256), Convolution.square(384, 3, 2, 0)),
                graph.add("mixed_6a.branch2", Pooling.max(3, 2, 0), x));
        List<List<Convolution>> middle =
                List.of(List.of(one(192)), List.of(one(128), Convolution.row(160, 7), Convolution.column(192, 7)));
        x = repeated("repeat_1", 20, new Addition(1088, 0.1), x, middle);
        x = join(
                "mixed_7a",
                chain("mixed_7a.branch0", x, one(256), Convolution.square(384, 3, 2, 0)),
                chain("mixed_7a.branch1", x, one(256), Convolution.square(288, 3, 2, 0)),
                chain("mixed_7a.branch2", x, one(256), three(288), Convolution.square(320, 3, 2, 0)),
                graph.add("mixed_7a.branch3", Pooling.max(3, 2, 0), x));
        List<List<Convolution>> smallest = crossed(192, 3, 224, 256);
        x = repeated("repeat_2", 9, new Addition(2080, 0.2), x, smallest);
        x = added("block8", new Addition(2080, 1), x, smallest);
        x = graph.unit("conv2d_7b", one(1536), NORM, x);
        return classified(x);
    }

    /**
     * How a module's branches are added to its input.
     *
     * @param channels of the input
     * @param factor that the branches are multiplied by
     */
    private record Addition(int channels, double factor) {}

    /** Branches at 35 x 35; the third one's 3x3 have these widths. */
    private static List<List<Convolution>> narrow(int middle, int last) {
        return List.of(List.of(one(32)), List.of(one(32), three(32)), List.of(one(32), three(middle), three(last)));
    }

    /** A 1x1 beside a 1x1 of the same width, a row and a column. */
    private static List<List<Convolution>> crossed(int width, int length, int row, int column) {
        return List.of(
                List.of(one(width)),
                List.of(one(width), Convolution.row(row, length), Convolution.column(column, length)));
    }

    /** So many modules of one kind, each with a ReLU behind it. */
    private String repeated(String name, int count, Addition addition, String input, List<List<Convolution>> branches) {
        String x = input;
        for (int block = 0; block < count; block++) {
            String module = name + "." + block;
            x = graph.relu(module + ".relu", added(module, addition, x, branches));
        }
        return x;
    }

    /** The branches, brought to the input's channels by 1x1 without batch norm, times a factor, and the input. */
    private String added(String name, Addition addition, String input, List<List<Convolution>> branches) {
        String[] ends = new String[branches.size()];
        for (int i = 0; i < ends.length; i++) {
            List<Convolution> branch = branches.get(i);
            String own = name + ".branch" + i;
            ends[i] = branch.size() == 1
                    ? graph.unit(own, branch.get(0), NORM, input)
                    : chain(own, input, branch.toArray(Convolution[]::new));
        }
        String x = graph.add(name + ".conv2d", one(addition.channels), join(name, ends));
        if (addition.factor != 1) {
            x = graph.add(name + ".scale", new Scale(addition.factor), x);
        }
        return graph.add(name + ".add", new Add(), x, input);
    }

    private Network classified(String features) {
        String x = graph.add("avgpool", AdaptiveAveragePool.global(), features);
        x = graph.add("flatten", new Flatten(), x);
        // Section 2: "keep 0.8".
        x = graph.dropout("dropout", 0.2, x);
        x = graph.add("last_linear", new Dense(settings.classes(), true), x);
        return graph.build(x, INITIALIZATION);
    }

    private String chain(String name, String input, Convolution... shapes) {
        String x = input;
        for (int i = 0; i < shapes.length; i++) {
            x = graph.unit(name + "." + i, shapes[i], NORM, x);
        }
        return x;
    }

    private String averaged(String name, int channels, String input) {
        String x = graph.add(name + ".0", Pooling.average(3, 1, 1).withoutCountingPad(), input);
        return graph.unit(name + ".1", one(channels), NORM, x);
    }

    private String join(String name, String... branches) {
        return graph.add(name + ".concat", new Concat(), branches);
    }

    private static Convolution one(int out) {
        return Convolution.square(out, 1, 1, 0);
    }

    private static Convolution three(int out) {
        return Convolution.square(out, 3, 1, 1);
    }
}
