package convoy.driver.coordination;

import static org.assertj.core.api.Assertions.assertThat;

import convoy.driver.coordination.crash.ExecutorLoss;
import convoy.worker.loop.EvaluationMetrics;
import convoy.worker.loop.EvaluationTurn;
import convoy.worker.loop.MicroBatchMetrics;
import convoy.worker.loop.MicroBatches;
import convoy.worker.loop.StepReport;
import convoy.worker.loop.View;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

final class CoordinatorTest {
    private final List<RunEvent> events = new ArrayList<>();
    private long now = 1_000_000_000L;
    private long reports;
    private Ticking clock = () -> {};

    private interface Ticking {
        void tick();
    }

    private Coordinator coordinator(int microBatches, long until, Set<Long> evaluations) {
        Coordinator coordinator = new Coordinator(
                CoordinatorPlanBuilder.builder()
                        .microBatches(microBatches)
                        .firstVersion(0)
                        .until(until)
                        .evaluations(evaluations)
                        .evaluationBlocks(3)
                        .silentAfter(Duration.ofSeconds(3))
                        .failures(3)
                        .trouble(Duration.ofMinutes(5))
                        .computed("network toy, engine toy")
                        .build(),
                () -> now,
                events::add);
        coordinator.serversOpened(1, 0, List.of("a:1"));
        clock = coordinator::tick;
        return coordinator;
    }

    /** Time passes, and the clock ticks. */
    private void pass(Duration time) {
        for (long end = now + time.toNanos(); now < end; ) {
            now = Math.min(end, now + 50_000_000);
            clock.tick();
        }
    }

    /** The same, and these workers are heard of. */
    private void live(Coordinator coordinator, Duration time, long... workers) {
        for (long second = 0; second < time.toSeconds(); second++) {
            pass(Duration.ofSeconds(1));
            for (long worker : workers) {
                heartbeat(coordinator, worker);
            }
        }
    }

    private static long join(Coordinator coordinator, int task) {
        return join(coordinator, task, 0);
    }

    private static long join(Coordinator coordinator, int task, int attempt) {
        return coordinator.join(task, attempt, "executor-" + task, "host");
    }

    private StepReport report(long incarnation, long step, int... microBatches) {
        return new StepReport(
                ++reports,
                incarnation,
                step,
                IntStream.of(microBatches)
                        .mapToObj(index -> new MicroBatchMetrics(index, 4, index, 0.5, 1))
                        .toList(),
                new StepReport.Times(1_000_000L * microBatches.length, 0, 0));
    }

    /** Of a worker whose servers have all that it has reported. */
    private View heartbeat(Coordinator coordinator, long worker) {
        return coordinator.heartbeat(worker, reports);
    }

    private static int[] all(View view, long step) {
        return view.microBatches(step).stream().mapToInt(Integer::intValue).toArray();
    }

    private <T extends RunEvent> List<T> events(Class<T> kind) {
        return events.stream().filter(kind::isInstance).map(kind::cast).toList();
    }

    /** It was begun before the one that takes part, and its message was on its way for long. */
    @Test
    void anAttemptThatJoinsAfterTheOneThatFollowedItTakesNobodysPlace() {
        Coordinator coordinator = coordinator(8, 10, Set.of());
        long second = coordinator.join(0, 2, "executor-2", "host");
        long late = coordinator.join(0, 1, "executor-1", "host");
        assertThat(heartbeat(coordinator, late).finished()).isTrue();
        assertThat(heartbeat(coordinator, second).finished()).isFalse();
        assertThat(heartbeat(coordinator, second).share()).contains(new MicroBatches(0, 8));
    }

    @Test
    void anAttemptWhoseMessageArrivesTwiceJoinsOnce() {
        Coordinator coordinator = coordinator(8, 10, Set.of());
        long first = coordinator.join(0, 0, "executor-0", "host");
        assertThat(coordinator.join(0, 0, "executor-0", "host")).isEqualTo(first);
        assertThat(heartbeat(coordinator, first).share()).contains(new MicroBatches(0, 8));
    }

