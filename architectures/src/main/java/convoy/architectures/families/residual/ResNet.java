package convoy.architectures.families.residual;

import convoy.architectures.families.Entry;
import convoy.architectures.families.GraphBuilder;
import convoy.architectures.families.Scale;
import convoy.architectures.families.Settings;
import convoy.architectures.graph.Initialization;
import convoy.architectures.graph.Network;
import convoy.architectures.operations.AdaptiveAveragePool;
import convoy.architectures.operations.Convolution;
import convoy.architectures.operations.Dense;
import convoy.architectures.operations.Flatten;
import convoy.architectures.operations.Join.Add;
import convoy.architectures.operations.Normalization.BatchNorm;
import convoy.architectures.operations.Pooling;
import convoy.architectures.tensor.Shape.Image;
import java.util.List;

/**
 * Residual networks: He, Zhang, Ren, Sun, "Deep Residual Learning for Image Recognition", 2015, table 1; and Wide ResNet
 * (Zagoruyko, Komodakis 2016), whose bottlenecks are twice as wide inside; and ResNeXt (Xie et al. 2016, table 1), whose
 * 3x3 convolutions see their channels in groups; and the dilated residual network DRN-A-50 (Yu, Koltun, Funkhouser 2017,
 * "Dilated Residual Networks", section 2).
 *
 * <p>Four stages of 64, 128, 256 and 512 channels. A basic block is two convolutions 3x3; a bottleneck is 1x1, 3x3 and
 * 1x1 to four times the channels. Where a shortcut must change its shape it is a convolution 1x1 with batch norm. As in
 * torchvision, whose names these are, a bottleneck's stride is that of its 3x3 ("ResNet v1.5"). Those called {@code _v1} have it
 * in the first 1x1, as the paper's own networks of 3.8, 7.6 and 11.3 thousand million multiply-adds (table 1). DRN-A-50 keeps
 * its planes at 28 x 28: its last two stages have dilation in place of stride, as torchvision's
 * {@code replace_stride_with_dilation}, so that what it sees stays as wide. Weights of {@code resnet50} fit both.
 */
public final class ResNet {
    private static final String RESNET = "He et al. 2015, Deep Residual Learning for Image Recognition";
    private static final String WIDE = "Zagoruyko, Komodakis 2016, Wide Residual Networks";

    private static final String DILATED = "Yu et al. 2017, Dilated Residual Networks";

    private static final String NEXT = "Xie et al. 2016, Aggregated Residual Transformations for Deep Neural Networks";

    /** Blocks of each stage. */
    private enum Depth {
        D18(false, List.of(2, 2, 2, 2)),
        D34(false, List.of(3, 4, 6, 3)),
        D50(true, List.of(3, 4, 6, 3)),
        D101(true, List.of(3, 4, 23, 3)),
        D152(true, List.of(3, 8, 36, 3));

        private final boolean bottlenecks;

        @SuppressWarnings("ImmutableEnumChecker") // List.of is immutable, which the checker cannot see.
        private final List<Integer> blocks;

        Depth(boolean bottlenecks, List<Integer> blocks) {
            this.bottlenecks = bottlenecks;
            this.blocks = blocks;
        }
    }

    /** Where the sides of a bottleneck's planes are halved. */
    private enum Narrowing {
        /** By the stride of the 3x3. */
        MIDDLE,
        /** By the stride of the first 1x1, which so reads a quarter of its input. */
        FIRST,
        /** As in the middle, but the last two stages keep their sides, and their 3x3 have dilation. */
        DILATED
    }

    /**
     * The blocks.
     *
     * @param depth how many of which kind
     * @param widening how many times wider than usual a bottleneck is inside
     * @param groups of a bottleneck's 3x3 convolution
     * @param narrowing where a bottleneck's planes are halved
     */
    private record Plan(Depth depth, int widening, int groups, Narrowing narrowing) {
        Plan(Depth depth, int widening, int groups) {
            this(depth, widening, groups, Narrowing.MIDDLE);
        }

        int outside(int channels) {
            return depth.bottlenecks ? 4 * channels : channels;
        }
    }

    /** One network of the table. */
    private record Variety(String name, String family, String paper, Plan plan) {
        Variety named(String other) {
            return new Variety(other, family, paper, plan);
        }
    }

    private static final List<Variety> VARIETIES = List.of(
            new Variety("resnet18", "ResNet", RESNET, new Plan(Depth.D18, 1, 1)),
            new Variety("resnet34", "ResNet", RESNET, new Plan(Depth.D34, 1, 1)),
            new Variety("resnet50", "ResNet", RESNET, new Plan(Depth.D50, 1, 1)),
            new Variety("resnet101", "ResNet", RESNET, new Plan(Depth.D101, 1, 1)),
            new Variety("resnet152", "ResNet", RESNET, new Plan(Depth.D152, 1, 1)),
            new Variety("resnet50_v1", "ResNet", RESNET, new Plan(Depth.D50, 1, 1, Narrowing.FIRST)),
            new Variety("resnet101_v1", "ResNet", RESNET, new Plan(Depth.D101, 1, 1, Narrowing.FIRST)),
            new Variety("resnet152_v1", "ResNet", RESNET, new Plan(Depth.D152, 1, 1, Narrowing.FIRST)),
            new Variety("drn_a_50", "DRN", DILATED, new Plan(Depth.D50, 1, 1, Narrowing.DILATED)),
            new Variety("resnext50_32x4d", "ResNeXt", NEXT, new Plan(Depth.D50, 2, 32)),
            new Variety("resnext101_32x8d", "ResNeXt", NEXT, new Plan(Depth.D101, 4, 32)),
            new Variety("resnext101_64x4d", "ResNeXt", NEXT, new Plan(Depth.D101, 4, 64)),
            new Variety("wide_resnet50_2", "Wide ResNet", WIDE, new Plan(Depth.D50, 2, 1)),
            new Variety("wide_resnet101_2", "Wide ResNet", WIDE, new Plan(Depth.D101, 2, 1)));

