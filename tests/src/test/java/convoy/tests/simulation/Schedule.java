package convoy.tests.simulation;

import convoy.architectures.random.RandomStream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;

/**
 * All that a seed decides of a simulated run: what is trained, on what, and what goes wrong when.
 *
 * @param seed of everything
 * @param setting what is trained
 * @param size how large the cluster is
 * @param checkpoints when they are written
 * @param renamesInSteps whether the file system copies and deletes where one renames
 * @param faults in the order of their times
 */
record Schedule(
        long seed, Setting setting, Size size, Checkpointing checkpoints, boolean renamesInSteps, List<Moment> faults) {
    private static final int MOST_FAULTS = 6;

    /** A run without faults takes about half of this. */
    private static final int LAST_FAULT_MILLIS = 800;

    Schedule {
        faults = List.copyOf(faults);
    }

    /**
     * The cluster.
     *
     * @param executors that there are at first
     * @param workers asked for
     * @param servers asked for
     */
    record Size(int executors, int workers, int servers) {}

    /**
     * When there are checkpoints.
     *
     * @param every so many steps
     * @param keep so many
     */
    record Checkpointing(long every, int keep) {}

    /**
     * A fault at its time.
     *
     * @param at since the beginning
     */
    record Moment(Duration at, Fault fault) {}

    /** Which kinds of faults there are. */
    enum Kinds {
        NONE,
        EXECUTORS,
        DRIVERS,
        STORAGE
    }

    /** The schedule of a seed: a third each with executors' and messages' faults alone, with drivers' as well, and with the file system's too. */
    static Schedule of(long seed) {
        Kinds kinds = Kinds.values()[1 + (int) Math.floorMod(seed, 3L)];
        return of(seed, kinds);
    }

    static Schedule of(long seed, Kinds most) {
        RandomStream random = RandomStream.of(seed, "schedule", 0);
        int microBatches = random.nextInt(8) == 0 ? 8 : 1 + random.nextInt(5);
        Setting setting = new Setting(microBatches, width(random), random.nextInt(2) == 0);
        int workers = 1 + random.nextInt(Math.min(4, setting.microBatches()));
        Size size = new Size(Math.max(1, workers + random.nextInt(3) - 1), workers, 1 + random.nextInt(3));
        Checkpointing checkpoints = new Checkpointing(2 + random.nextInt(4), 1 + random.nextInt(3));
        boolean renamesInSteps = random.nextInt(4) == 0;
        List<Moment> faults = new ArrayList<>();
        int count = most == Kinds.NONE ? 0 : random.nextInt(MOST_FAULTS + 1);
        for (int i = 0; i < count; i++) {
            faults.add(new Moment(Duration.ofMillis(random.nextInt(LAST_FAULT_MILLIS)), fault(random, most)));
        }
        faults.sort(Comparator.comparing(Moment::at));
        return new Schedule(seed, setting, size, checkpoints, renamesInSteps, faults);
    }

    private static int width(RandomStream random) {
        int drawn = random.nextInt(12);
        return Setting.WIDTHS.get(drawn < 3 ? 0 : drawn < 8 ? 1 : drawn < 11 ? 2 : 3);
    }

    private static Duration millis(RandomStream random, int least, int most) {
        return Duration.ofMillis(least + random.nextInt(most - least));
    }

    private static Fault fault(RandomStream random, Kinds most) {
        int which = random.nextInt(8);
        int other = which + 1 + random.nextInt(3);
        boolean yes = random.nextInt(2) == 0;
        int kinds =
                switch (most) {
                    case NONE, EXECUTORS -> 11;
                    case DRIVERS -> 19;
                    case STORAGE -> 23;
                };
        return switch (random.nextInt(kinds)) {
            case 0, 1 -> new Fault.KillExecutor(which);
            case 2 -> new Fault.PauseExecutor(which, millis(random, 10, 3000));
            case 3 -> new Fault.SlowExecutor(which, 2 + random.nextInt(30));
            case 4 -> new Fault.SlowLink(which, millis(random, 1, 200));
            case 5 -> new Fault.CutExecutors(which, other, millis(random, 5, 2500));
            case 6 -> new Fault.CutDriver(which, millis(random, 5, 2500));
            case 7, 8 -> new Fault.BreakConnections(which, yes ? which : other, random.nextInt(2) == 0);
            case 9 -> new Fault.MistakeForLost(which, millis(random, 5, 3000));
            case 10 -> new Fault.AddExecutor();
            case 11 -> new Fault.KillDriver();
            case 12 -> new Fault.AskToStop();
            case 13 -> new Fault.PauseDriver(millis(random, 10, 40_000));
            case 14 -> new Fault.JumpClock(Duration.ofSeconds(random.nextInt(20_000) - 10_000));
            case 15 -> new Fault.SecondDriver();
            case 16 -> new Fault.KillDriverAtChange(random.nextInt(60), yes);
            case 17 ->
                yes
                        ? new Fault.PauseDriverAtChange(random.nextInt(60), millis(random, 10, 40_000))
                        : new Fault.PauseExecutorAtChange(random.nextInt(20), millis(random, 10, 40_000));
            case 18 -> new Fault.KillExecutorAtChange(random.nextInt(20), yes);
            case 19 -> new Fault.StorageFails(yes, millis(random, 1, 4000));
            case 20 -> new Fault.StorageStalls(millis(random, 1, 8000));
            case 21 -> new Fault.ChangeFails(random.nextInt(80));
            case 22 -> new Fault.LosePower();
            default -> throw new IllegalStateException("no such kind");
        };
    }

    @Override
    public String toString() {
        StringBuilder text = new StringBuilder(String.format(
                Locale.ROOT,
                "seed %d: %d steps of %d micro-batches, %d partitions%s, %s; a checkpoint every %d steps, %d kept%s%n",
                seed,
                setting.resolved().steps(),
                setting.microBatches(),
                setting.partitions(),
                setting.momentum() ? ", momentum and clipping" : "",
                size,
                checkpoints.every(),
                checkpoints.keep(),
                renamesInSteps ? ", renaming in steps" : ""));
        for (Moment moment : faults) {
            text.append(String.format(Locale.ROOT, "%6d ms  %s%n", moment.at().toMillis(), moment.fault()));
        }
        return text.toString();
    }
}
