package convoy.architectures.families.wired;

import convoy.architectures.families.Entry;
import convoy.architectures.families.GraphBuilder;
import convoy.architectures.families.Settings;
import convoy.architectures.families.Wires;
import convoy.architectures.families.wired.RandomGraph.BarabasiAlbert;
import convoy.architectures.families.wired.RandomGraph.ErdosRenyi;
import convoy.architectures.families.wired.RandomGraph.Generator;
import convoy.architectures.families.wired.RandomGraph.WattsStrogatz;
import convoy.architectures.graph.Initialization;
import convoy.architectures.graph.Network;
import convoy.architectures.operations.AdaptiveAveragePool;
import convoy.architectures.operations.Convolution;
import convoy.architectures.operations.Dense;
import convoy.architectures.operations.Flatten;
import convoy.architectures.operations.Join.Add;
import convoy.architectures.operations.Join.WeightedAdd;
import convoy.architectures.operations.Normalization.BatchNorm;
import convoy.architectures.operations.Scale;
import convoy.architectures.random.RandomStream;
import convoy.architectures.tensor.Shape.Image;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Randomly wired networks: Xie, Kirillov, Girshick, He, "Exploring Randomly Wired Neural Networks for Image Recognition",
 * 2019, table 1. The stages are random graphs, whose nodes add what they read, each edge times the sigmoid of a learned
 * number, and pass it through ReLU, a 3x3 for each channel and 1x1, and batch norm; what no node reads is averaged.
 *
 * <table>
 * <caption>Stages, C = 78 (small) or 109 (regular), N = 32; each halves the sides</caption>
 * <tr><td></td><td>small</td><td>regular</td></tr>
 * <tr><td>conv1</td><td colspan="2">3x3 C/2, batch norm</td></tr>
 * <tr><td>conv2</td><td>ReLU, 3x3 C, batch norm</td><td>graph of N/2 nodes of C</td></tr>
 * <tr><td>conv3</td><td>N nodes of C</td><td>N nodes of 2C</td></tr>
 * <tr><td>conv4</td><td>N nodes of 2C</td><td>N nodes of 4C</td></tr>
 * <tr><td>conv5</td><td>N nodes of 4C</td><td>N nodes of 8C</td></tr>
 * <tr><td>classifier</td><td colspan="2">1x1 1280, global average, dense</td></tr>
 * </table>
 *
 * <p>The names of the catalogue have the graph of seed 1; {@link #entry} and {@link Wires} give every other. A node that reads one other has
 * no number for its edge: batch norm would make it vanish.
 */
public final class RandomlyWired {
    private static final int NODES = 32;
    private static final long SEED = 1;

    /** How large the network is. */
    public enum Regime {
        /** About 580 million multiply-adds, the size of mobile networks. */
        SMALL(78),
        /** About 4 billion multiply-adds, the size of ResNet-50. */
        REGULAR(109);

        private final int channels;

        Regime(int channels) {
            this.channels = channels;
        }
    }

    /** Where edges come from, with the parameters that the paper found best. */
    public enum Wiring {
        /** Watts-Strogatz with 4 neighbours and probability 0.75. */
        WS,
        /** Erdős-Rényi with probability 0.2. */
        ER,
        /** Barabási-Albert with 5 edges of a new node. */
        BA;

        private Generator generator() {
            return switch (this) {
                case WS -> new WattsStrogatz(4, 0.75);
                case ER -> new ErdosRenyi(0.2);
                case BA -> new BarabasiAlbert(5);
            };
        }
    }

    private final Settings settings;
    private final Wiring wiring;
    private final Regime regime;
    private final long seed;
    private final int nodes;
    private final int firstChannels;
    private final GraphBuilder graph;

    private RandomlyWired(Settings settings, Wiring wiring, Regime regime, long seed) {
        this.settings = settings;
        this.wiring = wiring;
        this.regime = regime;
        Optional<Wires> wires = settings.wires();
        this.seed = wires.map(Wires::seed).orElse(seed);
        this.nodes = wires.flatMap(Wires::nodes).orElse(NODES);
        this.firstChannels = wires.flatMap(Wires::channels).orElse(regime.channels);
        this.graph = new GraphBuilder(settings);
    }

    /** {@return its networks, as the catalogue has them} */
    public static List<Entry> entries() {
        return List.of(
                entry("randwire_ws", Wiring.WS, Regime.SMALL, SEED),
                entry("randwire_er", Wiring.ER, Regime.SMALL, SEED),
                entry("randwire_ba", Wiring.BA, Regime.SMALL, SEED),
                entry("randwire_ws_regular", Wiring.WS, Regime.REGULAR, SEED),
                entry("randwire_er_regular", Wiring.ER, Regime.REGULAR, SEED),
                entry("randwire_ba_regular", Wiring.BA, Regime.REGULAR, SEED));
    }

    /**
     * {@return the network of any seed}
     *
     * @param name what it is called
     * @param wiring how the graphs are drawn at random
     * @param regime how large the network is
     * @param seed together with wiring, regime and stage it decides the graphs
     */
    public static Entry entry(String name, Wiring wiring, Regime regime, long seed) {
        return new Entry(
                name,
                Wires.FAMILY,
                "Xie et al. 2019, Exploring Randomly Wired Neural Networks for Image Recognition",
                new Image(3, 224, 224),
                1000,
                settings -> new RandomlyWired(settings, wiring, regime, seed).network());
    }

    private Network network() {
        int channels = firstChannels;
        String x = graph.add(
                "conv1.conv", Convolution.square(channels / 2, 3, 2, 1).withoutBias(), Network.INPUT);
        x = graph.add("conv1.bn", BatchNorm.standard(), x);
        if (regime == Regime.SMALL) {
            // Not separable: only so the network has the 583 million multiply-adds that the paper counts.
            x = graph.relu("conv2.relu", x);
            x = graph.add("conv2.conv", Convolution.square(channels, 3, 2, 1).withoutBias(), x);
            x = graph.add("conv2.bn", BatchNorm.standard(), x);
        } else {
            x = stage("conv2", nodes / 2, channels / 2, channels, x);
            channels *= 2;
        }
        int in = firstChannels;
        for (int stage = 3; stage <= 5; stage++) {
            x = stage("conv" + stage, nodes, in, channels, x);
            in = channels;
            channels *= 2;
        }
        x = graph.relu("classifier.relu1", x);
        x = graph.add("classifier.conv", Convolution.square(1280, 1, 1, 0).withoutBias(), x);
        x = graph.add("classifier.bn", BatchNorm.standard(), x);
        x = graph.relu("classifier.relu2", x);
        x = graph.add("avgpool", AdaptiveAveragePool.global(), x);
        x = graph.add("flatten", new Flatten(), x);
        x = graph.add("fc", new Dense(settings.classes(), true), x);
        return graph.build(x, Initialization.residual());
    }

    private String stage(String name, int size, int in, int channels, String input) {
        RandomStream random = RandomStream.of(seed, "randwire." + wiring + "." + regime + "." + name);
        RandomGraph wires = RandomGraph.of(size, wiring.generator(), random);
        List<String> outputs = new ArrayList<>();
        for (int node = 0; node < size; node++) {
            String own = name + ".node" + node;
            List<Integer> sources = wires.sources().get(node);
            if (sources.isEmpty()) {
                outputs.add(triplet(own, in, channels, 2, input));
                continue;
            }
            String x = outputs.get(sources.get(0));
            if (sources.size() > 1) {
                x = graph.add(
                        own + ".add",
                        new WeightedAdd(),
                        sources.stream().map(outputs::get).toArray(String[]::new));
            }
            outputs.add(triplet(own, channels, channels, 1, x));
        }
        List<Integer> ends = wires.ends();
        if (ends.size() == 1) {
            return outputs.get(ends.get(0));
        }
        String sum = graph.add(
                name + ".sum", new Add(), ends.stream().map(outputs::get).toArray(String[]::new));
        return graph.add(name + ".mean", new Scale(1.0 / ends.size()), sum);
    }

    /** ReLU, a 3x3 for each channel, 1x1, batch norm. */
    private String triplet(String name, int in, int out, int stride, String input) {
        String x = graph.relu(name + ".relu", input);
        x = graph.add(
                name + ".depthwise",
                Convolution.square(in, 3, stride, 1).withGroups(in).withoutBias(),
                x);
        x = graph.add(name + ".pointwise", Convolution.square(out, 1, 1, 0).withoutBias(), x);
        return graph.add(name + ".bn", BatchNorm.standard(), x);
    }
}