    private ResNet() {}

    /** {@return its networks, as the catalogue has them} */
    public static List<Entry> entries() {
        return VARIETIES.stream().map(variety -> entry(variety, Scale.none())).toList();
    }

    /**
     * {@return one of those whose convolutions have no groups wider and deeper}
     *
     * @param name of it
     * @param scale how much
     */
    public static Entry scaled(String name, Scale scale) {
        Variety variety = VARIETIES.stream()
                .filter(each -> each.name.equals(name))
                .findFirst()
                .orElseThrow();
        return entry(variety.named(scale.withoutPhi(name).named(name)), scale);
    }

    private static Entry entry(Variety of, Scale scale) {
        return new Entry(
                of.name,
                of.family,
                of.paper,
                new Image(3, 224, 224),
                1000,
                settings -> network(settings, of.plan, scale));
    }

    private static Network network(Settings settings, Plan plan, Scale scale) {
        GraphBuilder graph = new GraphBuilder(settings);
        String x = graph.add(
                "conv1", Convolution.square(scale.channels(64), 7, 2, 3).withoutBias(), Network.INPUT);
        x = graph.add("bn1", BatchNorm.standard(), x);
        x = graph.relu("relu", x);
        x = graph.add("maxpool", Pooling.max(3, 2, 1), x);
        int in = scale.channels(64);
        int dilation = 1;
        for (int stage = 1; stage <= 4; stage++) {
            int channels = scale.channels(32 << stage);
            boolean dilated = plan.narrowing == Narrowing.DILATED && stage > 2;
            for (int block = 0; block < scale.blocks(plan.depth.blocks.get(stage - 1)); block++) {
                boolean first = stage > 1 && block == 0;
                Step step = new Step(first && !dilated ? 2 : 1, dilation);
                x = block(graph, "layer" + stage + "." + block, x, in, channels, step, plan);
                in = plan.outside(channels);
                // The first block still reads places that lie as close as those of the stage before.
                dilation = first && dilated ? 2 * dilation : dilation;
            }
        }
        x = graph.add("avgpool", AdaptiveAveragePool.global(), x);
        x = graph.add("flatten", new Flatten(), x);
        x = graph.add("fc", new Dense(settings.classes(), true), x);
        return graph.build(x, Initialization.residual());
    }

    /**
     * From one place to the next.
     *
     * @param stride of a block's output, in input pixels
     * @param dilation of its 3x3 kernels, in input pixels
     */
    private record Step(int stride, int dilation) {}

    private static String block(
            GraphBuilder graph, String name, String input, int in, int channels, Step step, Plan plan) {
        int stride = step.stride;
        int out = plan.outside(channels);
        String x;
        if (plan.depth.bottlenecks) {
            int inside = plan.widening * channels;
            boolean early = plan.narrowing == Narrowing.FIRST;
            x = convolution(graph, name, 1, Convolution.square(inside, 1, early ? stride : 1, 0), input);
            x = graph.relu(name + ".relu1", x);
            Convolution middle = Convolution.square(inside, 3, early ? 1 : stride, step.dilation)
                    .withDilation(step.dilation, step.dilation)
                    .withGroups(plan.groups);
            x = convolution(graph, name, 2, middle, x);
            x = graph.relu(name + ".relu2", x);
            x = convolution(graph, name, 3, Convolution.square(out, 1, 1, 0), x);
        } else {
            x = convolution(graph, name, 1, Convolution.square(out, 3, stride, 1), input);
            x = graph.relu(name + ".relu1", x);
            x = convolution(graph, name, 2, Convolution.square(out, 3, 1, 1), x);
        }
        String shortcut = input;
        if (stride != 1 || in != out) {
            shortcut = graph.add(
                    name + ".downsample.0",
                    Convolution.square(out, 1, stride, 0).withoutBias(),
                    input);
            shortcut = graph.add(name + ".downsample.1", BatchNorm.standard(), shortcut);
        }
        x = graph.add(name + ".add", new Add(), x, shortcut);
        return graph.relu(name + ".relu", x);
    }

    private static String convolution(GraphBuilder graph, String block, int number, Convolution shape, String input) {
        String x = graph.add(block + ".conv" + number, shape.withoutBias(), input);
        return graph.add(block + ".bn" + number, BatchNorm.standard(), x);
    }
}
