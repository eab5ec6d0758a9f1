package convoy.worker.engine.libtorch;

import static org.assertj.core.api.Assertions.assertThat;

import convoy.worker.engine.ChildJvm;
import convoy.worker.engine.InstructionSet;
import convoy.worker.engine.libtorch.RawConvolutions.Case;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;

/**
 * PyTorch's own convolutions, beside plain loops, with each instruction set: none is wrong but those that the engine keeps clear of. Another
 * release of libtorch that mends these says so here, and one that spoils others too.
 */
class RawConvolutionsTest {
    private static final int SECONDS = 1_800;

    /** {@code -Dgroups=long -Dlong.tests=true}. */
    @Test
    @Tag("long")
    @EnabledIfSystemProperty(named = "long.tests", matches = "true")
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

    /** One after the other; behind one that ends the process, another process goes on. */
    private static void compare(InstructionSet set, RawConvolutions list, ScalarType type, int threads)
            throws IOException, InterruptedException {
        List<Case> cases = list.cases();
        List<String> wrong = new ArrayList<>();
        int avoided = 0;
        int next = 0;
        while (next < cases.size()) {
            ChildJvm.Outcome outcome = run(set, list, type, threads, next);
            List<String> begun = outcome.lines().stream()
                    .filter(line -> line.startsWith(RawConvolutionProbe.BEGINS))
                    .toList();
            assertThat(begun).as("%s with %s: %s", list, set, outcome).isNotEmpty();
            int last = next + begun.size() - 1;
            List<String> said = new ArrayList<>(outcome.lines().stream()
                    .filter(line -> line.startsWith(RawConvolutionProbe.WRONG))
                    .toList());
            if (!outcome.isWell()) {
                said.add(RawConvolutionProbe.WRONG + last + ": " + (outcome.ended() ? "crashes" : "hangs") + ": "
                        + cases.get(last));
            }
            for (String line : said) {
                int place = Integer.parseInt(line.substring(RawConvolutionProbe.WRONG.length(), line.indexOf(':')));
                if (cases.get(place).isAvoided()) {
                    avoided++;
                } else {
                    wrong.add(line);
                }
            }
            next = last + 1;
        }
        System.out.printf(
                "%s, %s, %d threads, %s: %d tried, wrong %d, and %d that the engine avoids%n",
                set, type, threads, list, cases.size(), wrong.size(), avoided);
        assertThat(wrong).as("%s, %s, %d threads", set, type, threads).isEmpty();
    }

    private static ChildJvm.Outcome run(
            InstructionSet set, RawConvolutions list, ScalarType type, int threads, int first)
            throws IOException, InterruptedException {
        Map<String, String> environment = new HashMap<>(set.environment());
        environment.putAll(ChildJvm.memoryChecks());
        environment.put("OMP_NUM_THREADS", Integer.toString(threads));
        environment.put("OMP_WAIT_POLICY", "passive");
        return ChildJvm.attempt(
                RawConvolutionProbe.class,
                environment,
                List.of("-Xmx700m"),
                List.of(
                        list.name(),
                        type.name(),
                        Integer.toString(threads),
                        Integer.toString(first),
                        Integer.toString(Integer.MAX_VALUE)),
                SECONDS);
    }
}
