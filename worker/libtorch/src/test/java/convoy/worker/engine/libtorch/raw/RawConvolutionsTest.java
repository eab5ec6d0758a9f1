package convoy.worker.engine.libtorch.raw;

import static org.assertj.core.api.Assertions.assertThat;

import convoy.architectures.Catalogue;
import convoy.architectures.families.Entry;
import convoy.architectures.families.NetworkArguments;
import convoy.architectures.graph.Network;
import convoy.architectures.graph.Node;
import convoy.architectures.operations.Convolution;
import convoy.architectures.tensor.Shape.Image;
import convoy.worker.engine.libtorch.raw.RawConvolutions.Case;
import convoy.worker.engine.process.ChildJvm;
import convoy.worker.engine.process.InstructionSet;
import convoy.worker.groups.LongTest;
import java.io.IOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.junit.jupiter.api.Test;

/**
 * PyTorch's own convolutions, beside plain loops, with each instruction set: none is wrong but those that the engine keeps clear of.
 */
class RawConvolutionsTest {
    private static final int SECONDS = 1_800;

    @Test
    @LongTest
    void noneIsWrongButThoseThatTheEngineAvoids() throws IOException, InterruptedException {
        for (InstructionSet set : InstructionSet.ofThisProcessor()) {
            for (RawConvolutions list : RawConvolutions.values()) {
                for (int threads = 1; threads <= 2; threads++) {
                    compare(set, list, ScalarType.Float, threads);
                    if (set == InstructionSet.AVX512_CORE_BF16) {
                        compare(set, list, ScalarType.BFloat16, threads);
                    }
                }
            }
        }
    }

    /** So the bits of none depend on how the engine keeps clear of them. */
    @Test
    void noNetworkOfTheCatalogueHasOneThatTheEngineAvoids() {
        int convolutions = 0;
        for (Entry entry : Catalogue.all()) {
            Network network = Catalogue.build(entry.name(), NetworkArguments.defaults());
            for (Node node : network.nodes()) {
                if (node.operation() instanceof Convolution convolution) {
                    Image in = (Image) network.inputShapes(node).get(0);
                    assertThat(new Case(1, in, convolution).isAvoided())
                            .as("%s, %s: %s of %s", entry.name(), node.name(), convolution, in)
                            .isFalse();
                    convolutions++;
                }
            }
        }
        assertThat(convolutions).isGreaterThan(1_000);
    }

    private static void compare(InstructionSet set, RawConvolutions list, ScalarType type, int threads)
            throws IOException, InterruptedException {
        Map<String, String> environment = new HashMap<>(set.environment());
        environment.putAll(ChildJvm.memoryChecks());
        environment.put("OMP_NUM_THREADS", Integer.toString(threads));
        environment.put("OMP_WAIT_POLICY", "passive");
        List<String> lines = ChildJvm.run(
                RawConvolutionProbe.class,
                environment,
                List.of("-Xmx700m"),
                List.of(list.name(), type.name(), Integer.toString(threads), "0", Integer.toString(Integer.MAX_VALUE)),
                SECONDS);
        List<String> wrong = lines.stream()
                .filter(line -> line.startsWith(RawConvolutionProbe.WRONG))
                .toList();
        long tried = lines.stream()
                .filter(line -> line.startsWith(RawConvolutionProbe.BEGINS))
                .count();
        System.out.printf(
                "%s, %s, %d threads, %s: %d tried, %d wrong%n", set, type, threads, list, tried, wrong.size());
        assertThat(tried).isPositive();
        assertThat(wrong).as("%s, %s, %d threads", set, type, threads).isEmpty();
    }
}
