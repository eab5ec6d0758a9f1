package convoy.architectures.families.mobile;

import convoy.architectures.families.Entry;
import convoy.architectures.families.GraphBuilder;
import convoy.architectures.families.Scale;
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
import convoy.architectures.operations.Normalization.BatchNorm;
import convoy.architectures.tensor.Shape.Image;
import convoy.records.BadInputException;
import java.util.List;

/**
 * MNASNet-B1: Tan, Chen, Pang, Vasudevan, Sandler, Howard, Le, "MnasNet: Platform-Aware Neural Architecture Search for
 * Mobile", 2018, figure 7 without squeeze-and-excite, in four widths. Blocks are those of MobileNet v2 with ReLU.
 *
 * <p>Names, initialization, rounding of channels to multiples of 8, and the momentum of batch norm (0.9997 in the paper's
 * terms, 0.0003 in PyTorch's) are torchvision's.
 */
public final class MnasNet {
    private static final Initialization INITIALIZATION =
            new Initialization(new ScaledNormal(2, Fan.OUT), new ScaledUniform(3, Fan.OUT), new Constant(0));
    private static final BatchNorm NORM = new BatchNorm(1e-5, 1 - 0.9997);

    /** Blocks of one width: channels, kernel, stride of the first, how many times a block widens inside, number. */
    private record Stage(int channels, int kernel, int stride, int widening, int blocks) {}

    private static final List<Stage> STAGES = List.of(
            new Stage(24, 3, 2, 3, 3),
            new Stage(40, 5, 2, 3, 3),
            new Stage(80, 5, 2, 6, 3),
            new Stage(96, 3, 1, 6, 2),
            new Stage(192, 5, 2, 6, 4),
            new Stage(320, 3, 1, 6, 1));

    private final GraphBuilder graph;
    private final Settings settings;
    private final double width;
    private final Scale scale;
    private String last = Network.INPUT;

    private MnasNet(Settings settings, double width, Scale scale) {
        this.scale = scale;
        this.settings = settings;
        this.graph = new GraphBuilder(settings);
        this.width = width * scale.width();
    }

    /** {@return its networks, as the catalogue has them} */
    public static List<Entry> entries() {
        return List.of(
                entry("mnasnet0_5", 0.5, Scale.none()),
                entry("mnasnet0_75", 0.75, Scale.none()),
                entry("mnasnet1_0", 1, Scale.none()),
                entry("mnasnet1_3", 1.3, Scale.none()));
    }

    /**
     * {@return {@code mnasnet1_0} wider and deeper}
     *
     * @param name of it
     * @param scale how much
     */
    public static Entry scaled(String name, Scale scale) {
        if (!name.equals("mnasnet1_0")) {
            throw new BadInputException("network.name = " + name
                    + " has a width of its own: scale mnasnet1_0, of which width 0.5 is mnasnet0_5");
        }
        return entry(scale.withoutPhi(name).named(name), 1, scale);
    }

    private static Entry entry(String name, double width, Scale scale) {
        return new Entry(
                name,
                "MNASNet",
                "Tan et al. 2018, MnasNet: Platform-Aware Neural Architecture Search for Mobile",
                new Image(3, 224, 224),
                1000,
                settings -> new MnasNet(settings, width, scale).network());
    }

    private Network network() {
        int first = channels(32);
        normalized("layers", 0, Convolution.square(first, 3, 2, 1));
        activated("layers", 2);
        normalized("layers", 3, Convolution.square(first, 3, 1, 1).withGroups(first));
        activated("layers", 5);
        int in = channels(16);
        normalized("layers", 6, Convolution.square(in, 1, 1, 0));
        for (int stage = 0; stage < STAGES.size(); stage++) {
            Stage plan = STAGES.get(stage);
            for (int block = 0; block < scale.blocks(plan.blocks); block++) {
                block("layers." + (8 + stage) + "." + block, in, plan, block == 0 ? plan.stride : 1);
                in = channels(plan.channels);
            }
        }
        normalized("layers", 14, Convolution.square(1280, 1, 1, 0));
        activated("layers", 16);
        last = graph.add("avgpool", AdaptiveAveragePool.global(), last);
        last = graph.add("flatten", new Flatten(), last);
        last = graph.dropout("classifier.0", 0.2, last);
        last = graph.add("classifier.1", new Dense(settings.classes(), true), last);
        return graph.build(last, INITIALIZATION);
    }

    private void block(String name, int in, Stage plan, int stride) {
        String input = last;
        int inside = in * plan.widening;
        int out = channels(plan.channels);
        normalized(name + ".layers", 0, Convolution.square(inside, 1, 1, 0));
        activated(name + ".layers", 2);
        int kernel = plan.kernel;
        normalized(
                name + ".layers",
                3,
                Convolution.square(inside, kernel, stride, kernel / 2).withGroups(inside));
        activated(name + ".layers", 5);
        normalized(name + ".layers", 6, Convolution.square(out, 1, 1, 0));
        if (stride == 1 && in == out) {
            last = graph.add(name + ".add", new Add(), last, input);
        }
    }

    private void normalized(String sequence, int module, Convolution shape) {
        last = graph.add(sequence + "." + module, shape.withoutBias(), last);
        last = graph.add(sequence + "." + (module + 1), NORM, last);
    }

    private void activated(String sequence, int module) {
        last = graph.relu(sequence + "." + module, last);
    }

    private int channels(int atWidthOne) {
        return Scale.multipleOf8(atWidthOne * width);
    }
}
