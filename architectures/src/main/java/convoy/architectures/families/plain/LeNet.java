package convoy.architectures.families.plain;

import convoy.architectures.families.Entry;
import convoy.architectures.families.GraphBuilder;
import convoy.architectures.families.Settings;
import convoy.architectures.graph.Initialization;
import convoy.architectures.graph.Initialization.Constant;
import convoy.architectures.graph.Initialization.Fan;
import convoy.architectures.graph.Initialization.ScaledNormal;
import convoy.architectures.graph.Network;
import convoy.architectures.operations.Activation;
import convoy.architectures.operations.Activation.Function;
import convoy.architectures.operations.Convolution;
import convoy.architectures.operations.Dense;
import convoy.architectures.operations.Flatten;
import convoy.architectures.operations.Pooling;
import convoy.architectures.tensor.Shape.Image;
import java.util.List;

/**
 * LeNet-5: LeCun, Bottou, Bengio, Haffner, "Gradient-Based Learning Applied to Document Recognition", 1998, section II.B.
 *
 * <table>
 * <caption>Layers, for 28 x 28 digits, which the first convolution pads to the paper's 32 x 32</caption>
 * <tr><td>C1, S2</td><td>5x5 6, average 2x2</td></tr>
 * <tr><td>C3, S4</td><td>5x5 16, average 2x2</td></tr>
 * <tr><td>C5, F6, output</td><td>dense 120, 84, classes</td></tr>
 * </table>
 *
 * <p>As is usual today, C3 sees all of S2, the averages have no coefficients of their own, and the output is dense with
 * softmax in place of radial basis functions. The size of C5 depends on the image's sides.
 */
public final class LeNet {
    /** For tanh: normal with variance 1 / fan-in (LeCun, Bottou, Orr, Müller 1998, "Efficient BackProp", section 4.6). */
    private static final Initialization LECUN =
            new Initialization(new ScaledNormal(1, Fan.IN), new ScaledNormal(1, Fan.IN), new Constant(0));

    private LeNet() {}

    /** {@return its networks, as the catalogue has them} */
    public static List<Entry> entries() {
        return List.of(new Entry(
                "lenet5",
                "LeNet",
                "LeCun et al. 1998, Gradient-Based Learning Applied to Document Recognition",
                new Image(1, 28, 28),
                10,
                LeNet::network));
    }

    private static Network network(Settings settings) {
        Activation tanh = new Activation(Function.TANH);
        GraphBuilder graph = new GraphBuilder(settings);
        String x = graph.add("conv1", Convolution.square(6, 5, 1, 2), Network.INPUT);
        x = graph.add("tanh1", tanh, x);
        x = graph.add("pool1", Pooling.average(2, 2, 0), x);
        x = graph.add("conv2", Convolution.square(16, 5, 1, 0), x);
        x = graph.add("tanh2", tanh, x);
        x = graph.add("pool2", Pooling.average(2, 2, 0), x);
        x = graph.add("flatten", new Flatten(), x);
        x = graph.add("fc1", new Dense(120, true), x);
        x = graph.add("tanh3", tanh, x);
        x = graph.add("fc2", new Dense(84, true), x);
        x = graph.add("tanh4", tanh, x);
        x = graph.add("fc3", new Dense(settings.classes(), true), x);
        return graph.build(x, LECUN);
    }
}
