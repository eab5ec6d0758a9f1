package convoy.architectures.families.plain;

import convoy.architectures.families.Entry;
import convoy.architectures.families.GraphBuilder;
import convoy.architectures.families.Settings;
import convoy.architectures.graph.Initialization;
import convoy.architectures.graph.Initialization.Constant;
import convoy.architectures.graph.Initialization.Distribution;
import convoy.architectures.graph.Initialization.Normal;
import convoy.architectures.graph.Initialization.ScaledUniform;
import convoy.architectures.graph.Network;
import convoy.architectures.operations.AdaptiveAveragePool;
import convoy.architectures.operations.Convolution;
import convoy.architectures.operations.Dense;
import convoy.architectures.operations.Flatten;
import convoy.architectures.operations.Normalization.LocalResponseNorm;
import convoy.architectures.operations.Pooling;
import convoy.architectures.tensor.Shape.Image;
import java.util.List;
import java.util.Map;

/**
 * AlexNet: Krizhevsky, Sutskever, Hinton, "ImageNet Classification with Deep Convolutional Neural Networks", 2012, and the
 * form that torchvision has of it (Krizhevsky, "One weird trick for parallelizing convolutional neural networks", 2014).
 *
 * <table>
 * <caption>Convolutions; pooling 3x3 with stride 2 after the first, the second and the last; then dense 4096, 4096</caption>
 * <tr><td>alexnet</td><td>11x11 64, stride 4</td><td>5x5 192</td><td>3x3 384</td><td>3x3 256</td><td>3x3 256</td></tr>
 * <tr><td>alexnet_2012</td><td>11x11 96, stride 4</td><td>5x5 256</td><td>3x3 384</td><td>3x3 384</td><td>3x3 256</td></tr>
 * </table>
 *
 * <p>{@code alexnet_2012} has the paper's widths and local response norms on one tower, not its two towers of half the
 * width. Both average to 6 x 6 before the first dense layer, which changes nothing at 224 and lets other sides in.
 */
public final class AlexNet {
    private static final Initialization PYTORCH =
            new Initialization(new ScaledUniform(1), new ScaledUniform(1), new ScaledUniform(1));

    private AlexNet() {}

    /** {@return its networks, as the catalogue has them} */
    public static List<Entry> entries() {
        return List.of(
                entry("alexnet", "Krizhevsky 2014, One weird trick for parallelizing", AlexNet::torchvision),
                entry("alexnet_2012", "Krizhevsky et al. 2012, ImageNet Classification with Deep", AlexNet::paper));
    }

    private static Entry entry(String name, String paper, Entry.Builder builder) {
        return new Entry(
                name, "AlexNet", paper + " Convolutional Neural Networks", new Image(3, 224, 224), 1000, builder);
    }

    private static Network torchvision(Settings settings) {
        return network(settings, List.of(64, 192, 384, 256, 256), false, PYTORCH);
    }

    private static Network paper(Settings settings) {
        // Section 5: deviation 0.01; biases 1 where ReLUs are to start with positive inputs, 0 elsewhere.
        Distribution one = new Constant(1);
        Initialization initialization = new Initialization(
                new Normal(0.01),
                new Normal(0.01),
                new Constant(0),
                Map.of(
                        "features.3.bias",
                        one,
                        "features.8.bias",
                        one,
                        "features.10.bias",
                        one,
                        "classifier.1.bias",
                        one,
                        "classifier.4.bias",
                        one));
        return network(settings, List.of(96, 256, 384, 384, 256), true, initialization);
    }

    private static Network network(
            Settings settings, List<Integer> channels, boolean normalized, Initialization initialization) {
        GraphBuilder graph = new GraphBuilder(settings);
        String x = graph.add("features.0", Convolution.square(channels.get(0), 11, 4, 2), Network.INPUT);
        x = graph.relu("features.1", x);
        x = normalized ? normalize(graph, "features.lrn1", x) : x;
        x = graph.add("features.2", Pooling.max(3, 2, 0), x);
        x = graph.add("features.3", Convolution.square(channels.get(1), 5, 1, 2), x);
        x = graph.relu("features.4", x);
        x = normalized ? normalize(graph, "features.lrn2", x) : x;
        x = graph.add("features.5", Pooling.max(3, 2, 0), x);
        x = graph.add("features.6", Convolution.square(channels.get(2), 3, 1, 1), x);
        x = graph.relu("features.7", x);
        x = graph.add("features.8", Convolution.square(channels.get(3), 3, 1, 1), x);
        x = graph.relu("features.9", x);
        x = graph.add("features.10", Convolution.square(channels.get(4), 3, 1, 1), x);
        x = graph.relu("features.11", x);
        x = graph.add("features.12", Pooling.max(3, 2, 0), x);
        x = graph.add("avgpool", new AdaptiveAveragePool(6, 6), x);
        x = graph.add("flatten", new Flatten(), x);
        x = graph.dropout("classifier.0", 0.5, x);
        x = graph.add("classifier.1", new Dense(4096, true), x);
        x = graph.relu("classifier.2", x);
        x = graph.dropout("classifier.3", 0.5, x);
        x = graph.add("classifier.4", new Dense(4096, true), x);
        x = graph.relu("classifier.5", x);
        x = graph.add("classifier.6", new Dense(settings.classes(), true), x);
        return graph.build(x, initialization);
    }

    /** Section 3.3: k = 2, n = 5, alpha = 1e-4, beta = 0.75; alpha is not divided by n there. */
    private static String normalize(GraphBuilder graph, String name, String input) {
        return graph.add(name, new LocalResponseNorm(5, 5 * 1e-4, 0.75, 2), input);
    }
}
