package convoy.architectures.families.inception;

import convoy.architectures.families.Entry;
import convoy.architectures.families.GraphBuilder;
import convoy.architectures.families.Settings;
import convoy.architectures.graph.Head;
import convoy.architectures.graph.Initialization;
import convoy.architectures.graph.Initialization.Constant;
import convoy.architectures.graph.Initialization.ScaledUniform;
import convoy.architectures.graph.Initialization.TruncatedNormal;
import convoy.architectures.graph.Network;
import convoy.architectures.operations.AdaptiveAveragePool;
import convoy.architectures.operations.Convolution;
import convoy.architectures.operations.Dense;
import convoy.architectures.operations.Flatten;
import convoy.architectures.operations.Join.Concat;
import convoy.architectures.operations.Normalization.BatchNorm;
import convoy.architectures.operations.Pooling;
import convoy.architectures.tensor.Shape.Image;
import java.util.List;
import java.util.Map;

/**
 * Inception v2 and v3: Szegedy, Vanhoucke, Ioffe, Shlens, Wojna, "Rethinking the Inception Architecture for Computer
 * Vision", 2015. Table 1:
 *
 * <table>
 * <caption>Layers of inception_v2, with the shape of what each reads</caption>
 * <tr><td>3x3, stride 2</td><td>299 x 299 x 3</td></tr>
 * <tr><td>3x3</td><td>149 x 149 x 32</td></tr>
 * <tr><td>3x3, padded</td><td>147 x 147 x 32</td></tr>
 * <tr><td>pool 3x3, stride 2</td><td>147 x 147 x 64</td></tr>
 * <tr><td>3x3</td><td>73 x 73 x 64</td></tr>
 * <tr><td>3x3, stride 2</td><td>71 x 71 x 80</td></tr>
 * <tr><td>3x3, padded</td><td>35 x 35 x 192</td></tr>
 * <tr><td>3 modules of figure 5, the last narrowing</td><td>35 x 35 x 288</td></tr>
 * <tr><td>5 modules of figure 6, the last narrowing</td><td>17 x 17 x 768</td></tr>
 * <tr><td>2 modules of figure 7</td><td>8 x 8 x 1280</td></tr>
 * </table>
 *
 * <p>{@code inception_v3} is torchvision's, names and order of tensors included, which differs from the table before the
 * first module (1x1 80, 3x3 192, a second pooling), has one more module there, and keeps a 5x5 in those; its auxiliary head
 * is batch-normalized. {@code inception_v2} has the table's layers, two 3x3 for every 5x5, and no batch norm in its
 * auxiliary head; the widths inside its modules, which the paper does not state, are those of v3.
 */
public final class Inception {
    private static final BatchNorm NORM = new BatchNorm(1e-3, 0.1);
    private static final double AUXILIARY_WEIGHT = 0.3;
    private static final Initialization INITIALIZATION = new Initialization(
            new TruncatedNormal(0.1),
            new TruncatedNormal(0.1),
            new ScaledUniform(1),
            Map.of(
                    "AuxLogits.conv1.conv.weight",
                    new TruncatedNormal(0.01),
                    "AuxLogits.fc.weight",
                    new TruncatedNormal(0.001),
                    "AuxLogits.conv0.conv.bias",
                    new Constant(0),
                    "AuxLogits.conv1.conv.bias",
                    new Constant(0)));

    private final Settings settings;
    private final GraphBuilder graph;
    private final boolean third;

    /** @param third whether it is v3 and not v2 */
    private Inception(Settings settings, boolean third) {
        this.settings = settings;
        this.graph = new GraphBuilder(settings);
        this.third = third;
    }

    /** {@return its networks, as the catalogue has them} */
    public static List<Entry> entries() {
        return List.of(entry("inception_v2", false), entry("inception_v3", true));
    }

    private static Entry entry(String name, boolean third) {
        return new Entry(
                name,
                "Inception",
                "Szegedy et al. 2015, Rethinking the Inception Architecture for Computer Vision",
                new Image(3, 299, 299),
                1000,
                settings -> new Inception(settings, third).network());
    }

