package convoy.architectures.families.residual;

import convoy.architectures.families.Entry;
import convoy.architectures.families.GraphBuilder;
import convoy.architectures.families.Settings;
import convoy.architectures.graph.Initialization;
import convoy.architectures.graph.Network;
import convoy.architectures.operations.AdaptiveAveragePool;
import convoy.architectures.operations.Convolution;
import convoy.architectures.operations.Dense;
import convoy.architectures.operations.Flatten;
import convoy.architectures.operations.Join.Add;
import convoy.architectures.operations.Normalization.EvoNormB0;
import convoy.architectures.operations.Normalization.EvoNormS0;
import convoy.architectures.operations.Operation;
import convoy.architectures.operations.Pooling;
import convoy.architectures.tensor.Shape.Image;
import java.util.List;

/**
 * ResNet-50 with evolved normalization: Liu, Brock, Simonyan, Le, "Evolving Normalization-Activation Layers", 2020. Blocks
 * are those of ResNet v2 (He et al. 2016, "Identity Mappings in Deep Residual Networks"), in which every batch norm has a
 * ReLU behind it, and each such pair is one EvoNorm: S0 with 32 groups, or B0. What follows a block's first EvoNorm is also
 * what a shortcut that changes its shape reads.
 */
public final class EvoNormResNet {
    private static final List<Integer> BLOCKS = List.of(3, 4, 6, 3);
    private static final EvoNormS0 S0 = new EvoNormS0(32, 1e-5);
    private static final EvoNormB0 B0 = new EvoNormB0(1e-5, 0.1);

    private EvoNormResNet() {}

    /** {@return its networks, as the catalogue has them} */
    public static List<Entry> entries() {
        return List.of(entry("resnet50_evonorm_s0", S0), entry("resnet50_evonorm_b0", B0));
    }

    private static Entry entry(String name, Operation norm) {
        return new Entry(
                name,
                "EvoNorm",
                "Liu et al. 2020, Evolving Normalization-Activation Layers",
                new Image(3, 224, 224),
                1000,
                settings -> network(settings, norm));
    }

    private static Network network(Settings settings, Operation norm) {
        GraphBuilder graph = new GraphBuilder(settings);
        String x = graph.add("conv1", Convolution.square(64, 7, 2, 3).withoutBias(), Network.INPUT);
        x = graph.add("maxpool", Pooling.max(3, 2, 1), x);
        for (int stage = 1; stage <= 4; stage++) {
            for (int block = 0; block < BLOCKS.get(stage - 1); block++) {
                int stride = stage > 1 && block == 0 ? 2 : 1;
                x = block(graph, "layer" + stage + "." + block, x, 32 << stage, stride, block == 0, norm);
            }
        }
        x = graph.add("norm", norm, x);
        x = graph.add("avgpool", AdaptiveAveragePool.global(), x);
        x = graph.add("flatten", new Flatten(), x);
        x = graph.add("fc", new Dense(settings.classes(), true), x);
        return graph.build(x, Initialization.residual());
    }

    private static String block(
            GraphBuilder graph, String name, String input, int channels, int stride, boolean first, Operation norm) {
        String normal = graph.add(name + ".norm1", norm, input);
        String x =
                graph.add(name + ".conv1", Convolution.square(channels, 1, 1, 0).withoutBias(), normal);
        x = graph.add(name + ".norm2", norm, x);
        x = graph.add(
                name + ".conv2", Convolution.square(channels, 3, stride, 1).withoutBias(), x);
        x = graph.add(name + ".norm3", norm, x);
        x = graph.add(name + ".conv3", Convolution.square(4 * channels, 1, 1, 0).withoutBias(), x);
        String shortcut = input;
        if (first) {
            shortcut = graph.add(
                    name + ".downsample",
                    Convolution.square(4 * channels, 1, stride, 0).withoutBias(),
                    normal);
        }
        return graph.add(name + ".add", new Add(), x, shortcut);
    }
}