    @Test
    void sharesAreContiguousAndCoverAStepInTheOrderOfTheTasks() {
        Coordinator coordinator = coordinator(8, 10, Set.of());
        long second = join(coordinator, 1);
        long first = join(coordinator, 0);
        assertThat(heartbeat(coordinator, first).share()).contains(new MicroBatches(0, 4));
        assertThat(heartbeat(coordinator, second).share()).contains(new MicroBatches(4, 8));
        long third = join(coordinator, 2);
        assertThat(heartbeat(coordinator, first).share()).contains(new MicroBatches(0, 3));
        assertThat(heartbeat(coordinator, second).share()).contains(new MicroBatches(3, 6));
        assertThat(heartbeat(coordinator, third).share()).contains(new MicroBatches(6, 8));
    }

    @Test
    void aStepIsDoneWhenEveryMicroBatchIsReportedAndItsFiguresAreAddedInOrder() {
        Coordinator coordinator = coordinator(4, 10, Set.of());
        long first = join(coordinator, 0);
        long second = join(coordinator, 1);
        coordinator.report(second, report(1, 0, 3, 2));
        coordinator.report(second, report(1, 0, 3));
        assertThat(events(RunEvent.StepDone.class)).isEmpty();
        coordinator.report(first, report(1, 0, 0, 1));
        List<RunEvent.StepDone> done = events(RunEvent.StepDone.class);
        assertThat(done).hasSize(1);
        StepMetrics metrics = done.get(0).metrics();
        assertThat(metrics.step()).isZero();
        assertThat(metrics.examples()).isEqualTo(16);
        assertThat(metrics.correct()).isEqualTo(4);
        assertThat(metrics.loss()).isEqualTo((0.0 + 1 + 2 + 3) / 16);
        assertThat(metrics.auxiliaryLoss()).isEqualTo(2.0 / 16);
        assertThat(coordinator.currentStep()).isEqualTo(1);
    }

    @Test
    void aLostExecutorsMicroBatchesGoToTheOthers() {
        Coordinator coordinator = coordinator(8, 10, Set.of());
        long first = join(coordinator, 0);
        long second = join(coordinator, 1);
        long before = heartbeat(coordinator, first).number();
        lose(coordinator, "executor-1", "killed");
        View view = heartbeat(coordinator, first);
        assertThat(view.number()).isGreaterThan(before);
        assertThat(view.share()).contains(new MicroBatches(0, 8));
        assertThat(heartbeat(coordinator, second).finished())
                .as("a process that outlived its executor is sent away")
                .isTrue();
        long again = coordinator.join(1, 1, "executor-2", "host");
        assertThat(heartbeat(coordinator, again).share()).contains(new MicroBatches(4, 8));
    }

    @Test
    void aSilentWorkerLosesItsShareAndGetsItBackWhenItIsHeard() {
        Coordinator coordinator = coordinator(8, 10, Set.of());
        long first = join(coordinator, 0);
        long second = join(coordinator, 1);
        pass(Duration.ofSeconds(2));
        heartbeat(coordinator, first);
        pass(Duration.ofSeconds(2));
        coordinator.tick();
        assertThat(heartbeat(coordinator, first).share()).contains(new MicroBatches(0, 8));
        assertThat(coordinator.workers()).hasSize(1);
        assertThat(heartbeat(coordinator, second).share()).contains(new MicroBatches(4, 8));
        assertThat(heartbeat(coordinator, first).share()).contains(new MicroBatches(0, 4));
    }

    @Test
    void aLateWorkersMicroBatchesAreGivenToAnIdleOneForThatStepAlone() {
        Coordinator coordinator = coordinator(4, 10, Set.of());
        long first = join(coordinator, 0);
        long second = join(coordinator, 1);
        for (long step = 0; step < 3; step++) {
            pass(Duration.ofSeconds(1));
            coordinator.report(first, report(1, step, 0, 1));
            coordinator.report(second, report(1, step, 2, 3));
        }
        coordinator.report(first, report(1, 3, 0, 1));
        pass(Duration.ofMillis(1400));
        coordinator.tick();
        assertThat(all(heartbeat(coordinator, first), 3)).containsExactly(0, 1);
        pass(Duration.ofMillis(200));
        coordinator.tick();
        View view = heartbeat(coordinator, first);
        assertThat(all(view, 3)).containsExactly(0, 1, 2, 3);
        assertThat(all(view, 4)).containsExactly(0, 1);
        assertThat(all(heartbeat(coordinator, second), 3)).containsExactly(2, 3);
        coordinator.report(first, report(1, 3, 2, 3));
        assertThat(coordinator.currentStep()).isEqualTo(4);
        coordinator.report(second, report(1, 3, 2, 3));
        assertThat(events(RunEvent.StepDone.class)).hasSize(4);
    }

