package convoy.jobs.study.schedule;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import convoy.jobs.study.plan.Assignment;
import convoy.jobs.study.plan.Fate;
import convoy.jobs.study.plan.Plan;
import convoy.jobs.study.plan.Results;
import convoy.jobs.study.plan.Score;
import convoy.jobs.study.plan.StudyState;
import convoy.jobs.study.plan.ToyStudy;
import convoy.jobs.study.plan.Trial;
import convoy.jobs.study.plan.TrialRecord;
import convoy.records.BadInputException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Consumer;
import java.util.function.ToDoubleFunction;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The scheduler on a cluster in virtual time: a trial takes as long as it costs, and nothing else takes any. */
final class SchedulerTest {
    private static final String EIGHT = ToyStudy.PLAIN.replace("[1, 2, 3]", "[1, 2, 3, 4]");

    /** Trains in virtual time, and keeps what it is told to. */
    private static class Simulation implements TrialRunner, Capacity, Ledger {
        private record End(double time, long number, Runnable action) {}

        private final PriorityQueue<End> ends =
                new PriorityQueue<>(Comparator.comparingDouble(End::time).thenComparingLong(End::number));
        private final List<String> started = new ArrayList<>();
        private final int slots;
        private final ToDoubleFunction<Assignment> duration;
        private Results kept = Results.none();
        private double now;
        private double busy;
        private int used;
        private int mostUsed;
        private int tests;
        private int begun;
        private long numbers;

        Simulation(int slots, ToDoubleFunction<Assignment> duration) {
            this.slots = slots;
            this.duration = duration;
        }

        TrialOutcome outcome(Assignment assignment) {
            return new TrialOutcome.Reached(ToyStudy.score(assignment.trial(), assignment.until()));
        }

        @Override
        public int workers() {
            return slots;
        }

        @Override
        public void start(Assignment assignment, Consumer<TrialOutcome> ended) {
            int workers = assignment.trial().workers();
            double takes = duration.applyAsDouble(assignment);
            started.add(assignment.trial().id() + " " + assignment.until());
            used += workers;
            mostUsed = Math.max(mostUsed, used);
            busy += takes * workers;
            ends.add(new End(now + takes, numbers++, () -> {
                used -= workers;
                ended.accept(outcome(assignment));
            }));
        }

        @Override
        public void readTest(List<Trial> trials, Consumer<Map<String, Score>> ended) {
            tests++;
            Map<String, Score> scores = new TreeMap<>();
            trials.forEach(trial -> scores.put(trial.id(), ToyStudy.score(trial, 7)));
            ends.add(new End(now, numbers++, () -> ended.accept(scores)));
        }

        @Override
        public void keep(Trial trial, TrialRecord record) {
            kept = kept.with(trial, record);
        }

        @Override
        public void beginTest(List<Trial> trials) {
            begun++;
        }

        @Override
        public void keepTest(Map<String, Score> scores) {
            kept = kept.withTest(scores);
        }

        /** Lets so many ends happen, or all. */
        Scheduler run(Plan plan, Results before, int most) {
            kept = before;
            Scheduler scheduler = new Scheduler(plan, before, this, this, this);
            scheduler.fill();
            for (int i = 0; i < most && !scheduler.isOver(); i++) {
                End next = ends.remove();
                now = next.time();
                next.action().run();
            }
            return scheduler;
        }
    }

    private static double cost(Assignment assignment) {
        return assignment.work();
    }

    @ParameterizedTest
    @CsvSource({"2", "3", "4"})
    void eightTrialsOnFewSlotsTakeHardlyLongerThanTheirWork(int slots) {
        // As long as one another: the trials of b cost twice as much in the toy, which four slots could not even out.
        Simulation cluster = new Simulation(slots, assignment -> 1);
        cluster.run(ToyStudy.of(EIGHT).plan(), Results.none(), Integer.MAX_VALUE);
        assertThat(cluster.started).hasSize(8);
        assertThat(cluster.mostUsed).isEqualTo(slots);
        assertThat(cluster.now).isLessThanOrEqualTo(Math.ceil(8.0 / slots));
        if (8 % slots == 0) {
            assertThat(cluster.now).isLessThanOrEqualTo(1.1 * cluster.busy / slots);
        }
    }

    @Test
    void eightTrialsOfTwoLengthsOnTwoSlots() {
        Simulation cluster = new Simulation(2, SchedulerTest::cost);
        cluster.run(ToyStudy.of(EIGHT).plan(), Results.none(), Integer.MAX_VALUE);
        assertThat(cluster.now).isLessThanOrEqualTo(1.1 * cluster.busy / 2);
        assertThat(cluster.started.subList(0, 4)).allMatch(id -> id.startsWith("b"));
    }

