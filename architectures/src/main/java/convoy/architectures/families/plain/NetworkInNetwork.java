package convoy.architectures.families.plain;

import convoy.architectures.families.Entry;
import convoy.architectures.families.GraphBuilder;
import convoy.architectures.families.Settings;
import convoy.architectures.graph.Head;
import convoy.architectures.graph.Initialization;
import convoy.architectures.graph.Network;
import convoy.architectures.operations.AdaptiveAveragePool;
import convoy.architectures.operations.Convolution;
import convoy.architectures.operations.Flatten;
import convoy.architectures.operations.Pooling;
import convoy.architectures.tensor.Shape.Image;
import java.util.ArrayList;
import java.util.List;

/**
 * Network in Network: Lin, Chen, Yan, "Network In Network", 2013. Every convolution is followed by two of 1x1, a small
 * network that sees one place; the last has one channel for each class, whose averages are the logits.
 *
 * <table>
 * <caption>Blocks: the convolution and the channels of all three</caption>
 * <tr><td>nin_cifar</td><td>5x5 192, 160, 96</td><td>5x5 192, 192, 192</td><td>3x3 192, 192, classes</td></tr>
 * <tr><td>nin</td><td>11x11 96, stride 4</td><td>5x5 256</td><td>3x3 384</td><td>3x3 classes</td></tr>
 * </table>
 *
 * <p>Pooling 3x3 with stride 2 between blocks: for CIFAR padded, the second an average, with dropout of 0.5 after each; for
 * ImageNet unpadded maxima, with dropout before the last block. {@code nin_dropout} is {@code nin} with dropout of 0.5 after each
 * block but the last, before its pooling, as section 4.1 describes it. Names are those of one {@code Sequential}; dropout has
 * names of its own.
 */
public final class NetworkInNetwork {
    private static final String PAPER = "Lin et al. 2013, Network In Network";

    private final Settings settings;
    private final GraphBuilder graph;
    private String last = Network.INPUT;
    private int module;

    private NetworkInNetwork(Settings settings) {
        this.settings = settings;
        this.graph = new GraphBuilder(settings);
    }

    /** {@return its networks, as the catalogue has them} */
    public static List<Entry> entries() {
        return List.of(
                new Entry(
                        "nin_cifar",
                        "Network in Network",
                        PAPER,
                        new Image(3, 32, 32),
                        10,
                        settings -> new NetworkInNetwork(settings).cifar()),
                new Entry(
                        "nin",
                        "Network in Network",
                        PAPER,
                        new Image(3, 224, 224),
                        1000,
                        settings -> new NetworkInNetwork(settings).imageNet(false)),
                new Entry(
                        "nin_dropout",
                        "Network in Network",
                        PAPER,
                        new Image(3, 224, 224),
                        1000,
                        settings -> new NetworkInNetwork(settings).imageNet(true)));
    }

    private Network cifar() {
        block(Convolution.square(192, 5, 1, 2), 160, 96);
        pooling(Pooling.max(3, 2, 1));
        last = graph.dropout("dropout.1", 0.5, last);
        block(Convolution.square(192, 5, 1, 2), 192, 192);
        pooling(Pooling.average(3, 2, 1));
        last = graph.dropout("dropout.2", 0.5, last);
        block(Convolution.square(192, 3, 1, 1), 192, settings.classes());
        return averaged(List.of());
    }

    /** @param early whether each pooling has a dropout before it, or only the last one a dropout after it */
    private Network imageNet(boolean early) {
        List<Convolution> blocks = List.of(
                Convolution.square(96, 11, 4, 0), Convolution.square(256, 5, 1, 2), Convolution.square(384, 3, 1, 1));
        for (int block = 0; block < blocks.size(); block++) {
            int channels = blocks.get(block).out();
            block(blocks.get(block), channels, channels);
            last = early ? graph.dropout("dropout." + (block + 1), 0.5, last) : last;
            pooling(Pooling.max(3, 2, 0));
        }
        last = early ? last : graph.dropout("dropout.1", 0.5, last);
        int classes = settings.classes();
        List<String> wide = block(Convolution.square(classes, 3, 1, 1), classes, classes);
        return averaged(wide);
    }

    /** Adds a block; returns the names of its convolutions. */
    private List<String> block(Convolution first, int second, int third) {
        List<String> names = new ArrayList<>();
        for (Convolution convolution :
                List.of(first, Convolution.square(second, 1, 1, 0), Convolution.square(third, 1, 1, 0))) {
            last = graph.add(next(), convolution, last);
            names.add(last);
            last = graph.relu(next(), last);
        }
        return names;
    }

    private void pooling(Pooling pooling) {
        last = graph.add(next(), pooling, last);
    }

    private Network averaged(List<String> headLayers) {
        last = graph.add("avgpool", AdaptiveAveragePool.global(), last);
        last = graph.add("flatten", new Flatten(), last);
        return graph.build(Head.main(last).withLayers(headLayers), Initialization.he());
    }

    private String next() {
        return "features." + module++;
    }
}