    /** Who did nothing of its share in time gets the least that there is, before anything is known of how long it takes. */
    @Test
    void aShareShrinksAtOnceWithWhatIsDelivered() {
        Coordinator coordinator = coordinator(8, 100, Set.of());
        long first = join(coordinator, 0);
        long second = join(coordinator, 1);
        for (long step = 0; step < 3; step++) {
            pass(Duration.ofSeconds(1));
            coordinator.report(first, slow(step, 0, 1, 2, 3));
            coordinator.report(second, slow(step, 4, 5, 6, 7));
        }
        pass(Duration.ofSeconds(1));
        coordinator.report(first, slow(3, 0, 1, 2, 3));
        pass(Duration.ofMillis(600));
        coordinator.report(first, slow(3, all(heartbeat(coordinator, first), 3)));
        assertThat(coordinator.currentStep()).isEqualTo(4);
        assertThat(heartbeat(coordinator, second).share()).contains(new MicroBatches(7, 8));
    }

    /** A quarter of a second for each. */
    private StepReport slow(long step, int... microBatches) {
        StepReport report = report(1, step, microBatches);
        return new StepReport(
                report.number(),
                1,
                step,
                report.metrics(),
                new StepReport.Times(250_000_000L * microBatches.length, 0, 0));
    }

    @Test
    void nobodyIsLateBeforeAStepEverWasDone() {
        Coordinator coordinator = coordinator(4, 10, Set.of());
        long first = join(coordinator, 0);
        join(coordinator, 1);
        coordinator.report(first, report(1, 0, 0, 1));
        pass(Duration.ofSeconds(2));
        coordinator.tick();
        assertThat(all(heartbeat(coordinator, first), 0)).containsExactly(0, 1);
    }

    @Test
    void aSlowWorkerGetsASmallerShare() {
        Coordinator coordinator = coordinator(8, 1000, Set.of());
        long first = join(coordinator, 0);
        long second = join(coordinator, 1);
        for (long step = 0; step < 60; step++) {
            pass(Duration.ofMillis(10));
            report(coordinator, first, step, 1_000_000);
            report(coordinator, second, step, 3_000_000);
        }
        assertThat(heartbeat(coordinator, first).share()).contains(new MicroBatches(0, 6));
        assertThat(heartbeat(coordinator, second).share()).contains(new MicroBatches(6, 8));
    }

    private void report(Coordinator coordinator, long worker, long step, long nanosPerMicroBatch) {
        int[] mine = all(heartbeat(coordinator, worker), step);
        StepReport report = report(1, step, mine);
        coordinator.report(
                worker,
                new StepReport(
                        report.number(),
                        1,
                        step,
                        report.metrics(),
                        new StepReport.Times(nanosPerMicroBatch * mine.length, 0, 0)));
    }

    @Test
    void whatWasReportedAndNeverArrivedIsComputedByEverybody() {
        Coordinator coordinator = coordinator(4, 10, Set.of());
        long first = join(coordinator, 0);
        long second = join(coordinator, 1);
        coordinator.report(first, report(1, 0, 0, 1));
        coordinator.report(second, report(1, 0, 2, 3));
        for (int i = 0; i < 45; i++) {
            pass(Duration.ofSeconds(1));
            heartbeat(coordinator, first);
            heartbeat(coordinator, second);
            coordinator.tick();
        }
        assertThat(all(heartbeat(coordinator, first), 0)).containsExactlyInAnyOrder(0, 1, 2, 3);
        assertThat(events(RunEvent.Notice.class)).isNotEmpty();
    }

    @Test
    void theEndCanBePutRightAfterTheStepThatIsComputed() {
        Coordinator coordinator = coordinator(2, 10, Set.of());
        long first = join(coordinator, 0);
        coordinator.report(first, report(1, 0, 0, 1));
        assertThat(coordinator.stopSoon()).isEqualTo(2);
        View view = coordinator.report(first, report(1, 1, 0, 1));
        assertThat(view.until()).isEqualTo(2);
        assertThat(view.microBatches(2)).isEmpty();
        assertThat(coordinator.stopSoon()).isEqualTo(2);
    }

