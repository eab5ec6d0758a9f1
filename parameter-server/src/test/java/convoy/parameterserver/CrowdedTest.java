package convoy.parameterserver;

import static org.assertj.core.api.Assertions.assertThat;

import convoy.parameterserver.client.ParameterClient;
import convoy.parameterserver.client.PushReply;
import convoy.parameterserver.client.ServerClients;
import convoy.parameterserver.range.ValueSource;
import convoy.parameterserver.sum.Subtree;
import convoy.parameterserver.sum.SubtreeSum;
import convoy.parameterserver.transport.Security;
import convoy.parameterserver.update.Optimizer;
import convoy.parameterserver.wire.ServerStatistics;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** More sums than a server has room for, from workers of which each begins with what is needed last. */
final class CrowdedTest {
    private static final int LEAVES = 300;
    private static final int STEPS = 3;

    @Test
    void sumsWithoutRoomWaitAtTheirWorkersAndTheBitsAreTheSame() {
        Training training = Training.of(LEAVES, Training.rule(new Optimizer.Momentum(0.9), Optional.of(1.0)));
        ValueSource.Initial start = new ValueSource.Initial(training.initial());
        float[] expected;
        try (Cluster cluster = new Cluster(1)) {
            expected = training.run(cluster.open(training, 1, 0, start), 0, STEPS, 1);
        }
        List<Long> inVain = new ArrayList<>();
        AtomicInteger waited = new AtomicInteger();
        try (Cluster cluster = new Cluster(2);
                ServerClients others = ServerClients.create(Security.OPEN.conf(), Optional.empty(), Cluster.SILENCE)) {
            List<ParameterClient> workers = List.of(
                    cluster.open(training, 1, 0, start),
                    others.parameters(Cluster.RUN, 1, training.layout(), cluster.addresses));
            for (int step = 0; step < STEPS; step++) {
                float[] values = Cluster.pull(workers.get(0), step);
                List<Integer> leaves =
                        new ArrayList<>(IntStream.range(0, LEAVES).boxed().toList());
                Collections.shuffle(leaves, new Random(step));
                if (step == 0) {
                    leaves.sort(Collections.reverseOrder());
                }
                List<CompletableFuture<PushReply>> pushes = new ArrayList<>();
                for (int leaf : leaves) {
                    SubtreeSum.Node sum = training.sum(step, Subtree.leaf(leaf), values);
                    for (int partition = 0; partition < training.layout().partitions(); partition++) {
                        pushes.add(workers.get(leaf % 2)
                                .push(
                                        partition,
                                        step,
                                        sum.subtree(),
                                        sum.examples(),
                                        sum.sums(),
                                        waiting -> waited.addAndGet(waiting ? 1 : 0)));
                    }
                }
                pushes.forEach(push -> assertThat(Cluster.get(push))
                        .isIn(new PushReply.Accepted(0), new PushReply.Accepted(1), new PushReply.Accepted(2)));
                inVain.add(cluster.hosts.stream()
                        .mapToLong(host -> host.statistics().held())
                        .sum());
            }
            assertThat(Cluster.pull(workers.get(1), STEPS)).isEqualTo(expected);
            long messages = 0;
            for (int server = 0; server < 2; server++) {
                ServerStatistics statistics = cluster.hosts.get(server).statistics();
                messages += statistics.pushes();
                assertThat(statistics.sumBytes()).isPositive().isLessThan(statistics.mostBytes());
                // Of 300 leaves 9 before the frontier and 16 behind it.
                assertThat(statistics.sumBytes())
                        .isLessThanOrEqualTo(25L * 4 * training.layout().size() * 3 / 4);
            }
            assertThat(messages)
                    .as("taken")
                    .isEqualTo((long) STEPS * LEAVES * training.layout().partitions());
            assertThat(inVain.get(0)).as("sent in vain in the first step").isPositive();
            assertThat(inVain.get(STEPS - 1) - inVain.get(0))
                    .as("sent in vain once room is asked for first")
                    .isLessThan(messages / 20);
            assertThat(waited.get()).as("waited").isPositive();
        }
    }

    /** A worker that is told that the step is over, or the run, forgets what it holds. */
    @Test
    void whatWaitsForRoomIsToldThatItIsNotNeededAnyMore() {
        Training training = Training.of(LEAVES, Training.rule(new Optimizer.Sgd(), Optional.empty()));
        try (Cluster cluster = new Cluster(1)) {
            ParameterClient client = cluster.open(training, 1, 0, new ValueSource.Initial(training.initial()));
            float[] values = Cluster.pull(client, 0);
            List<CompletableFuture<PushReply>> pushes = new ArrayList<>();
            SubtreeSum.Node leaf = training.sum(0, Subtree.leaf(1), values);
            for (int at = LEAVES - 1; at > LEAVES - 1 - 120; at -= 2) {
                pushes.add(client.push(0, 0, Subtree.leaf(at), leaf.examples(), leaf.sums()));
            }
            CompletableFuture<PushReply> given = client.push(0, 0, Subtree.leaf(101), leaf.examples(), leaf.sums());
            given.cancel(true);
            assertThat(given).isCancelled();
            training.push(client, 0, new Subtree(0, LEAVES), values);
            pushes.forEach(push -> assertThat(Cluster.get(push))
                    .isIn(new PushReply.Accepted(0), new PushReply.Superseded(0), new PushReply.Superseded(1)));
            assertThat(Cluster.pull(client, 1)).hasSize(training.layout().size());
            List<CompletableFuture<PushReply>> left = new ArrayList<>();
            for (int at = LEAVES - 1; at > LEAVES - 1 - 120; at -= 2) {
                left.add(client.push(0, 1, Subtree.leaf(at), leaf.examples(), leaf.sums()));
            }
            Cluster.get(cluster.clients.open(
                    cluster.addresses.get(0),
                    cluster.range(training, 0, 2, 0, new ValueSource.Initial(training.initial()))));
            left.forEach(
                    push -> assertThat(Cluster.get(push)).isIn(new PushReply.Accepted(1), new PushReply.Fenced(2)));
            assertThat(left).anyMatch(push -> push.join().equals(new PushReply.Fenced(2)));
        }
    }
}
