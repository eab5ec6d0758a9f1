package convoy.parameterserver;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import convoy.parameterserver.client.ParameterClient;
import convoy.parameterserver.client.PullReply;
import convoy.parameterserver.client.PushReply;
import convoy.parameterserver.layout.ParameterLayout;
import convoy.parameterserver.layout.Segment;
import convoy.parameterserver.range.OpenRange;
import convoy.parameterserver.range.OpenRangeBuilder;
import convoy.parameterserver.range.ServerAddress;
import convoy.parameterserver.range.ValueSource;
import convoy.parameterserver.sum.Subtree;
import convoy.parameterserver.sum.SubtreeSum;
import convoy.parameterserver.transport.ServerException;
import convoy.parameterserver.update.Optimizer;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** Restored servers speak to those who know it only. */
final class FencingTest {
    private static final Training TRAINING =
            Training.of(4, Training.rule(new Optimizer.Momentum(0.9), Optional.empty()));

    private static ValueSource.Initial start() {
        return new ValueSource.Initial(TRAINING.initial());
    }

    @Test
    void anOlderIncarnationIsTurnedAway() {
        try (Cluster cluster = new Cluster(2)) {
            ParameterClient old = cluster.open(TRAINING, 1, 0, start());
            float[] flat = new float[TRAINING.layout().size()];
            CompletableFuture<PullReply> waiting = old.pull(0, 1, flat);
            SubtreeSum.Node half = TRAINING.sum(0, new Subtree(0, 2), TRAINING.initial());
            Cluster.push(old, 0, half.subtree(), half.examples(), half.sums());

            ParameterClient current = cluster.open(TRAINING, 2, 0, start());
            assertThat(Cluster.get(waiting)).isEqualTo(new PullReply.Fenced(2));
            assertThat(Cluster.get(old.pull(0, 0, flat))).isEqualTo(new PullReply.Fenced(2));
            assertThat(Cluster.get(old.push(3, 0, new Subtree(2, 4), 60, flat))).isEqualTo(new PushReply.Fenced(2));
            assertThat(flat).containsOnly(0f);
            assertThatThrownBy(() -> cluster.open(TRAINING, 1, 0, start()))
                    .hasMessageContaining("fenced: incarnation 2 is served");
            Cluster.get(cluster.clients.close(cluster.addresses.get(0), Cluster.RUN, 1));

            // What the old one had pushed is gone, and the new one trains from its own start.
            float[] expected;
            try (Cluster other = new Cluster(1)) {
                expected = TRAINING.run(other.open(TRAINING, 1, 0, start()), 0, 2, 1);
            }
            assertThat(TRAINING.run(current, 0, 2, 2)).isEqualTo(expected);
        }
    }

    @Test
    void whatIsNotOpenIsSaid() {
        try (Cluster cluster = new Cluster(1)) {
            ServerAddress address = cluster.addresses.get(0);
            ParameterClient early = cluster.clients.parameters(Cluster.RUN, 5, TRAINING.layout(), cluster.addresses);
            float[] flat = new float[TRAINING.layout().size()];
            assertNotOpen(early.pull(0, 0, flat), "the run is not open at " + address);
            ParameterClient open = cluster.open(TRAINING, 4, 0, start());
            assertNotOpen(
                    early.push(0, 0, new Subtree(0, 4), 1, flat),
                    "incarnation 5 of run 'test' is not open at " + address + " yet, 4 is");
            CompletableFuture<PullReply> waiting = open.pull(0, 1, flat);
            Cluster.get(cluster.clients.close(address, Cluster.RUN, 4));
            assertNotOpen(waiting, "run 'test' was closed at " + address);
            assertNotOpen(open.pull(0, 0, flat), "the run is not open at " + address);
            Cluster.get(cluster.clients.close(address, Cluster.RUN, 4));
        }
    }

    private static void assertNotOpen(CompletableFuture<?> future, String message) {
        assertThatThrownBy(() -> Cluster.get(future))
                .isInstanceOf(ServerException.class)
                .hasMessageContaining(message)
                .extracting(failure -> ((ServerException) failure).reason())
                .isEqualTo(ServerException.Reason.NOT_OPEN);
    }

    @Test
    void openingTwiceIsOpeningOnce() {
        try (Cluster cluster = new Cluster(1)) {
            ParameterClient client = cluster.open(TRAINING, 1, 0, start());
            float[] values = TRAINING.run(client, 0, 2, 1);
            cluster.open(TRAINING, 1, 0, start());
            assertThat(Cluster.pull(client, 2)).isEqualTo(values);
            Training other = Training.of(4, Training.rule(new Optimizer.Sgd(), Optional.empty()));
            assertThatThrownBy(() -> cluster.open(other, 1, 0, start()))
                    .hasMessageContaining("it is open already, with another description");
            assertThat(Cluster.pull(client, 2)).isEqualTo(values);
        }
    }

    @Test
    void oneHostServesManyRangesAndRuns() {
        Training second = Training.of(3, Training.rule(new Optimizer.Sgd(), Optional.empty()));
        try (Cluster cluster = new Cluster(1)) {
            // Both servers of the run on one port, as in Spark's local mode.
            cluster.addresses.add(cluster.addresses.get(0));
            ParameterClient client = cluster.open(TRAINING, 1, 0, start());
            OpenRange whole = OpenRangeBuilder.builder()
                    .run("other run")
                    .incarnation(1)
                    .server(0)
                    .layout(second.layout())
                    .rule(second.rule())
                    .leaves(second.leaves())
                    .firstVersion(0)
                    .source(new ValueSource.Initial(second.initial()))
                    .servers(cluster.addresses.subList(0, 1))
                    .snapshots(Training.NONE)
                    .build();
            Cluster.get(cluster.clients.open(cluster.addresses.get(0), whole));
            ParameterClient otherClient =
                    cluster.clients.parameters("other run", 1, second.layout(), cluster.addresses.subList(0, 1));
            float[] a = TRAINING.run(client, 0, 2, 2);
            float[] b = second.run(otherClient, 0, 2, 3);
            assertThat(cluster.hosts.get(0).statistics().ranges()).isEqualTo(3);
            try (Cluster apart = new Cluster(2)) {
                assertThat(TRAINING.run(apart.open(TRAINING, 1, 0, start()), 0, 2, 1))
                        .isEqualTo(a);
                assertThat(second.run(apart.open(second, 2, 0, new ValueSource.Initial(second.initial())), 0, 2, 1))
                        .isEqualTo(b);
            }
        }
    }

    @Test
    void aRangeThatDoesNotFitTheHeapIsRefused() {
        ParameterLayout huge =
                new ParameterLayout(List.of(Segment.of("w", List.of(2_000_000_000), 0, Segment.Role.WEIGHT, 0)));
        Training training = new Training(huge, TRAINING.rule(), 4, Training.NONE);
        try (Cluster cluster = new Cluster(1)) {
            OpenRange range = cluster.range(training, 0, 1, 0, new ValueSource.Snapshot("file:///nowhere", List.of()));
            assertThatThrownBy(() -> Cluster.get(cluster.clients.open(cluster.addresses.get(0), range)))
                    .hasMessageContaining("it has 2000000000 floats and needs about")
                    .hasMessageContaining("raise spark.executor.memory or use more servers");
        }
    }
}