    @Test
    void restoredServersBeginAgainAtTheirVersionAndOldReportsCountNoMore() {
        Coordinator coordinator = coordinator(2, 10, Set.of());
        long first = join(coordinator, 0);
        for (long step = 0; step < 4; step++) {
            coordinator.report(first, report(1, step, 0, 1));
        }
        coordinator.serversOpened(2, 2, List.of("b:1"));
        View view = coordinator.report(first, report(1, 4, 0, 1));
        assertThat(view.incarnation()).isEqualTo(2);
        assertThat(view.firstVersion()).isEqualTo(2);
        assertThat(view.servers()).containsExactly("b:1");
        assertThat(coordinator.currentStep()).isEqualTo(2);
        coordinator.report(first, report(2, 2, 0, 1));
        assertThat(events(RunEvent.StepDone.class))
                .extracting(done -> done.metrics().step())
                .containsExactly(0L, 1L, 2L, 3L, 2L);
    }

    private static WorkerFailure error() {
        return new WorkerFailure(WorkerFailure.Kind.ERROR, "java.lang.IllegalStateException: broken", "trace");
    }

    @Test
    void aWorkerThatFailsAtTheSameStepAgainAndAgainEndsTheRunWithItsCause() {
        Coordinator coordinator = coordinator(2, 10, Set.of());
        coordinator.failed(0, join(coordinator, 0), error());
        coordinator.failed(0, -1, error());
        assertThat(events(RunEvent.RunFailed.class)).isEmpty();
        coordinator.failed(0, join(coordinator, 0), error());
        assertThat(events(RunEvent.RunFailed.class))
                .extracting(RunEvent.RunFailed::failure)
                .containsExactly(error());
        assertThat(heartbeat(coordinator, join(coordinator, 0)).finished()).isTrue();
    }

    @Test
    void aWorkerThatFailsNowAndThenGoesOnForEver() {
        Coordinator coordinator = coordinator(2, 100, Set.of());
        for (long step = 0; step < 20; step++) {
            coordinator.failed(0, join(coordinator, 0), error());
            long worker = join(coordinator, 0);
            coordinator.report(worker, report(1, step, 0, 1));
        }
        assertThat(events(RunEvent.RunFailed.class)).isEmpty();
        assertThat(coordinator.currentStep()).isEqualTo(20);
    }

    @Test
    void aWorkerThatNeverDoesAnythingIsLeftOutWhileTheOthersGoOn() {
        Coordinator coordinator = coordinator(2, 100, Set.of());
        long good = join(coordinator, 0);
        for (long step = 0; step < 5; step++) {
            coordinator.failed(1, join(coordinator, 1), error());
            coordinator.report(good, report(1, step, 0, 1));
        }
        assertThat(events(RunEvent.RunFailed.class)).isEmpty();
        assertThat(heartbeat(coordinator, join(coordinator, 1)).finished()).isTrue();
        assertThat(heartbeat(coordinator, good).share()).contains(new MicroBatches(0, 2));
        assertThat(events(RunEvent.MembersChanged.class))
                .anySatisfy(change ->
                        assertThat(change.change()).contains("left out").contains("broken"));
    }

    @Test
    void badInputEndsTheRunAtOnce() {
        Coordinator coordinator = coordinator(2, 10, Set.of());
        WorkerFailure failure = new WorkerFailure(WorkerFailure.Kind.BAD_INPUT, "a.parquet is truncated", "");
        coordinator.failed(0, join(coordinator, 0), failure);
        assertThat(events(RunEvent.RunFailed.class))
                .extracting(RunEvent.RunFailed::failure)
                .containsExactly(failure);
    }

    private static void lose(Coordinator coordinator, String executor, String reason) {
        coordinator.executorLost(new ExecutorLoss(executor, reason, Optional.of("host:/work/hs_err_pid9.log")));
    }

