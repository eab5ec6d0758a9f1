package convoy.architectures.families.mobile;

import convoy.architectures.families.Entry;
import convoy.architectures.families.GraphBuilder;
import convoy.architectures.families.Settings;
import convoy.architectures.graph.Initialization;
import convoy.architectures.graph.Initialization.Constant;
import convoy.architectures.graph.Initialization.Normal;
import convoy.architectures.graph.Initialization.ScaledUniform;
import convoy.architectures.graph.Network;
import convoy.architectures.operations.AdaptiveAveragePool;
import convoy.architectures.operations.Convolution;
import convoy.architectures.operations.Flatten;
import convoy.architectures.operations.Join.Concat;
import convoy.architectures.operations.Pooling;
import convoy.architectures.tensor.Shape.Image;
import java.util.List;
import java.util.Map;

/**
 * SqueezeNet: Iandola et al., "SqueezeNet: AlexNet-level accuracy with 50x fewer parameters", 2016, table 1, and its
 * cheaper version 1.1. A fire module squeezes to few channels by 1x1, then expands by 1x1 and 3x3, side by side.
 *
 * <p>Names, initialization, ceil-mode pooling and the place of dropout are torchvision's.
 */
public final class SqueezeNet {
    private static final Pooling POOLING = Pooling.max(3, 2, 0).withCeil();

    /** The last convolution makes the logits and starts small; the others start as He's uniform. */
    private static final Initialization INITIALIZATION = new Initialization(
            new ScaledUniform(6),
            new ScaledUniform(6),
            new Constant(0),
            Map.of("classifier.1.weight", new Normal(0.01)));

    /** A module of {@code features}: a fire module's channels, or a pooling where there are none. */
    private record Module(int squeezed, int expanded) {
        static final Module POOL = new Module(0, 0);
    }

    private static final List<Module> VERSION_1_0 = List.of(
            Module.POOL,
            new Module(16, 64),
            new Module(16, 64),
            new Module(32, 128),
            Module.POOL,
            new Module(32, 128),
            new Module(48, 192),
            new Module(48, 192),
            new Module(64, 256),
            Module.POOL,
            new Module(64, 256));
    private static final List<Module> VERSION_1_1 = List.of(
            Module.POOL,
            new Module(16, 64),
            new Module(16, 64),
            Module.POOL,
            new Module(32, 128),
            new Module(32, 128),
            Module.POOL,
            new Module(48, 192),
            new Module(48, 192),
            new Module(64, 256),
            new Module(64, 256));

    private SqueezeNet() {}

    /** {@return its networks, as the catalogue has them} */
    public static List<Entry> entries() {
        return List.of(
                entry("squeezenet1_0", Convolution.square(96, 7, 2, 0), VERSION_1_0),
                entry("squeezenet1_1", Convolution.square(64, 3, 2, 0), VERSION_1_1));
    }

    private static Entry entry(String name, Convolution first, List<Module> modules) {
        return new Entry(
                name,
                "SqueezeNet",
                "Iandola et al. 2016, SqueezeNet: AlexNet-level accuracy with 50x fewer parameters",
                new Image(3, 224, 224),
                1000,
                settings -> network(settings, first, modules));
    }

    private static Network network(Settings settings, Convolution first, List<Module> modules) {
        GraphBuilder graph = new GraphBuilder(settings);
        String x = graph.add("features.0", first, Network.INPUT);
        x = graph.relu("features.1", x);
        for (int i = 0; i < modules.size(); i++) {
            String name = "features." + (i + 2);
            Module module = modules.get(i);
            x = module.equals(Module.POOL) ? graph.add(name, POOLING, x) : fire(graph, name, module, x);
        }
        x = graph.dropout("classifier.0", 0.5, x);
        x = graph.add("classifier.1", Convolution.square(settings.classes(), 1, 1, 0), x);
        x = graph.relu("classifier.2", x);
        x = graph.add("classifier.3", AdaptiveAveragePool.global(), x);
        x = graph.add("flatten", new Flatten(), x);
        return graph.build(x, INITIALIZATION);
    }

    private static String fire(GraphBuilder graph, String name, Module module, String input) {
        String squeezed = graph.add(name + ".squeeze", Convolution.square(module.squeezed, 1, 1, 0), input);
        squeezed = graph.relu(name + ".squeeze_activation", squeezed);
        String narrow = graph.add(name + ".expand1x1", Convolution.square(module.expanded, 1, 1, 0), squeezed);
        narrow = graph.relu(name + ".expand1x1_activation", narrow);
        String wide = graph.add(name + ".expand3x3", Convolution.square(module.expanded, 3, 1, 1), squeezed);
        wide = graph.relu(name + ".expand3x3_activation", wide);
        return graph.add(name + ".concat", new Concat(), narrow, wide);
    }
}
