package convoy.parameterserver;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import convoy.parameterserver.client.ParameterClient;
import convoy.parameterserver.layout.Layouts;
import convoy.parameterserver.layout.ParameterLayout;
import convoy.parameterserver.range.ServerAddress;
import convoy.parameterserver.range.ValueSource;
import convoy.parameterserver.sum.Subtree;
import convoy.parameterserver.transport.Security;
import convoy.parameterserver.transport.ServerException;
import convoy.parameterserver.update.Optimizer;
import convoy.parameterserver.wire.Request;
import convoy.parameterserver.wire.Wire;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.apache.spark.network.TransportContext;
import org.apache.spark.network.client.RpcResponseCallback;
import org.apache.spark.network.client.TransportClient;
import org.apache.spark.network.client.TransportClientFactory;
import org.apache.spark.network.server.NoOpRpcHandler;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;

/** Messages that make no sense, or are made of chance, to servers at work. */
final class HostileMessagesTest {
    @Test
    void refusesWhatMakesNoSense() {
        Training training = Training.of(4, Training.rule(new Optimizer.Sgd(), Optional.empty()));
        try (Cluster cluster = new Cluster(2);
                Log log = Log.listen()) {
            ParameterClient client = cluster.open(training, 1, 0, new ValueSource.Initial(training.initial()));
            float[] values = Cluster.pull(client, 0);
            assertRefused(
                    client.push(0, 1, new Subtree(0, 4), 1, values),
                    "step 1 of partition 0, which stands at version 0: only a step whose version has been pulled");
            assertRefused(client.push(0, -1, new Subtree(0, 4), 1, values), "step -1 of partition 0");
            assertRefused(
                    client.push(0, 0, new Subtree(1, 3), 1, values),
                    "[1, 3) is no node of the sum tree of 4 micro-batches");
            assertRefused(client.push(0, 0, new Subtree(0, 5), 1, values), "[0, 5) is no node");
            assertRefused(client.push(0, 0, new Subtree(0, 4), 0, values), "0 examples: at least 1");
            // A client with another idea of the network.
            ParameterLayout other = Layouts.ofEveryRole(6_000, 100);
            ParameterClient stranger = cluster.clients.parameters(Cluster.RUN, 1, other, cluster.addresses);
            assertRefused(
                    stranger.push(6, 0, new Subtree(0, 4), 1, new float[other.size()]),
                    "sums for partition 6, which has");
            ParameterClient swapped = cluster.clients.parameters(
                    Cluster.RUN, 1, training.layout(), List.of(cluster.addresses.get(1), cluster.addresses.get(0)));
            assertRefused(swapped.pull(0, 0, values), "partition 0 of run 'test' is not served here");
            assertThatThrownBy(() -> client.pull(99, 0, values)).hasMessage("partition 99: run 'test' has 7");
            assertThatThrownBy(() -> client.pull(0, 0, new float[3])).hasMessageContaining("an array of 3 floats");
            assertThat(log.lines()).anyMatch(line -> line.startsWith("WARN Refused PUSH from /127.0.0.1:"));
            // None of it left a trace.
            assertThat(training.run(client, 0, 1, 1)).isNotEqualTo(training.initial());
        }
    }

    private static void assertRefused(CompletableFuture<?> future, String message) {
        assertThatThrownBy(() -> Cluster.get(future))
                .isInstanceOf(ServerException.class)
                .hasMessageContaining(message)
                .hasMessageNotContaining("\n")
                .extracting(failure -> ((ServerException) failure).reason())
                .isEqualTo(ServerException.Reason.REFUSED);
    }

    /** Every kind of message with random contents, to a server at work: always an answer, and never harm. */
    @ParameterizedTest(name = "seed {0}")
    @org.junit.jupiter.params.provider.ValueSource(longs = {1, 2, 3})
    void randomMessagesDoNoHarm(long seed) throws Exception {
        Random random = new Random(seed);
        Training training = Training.of(4, Training.rule(new Optimizer.Momentum(0.9), Optional.of(1.0)));
        try (Cluster cluster = new Cluster(1);
                Log log = Log.listen();
                TransportContext context =
                        new TransportContext(Security.OPEN.conf(), new NoOpRpcHandler(), false, true);
                TransportClientFactory factory = context.createClientFactory()) {
            ParameterClient client = cluster.open(training, 3, 0, new ValueSource.Initial(training.initial()));
            ServerAddress address = cluster.addresses.get(0);
            TransportClient raw = factory.createClient(address.host(), address.port());
            for (int trial = 0; trial < 3_000; trial++) {
                CompletableFuture<?> unused = send(raw, randomMessage(random, trial % 10 > 0));
            }
            // The last in the queue of the same connection: all the others have been dealt with, or wait.
            assertThat(send(
                                    raw,
                                    new Request.Header(Wire.Kind.STATISTICS, 0, 0)
                                            .start(0)
                                            .flip())
                            .get(30, TimeUnit.SECONDS))
                    .isTrue();
            assertThat(log.lines())
                    .noneMatch(line -> line.startsWith("ERROR"))
                    .noneMatch(line -> line.contains("\n"))
                    .as("one a minute")
                    .hasSize(1)
                    .allMatch(line -> line.startsWith("WARN Refused "));
            assertThat(cluster.hosts.get(0).statistics().refused()).isGreaterThan(1_000);
            assertThat(training.run(client, 0, 2, 2)).hasSize(training.layout().size());
        }
    }

    private static ByteBuffer randomMessage(Random random, boolean withHeader) {
        ByteBuffer message = ByteBuffer.allocate(random.nextInt(200)).order(ByteOrder.LITTLE_ENDIAN);
        random.nextBytes(message.array());
        if (message.remaining() >= Wire.REQUEST_HEADER && withHeader) {
            Wire.Kind kind = Wire.Kind.of(1 + random.nextInt(Wire.Kind.values().length));
            // Under an older incarnation even a flawless "close" would change nothing.
            message.putInt(Wire.MAGIC)
                    .putInt(kind.code)
                    .putLong(Wire.runHash(Cluster.RUN))
                    .putLong(kind == Wire.Kind.CLOSE || kind == Wire.Kind.OPEN ? 2 : 3);
            // Small numbers get further than random ones.
            while (message.remaining() >= 4 && random.nextInt(4) > 0) {
                message.putInt(random.nextInt(6) - 1);
            }
        }
        return message.position(0);
    }

    /** Completes when the message is answered; with false if that was a failure. */
    private static CompletableFuture<Boolean> send(TransportClient client, ByteBuffer message) {
        CompletableFuture<Boolean> answer = new CompletableFuture<>();
        client.sendRpc(message, new RpcResponseCallback() {
            @Override
            public void onSuccess(ByteBuffer response) {
                answer.complete(true);
            }

            @Override
            public void onFailure(Throwable failure) {
                answer.complete(false);
            }
        });
        return answer;
    }
}
