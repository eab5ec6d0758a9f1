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
import convoy.architectures.operations.Activation;
import convoy.architectures.operations.Activation.Function;
import convoy.architectures.operations.AdaptiveAveragePool;
import convoy.architectures.operations.Convolution;
import convoy.architectures.operations.Dense;
import convoy.architectures.operations.Flatten;
import convoy.architectures.operations.Join.Add;
import convoy.architectures.operations.Join.Multiply;
import convoy.architectures.operations.Normalization.BatchNorm;
import convoy.architectures.tensor.Shape.Image;
import convoy.records.BadInputException;
import java.util.List;

/**
 * EfficientNet: Tan, Le, "EfficientNet: Rethinking Model Scaling for Convolutional Neural Networks", 2019, table 1. Blocks
 * widen, filter each channel, weigh the channels by squeeze-and-excite, and narrow again; the activation is SiLU. One
 * network, made wider, deeper and larger together by {@link Scaling}.
 *
 * <p>Names, initialization, rounding and constants are torchvision's, with them the sides: those of the paper (its authors'
 * code), except b2, for which torchvision evaluates at 288.
 */
public final class EfficientNet {
    private static final Initialization INITIALIZATION =
            new Initialization(new ScaledNormal(2, Fan.OUT), new ScaledUniform(1, Fan.OUT), new Constant(0));
    private static final double DEEPEST_DROP = 0.2;

    /** Blocks of one width: how many times a block widens inside, kernel, stride of the first, channels, number. */
    private record Stage(int widening, int kernel, int stride, int channels, int blocks) {}

    private static final List<Stage> STAGES = List.of(
            new Stage(1, 3, 1, 16, 1),
            new Stage(6, 3, 2, 24, 2),
            new Stage(6, 5, 2, 40, 2),
            new Stage(6, 3, 2, 80, 3),
            new Stage(6, 5, 1, 112, 3),
            new Stage(6, 5, 2, 192, 4),
            new Stage(6, 3, 1, 320, 1));

    /**
     * How much larger than b0 a network is: the paper's compound scaling, with the factors that its authors rounded for each
     * size.
     *
     * @param width factor of the channels
     * @param depth factor of the blocks of each stage
     * @param side of the images
     * @param dropout before the classifier
     */
    record Scaling(double width, double depth, int side, double dropout) {
        /** Beyond this depth, from b5 on, torchvision's batch norms have the constants of the authors' code. */
        private static final double DEEP = 2;

        int channels(int base) {
            return Scale.multipleOf8(base * width);
        }

        int blocks(int base) {
            return (int) Math.ceil(base * depth);
        }

        BatchNorm norm() {
            return depth > DEEP ? new BatchNorm(1e-3, 0.01) : BatchNorm.standard();
        }

        /**
         * The paper's rule (equation 3, section 5.2): depth {@code 1.2^phi}, width {@code 1.1^phi}, side {@code 224 * 1.15^phi},
         * which is {@code 2^phi} times the multiply-adds.
         *
         * @param phi how many times as much work, as a power of two; 0 is b0
         */
        static Scaling compound(double phi, double dropout) {
            int side = (int) Math.round(224 * Math.pow(1.15, phi));
            return new Scaling(Math.pow(1.1, phi), Math.pow(1.2, phi), side, dropout);
        }
    }

    private record Sized(String name, Scaling scaling) {}

    private static final List<Sized> SIZES = List.of(
            new Sized("efficientnet_b0", new Scaling(1, 1, 224, 0.2)),
            new Sized("efficientnet_b1", new Scaling(1, 1.1, 240, 0.2)),
            new Sized("efficientnet_b2", new Scaling(1.1, 1.2, 288, 0.3)),
            new Sized("efficientnet_b3", new Scaling(1.2, 1.4, 300, 0.3)),
            new Sized("efficientnet_b4", new Scaling(1.4, 1.8, 380, 0.4)),
            new Sized("efficientnet_b5", new Scaling(1.6, 2.2, 456, 0.4)),
            new Sized("efficientnet_b6", new Scaling(1.8, 2.6, 528, 0.5)),
            new Sized("efficientnet_b7", new Scaling(2, 3.1, 600, 0.5)));

    private final Settings settings;
    private final Scaling scaling;
    private final GraphBuilder graph;

    private EfficientNet(Settings settings, Scaling scaling) {
        this.settings = settings;
        this.scaling = scaling;
        this.graph = new GraphBuilder(settings);
    }

    /** {@return its networks, as the catalogue has them} */
    public static List<Entry> entries() {
        return SIZES.stream().map(size -> entry(size.name, size.scaling)).toList();
    }

