package convoy.worker.engine.libtorch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import convoy.worker.engine.behaviour.ConvolutionProbe.Report;
import convoy.worker.engine.process.ChildJvm;
import convoy.worker.engine.process.ChildTests;
import convoy.worker.engine.process.InstructionSet;
import convoy.worker.groups.LongTest;
import java.io.IOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/**
 * Right, with the same bits each time, and within its memory with every instruction set that the processor has: oneDNN has algorithms of
 * its own for each, and they have faults of their own.
 */
class InstructionSetsTest {
    /** Thousands of steps for a flat resident size take a quarter of an hour with SSE4.1, and show nothing of its kernels. */
    private static final String ALL_BUT_ENDURANCE = "^(?!theResidentSize)";

    private static final int LIMIT_SECONDS = 1_200;

    @Test
    void aFewNetworksAreRightWithEachInstructionSet() throws IOException, InterruptedException {
        compareAll(0, 10);
    }

    @Test
    @LongTest
    void manyNetworksAreRightWithEachInstructionSet() throws IOException, InterruptedException {
        for (int first = 1_000; first < 4_000; first += 500) {
            compareAll(first, first + 500);
        }
    }

    @Test
    void theEngineBehavesWithEachInstructionSet() throws IOException, InterruptedException {
        behave(
                InstructionSet.withOtherKernels(),
                LibtorchEngineTest.class,
                "gradientsStatistics|dilates|partsOfAGradient");
    }

    @Test
    @LongTest
    void theWholeEngineBehavesWithEachInstructionSet() throws IOException, InterruptedException {
        List<InstructionSet> sets = InstructionSet.belowTheBest();
        behave(sets, LibtorchEngineTest.class, ALL_BUT_ENDURANCE);
        behave(sets, PrecisionTest.class, ALL_BUT_ENDURANCE);
        behave(sets, StreamsTest.class, "");
    }

    private static void behave(List<InstructionSet> sets, Class<?> tests, String methods)
            throws IOException, InterruptedException {
        for (InstructionSet set : sets) {
            ChildTests.Counts counts =
                    ChildTests.require(tests.getName(), methods, set.environment(), List.of(), LIMIT_SECONDS);
            System.out.printf("%s with %s: %s%n", tests.getSimpleName(), set, counts);
            assertThat(counts.succeeded()).isPositive();
        }
    }

    private static void compareAll(int first, int end) throws IOException, InterruptedException {
        List<InstructionSet> sets = InstructionSet.withKernelsOfTheirOwn();
        assumeFalse(sets.isEmpty(), "no processor of the x86 kind");
        for (InstructionSet set : sets) {
            compare(set, 1, first, end);
            compare(set, 2, first, end);
        }
    }

    private static void compare(InstructionSet set, int threads, int first, int end)
            throws IOException, InterruptedException {
        Map<String, String> checks = ChildJvm.memoryChecks();
        Map<String, String> environment = new HashMap<>(set.environment());
        environment.putAll(checks);
        environment.put("OMP_NUM_THREADS", Integer.toString(threads));
        // On a busy machine, threads that spin while they wait take three times as long.
        environment.put("OMP_WAIT_POLICY", "passive");
        environment.put("ONEDNN_VERBOSE", "1");
        List<String> lines = ChildJvm.run(
                InstructionSetProbe.class,
                environment,
                List.of(),
                List.of("libtorch", Integer.toString(threads), Integer.toString(first), Integer.toString(end)),
                LIMIT_SECONDS);
        Report report = Report.of(lines);
        System.out.printf(
                "libtorch with %s, %d threads: %d networks, %d wrong; %d tensors far by rounding%n",
                set,
                threads,
                report.tried(),
                report.wrong().size(),
                report.rounded().size());
        assertThat(report.wrong()).as("with %s and %s threads", set, threads).isEmpty();
        assertThat(report.memoryChecked()).isEqualTo(!checks.isEmpty());
        assertThat(lines)
                .anyMatch(line ->
                        line.startsWith("onednn_verbose") && line.contains("cpu,isa:Intel " + set.inOneDnnsWords()))
                .contains(InstructionSetProbe.CAPABILITY + set.capability());
    }
}