    private Network network() {
        String x = unit("Conv2d_1a_3x3", Convolution.square(32, 3, 2, 0), Network.INPUT);
        x = unit("Conv2d_2a_3x3", Convolution.square(32, 3, 1, 0), x);
        x = unit("Conv2d_2b_3x3", Convolution.square(64, 3, 1, 1), x);
        x = graph.add("maxpool1", Pooling.max(3, 2, 0), x);
        if (third) {
            x = unit("Conv2d_3b_1x1", Convolution.square(80, 1, 1, 0), x);
            x = unit("Conv2d_4a_3x3", Convolution.square(192, 3, 1, 0), x);
            x = graph.add("maxpool2", Pooling.max(3, 2, 0), x);
            x = figure5("Mixed_5b", 32, x);
        } else {
            x = unit("Conv2d_3b_3x3", Convolution.square(80, 3, 1, 0), x);
            x = unit("Conv2d_4a_3x3", Convolution.square(192, 3, 2, 0), x);
            x = unit("Conv2d_5a_3x3", Convolution.square(288, 3, 1, 1), x);
        }
        x = figure5("Mixed_5c", 64, x);
        x = figure5("Mixed_5d", 64, x);
        x = narrowingTo17("Mixed_6a", x);
        x = figure6("Mixed_6b", 128, x);
        x = figure6("Mixed_6c", 160, x);
        x = figure6("Mixed_6d", 160, x);
        x = figure6("Mixed_6e", 192, x);
        if (settings.auxiliary()) {
            auxiliaryHead(x);
        }
        x = narrowingTo8("Mixed_7a", x);
        x = figure7("Mixed_7b", x);
        x = figure7("Mixed_7c", x);
        x = graph.add("avgpool", AdaptiveAveragePool.global(), x);
        x = graph.dropout("dropout", 0.5, x);
        x = graph.add("flatten", new Flatten(), x);
        x = graph.add("fc", new Dense(settings.classes(), true), x);
        return graph.build(x, INITIALIZATION);
    }

    private String figure5(String name, int pooled, String input) {
        String single = unit(name + ".branch1x1", Convolution.square(64, 1, 1, 0), input);
        String middle;
        if (third) {
            middle = unit(name + ".branch5x5_1", Convolution.square(48, 1, 1, 0), input);
            middle = unit(name + ".branch5x5_2", Convolution.square(64, 5, 1, 2), middle);
        } else {
            middle = unit(name + ".branch3x3_1", Convolution.square(48, 1, 1, 0), input);
            middle = unit(name + ".branch3x3_2", Convolution.square(64, 3, 1, 1), middle);
        }
        String twice = unit(name + ".branch3x3dbl_1", Convolution.square(64, 1, 1, 0), input);
        twice = unit(name + ".branch3x3dbl_2", Convolution.square(96, 3, 1, 1), twice);
        twice = unit(name + ".branch3x3dbl_3", Convolution.square(96, 3, 1, 1), twice);
        return graph.add(name + ".concat", new Concat(), single, middle, twice, pooled(name, pooled, input));
    }

    private String narrowingTo17(String name, String input) {
        String once = unit(name + ".branch3x3", Convolution.square(384, 3, 2, 0), input);
        String twice = unit(name + ".branch3x3dbl_1", Convolution.square(64, 1, 1, 0), input);
        twice = unit(name + ".branch3x3dbl_2", Convolution.square(96, 3, 1, 1), twice);
        twice = unit(name + ".branch3x3dbl_3", Convolution.square(96, 3, 2, 0), twice);
        String pool = graph.add(name + ".maxpool", Pooling.max(3, 2, 0), input);
        return graph.add(name + ".concat", new Concat(), once, twice, pool);
    }

