package convoy.architectures.families.plain;

import convoy.architectures.families.Entry;
import convoy.architectures.families.GraphBuilder;
import convoy.architectures.families.Settings;
import convoy.architectures.graph.Initialization;
import convoy.architectures.graph.Network;
import convoy.architectures.operations.Convolution;
import convoy.architectures.operations.Dense;
import convoy.architectures.operations.Flatten;
import convoy.architectures.operations.Normalization.BatchNorm;
import convoy.architectures.operations.Pooling;
import convoy.architectures.tensor.Shape.Image;
import java.util.List;

/**
 * A small network for handwritten digits, of the kind that introductory books train first: two convolutions 3x3 with 32
 * and 64 channels, max pooling, dense 128, dense classes; after each but the last ReLU, batch norm and dropout, of whole
 * channels after convolutions. The size of the first dense layer depends on the image's sides.
 */
public final class MnistCnn {
    private MnistCnn() {}

    /** {@return its networks, as the catalogue has them} */
    public static List<Entry> entries() {
        return List.of(new Entry(
                "mnist_cnn",
                "MNIST CNN",
                "a textbook network, in no paper",
                new Image(1, 28, 28),
                10,
                MnistCnn::network));
    }

    private static Network network(Settings settings) {
        GraphBuilder graph = new GraphBuilder(settings);
        String x = graph.add("conv1", Convolution.square(32, 3, 1, 1), Network.INPUT);
        x = graph.relu("relu1", x);
        x = graph.add("bn1", BatchNorm.standard(), x);
        x = graph.spatialDropout("dropout1", 0.25, x);
        x = graph.add("conv2", Convolution.square(64, 3, 1, 1), x);
        x = graph.relu("relu2", x);
        x = graph.add("bn2", BatchNorm.standard(), x);
        x = graph.spatialDropout("dropout2", 0.5, x);
        x = graph.add("pool", Pooling.max(2, 2, 0), x);
        x = graph.add("flatten", new Flatten(), x);
        x = graph.add("fc1", new Dense(128, true), x);
        x = graph.relu("relu3", x);
        x = graph.add("bn3", BatchNorm.standard(), x);
        x = graph.dropout("dropout3", 0.25, x);
        x = graph.add("fc2", new Dense(settings.classes(), true), x);
        return graph.build(x, Initialization.he());
    }
}
