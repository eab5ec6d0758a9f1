package convoy.driver.runs.rivals;

import static org.assertj.core.api.Assertions.assertThat;

import convoy.driver.fixture.ToyRun;
import convoy.driver.fixture.World;
import convoy.driver.lease.HeldByAnotherException;
import convoy.parameterserver.time.Clock;
import convoy.parameterserver.time.Wakeup;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.hadoop.conf.Configuration;

/** Two drivers that want one run at the same time, and drivers that are killed, on whatever file system. */
public final class TwoDrivers {
    /** Time passes so much faster for drivers that race: 10 s without a sign count as 20, which a machine with much to do may take. */
    private static final int SPEED = 2;

    /** Races in {@code verify}, and in the long form. */
    public static final int FEW = 12;

    public static final int MANY = 200;

    private static final int TOGETHER = 16;
    private static final long LAST = 5;

    private final Where where;

    /** Where runs lie, for the drivers of one process. */
    public interface Where {
        /** Settings of a process of that name. */
        Configuration hadoop(String process);

        /** URI under which runs lie. */
        String runs();
    }

    /** What became of the drivers of many races. */
    private record Tally(int trained, int refused, int cameAfter) {}

    /** On one file system. */
    public TwoDrivers(Where where) {
        this.where = where;
    }

    private static final class Hurried implements Clock {
        @Override
        public long nanoTime() {
            return System.nanoTime() * SPEED;
        }

        @Override
        public Instant now() {
            return Instant.now();
        }

        @Override
        public Wakeup wakeup() {
            Wakeup real = Clock.system().wakeup();
            return new Wakeup() {
                @Override
                public void signal() {
                    real.signal();
                }

                @Override
                public void await(long millis) throws InterruptedException {
                    real.await(millis / SPEED);
                }
            };
        }

        @Override
        public ExecutorService pool(String name, int threads) {
            return Clock.system().pool(name, threads);
        }

        @Override
        public ScheduledExecutorService timer(String name) {
            return new ScheduledThreadPoolExecutor(1) {
                @Override
                public ScheduledFuture<?> scheduleWithFixedDelay(Runnable work, long first, long pause, TimeUnit unit) {
                    return super.scheduleWithFixedDelay(work, first / SPEED, pause / SPEED, unit);
                }
            };
        }
    }

    /** One of two that race for a run. */
    private final class Racer implements ToyRun.Witness {
        private final Random random;
        private final String run;
        private final String process;
        private final AtomicInteger holding;
        private boolean holds;
        private long from;

        Racer(String run, String process, AtomicInteger holding, long seed) {
            this.run = run;
            this.process = process;
            this.holding = holding;
            this.random = new Random(seed);
        }

        @Override
        public void holds(long epoch, long begins) {
            holds = true;
            from = begins;
            assertThat(holding.incrementAndGet())
                    .as("%s, at epoch %d", run, epoch)
                    .isEqualTo(1);
        }

        @Override
        public void committed(long step) {
            try {
                Thread.sleep(400 + random.nextInt(200));
            } catch (InterruptedException interrupted) {
                throw new IllegalStateException(interrupted);
            }
        }

        /** Returns what became of it. */
        String race() throws Exception {
            Thread.sleep(random.nextInt(random.nextBoolean() ? 10 : 500));
            try {
                new ToyRun(where.hadoop(process), where.runs(), run).live(new Hurried(), random.nextLong(), LAST, this);
                return from == 0 ? "trained" : "came after";
            } catch (HeldByAnotherException refused) {
                assertThat(refused)
                        .hasMessageMatching("run '" + run + "' is held by process "
                                + ProcessHandle.current().pid()
                                + " on [^ ]+ since [0-9-]+T[0-9:.]+Z, which lives: wait for its end, or end it and give"
                                + " the same command again");
                return "refused";
            } finally {
                if (holds) {
                    holding.decrementAndGet();
                }
            }
        }
    }

    /** Has two drivers want the same run, many times: one trains it each time, and the other is refused or comes when all is done. */
    public void assertOneTrains(int races) throws Exception {
        Tally tally = race(races);
        assertThat(tally.trained()).isEqualTo(races);
        assertThat(tally.refused() + tally.cameAfter()).isEqualTo(races);
        assertThat(tally.refused()).isGreaterThan(races / 2);
    }

