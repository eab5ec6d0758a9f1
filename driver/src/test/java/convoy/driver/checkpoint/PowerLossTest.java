package convoy.driver.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;

import convoy.driver.fixture.LosingDisk;
import convoy.driver.fixture.ToyRun;
import convoy.driver.fixture.World;
import convoy.worker.groups.LongTest;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The power fails before each single change that a driver and its servers make to a disk, and what nobody asked the disk to write down is
 * lost: all of it, or some of it by a draw. What was committed is there afterwards, and the same command goes on from it.
 */
@Timeout(600)
final class PowerLossTest {
    private static final long LAST = 3;

    private World world = new World();
    private final Random numbers = new Random(1);

    /** What a driver had come to. */
    private static final class Progress implements ToyRun.Witness {
        private long epoch;
        private long from;
        private long committed;
        private final List<String> notices = new ArrayList<>();

        @Override
        public void holds(long given, long begins) {
            epoch = given;
            from = begins;
        }

        @Override
        public void committed(long step) {
            committed = step;
        }

        @Override
        public void notice(String line) {
            notices.add(line);
        }
    }

    /** Trains until the power fails before a change; returns whether it did. */
    private boolean failsBefore(int change, String disk, Progress progress) throws Exception {
        world = new World();
        World.Machine machine = world.machine();
        AtomicInteger left = new AtomicInteger(change);
        LosingDisk.watch(disk, (what, path) -> {
            if (left.getAndDecrement() <= 0) {
                throw new IOException("the power has failed");
            }
        });
        boolean failed = false;
        try {
            run(disk).live(machine, numbers.nextLong(), LAST, progress);
        } catch (IOException | UncheckedIOException dead) {
            failed = true;
        } catch (RuntimeException dead) {
            assertThat(dead).hasMessageContaining("the power has failed");
            failed = true;
        }
        machine.freeze(true);
        LosingDisk.watch(disk, (what, path) -> {});
        return failed;
    }

    private static ToyRun run(String disk) {
        return new ToyRun(LosingDisk.hadoop(), "losing://" + disk + "/some/runs", "run");
    }

    private void goOnAndCompare(String disk, Progress before) throws Exception {
        Progress after = new Progress();
        run(disk).live(world.machine(), numbers.nextLong(), LAST, after);
        assertThat(after.from).as("where it goes on").isGreaterThanOrEqualTo(before.committed);
        assertThat(after.epoch).as("no epoch is given twice").isGreaterThan(before.epoch);
        assertThat(after.notices).noneMatch(line -> line.contains("damaged"));
        assertThat(run(disk).checkpoints()).containsExactly(LAST - 1, LAST);
        assertThat(run(disk).values()).isEqualTo(ToyRun.expected(LAST));
        assertThat(run(disk).text("metrics.jsonl")).isEqualTo(ToyRun.metrics(LAST));
        assertThat(run(disk).text("run.yaml")).isEqualTo("the same each time");
        assertThat(run(disk).text("model.safetensors")).isEqualTo("the model of step " + LAST);
    }

    /** Seed 0 loses all that can be lost. */
    @ParameterizedTest
    @ValueSource(longs = {0, 1})
    void whateverWasNotWrittenDownIsLostAndNothingElse(long seed) throws Exception {
        failAtEachChange(seed);
    }

    @LongTest
    @Test
    void howeverMuchIsLost() throws Exception {
        for (long seed = 2; seed < 20; seed++) {
            failAtEachChange(seed);
        }
    }

    private void failAtEachChange(long seed) throws Exception {
        int failures = 0;
        for (int change = 0; ; change++) {
            String disk = "seed-" + seed + "-change-" + change;
            Progress progress = new Progress();
            boolean failed = failsBefore(change, disk, progress);
            if (seed == 0) {
                LosingDisk.crash(disk);
            } else {
                LosingDisk.crash(disk, new Random(1_000 * seed + change));
            }
            goOnAndCompare(disk, progress);
            if (!failed) {
                break;
            }
            failures++;
        }
        assertThat(failures).isGreaterThan(60);
    }

    /** The second driver resumes, which replaces what the first has written, and the power fails again. */
    @LongTest
    @Test
    void twoLossesInARowCostNoMoreThanOne() throws Exception {
        int failures = 0;
        for (int change = 0; ; change++) {
            String disk = "twice-" + change;
            failsBefore(70, disk, new Progress());
            LosingDisk.crash(disk, new Random(change));
            long whole = run(disk).checkpoints().size();
            Progress progress = new Progress();
            boolean failed = failsBefore(change, disk, progress);
            LosingDisk.crash(disk);
            goOnAndCompare(disk, progress);
            assertThat(whole).isPositive();
            if (!failed) {
                break;
            }
            failures++;
        }
        assertThat(failures).isGreaterThan(20);
    }
}
