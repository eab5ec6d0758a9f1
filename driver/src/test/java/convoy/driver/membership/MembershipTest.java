package convoy.driver.membership;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import convoy.driver.coordination.Coordinator;
import convoy.driver.coordination.CoordinatorPlanBuilder;
import convoy.driver.coordination.RunEvent;
import convoy.driver.coordination.ServerPlace;
import convoy.parameterserver.range.ServerAddress;
import convoy.parameterserver.time.Clock;
import convoy.worker.loop.MicroBatchMetrics;
import convoy.worker.loop.StepReport;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

final class MembershipTest {
    private final List<RunEvent> events = new ArrayList<>();
    private final Membership membership = new Membership(Clock.system());
    private boolean clockIsBroken;

    private Coordinator begin() {
        return begin("run", this::now, events::add);
    }

    private Coordinator begin(String run, LongSupplier clock, Consumer<RunEvent> heard) {
        Coordinator coordinator = new Coordinator(
                CoordinatorPlanBuilder.builder()
                        .microBatches(2)
                        .firstVersion(0)
                        .until(10)
                        .evaluations(Set.of())
                        .evaluationBlocks(0)
                        .silentAfter(Duration.ofSeconds(3))
                        .failures(3)
                        .trouble(Duration.ofMinutes(5))
                        .computed("network toy, engine toy")
                        .build(),
                clock,
                heard);
        membership.begin(run, coordinator);
        return coordinator;
    }

    private long now() {
        if (clockIsBroken) {
            throw new NoClassDefFoundError("Clock");
        }
        return 0;
    }

    private long join(int task, String executor) {
        return join(task, executor, "avx2");
    }

    private long join(int task, String executor, String processor) {
        return join(task, 0, executor, processor);
    }

    private long join(int task, int attempt, String executor, String processor) {
        return (Long) membership.receive(new Message.Join("run", task, attempt, executor, "host", processor).toBytes());
    }

    private <T extends RunEvent> List<T> events(Class<T> kind) {
        return events.stream().filter(kind::isInstance).map(kind::cast).toList();
    }

    @Test
    void workersOfARunThatPromisesItsBitsAreOfOneKind() {
        membership.hold("run", Optional.empty());
        begin();
        assertThat(membership.processor("run")).isEmpty();
        assertThat(join(0, "1", "avx2")).isNotEqualTo(-1);
        assertThat(join(1, "2", "avx2")).isNotEqualTo(-1);
        assertThat(membership.processor("run")).contains("avx2");
        assertThat(events(RunEvent.RunFailed.class)).isEmpty();

        assertThat(join(2, "3", "avx512")).isEqualTo(-1);
        assertThat(events(RunEvent.RunFailed.class)).singleElement().satisfies(failed -> assertThat(
                        failed.failure().message())
                .isEqualTo("the run computes on processor = avx2, worker 2 on host has avx512, which gives other bits:"
                        + " give it workers of one kind, or begin it anew with deterministic = false"));
    }

    /** One that comes when steps are done costs nothing but itself, and is told of once. */
    @Test
    void aWorkerOfAnotherKindThatComesLaterIsNotUsed() {
        membership.hold("run", Optional.empty());
        begin().serversOpened(1, 0, List.of("host:1"));
        long first = join(0, "1", "avx2");
        membership.receive(new Message.Report("run", first, report(0)).toBytes());
        for (int attempt = 0; attempt < 3; attempt++) {
            assertThat(join(1, "2", "avx512")).isEqualTo(-1);
        }
        assertThat(events(RunEvent.RunFailed.class)).isEmpty();
        assertThat(events(RunEvent.Notice.class))
                .containsExactly(
                        new RunEvent.Notice("worker 1 on host is not used: it has processor = avx512, which gives"
                                + " other bits than avx2, on which the run computes"));
        assertThat(join(1, "1", "avx2")).isNotEqualTo(-1);
    }

    private static StepReport report(long step) {
        List<MicroBatchMetrics> both = IntStream.range(0, 2)
                .mapToObj(microBatch -> new MicroBatchMetrics(microBatch, 4, 1, 0, 1))
                .toList();
        return new StepReport(1, 1, step, both, new StepReport.Times(1, 1, 1));
    }

    /** What is said of a crash says where the JVM told of it. */
    @Test
    void anExecutorThatCrashesAtOnePlaceAgainAndAgainEndsTheRun() {
        begin();
        for (int executor = 1; executor <= 3; executor++) {
            alive("" + executor, Map.of());
            assertThat(events(RunEvent.RunFailed.class)).isEmpty();
            join(0, executor - 1, "" + executor, "avx2");
            membership.executorLost("" + executor, "Command exited with code 134");
        }
        assertThat(events(RunEvent.RunFailed.class)).singleElement().satisfies(failed -> assertThat(
                        failed.failure().message())
                .isEqualTo(
                        "3 executors crashed while step 0 was computed, each with micro-batches 0, 1 to do (network toy,"
                                + " engine toy), the last one, executor 3,"
                                + " of SIGABRT (Command exited with code 134); its JVM tells of a crash in"
                                + " host:/work/hs_err_pid3.log: it would crash there again; try another engine, or machines of"
                                + " another kind"));
    }

