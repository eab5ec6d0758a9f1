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
 * width. {@code alexnet_2012_towers} has the two (figure 2): its second, fourth and fifth convolutions read half of the channels
 * each, as two groups, and dropout follows the dense layers (section 4.2) where the others have it before them. All average to 6 x 6 before the first dense layer, which changes nothing at 224 and lets other sides in.
 */
public final class AlexNet {
    private static final Initialization PYTORCH =
            new Initialization(new ScaledUniform(1), new ScaledUniform(1), new ScaledUniform(1));

    private AlexNet() {}

    /** {@return its networks, as the catalogue has them} */
    public static List<Entry> entries() {
        return List.of(
                entry("alexnet", "Krizhevsky 2014, One weird trick for parallelizing", AlexNet::torchvision),
                entry(
                        "alexnet_2012",
                        "Krizhevsky et al. 2012, ImageNet Classification with Deep",
                        settings -> paper(settings, 1)),
                entry(
                        "alexnet_2012_towers",
                        "Krizhevsky et al. 2012, ImageNet Classification with Deep",
                        settings -> paper(settings, 2)));
    }

    private static Entry entry(String name, String paper, Entry.Builder builder) {
        return new Entry(
                name, "AlexNet", paper + " Convolutional Neural Networks", new Image(3, 224, 224), 1000, builder);
    }

    private static Network torchvision(Settings settings) {
        return network(settings, new Plan(List.of(64, 192, 384, 256, 256), false, 1), PYTORCH);
    }

    private static Network paper(Settings settings, int towers) {
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
        return network(settings, new Plan(List.of(96, 256, 384, 384, 256), true, towers), initialization);
    }

    /**
     * What differs.
     *
     * @param channels of the five convolutions
     * @param normalized whether the first two are followed by local response norms
     * @param towers 1, or 2 that meet at the third convolution only, and whose dropout follows the dense layers
     */
    private record Plan(List<Integer> channels, boolean normalized, int towers) {
        Convolution convolution(int number, int kernel, boolean apart) {
            Convolution shape = Convolution.square(channels.get(number), kernel, 1, kernel / 2);
            return apart ? shape.withGroups(towers) : shape;
        }

        boolean dropoutAfter() {
            return towers > 1;
        }
    }

    private static Network network(Settings settings, Plan plan, Initialization initialization) {
        GraphBuilder graph = new GraphBuilder(settings);
        String x = graph.add("features.0", Convolution.square(plan.channels.get(0), 11, 4, 2), Network.INPUT);
        x = graph.relu("features.1", x);
        x = plan.normalized ? normalize(graph, "features.lrn1", x) : x;
        x = graph.add("features.2", Pooling.max(3, 2, 0), x);
        x = graph.add("features.3", plan.convolution(1, 5, true), x);
        x = graph.relu("features.4", x);
        x = plan.normalized ? normalize(graph, "features.lrn2", x) : x;
        x = graph.add("features.5", Pooling.max(3, 2, 0), x);
        x = graph.add("features.6", plan.convolution(2, 3, false), x);
        x = graph.relu("features.7", x);
        x = graph.add("features.8", plan.convolution(3, 3, true), x);
        x = graph.relu("features.9", x);
        x = graph.add("features.10", plan.convolution(4, 3, true), x);
        x = graph.relu("features.11", x);
        x = graph.add("features.12", Pooling.max(3, 2, 0), x);
        x = graph.add("avgpool", new AdaptiveAveragePool(6, 6), x);
        x = graph.add("flatten", new Flatten(), x);
        x = plan.dropoutAfter() ? x : graph.dropout("classifier.0", 0.5, x);
        x = graph.add("classifier.1", new Dense(4096, true), x);
        x = graph.relu("classifier.2", x);
        x = graph.dropout("classifier.3", 0.5, x);
        x = graph.add("classifier.4", new Dense(4096, true), x);
        x = graph.relu("classifier.5", x);
        x = plan.dropoutAfter() ? graph.dropout("classifier.dropout", 0.5, x) : x;
        x = graph.add("classifier.6", new Dense(settings.classes(), true), x);
        return graph.build(x, initialization);
    }

    /** Section 3.3: k = 2, n = 5, alpha = 1e-4, beta = 0.75; alpha is not divided by n there. */
    private static String normalize(GraphBuilder graph, String name, String input) {
        return graph.add(name, new LocalResponseNorm(5, 5 * 1e-4, 0.75, 2), input);
    }
}
