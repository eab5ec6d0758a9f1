package convoy.tests.integration;

import static org.assertj.core.api.Assertions.assertThat;

import convoy.worker.engine.process.ChildTests;
import convoy.worker.engine.process.InstructionSet;
import convoy.worker.groups.LongTest;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The promises about bits and about PyTorch's figures, with each instruction set that the processor has: a process for each, since
 * libraries choose their kernels once.
 */
class EachInstructionSetTest {
    private static final String PARITY = "convoy.tests.parity.";

    /** They are over before the optimizing compiler has paid for itself. */
    private static final String SHORT_LIVED = "-XX:TieredStopAtLevel=1";

    @Test
    void aFewBitsAndFiguresAreTheSame() throws IOException, InterruptedException {
        for (InstructionSet set : InstructionSet.withOtherKernels()) {
            require(set, PARITY + "TorchvisionParityTest", "", List.of("-Dparity.network=squeezenet1_1", SHORT_LIVED));
            require(set, BitIdentityTest.class.getName(), "aFewSteps", List.of(SHORT_LIVED));
        }
    }

    /** Each set with each class, so that one that fails hides none of the others. */
    static Stream<Arguments> all() {
        return InstructionSet.withOtherKernels().stream().flatMap(set -> Stream.of(
                        PARITY + "TorchvisionParityTest",
                        PARITY + "TrajectoryTest",
                        PARITY + "EnginesAgreeTest",
                        BitIdentityTest.class.getName())
                .map(tests -> Arguments.of(set, tests)));
    }

    @ParameterizedTest(allowZeroInvocations = true)
    @MethodSource("all")
    @LongTest
    void allBitsAndFiguresAreTheSame(InstructionSet set, String tests) throws IOException, InterruptedException {
        require(set, tests, "", List.of());
    }

    private static void require(InstructionSet set, String tests, String methods, List<String> more)
            throws IOException, InterruptedException {
        List<String> options = new ArrayList<>(more);
        options.add("-Dorg.bytedeco.javacpp.platform.extension=" + set.build());
        // VGG's parameters are taken several times.
        options.add("-Xmx6g");
        Map<String, String> environment = new HashMap<>(set.environment());
        environment.put("OMP_NUM_THREADS", "1");
        long start = System.nanoTime();
        ChildTests.Counts counts = ChildTests.require(tests, methods, environment, options, 3_600);
        System.out.printf("%s with %s: %s, %.0f s%n", tests, set, counts, (System.nanoTime() - start) / 1e9);
        // Only the figures of PyTorch may be missing: they lie beside the repository.
        assertThat(counts.succeeded() > 0 || tests.startsWith(PARITY)).isTrue();
    }
}