    /**
     * {@return one of them wider and deeper, or for a phi the one that the paper's rule makes of {@code efficientnet_b0}}
     *
     * @param name of it
     * @param scale how much
     */
    public static Entry scaled(String name, Scale scale) {
        Sized base = SIZES.stream()
                .filter(size -> size.name.equals(name))
                .findFirst()
                .orElseThrow();
        if (scale.phi().isPresent()) {
            if (!base.equals(SIZES.get(0))) {
                throw new BadInputException(
                        "network.parameters.phi = " + scale.phi().get()
                                + " is counted from efficientnet_b0, and network.name = " + name + ": name that one");
            }
            return entry(scale.named(name), Scaling.compound(scale.phi().get(), base.scaling.dropout));
        }
        Scaling own = base.scaling;
        return entry(
                scale.named(name),
                new Scaling(own.width * scale.width(), own.depth * scale.depth(), own.side, own.dropout));
    }

    /** The network of any scaling. */
    static Entry entry(String name, Scaling scaling) {
        return new Entry(
                name,
                "EfficientNet",
                "Tan, Le 2019, EfficientNet: Rethinking Model Scaling for Convolutional Neural Networks",
                new Image(3, scaling.side, scaling.side),
                1000,
                settings -> new EfficientNet(settings, scaling).network());
    }

    private Network network() {
        int in = scaling.channels(32);
        String x = activated("features.0", Convolution.square(in, 3, 2, 1), Network.INPUT);
        int all =
                STAGES.stream().mapToInt(stage -> scaling.blocks(stage.blocks)).sum();
        int before = 0;
        for (int i = 0; i < STAGES.size(); i++) {
            Stage stage = STAGES.get(i);
            for (int block = 0; block < scaling.blocks(stage.blocks); block++) {
                String name = "features." + (i + 1) + "." + block;
                x = block(name, x, in, stage, block == 0 ? stage.stride : 1, DEEPEST_DROP * before++ / all);
                in = scaling.channels(stage.channels);
            }
        }
        x = activated("features.8", Convolution.square(4 * in, 1, 1, 0), x);
        x = graph.add("avgpool", AdaptiveAveragePool.global(), x);
        x = graph.add("flatten", new Flatten(), x);
        x = graph.dropout("classifier.0", scaling.dropout, x);
        x = graph.add("classifier.1", new Dense(settings.classes(), true), x);
        return graph.build(x, INITIALIZATION);
    }

    /** @param drop the probability that training leaves the block out */
    private String block(String name, String input, int in, Stage stage, int stride, double drop) {
        int inside = Scale.multipleOf8(in * stage.widening);
        int out = scaling.channels(stage.channels);
        String x = input;
        int module = 0;
        if (inside != in) {
            x = activated(name + ".block." + module++, Convolution.square(inside, 1, 1, 0), x);
        }
        Convolution filter = Convolution.square(inside, stage.kernel, stride, stage.kernel / 2);
        x = activated(name + ".block." + module++, filter.withGroups(inside), x);
        x = excited(name + ".block." + module++, inside, Math.max(1, in / 4), x);
        x = normalized(name + ".block." + module, Convolution.square(out, 1, 1, 0), x);
        if (stride != 1 || in != out) {
            return x;
        }
        if (drop > 0) {
            x = graph.stochasticDepth(name + ".stochastic_depth", drop, x);
        }
        return graph.add(name + ".add", new Add(), x, input);
    }

    /** Squeeze-and-excite (Hu et al. 2017): each channel times a factor that all channels' means decide. */
    private String excited(String name, int channels, int squeezed, String input) {
        String x = graph.add(name + ".avgpool", AdaptiveAveragePool.global(), input);
        x = graph.add(name + ".fc1", Convolution.square(squeezed, 1, 1, 0), x);
        x = graph.add(name + ".activation", new Activation(Function.SILU), x);
        x = graph.add(name + ".fc2", Convolution.square(channels, 1, 1, 0), x);
        x = graph.add(name + ".scale_activation", new Activation(Function.SIGMOID), x);
        return graph.add(name + ".multiply", new Multiply(), input, x);
    }

    private String activated(String name, Convolution shape, String input) {
        return graph.add(name + ".2", new Activation(Function.SILU), normalized(name, shape, input));
    }

    private String normalized(String name, Convolution shape, String input) {
        String x = graph.add(name + ".0", shape.withoutBias(), input);
        return graph.add(name + ".1", scaling.norm(), x);
    }
}
