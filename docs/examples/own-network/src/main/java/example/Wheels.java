package example;

import convoy.architectures.NetworkProvider;
import convoy.architectures.families.Entry;
import convoy.architectures.families.GraphBuilder;
import convoy.architectures.families.Settings;
import convoy.architectures.graph.Initialization;
import convoy.architectures.graph.Network;
import convoy.architectures.operations.AdaptiveAveragePool;
import convoy.architectures.operations.Convolution;
import convoy.architectures.operations.Dense;
import convoy.architectures.operations.Flatten;
import convoy.architectures.operations.Join.Concat;
import convoy.architectures.operations.Normalization.BatchNorm;
import convoy.architectures.tensor.Shape.Image;
import java.util.List;

/** Networks whose branches look ever further round a pixel: a hub with three or five spokes. */
public final class Wheels implements NetworkProvider {
    private static final int CHANNELS = 8;

    @Override
    public List<Entry> networks() {
        return List.of(entry("wheel_3", 3), entry("wheel_5", 5));
    }

    private static Entry entry(String name, int spokes) {
        return new Entry(
                name, "Wheel", "an example", new Image(3, 32, 32), 10, settings -> build(settings, spokes));
    }

    private static Network build(Settings settings, int spokes) {
        GraphBuilder graph = new GraphBuilder(settings);
        BatchNorm norm = BatchNorm.standard();
        String hub = graph.unit("hub", Convolution.square(2 * CHANNELS, 3, 2, 1), norm, Network.INPUT);
        String[] ends = new String[spokes];
        for (int i = 0; i < spokes; i++) {
            int kernel = 2 * i + 1;
            ends[i] = graph.unit("spoke" + i, Convolution.square(CHANNELS, kernel, 1, kernel / 2), norm, hub);
        }
        String x = graph.add("rim", new Concat(), ends);
        x = graph.add("gap", AdaptiveAveragePool.global(), x);
        x = graph.add("flat", new Flatten(), x);
        return graph.build(graph.add("fc", new Dense(settings.classes(), true), x), Initialization.residual());
    }
}