    /** Each is replaced, and its successor dies as well: too little memory. */
    @Test
    void executorsThatAreLostAgainAndAgainEndTheRunAfterAWhileWithTheLastReason() {
        Coordinator coordinator = coordinator(2, 10, Set.of());
        for (int loss = 0; loss < 9; loss++) {
            join(coordinator, 0, loss);
            lose(coordinator, "executor-0", "exit code 137");
            pass(Duration.ofSeconds(35));
        }
        assertThat(events(RunEvent.RunFailed.class)).isEmpty();
        assertThat(coordinator.lastLoss()).contains("exit code 137");
        join(coordinator, 0, 9);
        lose(coordinator, "executor-0", "exit code 137");
        assertThat(events(RunEvent.RunFailed.class)).singleElement().satisfies(failed -> assertThat(
                        failed.failure().message())
                .contains("10 executors were lost in 315 seconds while step 0", "exit code 137", "memory"));
    }

    /** Servers are restored from the checkpoint of step 0, and the steps before the place are done again. */
    @Test
    void stepsThatAreDoneAgainAreNoProgress() {
        Coordinator coordinator = coordinator(4, 10, Set.of());
        for (int crash = 0; crash < 3; crash++) {
            assertThat(events(RunEvent.RunFailed.class)).isEmpty();
            coordinator.serversOpened(1, 0, List.of("a:1"));
            long first = join(coordinator, 0, crash);
            long second = join(coordinator, 1, crash);
            for (long step = 0; step < 5; step++) {
                coordinator.report(first, report(1, step, 0, 1));
                coordinator.report(second, report(1, step, 2, 3));
            }
            coordinator.report(second, report(1, 5, 2));
            lose(coordinator, "executor-1", "exited with exit code 139(SIGSEGV)");
        }
        assertThat(events(RunEvent.RunFailed.class)).singleElement().satisfies(failed -> assertThat(
                        failed.failure().message())
                .startsWith("3 executors crashed while step 5 was computed, each with micro-batch 3 to do (network toy,"
                        + " engine toy), the last one, executor executor-1, of SIGSEGV")
                .contains("host:/work/hs_err_pid9.log"));
    }

    @Test
    void crashesAtSeveralPlacesEndNothing() {
        Coordinator coordinator = coordinator(4, 100, Set.of());
        for (long step = 0; step < 20; step++) {
            long first = join(coordinator, 0, (int) step);
            join(coordinator, 1, (int) step);
            lose(coordinator, "executor-1", "Exit status: 134. Diagnostics: Exception from container-launch.");
            coordinator.report(first, report(1, step, 0, 1, 2, 3));
        }
        assertThat(events(RunEvent.RunFailed.class)).isEmpty();
    }

    @Test
    void aRackThatIsLostAtOnceEndsNothing() {
        Coordinator coordinator = coordinator(64, 10, Set.of());
        for (int task = 0; task < 40; task++) {
            join(coordinator, task);
        }
        pass(Duration.ofMillis(100));
        for (int task = 1; task < 40; task++) {
            lose(coordinator, "executor-" + task, "the connection was lost");
        }
        assertThat(events(RunEvent.RunFailed.class)).isEmpty();
        assertThat(coordinator.workers()).hasSize(1);
    }

    /** Dynamic allocation takes idle ones back, as many as there are. */
    @Test
    void executorsWithoutWorkersAreNotMissed() {
        Coordinator coordinator = coordinator(2, 10, Set.of());
        long worker = join(coordinator, 0);
        for (int idle = 1; idle < 30; idle++) {
            lose(coordinator, "executor-" + idle, "idle");
            live(coordinator, Duration.ofSeconds(20), worker);
        }
        assertThat(events(RunEvent.RunFailed.class)).isEmpty();
        assertThat(coordinator.lastLoss()).isEmpty();
    }

    private static WorkerFailure outage() {
        return new WorkerFailure(WorkerFailure.Kind.PASSING, "java.net.ConnectException: Connection refused", "trace");
    }

    @Test
    void whatMayPassIsTriedAgainAtEverLongerIntervalsUntilPatienceEnds() {
        Coordinator coordinator = coordinator(2, 10, Set.of());
        List<Long> waits = new ArrayList<>();
        while (events(RunEvent.RunFailed.class).isEmpty()) {
            Duration wait = coordinator.failed(0, join(coordinator, 0), outage());
            waits.add(wait.toSeconds());
            pass(wait);
        }
        assertThat(waits).startsWith(1L, 2L, 4L, 8L, 15L, 15L).endsWith(15L, 0L).hasSizeBetween(24, 26);
        assertThat(events(RunEvent.RunFailed.class)).singleElement().satisfies(failed -> assertThat(
                        failed.failure().message())
                .contains("nothing was done for 30", "ConnectException", "patience.trouble"));
    }