    @Test
    void aResumedRunIsHeldToWhatItWasBegunOn() {
        membership.hold("run", Optional.of("avx512"));
        begin();
        assertThat(join(0, "1", "avx2")).isEqualTo(-1);
        assertThat(events(RunEvent.RunFailed.class))
                .singleElement()
                .satisfies(failed -> assertThat(failed.failure().badInput()).isTrue());
    }

    @Test
    void aRunThatGivesUpItsBitsTakesAnyWorker() {
        begin();
        assertThat(join(0, "1", "avx2")).isNotEqualTo(-1);
        assertThat(join(1, "2", "avx512")).isNotEqualTo(-1);
        assertThat(membership.processor("run")).isEmpty();
    }

    @Test
    void executorsSayOnWhatTheyCompute() {
        alive("1", Map.of("nd4j", "avx2", "other", "base"));
        alive("2", Map.of("nd4j", "avx512"));
        alive("3", Map.of());
        assertThat(membership.processors("nd4j")).isEqualTo(Map.of("1", "avx2", "2", "avx512"));
        assertThat(membership.processors("none")).isEmpty();
        assertThat(membership.memory()).extracting(Memory::within).containsExactly("1", "2", "3");
        membership.executorLost("1", "killed");
        assertThat(membership.processors("nd4j")).isEqualTo(Map.of("2", "avx512"));
        assertThat(membership.memory()).extracting(Memory::within).containsExactly("2", "3");
    }

    /** Its message was on its way while it was lost; the worker that was begun anew takes part by then. */
    @Test
    void aWorkerOfALostExecutorDoesNotJoin() {
        begin();
        membership.executorLost("1", "killed");
        assertThat(join(0, "1", "avx2")).isEqualTo(-1);
        assertThat(join(0, "2", "avx2")).isNotEqualTo(-1);
    }

    private void alive(String executor, Map<String, String> processors) {
        membership.receive(MessageServersAliveBuilder.builder()
                .executor(executor)
                .instance(1)
                .problem("")
                .addresses(List.of("host:1"))
                .processors(new TreeMap<>(processors))
                .memory(List.of(new Memory(Memory.Kind.OLD, executor, 5, 5, 10)))
                .crashFile(Optional.of("host:/work/hs_err_pid" + executor + ".log"))
                .build()
                .toBytes());
    }

    @Test
    void anErrorWhileAMessageIsAnsweredEndsTheRun() {
        begin();
        long member = join(0, "1");
        clockIsBroken = true;
        assertThatThrownBy(() -> membership.receive(new Message.Heartbeat("run", member, 0).toBytes()))
                .isInstanceOf(NoClassDefFoundError.class);
        assertThat(events(RunEvent.RunFailed.class)).singleElement().satisfies(failed -> assertThat(
                        failed.failure().message())
                .isEqualTo("a message to the driver could not be answered: java.lang.NoClassDefFoundError: Clock"));
    }

    @Test
    void anErrorWhileALossIsDealtWithEndsTheRun() {
        begin();
        join(0, "1");
        join(1, "2");
        clockIsBroken = true;
        membership.executorLost("1", "killed");
        assertThat(events(RunEvent.RunFailed.class)).hasSize(1);
    }

    /** As YARN tells it: the connection is lost, and then the container is gone. */
    @Test
    void anExecutorThatIsToldOfTwiceIsLostOnce() {
        begin();
        join(0, "1");
        membership.executorLost("1", "connection lost");
        // Its process lives a little longer, and says so.
        join(0, "1");
        membership.executorLost("1", "container killed");
        assertThat(events(RunEvent.MembersChanged.class))
                .extracting(RunEvent.MembersChanged::change)
                .filteredOn(change -> change.contains("was lost"))
                .containsExactly("executor 1 was lost: connection lost");
    }

    @Test
    void runsAreSpreadOverTheServersThatThereAre() {
        List<ServerPlace> three = IntStream.range(1, 4)
                .mapToObj(i -> new ServerPlace("" + i, i, new ServerAddress("host", 1000 + i)))
                .toList();
        assertThat(membership.choose("a", three, 2)).isEqualTo(three.subList(0, 2));
        assertThat(membership.choose("b", three, 2)).containsExactly(three.get(2), three.get(0));
        assertThat(membership.choose("c", three, 1)).containsExactly(three.get(1));
        assertThat(membership.choose("a", three, 2))
                .as("its own count for nothing when it chooses anew")
                .containsExactly(three.get(0), three.get(1));
        membership.end("a");
        membership.end("b");
        assertThat(membership.choose("d", three, 5)).containsExactly(three.get(0), three.get(2), three.get(1));
    }

    @Test
    void whatGoesWrongWithOneRunIsNoMatterOfTheOthers() {
        List<RunEvent> others = new ArrayList<>();
        begin("other", () -> 0L, others::add);
        begin();
        assertThat(membership.runCount()).isEqualTo(2);
        long member = join(0, "1");
        clockIsBroken = true;
        byte[] heartbeat = new Message.Heartbeat("run", member, 0).toBytes();
        assertThatThrownBy(() -> membership.receive(heartbeat)).isInstanceOf(NoClassDefFoundError.class);
        membership.executorLost("1", "killed");
        assertThat(events(RunEvent.RunFailed.class)).isNotEmpty();
        assertThat(others).noneMatch(RunEvent.RunFailed.class::isInstance);
    }
}