    private String figure6(String name, int inside, String input) {
        String single = unit(name + ".branch1x1", Convolution.square(192, 1, 1, 0), input);
        String once = unit(name + ".branch7x7_1", Convolution.square(inside, 1, 1, 0), input);
        once = unit(name + ".branch7x7_2", Convolution.row(inside, 7), once);
        once = unit(name + ".branch7x7_3", Convolution.column(192, 7), once);
        String twice = unit(name + ".branch7x7dbl_1", Convolution.square(inside, 1, 1, 0), input);
        twice = unit(name + ".branch7x7dbl_2", Convolution.column(inside, 7), twice);
        twice = unit(name + ".branch7x7dbl_3", Convolution.row(inside, 7), twice);
        twice = unit(name + ".branch7x7dbl_4", Convolution.column(inside, 7), twice);
        twice = unit(name + ".branch7x7dbl_5", Convolution.row(192, 7), twice);
        return graph.add(name + ".concat", new Concat(), single, once, twice, pooled(name, 192, input));
    }

    private String narrowingTo8(String name, String input) {
        String once = unit(name + ".branch3x3_1", Convolution.square(192, 1, 1, 0), input);
        once = unit(name + ".branch3x3_2", Convolution.square(320, 3, 2, 0), once);
        String wide = unit(name + ".branch7x7x3_1", Convolution.square(192, 1, 1, 0), input);
        wide = unit(name + ".branch7x7x3_2", Convolution.row(192, 7), wide);
        wide = unit(name + ".branch7x7x3_3", Convolution.column(192, 7), wide);
        wide = unit(name + ".branch7x7x3_4", Convolution.square(192, 3, 2, 0), wide);
        String pool = graph.add(name + ".maxpool", Pooling.max(3, 2, 0), input);
        return graph.add(name + ".concat", new Concat(), once, wide, pool);
    }

    private String figure7(String name, String input) {
        String single = unit(name + ".branch1x1", Convolution.square(320, 1, 1, 0), input);
        String once = unit(name + ".branch3x3_1", Convolution.square(384, 1, 1, 0), input);
        once = rowAndColumn(name, "branch3x3_2", once);
        String twice = unit(name + ".branch3x3dbl_1", Convolution.square(448, 1, 1, 0), input);
        twice = unit(name + ".branch3x3dbl_2", Convolution.square(384, 3, 1, 1), twice);
        twice = rowAndColumn(name, "branch3x3dbl_3", twice);
        return graph.add(name + ".concat", new Concat(), single, once, twice, pooled(name, 192, input));
    }

    private String rowAndColumn(String name, String branch, String input) {
        String row = unit(name + "." + branch + "a", Convolution.row(384, 3), input);
        String column = unit(name + "." + branch + "b", Convolution.column(384, 3), input);
        return graph.add(name + "." + branch + ".concat", new Concat(), row, column);
    }

    private String pooled(String name, int channels, String input) {
        String x = graph.add(name + ".avgpool", Pooling.average(3, 1, 1), input);
        return unit(name + ".branch_pool", Convolution.square(channels, 1, 1, 0), x);
    }

    private void auxiliaryHead(String input) {
        String x = graph.add("AuxLogits.avgpool1", Pooling.average(5, 3, 0), input);
        x = auxiliaryConvolution("AuxLogits.conv0", Convolution.square(128, 1, 1, 0), x);
        x = auxiliaryConvolution("AuxLogits.conv1", Convolution.square(768, 5, 1, 0), x);
        x = graph.add("AuxLogits.avgpool2", AdaptiveAveragePool.global(), x);
        x = graph.add("AuxLogits.flatten", new Flatten(), x);
        x = graph.add("AuxLogits.fc", new Dense(settings.classes(), true), x);
        graph.head(new Head("AuxLogits", x, AUXILIARY_WEIGHT, true));
    }

    private String auxiliaryConvolution(String name, Convolution shape, String input) {
        return third ? unit(name, shape, input) : graph.relu(name + ".relu", graph.add(name + ".conv", shape, input));
    }

    private String unit(String name, Convolution shape, String input) {
        return graph.unit(name, shape, NORM, input);
    }
}