    /** A step of minutes, in which a file system is away twice: each time micro-batches are done again before patience ends. */
    @Test
    void aStepThatTakesLongerThanPatienceGetsOnMicroBatchByMicroBatch() {
        Coordinator coordinator = coordinator(8, 10, Set.of());
        long worker = join(coordinator, 0);
        for (int microBatch = 0; microBatch < 8; microBatch++) {
            coordinator.failed(1, join(coordinator, 1), outage());
            live(coordinator, Duration.ofSeconds(200), worker);
            coordinator.report(worker, report(1, 0, microBatch));
        }
        assertThat(events(RunEvent.RunFailed.class)).isEmpty();
        assertThat(events(RunEvent.StepDone.class)).hasSize(1);
    }

    /** The same, with executors that are lost, each after it had been replaced. */
    @Test
    void aStepInWhichExecutorsAreLostGetsOnMicroBatchByMicroBatch() {
        Coordinator coordinator = coordinator(8, 10, Set.of());
        long worker = join(coordinator, 0);
        for (int microBatch = 0; microBatch < 8; microBatch++) {
            join(coordinator, 1, microBatch);
            live(coordinator, Duration.ofSeconds(200), worker);
            lose(coordinator, "executor-1", "exit code 137");
            coordinator.report(worker, report(1, 0, microBatch));
        }
        assertThat(events(RunEvent.RunFailed.class)).isEmpty();
        assertThat(events(RunEvent.StepDone.class)).hasSize(1);
    }

    /** Who does the same micro-batch again and again does not get on. */
    @Test
    void whatIsDoneAgainIsNoProgress() {
        Coordinator coordinator = coordinator(8, 10, Set.of());
        long worker = join(coordinator, 0);
        for (int again = 0; again < 4; again++) {
            coordinator.failed(1, join(coordinator, 1), outage());
            live(coordinator, Duration.ofSeconds(100), worker);
            coordinator.serversOpened(2 + again, 0, List.of("a:1"));
            coordinator.report(worker, report(2 + again, 0, 3));
        }
        coordinator.failed(1, join(coordinator, 1), outage());
        assertThat(events(RunEvent.RunFailed.class)).hasSize(1);
    }

    @Test
    void whoCannotReachSomethingIsNeverLeftOutWhileOthersGetOn() {
        Coordinator coordinator = coordinator(2, 1000, Set.of());
        long good = join(coordinator, 0);
        for (int step = 0; step < 100; step++) {
            pass(coordinator.failed(1, join(coordinator, 1, step), outage()).dividedBy(8));
            heartbeat(coordinator, good);
            coordinator.report(good, report(1, step, 0, 1));
        }
        assertThat(events(RunEvent.RunFailed.class)).isEmpty();
        long back = join(coordinator, 1, 100);
        assertThat(heartbeat(coordinator, back).share()).contains(new MicroBatches(1, 2));
        coordinator.report(back, report(1, 100, 1));
        assertThat(coordinator.failed(1, back, outage()))
                .as("it had done something")
                .isEqualTo(Duration.ofSeconds(1));
    }

    @Test
    void anEvaluationIsHandedOutBlockByBlockAndALostBlockAgain() {
        Coordinator coordinator = coordinator(2, 10, Set.of(0L));
        long first = join(coordinator, 0);
        long second = join(coordinator, 1);
        assertThat(coordinator.evaluation(first, 1, Optional.empty())).isEqualTo(new EvaluationTurn.Done());
        assertThat(coordinator.evaluation(first, 0, Optional.empty())).isEqualTo(new EvaluationTurn.Block(0));
        assertThat(coordinator.evaluation(second, 0, Optional.empty())).isEqualTo(new EvaluationTurn.Block(1));
        assertThat(coordinator.evaluation(first, 0, Optional.of(block(0)))).isEqualTo(new EvaluationTurn.Block(2));
        assertThat(coordinator.evaluation(first, 0, Optional.of(block(2)))).isEqualTo(new EvaluationTurn.Wait());
        pass(Duration.ofMillis(900));
        assertThat(coordinator.evaluation(first, 0, Optional.empty())).isEqualTo(new EvaluationTurn.Wait());
        lose(coordinator, "executor-1", "killed");
        assertThat(coordinator.evaluation(first, 0, Optional.empty())).isEqualTo(new EvaluationTurn.Block(1));
        assertThat(coordinator.evaluation(first, 0, Optional.of(block(1)))).isEqualTo(new EvaluationTurn.Done());
        assertThat(coordinator.evaluation(second, 0, Optional.of(block(1)))).isEqualTo(new EvaluationTurn.Done());
        assertThat(events(RunEvent.EvaluationDone.class))
                .containsExactly(new RunEvent.EvaluationDone(0, List.of(block(0), block(1), block(2))));
    }

