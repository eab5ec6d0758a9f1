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
import convoy.architectures.operations.Join.Concat;
import convoy.architectures.operations.Normalization.BatchNorm;
import convoy.architectures.operations.Pooling;
import convoy.architectures.tensor.Shape.Image;
import java.util.ArrayList;
import java.util.List;

/**
 * The Inception of batch normalization: Ioffe, Szegedy, "Batch Normalization: Accelerating Deep Network Training by Reducing
 * Internal Covariate Shift", 2015, appendix, figure 5. Each 5x5 of GoogLeNet is two 3x3, and modules 3c and 4e halve the sides.
 *
 * <table>
 * <caption>Channels: 1x1 | 1x1, 3x3 | 1x1, 3x3, 3x3 | pool, 1x1</caption>
 * <tr><td>3a</td><td>64 | 64, 64 | 64, 96, 96 | average, 32</td></tr>
 * <tr><td>3b</td><td>64 | 64, 96 | 64, 96, 96 | average, 64</td></tr>
 * <tr><td>3c, stride 2</td><td>none | 128, 160 | 64, 96, 96 | maximum</td></tr>
 * <tr><td>4a</td><td>224 | 64, 96 | 96, 128, 128 | average, 128</td></tr>
 * <tr><td>4b</td><td>192 | 96, 128 | 96, 128, 128 | average, 128</td></tr>
 * <tr><td>4c</td><td>160 | 128, 160 | 128, 160, 160 | average, 128</td></tr>
 * <tr><td>4d</td><td>96 | 128, 192 | 160, 192, 192 | average, 128</td></tr>
 * <tr><td>4e, stride 2</td><td>none | 128, 192 | 192, 256, 256 | maximum</td></tr>
 * <tr><td>5a</td><td>352 | 192, 320 | 160, 224, 224 | average, 128</td></tr>
 * <tr><td>5b</td><td>352 | 192, 320 | 192, 224, 224 | maximum, 128</td></tr>
 * </table>
 *
 * <p>The channels inside add up to 608 after 4c and 4d and to 1056 after 4e, as in the networks of other frameworks that were
 * made after the paper; its column of sums has 576 and 1024. The first convolution is a usual one, not the separable one of
 * eight filters for each channel that the figure's footnote names. Where a module halves the sides its pooling is padded like its
 * convolutions, so that the branches meet for images of any side. Convolutions have no biases, which the norms would take away.
 */
public final class BnInception {
    private static final BatchNorm NORM = new BatchNorm(1e-3, 0.1);
    private static final Initialization INITIALIZATION =
            new Initialization(new ScaledNormal(2, Fan.IN), new ScaledUniform(1), new Constant(0));

    private final Settings settings;
    private final GraphBuilder graph;

    private BnInception(Settings settings) {
        this.settings = settings;
        this.graph = new GraphBuilder(settings);
    }

    /** {@return its networks, as the catalogue has them} */
    public static List<Entry> entries() {
        return List.of(new Entry(
                "bn_inception",
                "Inception",
                "Ioffe, Szegedy 2015, Batch Normalization: Accelerating Deep Network Training by Reducing Internal"
                        + " Covariate Shift",
                new Image(3, 224, 224),
                1000,
                settings -> new BnInception(settings).network()));
    }

    /**
     * Channels of a module.
     *
     * @param single of the branch of one 1x1; 0: there is none, and the module halves the sides
     * @param once of the branch with one 3x3
     * @param twice of the branch with two 3x3
     * @param pooled of the branch with a pooling; 0: the input's own
     */
    private record Channels(int single, Reduced once, Reduced twice, int pooled) {
        int stride() {
            return single == 0 ? 2 : 1;
        }
    }

    /**
     * Channels of a branch with 3x3 convolutions.
     *
     * @param before of the 1x1 that they read
     * @param wide of the 3x3
     */
    private record Reduced(int before, int wide) {}

    private Network network() {
        String x = graph.unit("conv1", Convolution.square(64, 7, 2, 3), NORM, Network.INPUT);
        x = graph.add("maxpool1", Pooling.max(3, 2, 0).withCeil(), x);
        x = graph.unit("conv2_reduce", Convolution.square(64, 1, 1, 0), NORM, x);
        x = graph.unit("conv2", Convolution.square(192, 3, 1, 1), NORM, x);
        x = graph.add("maxpool2", Pooling.max(3, 2, 0).withCeil(), x);
        x = module("inception_3a", new Channels(64, new Reduced(64, 64), new Reduced(64, 96), 32), x);
        x = module("inception_3b", new Channels(64, new Reduced(64, 96), new Reduced(64, 96), 64), x);
        x = module("inception_3c", new Channels(0, new Reduced(128, 160), new Reduced(64, 96), 0), x);
        x = module("inception_4a", new Channels(224, new Reduced(64, 96), new Reduced(96, 128), 128), x);
        x = module("inception_4b", new Channels(192, new Reduced(96, 128), new Reduced(96, 128), 128), x);
        x = module("inception_4c", new Channels(160, new Reduced(128, 160), new Reduced(128, 160), 128), x);
        x = module("inception_4d", new Channels(96, new Reduced(128, 192), new Reduced(160, 192), 128), x);
        x = module("inception_4e", new Channels(0, new Reduced(128, 192), new Reduced(192, 256), 0), x);
        x = module("inception_5a", new Channels(352, new Reduced(192, 320), new Reduced(160, 224), 128), x);
        Channels last = new Channels(352, new Reduced(192, 320), new Reduced(192, 224), 128);
        x = module("inception_5b", last, Pooling.max(3, 1, 1), x);
        x = graph.add("avgpool", AdaptiveAveragePool.global(), x);
        x = graph.add("flatten", new Flatten(), x);
        x = graph.add("fc", new Dense(settings.classes(), true), x);
        return graph.build(x, INITIALIZATION);
    }

    private String module(String name, Channels channels, String input) {
        Pooling pooling = channels.stride() == 1 ? Pooling.average(3, 1, 1) : Pooling.max(3, 2, 1);
        return module(name, channels, pooling, input);
    }

    private String module(String name, Channels channels, Pooling pooling, String input) {
        List<String> branches = new ArrayList<>();
        if (channels.single > 0) {
            branches.add(graph.unit(name + ".1x1", Convolution.square(channels.single, 1, 1, 0), NORM, input));
        }
        int stride = channels.stride();
        String once = graph.unit(name + ".3x3_reduce", Convolution.square(channels.once.before, 1, 1, 0), NORM, input);
        branches.add(graph.unit(name + ".3x3", Convolution.square(channels.once.wide, 3, stride, 1), NORM, once));
        int wide = channels.twice.wide;
        String twice = graph.unit(
                name + ".double_3x3_reduce", Convolution.square(channels.twice.before, 1, 1, 0), NORM, input);
        twice = graph.unit(name + ".double_3x3_1", Convolution.square(wide, 3, 1, 1), NORM, twice);
        branches.add(graph.unit(name + ".double_3x3_2", Convolution.square(wide, 3, stride, 1), NORM, twice));
        String pooled = graph.add(name + ".pool", pooling, input);
        branches.add(
                channels.pooled == 0
                        ? pooled
                        : graph.unit(name + ".pool_proj", Convolution.square(channels.pooled, 1, 1, 0), NORM, pooled));
        return graph.add(name + ".concat", new Concat(), branches.toArray(String[]::new));
    }
}
