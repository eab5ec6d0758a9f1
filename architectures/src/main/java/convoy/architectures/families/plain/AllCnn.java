package convoy.architectures.families.plain;

import convoy.architectures.families.Entry;
import convoy.architectures.families.GraphBuilder;
import convoy.architectures.families.Settings;
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
 * Networks that ask whether pooling is needed: Springenberg, Dosovitskiy, Brox, Riedmiller, "Striving for Simplicity: The
 * All Convolutional Net", 2014, tables 1 and 2. Three base models and, of each, three variants:
 *
 * <table>
 * <caption>The two parts before the common end, each followed by max pooling 3x3 with stride 2 in the base model</caption>
 * <tr><td>A</td><td>5x5 96</td><td>5x5 192</td></tr>
 * <tr><td>B</td><td>5x5 96, 1x1 96</td><td>5x5 192, 1x1 192</td></tr>
 * <tr><td>C</td><td>3x3 96, 3x3 96</td><td>3x3 192, 3x3 192</td></tr>
 * <tr><td>end</td><td colspan="2">3x3 192, 1x1 192, 1x1 classes, global average</td></tr>
 * </table>
 *
 * <p>{@code all_cnn_imagenet} is the paper's network for 224 x 224 (appendix B): 11x11 96 with stride 4, 1x1 96; 5x5 256, 1x1
 * 256; 3x3 384, 1x1 384; a 3x3 of the same width with stride 2 after each pair, dropout of 50 % after the last; 3x3 1024, 1x1
 * 1024, 1x1 classes, global average.
 *
 * <p>{@code all_cnn_c_6x6} is {@code all_cnn_c} with its last 3x3 unpadded, so that the average is over the 6 x 6 places that
 * table 1 states. The others pad it and average over 8 x 8.
 *
 * <p>ReLU after every convolution, the last included. Dropout of 20 % of the input and of 50 % after each pooling or what
 * stands in its place. Modules are numbered as in a PyTorch {@code Sequential} called {@code features} of convolutions,
 * ReLUs and poolings; dropout has names of its own, so that parameters are called the same with it and without.
 */
public final class AllCnn {
    private static final String PAPER = "Springenberg et al. 2014, Striving for Simplicity: The All Convolutional Net";

    /** What becomes of the two poolings. */
    private enum Variant {
        /** The base model: 3x3 max pooling with stride 2. */
        BASE("model"),
        /** No pooling; the convolution before it gets stride 2. */
        STRIDED("strided_cnn"),
        /** One more 3x3 convolution before each pooling. */
        CONV_POOL("convpool_cnn"),
        /** A 3x3 convolution with stride 2 in place of each pooling. */
        ALL_CONVOLUTIONAL("all_cnn");

        private final String prefix;

        Variant(String prefix) {
            this.prefix = prefix;
        }
    }

    /** The kernel sizes of the convolutions of a part; its channels are 96 in the first part and 192 in the second. */
    private enum Base {
        A,
        B,
        C;

        List<Integer> kernels() {
            return switch (this) {
                case A -> List.of(5);
                case B -> List.of(5, 1);
                case C -> List.of(3, 3);
            };
        }
    }

    private AllCnn() {}

    /** {@return its networks, as the catalogue has them} */
    public static List<Entry> entries() {
        List<Entry> entries = new ArrayList<>();
        for (Base base : Base.values()) {
            for (Variant variant : Variant.values()) {
                String name =
                        variant.prefix + "_" + Character.toLowerCase(base.name().charAt(0));
                entries.add(
                        new Entry(name, "All-CNN", PAPER, new Image(3, 32, 32), 10, settings -> new Sequence(settings)
                                .build(base, variant, 1)));
            }
        }
        entries.add(new Entry(
                "all_cnn_c_6x6", "All-CNN", PAPER, new Image(3, 32, 32), 10, settings -> new Sequence(settings)
                        .build(Base.C, Variant.ALL_CONVOLUTIONAL, 0)));
        entries.add(new Entry(
                "all_cnn_imagenet", "All-CNN", PAPER, new Image(3, 224, 224), 1000, settings -> new Sequence(settings)
                        .imageNet()));
        return entries;
    }

    /** The network in the making: its graph, the node that comes last, and the number of the next module. */
    private static final class Sequence {
        private final Settings settings;
        private final GraphBuilder graph;
        private String last = Network.INPUT;
        private int module;

        Sequence(Settings settings) {
            this.settings = settings;
            this.graph = new GraphBuilder(settings);
        }

        /** @param padding of the last 3x3 */
        Network build(Base base, Variant variant, int padding) {
            last = graph.dropout("dropout.input", 0.2, last);
            part(base, variant, 96);
            last = graph.dropout("dropout.1", 0.5, last);
            part(base, variant, 192);
            last = graph.dropout("dropout.2", 0.5, last);
            convolution(Convolution.square(192, 3, 1, padding));
            convolution(192, 1, 1);
            convolution(settings.classes(), 1, 1);
            return averaged();
        }

        /** The sides 55, 27, 13 and 6 of the paper need the first convolution padded and the narrowing ones not. */
        Network imageNet() {
            int[] channels = {96, 256, 384};
            int[] kernels = {11, 5, 3};
            for (int part = 0; part < channels.length; part++) {
                int kernel = kernels[part];
                convolution(Convolution.square(channels[part], kernel, part == 0 ? 4 : 1, part == 0 ? 2 : kernel / 2));
                convolution(channels[part], 1, 1);
                convolution(Convolution.square(channels[part], 3, 2, 0));
            }
            last = graph.dropout("dropout", 0.5, last);
            convolution(1024, 3, 1);
            convolution(1024, 1, 1);
            convolution(settings.classes(), 1, 1);
            return averaged();
        }

        private Network averaged() {
            last = graph.add("avgpool", AdaptiveAveragePool.global(), last);
            last = graph.add("flatten", new Flatten(), last);
            return graph.build(last, Initialization.he());
        }

        private void part(Base base, Variant variant, int channels) {
            int convolutions = base.kernels().size();
            for (int i = 0; i < convolutions; i++) {
                boolean strided = variant == Variant.STRIDED && i == convolutions - 1;
                convolution(channels, base.kernels().get(i), strided ? 2 : 1);
            }
            switch (variant) {
                case BASE -> pooling();
                case STRIDED -> {}
                case CONV_POOL -> {
                    convolution(channels, 3, 1);
                    pooling();
                }
                case ALL_CONVOLUTIONAL -> convolution(channels, 3, 2);
            }
        }

        private void convolution(int channels, int kernel, int stride) {
            convolution(Convolution.square(channels, kernel, stride, kernel / 2));
        }

        private void convolution(Convolution shape) {
            last = graph.add(next(), shape, last);
            last = graph.relu(next(), last);
        }

        /** Padded by one, so that 32 becomes 16 and 8, as it does with the strided convolutions. */
        private void pooling() {
            last = graph.add(next(), Pooling.max(3, 2, 1), last);
        }

        private String next() {
            return "features." + module++;
        }
    }
}
