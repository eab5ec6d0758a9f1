package convoy.parameterserver.server;

import static org.assertj.core.api.Assertions.assertThat;

import convoy.parameterserver.layout.Layouts;
import convoy.parameterserver.range.RangeSpec;
import convoy.parameterserver.range.RangeSpecBuilder;
import convoy.parameterserver.range.ServerAddress;
import convoy.parameterserver.range.SnapshotPlan;
import convoy.parameterserver.update.Optimizer;
import convoy.parameterserver.update.Schedule;
import convoy.parameterserver.update.UpdateRuleBuilder;
import convoy.parameterserver.update.WeightDecay;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** What a range may take of a heap, and what it does without on a small one. */
final class RangeMemoryTest {
    private static final int BYTES = 4 * Layouts.ofEveryRole(5_000, 300).size();

    /** One of a run with momentum and 256 micro-batches. */
    private static RangeSpec spec(int servers, long mirrorEvery) {
        List<ServerAddress> addresses = IntStream.range(0, servers)
                .mapToObj(server -> new ServerAddress("host-" + server, 7_000))
                .toList();
        return RangeSpecBuilder.builder()
                .run("run")
                .incarnation(1)
                .server(0)
                .layout(Layouts.ofEveryRole(5_000, 300))
                .rule(UpdateRuleBuilder.builder()
                        .optimizer(new Optimizer.Momentum(0.9))
                        .weightDecay(WeightDecay.defaults())
                        .schedule(new Schedule.Constant(0.1))
                        .build())
                .leaves(256)
                .firstVersion(0)
                .servers(addresses)
                .snapshots(SnapshotPlan.to("file:///nowhere"))
                .mirrorEvery(mirrorEvery)
                .build();
    }

    @Test
    void aRangeTakesWhatItWantsWhereHalfOfTheHeapIsEnough() {
        RangeSpec spec = spec(1, 10);
        // Values, a slot, two versions, 8 + 16 sums, three snapshots of values and slot.
        long wanted = (1 + 1 + 2 + 24 + 6) * (long) BYTES;
        RangeMemory memory = RangeMemory.within(spec, 0, 2 * wanted).orElseThrow();
        assertThat(memory.bytes()).isEqualTo(wanted);
        assertThat(memory.mirrors()).as("nobody is there who could keep them").isFalse();
        assertThat(RangeMemory.within(spec, 0, 2 * wanted - 1)
                        .orElseThrow()
                        .sums()
                        .ahead())
                .isEqualTo(15);
        assertThat(RangeMemory.within(spec, 7L * BYTES, 2 * wanted)
                        .orElseThrow()
                        .sums()
                        .ahead())
                .as("beside another range")
                .isEqualTo(9);
    }

    @Test
    void onASmallHeapThereAreNoMirrorsAndAtLastOneSnapshotAtATime() {
        int range = 4 * spec(3, 10).range().size();
        // Two versions of its own and of its neighbour's, of values and slot.
        long mirrored = (1 + 1 + 2 + 9 + 6 + 8) * (long) range;
        RangeMemory memory = RangeMemory.within(spec(3, 10), 0, 2 * mirrored).orElseThrow();
        assertThat(memory.mirrors()).isTrue();
        assertThat(memory.bytes()).isEqualTo(mirrored);
        RangeMemory without =
                RangeMemory.within(spec(3, 10), 0, 2 * mirrored - 1).orElseThrow();
        assertThat(without.mirrors()).isFalse();
        assertThat(without.sums().ahead()).isEqualTo(8);
        assertThat(RangeMemory.within(spec(3, 0), 0, 2 * mirrored).orElseThrow().mirrors())
                .as("which a run does not want")
                .isFalse();
        long least = (1 + 1 + 2 + 9 + 4) * (long) range;
        RangeMemory small = RangeMemory.within(spec(3, 10), 0, least).orElseThrow();
        assertThat(small.bytes()).isEqualTo(least);
        assertThat(small.copies()).isEqualTo(1);
        assertThat(RangeMemory.within(spec(3, 10), 0, least - 1)).isEmpty();
    }
}