    /** A block of a slow machine takes minutes: nobody else begins it while its worker is heard of and is no slower than others. */
    @Test
    void aBlockIsGivenOutAgainOnlyOnceItTakesFarLongerThanOthersTook() {
        Coordinator coordinator = coordinator(2, 10, Set.of(0L));
        long first = join(coordinator, 0);
        long second = join(coordinator, 1);
        assertThat(coordinator.evaluation(first, 0, Optional.empty())).isEqualTo(new EvaluationTurn.Block(0));
        assertThat(coordinator.evaluation(second, 0, Optional.empty())).isEqualTo(new EvaluationTurn.Block(1));
        live(coordinator, Duration.ofSeconds(40), first, second);
        assertThat(coordinator.evaluation(first, 0, Optional.of(block(0)))).isEqualTo(new EvaluationTurn.Block(2));
        live(coordinator, Duration.ofSeconds(35), first, second);
        assertThat(coordinator.evaluation(first, 0, Optional.of(block(2)))).isEqualTo(new EvaluationTurn.Wait());
        live(coordinator, Duration.ofSeconds(6), first, second);
        assertThat(coordinator.evaluation(first, 0, Optional.empty())).isEqualTo(new EvaluationTurn.Block(1));
    }

    /** A driver that was stopped hears of nobody until it goes on, and then of everybody. */
    @Test
    void timeInWhichNoClockTickedMakesNobodySilent() {
        Coordinator coordinator = coordinator(8, 10, Set.of());
        long first = join(coordinator, 0);
        long second = join(coordinator, 1);
        now += Duration.ofSeconds(15).toNanos();
        coordinator.tick();
        assertThat(coordinator.workers()).hasSize(2);
        heartbeat(coordinator, first);
        pass(Duration.ofSeconds(4));
        assertThat(coordinator.workers()).as("from then on as ever").isEmpty();
        assertThat(heartbeat(coordinator, second).share()).contains(new MicroBatches(0, 8));
    }

    /** Who has reported and does not push is done without as well: the servers wait for it, and all others for them. */
    @Test
    void whatIsReportedAndDoesNotArriveIsGivenToThoseWhoseSumsHave() {
        Coordinator coordinator = coordinator(4, 10, Set.of());
        long first = join(coordinator, 0);
        long second = join(coordinator, 1);
        for (long step = 0; step < 3; step++) {
            pass(Duration.ofSeconds(1));
            coordinator.report(first, report(1, step, 0, 1));
            coordinator.report(second, report(1, step, 2, 3));
            coordinator.heartbeat(second, reports);
            coordinator.heartbeat(first, step < 2 ? reports : reports - 2);
        }
        pass(Duration.ofMillis(1400));
        assertThat(all(heartbeat(coordinator, second), 2)).containsExactly(2, 3);
        pass(Duration.ofMillis(200));
        assertThat(all(heartbeat(coordinator, second), 2)).containsExactly(2, 3, 0, 1);
        coordinator.report(second, report(1, 2, 0, 1));
        coordinator.heartbeat(second, reports);
        assertThat(coordinator.currentStep()).isEqualTo(3);
        assertThat(events(RunEvent.StepDone.class)).hasSize(3);
        assertThat(events(RunEvent.Notice.class)).isEmpty();
    }

    private static EvaluationMetrics block(int block) {
        return new EvaluationMetrics(0, block, 10, block, 2 * block, block / 3.0);
    }
}