    /** 120 trials of lengths from 1 to 5 on 16 slots: the longest first leaves no ragged end. */
    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 4, 5})
    void aLargerClusterIsKeptFull(int draw) {
        StringBuilder seeds = new StringBuilder("[1");
        for (int seed = 2; seed <= 60; seed++) {
            seeds.append(", ").append(seed);
        }
        ToyStudy toy = ToyStudy.of(ToyStudy.PLAIN.replace("[1, 2, 3", seeds));
        Simulation cluster = new Simulation(
                16,
                assignment -> assignment.work()
                        * (1 + Math.floorMod(assignment.trial().id().hashCode() * draw, 150) / 100.0));
        cluster.run(toy.plan(), Results.none(), Integer.MAX_VALUE);
        assertThat(cluster.started).hasSize(120);
        assertThat(cluster.mostUsed).isEqualTo(16);
        assertThat(cluster.now).isLessThanOrEqualTo(1.1 * cluster.busy / 16);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 4, 64})
    void halvingStopsTheSameTrialsOnAnyNumberOfSlots(int slots) {
        ToyStudy toy = ToyStudy.of(ToyStudy.HALVED);
        StudyState expected = toy.plan().state(toy.finish(Results.none()));
        for (int draw = 1; draw <= 5; draw++) {
            int factor = draw;
            Simulation cluster = new Simulation(
                    slots,
                    assignment -> 1 + Math.floorMod(assignment.trial().id().hashCode() * factor, 97));
            Scheduler scheduler = cluster.run(toy.plan(), Results.none(), Integer.MAX_VALUE);
            assertThat(scheduler.state()).isEqualTo(expected);
            assertThat(cluster.kept).isEqualTo(toy.finish(Results.none()));
            assertThat(cluster.started).doesNotHaveDuplicates();
        }
        assertThat(expected.variants().get(0).tuning().stream().filter(member -> member.fate() == Fate.STOPPED))
                .hasSize(8);
    }

    /** Killed after any number of ends, it goes on from what was kept, and ends with the same. */
    @Test
    void whatWasKeptIsGoneOnWith() {
        ToyStudy toy = ToyStudy.of(ToyStudy.HALVED + "test: data/test\n");
        Simulation undisturbed = new Simulation(2, SchedulerTest::cost);
        undisturbed.run(toy.plan(), Results.none(), Integer.MAX_VALUE);
        assertThat(undisturbed.tests).isOne();
        int ends = undisturbed.started.size();
        for (int killedAfter = 0; killedAfter < ends; killedAfter++) {
            Simulation first = new Simulation(2, SchedulerTest::cost);
            first.run(toy.plan(), Results.none(), killedAfter);
            Simulation second = new Simulation(3, SchedulerTest::cost);
            second.run(toy.plan(), first.kept, Integer.MAX_VALUE);
            assertThat(second.kept).isEqualTo(undisturbed.kept);
            assertThat(first.tests + second.tests).isOne();
            assertThat(first.begun + second.begun).isOne();
            assertThat(new TreeSet<>(second.started))
                    .as("nothing that was kept is trained again")
                    .hasSize(ends - killedAfter);
        }
    }

    @Test
    void aCrashedTrialIsTriedAgainAsOftenAsTheStudySays() {
        ToyStudy toy = ToyStudy.of(ToyStudy.PLAIN);
        Simulation cluster = new Simulation(2, SchedulerTest::cost) {
            @Override
            TrialOutcome outcome(Assignment assignment) {
                return switch (assignment.trial().id()) {
                    case "a-s1" -> new TrialOutcome.Crashed("an executor was lost");
                    case "b-s2" -> new TrialOutcome.Diverged(12, "the loss of step 12 is NaN");
                    default -> super.outcome(assignment);
                };
            }
        };
        Scheduler scheduler = cluster.run(toy.plan(), Results.none(), Integer.MAX_VALUE);
        assertThat(cluster.started.stream().filter("a-s1 20"::equals)).hasSize(3);
        assertThat(cluster.started.stream().filter("b-s2 20"::equals)).hasSize(1);
        assertThat(scheduler.state().variants().get(0).comparing().get(0).fate())
                .isEqualTo(Fate.CRASHED);
        assertThat(scheduler.state().variants().get(1).comparing().get(1).fate())
                .isEqualTo(Fate.DIVERGED);
        assertThat(cluster.kept.trials().get("b-s2"))
                .isEqualTo(
                        new TrialOutcome.Diverged(12, "the loss of step 12 is NaN").after(20, TrialRecord.defaults()));
    }

    @Test
    void aTrialOfTwoWorkersTakesTwoSlots() {
        ToyStudy toy = ToyStudy.of(EIGHT).withWorkers(2);
        Simulation cluster = new Simulation(5, SchedulerTest::cost);
        cluster.run(toy.plan(), Results.none(), Integer.MAX_VALUE);
        assertThat(cluster.mostUsed).isEqualTo(4);
    }

    @Test
    void aTrialThatNeverFitsIsRefused() {
        ToyStudy toy = ToyStudy.of(EIGHT).withWorkers(3);
        Simulation cluster = new Simulation(2, SchedulerTest::cost);
        assertThatThrownBy(() -> cluster.run(toy.plan(), Results.none(), Integer.MAX_VALUE))
                .isInstanceOf(BadInputException.class)
                .hasMessage(
                        "workers = 3 of trial b-s1 > 2, which the cluster has room for: lower workers in base, or give"
                                + " the application more executors");
    }

    @Test
    void afterAStopNothingIsStarted() {
        ToyStudy toy = ToyStudy.of(EIGHT);
        Simulation cluster = new Simulation(2, SchedulerTest::cost);
        Scheduler scheduler = cluster.run(toy.plan(), Results.none(), 1);
        scheduler.stop();
        assertThat(scheduler.isOver()).isFalse();
        while (!cluster.ends.isEmpty()) {
            cluster.ends.remove().action().run();
        }
        assertThat(scheduler.isOver()).isTrue();
        assertThat(cluster.started).hasSize(3);
    }
}
