package convoy.architectures.families.plain;

import convoy.architectures.families.Entry;
import convoy.architectures.families.GraphBuilder;
import convoy.architectures.families.Settings;
import convoy.architectures.graph.Initialization;
import convoy.architectures.graph.Initialization.Constant;
import convoy.architectures.graph.Initialization.Fan;
import convoy.architectures.graph.Initialization.Normal;
import convoy.architectures.graph.Initialization.ScaledNormal;
import convoy.architectures.graph.Network;
import convoy.architectures.operations.AdaptiveAveragePool;
import convoy.architectures.operations.Convolution;
import convoy.architectures.operations.Dense;
import convoy.architectures.operations.Flatten;
import convoy.architectures.operations.Normalization.BatchNorm;
import convoy.architectures.operations.Normalization.LocalResponseNorm;
import convoy.architectures.operations.Pooling;
import convoy.architectures.tensor.Shape.Image;
import java.util.ArrayList;
import java.util.List;

/**
 * VGG: Simonyan, Zisserman, "Very Deep Convolutional Networks for Large-Scale Image Recognition", 2014, table 1. Five
 * blocks of convolutions 3x3 with 64, 128, 256, 512 and 512 channels, each followed by max pooling; then dense 4096, 4096,
 * classes.
 *
 * <table>
 * <caption>Convolutions in each block</caption>
 * <tr><td>A</td><td>vgg11</td><td>1 1 2 2 2</td></tr>
 * <tr><td>A-LRN</td><td>vgg11_lrn</td><td>the same, local response normalization after the first</td></tr>
 * <tr><td>B</td><td>vgg13</td><td>2 2 2 2 2</td></tr>
 * <tr><td>C</td><td>vgg16_1x1</td><td>2 2 3 3 3, the last of each three is 1x1</td></tr>
 * <tr><td>D</td><td>vgg16</td><td>2 2 3 3 3</td></tr>
 * <tr><td>E</td><td>vgg19</td><td>2 2 4 4 4</td></tr>
 * </table>
 *
 * <p>The variants {@code _bn} have a batch norm before every ReLU of a convolution. Names, initialization and the average
 * to 7 x 7 before the classifier, which lets other sides than 224 in, are torchvision's.
 */
public final class Vgg {
    private static final String PAPER =
            "Simonyan, Zisserman 2014, Very Deep Convolutional Networks for Large-Scale Image Recognition";

    /** The paper's starts from shallower networks; this is torchvision's, with which all depths train from scratch. */
    private static final Initialization INITIALIZATION =
            new Initialization(new ScaledNormal(2, Fan.OUT), new Normal(0.01), new Constant(0));

    private enum Configuration {
        A("vgg11", List.of(1, 1, 2, 2, 2)),
        A_LRN("vgg11_lrn", List.of(1, 1, 2, 2, 2)),
        B("vgg13", List.of(2, 2, 2, 2, 2)),
        C("vgg16_1x1", List.of(2, 2, 3, 3, 3)),
        D("vgg16", List.of(2, 2, 3, 3, 3)),
        E("vgg19", List.of(2, 2, 4, 4, 4));

        private final String title;

        @SuppressWarnings("ImmutableEnumChecker") // List.of is immutable, which the checker cannot see.
        private final List<Integer> convolutions;

        Configuration(String title, List<Integer> convolutions) {
            this.title = title;
            this.convolutions = convolutions;
        }
    }

    private Vgg() {}

    /** {@return its networks, as the catalogue has them} */
    public static List<Entry> entries() {
        List<Entry> entries = new ArrayList<>();
        for (Configuration configuration : Configuration.values()) {
            entries.add(entry(configuration.title, configuration, false));
        }
        for (Configuration configuration :
                List.of(Configuration.A, Configuration.B, Configuration.D, Configuration.E)) {
            entries.add(entry(configuration.title + "_bn", configuration, true));
        }
        return entries;
    }

    private static Entry entry(String name, Configuration configuration, boolean normalized) {
        return new Entry(
                name,
                "VGG",
                PAPER,
                new Image(3, 224, 224),
                1000,
                settings -> network(settings, configuration, normalized));
    }

    private static Network network(Settings settings, Configuration configuration, boolean normalized) {
        GraphBuilder graph = new GraphBuilder(settings);
        String x = Network.INPUT;
        int module = 0;
        for (int block = 0; block < 5; block++) {
            int channels = Math.min(64 << block, 512);
            for (int i = 0; i < configuration.convolutions.get(block); i++) {
                int kernel = configuration == Configuration.C && i == 2 ? 1 : 3;
                x = graph.add("features." + module++, Convolution.square(channels, kernel, 1, kernel / 2), x);
                if (normalized) {
                    x = graph.add("features." + module++, BatchNorm.standard(), x);
                }
                x = graph.relu("features." + module++, x);
                if (configuration == Configuration.A_LRN && block == 0) {
                    // AlexNet's constants, whose alpha is not divided by the size; it has no number among the
                    // modules, so that vgg11's weights fit.
                    x = graph.add("features.lrn", new LocalResponseNorm(5, 5 * 1e-4, 0.75, 2), x);
                }
            }
            x = graph.add("features." + module++, Pooling.max(2, 2, 0), x);
        }
        x = graph.add("avgpool", new AdaptiveAveragePool(7, 7), x);
        x = graph.add("flatten", new Flatten(), x);
        x = graph.add("classifier.0", new Dense(4096, true), x);
        x = graph.relu("classifier.1", x);
        x = graph.dropout("classifier.2", 0.5, x);
        x = graph.add("classifier.3", new Dense(4096, true), x);
        x = graph.relu("classifier.4", x);
        x = graph.dropout("classifier.5", 0.5, x);
        x = graph.add("classifier.6", new Dense(settings.classes(), true), x);
        return graph.build(x, INITIALIZATION);
    }
}