    /** Each time at other moments: a seed each. */
    private Tally race(int times) throws Exception {
        ExecutorService threads = Executors.newFixedThreadPool(2 * TOGETHER);
        try {
            List<Future<String>> ends = new ArrayList<>();
            for (int seed = 0; seed < times; seed++) {
                String run = "race-" + seed;
                AtomicInteger holding = new AtomicInteger();
                for (int driver = 0; driver < 2; driver++) {
                    Racer racer = new Racer(run, run + "-" + driver, holding, 2L * seed + driver);
                    ends.add(threads.submit(racer::race));
                }
            }
            int[] became = new int[3];
            for (int seed = 0; seed < times; seed++) {
                List<String> both =
                        List.of(ends.get(2 * seed).get(), ends.get(2 * seed + 1).get());
                assertThat(both).as("seed %d", seed).contains("trained").isNotEqualTo(List.of("trained", "trained"));
                for (String one : both) {
                    became[List.of("trained", "refused", "came after").indexOf(one)]++;
                }
                assertEnded("race-" + seed);
            }
            return new Tally(became[0], became[1], became[2]);
        } finally {
            threads.shutdownNow();
        }
    }

    /** All that the run of a driver that nobody disturbs leaves behind is there. */
    private void assertEnded(String name) throws IOException {
        ToyRun run = new ToyRun(where.hadoop("looks"), where.runs(), name);
        assertThat(run.checkpoints()).as(name).containsExactly(LAST - 1, LAST);
        assertThat(run.values()).as(name).isEqualTo(ToyRun.expected(LAST));
        assertThat(run.text("metrics.jsonl")).as(name).isEqualTo(ToyRun.metrics(LAST));
        assertThat(run.text("run.yaml")).isEqualTo("the same each time");
        assertThat(run.text("model.safetensors")).isEqualTo("the model of step " + LAST);
    }

    /** Kills whoever changes files next. */
    public interface Killer {
        /** After so many changes of a process. */
        void killAfter(String process, int changes);

        /** Nobody is killed any more; returns whether somebody was. */
        boolean stop(String process);
    }

    /**
     * Kills the holder at each change that it makes, from taking the run to its model, or at some of them, and has another one come after it;
     * returns how many were killed.
     */
    public int kill(Killer killer, int every) throws Exception {
        Random numbers = new Random(1);
        int killed = 0;
        for (int changes = 0; ; changes += every) {
            World world = new World();
            String name = "killed-" + changes;
            String process = name + "-first";
            World.Machine machine = world.machine();
            long[] committed = {0};
            ToyRun.Witness witness = new ToyRun.Witness() {
                @Override
                public void committed(long step) {
                    committed[0] = step;
                }
            };
            killer.killAfter(process, changes);
            try {
                new ToyRun(where.hadoop(process), where.runs(), name).live(machine, numbers.nextLong(), LAST, witness);
            } catch (IOException | UncheckedIOException dead) {
                killed++;
            } catch (RuntimeException dead) {
                assertThat(dead.getMessage()).contains("dead");
                killed++;
            }
            machine.freeze(true);
            boolean died = killer.stop(process);
            ToyRun next = new ToyRun(where.hadoop(name + "-second"), where.runs(), name);
            if (committed[0] > 0) {
                assertThat(next.checkpoints()).as(name).contains(committed[0]);
                assertThat(next.values())
                        .as(name)
                        .isIn(ToyRun.expected(committed[0]), ToyRun.expected(committed[0] + 1));
            }
            long[] from = {-1};
            next.live(world.machine(), numbers.nextLong(), LAST, new ToyRun.Witness() {
                @Override
                public void holds(long epoch, long begins) {
                    from[0] = begins;
                }

                @Override
                public void notice(String line) {
                    assertThat(line.toLowerCase(Locale.ROOT)).doesNotContain("damaged");
                }
            });
            assertThat(from[0]).as(name).isBetween(committed[0], committed[0] + 1);
            assertEnded(name);
            if (!died) {
                return killed;
            }
        }
    }
}
