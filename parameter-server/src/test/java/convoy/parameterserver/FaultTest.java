package convoy.parameterserver;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import convoy.parameterserver.client.ParameterClient;
import convoy.parameterserver.client.PullReply;
import convoy.parameterserver.client.PushReply;
import convoy.parameterserver.client.ServerClients;
import convoy.parameterserver.range.ServerAddress;
import convoy.parameterserver.range.ValueSource;
import convoy.parameterserver.server.ServerHost;
import convoy.parameterserver.sum.Subtree;
import convoy.parameterserver.sum.SubtreeSum;
import convoy.parameterserver.transport.Security;
import convoy.parameterserver.transport.ServerException;
import convoy.parameterserver.update.Optimizer;
import convoy.parameterserver.wire.ServerStatistics;
import java.io.IOException;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;

/** Workers that die, connections that break, servers that hang: the bits stay, and nobody waits for ever. */
@Execution(ExecutionMode.CONCURRENT)
final class FaultTest {
    /** How long a server may say nothing: a healthy one on a busy machine answers well within it. */
    private static final Duration SILENCE = Duration.ofSeconds(3);

    private static final long AT_ONCE_NANOS = 1_000_000_000;

    private static Training training(Optional<Double> clipNorm) {
        return Training.of(4, Training.rule(new Optimizer.Nesterov(0.9), clipNorm));
    }

    private static float[] reference(Training training, long steps) {
        try (Cluster cluster = new Cluster(1)) {
            return training.run(cluster.open(training, 1, 0, new ValueSource.Initial(training.initial())), 0, steps, 1);
        }
    }

    @Test
    void aWorkerDiesHalfwayThroughItsPartitions() {
        Training training = training(Optional.empty());
        float[] expected = reference(training, 2);
        try (Cluster cluster = new Cluster(2)) {
            ParameterClient survivor = cluster.open(training, 1, 0, new ValueSource.Initial(training.initial()));
            int partitions = training.layout().partitions();
            float[] values = Cluster.pull(survivor, 0);
            training.push(survivor, 0, new Subtree(2, 4), values);
            try (ServerClients dying = ServerClients.create(Security.OPEN.conf(), Optional.empty(), Cluster.SILENCE)) {
                ParameterClient client = dying.parameters(Cluster.RUN, 1, training.layout(), cluster.addresses);
                SubtreeSum.Node sum = training.sum(0, new Subtree(0, 2), values);
                for (int partition = 0; partition < partitions; partition += 2) {
                    assertThat(Cluster.get(client.push(partition, 0, sum.subtree(), sum.examples(), sum.sums())))
                            .isEqualTo(new PushReply.Accepted(0));
                }
            }
            // Half of the partitions stand at version 1 now. Another worker does the same work from version 0.
            assertThat(Cluster.get(
                            survivor.pull(0, 1, new float[training.layout().size()])))
                    .isEqualTo(new PullReply.Values(1));
            float[] again = Cluster.pull(survivor, 0);
            assertThat(again).isEqualTo(values);
            SubtreeSum.Node sum = training.sum(0, new Subtree(0, 2), again);
            for (int partition = 0; partition < partitions; partition++) {
                assertThat(Cluster.get(survivor.push(partition, 0, sum.subtree(), sum.examples(), sum.sums())))
                        .isEqualTo(partition % 2 == 0 ? new PushReply.Superseded(1) : new PushReply.Accepted(0));
            }
            assertThat(training.run(survivor, 1, 2, 2)).isEqualTo(expected);
            assertThat(Cluster.get(survivor.pull(0, 0, again))).isEqualTo(new PullReply.Superseded(2));
        }
    }

    @ParameterizedTest(name = "seed {0}")
    @org.junit.jupiter.params.provider.ValueSource(longs = {1, 2, 3})
    void connectionsBreakAllTheTime(long seed) throws IOException {
        Training training = training(Optional.of(1.0));
        float[] expected = reference(training, 4);
        List<Proxy> proxies = new ArrayList<>();
        try (Cluster cluster = new Cluster(3)) {
            List<ServerAddress> direct = List.copyOf(cluster.addresses);
            for (int server = 0; server < direct.size(); server++) {
                proxies.add(new Proxy(direct.get(server), seed * 10 + server, 15_000));
                cluster.addresses.set(server, proxies.get(server).address());
            }
            ParameterClient client = cluster.open(training, 1, 0, new ValueSource.Initial(training.initial()));
            assertThat(training.run(client, 0, 4, 2)).isEqualTo(expected);
            assertThat(proxies).extracting(Proxy::cuts).allMatch(cuts -> cuts > 2);
        } finally {
            for (Proxy proxy : proxies) {
                proxy.close();
            }
        }
    }

    @Test
    void aSilentServerFailsRequestsInTimeAndNothingElse() throws IOException, InterruptedException {
        Training training = training(Optional.empty());
        try (Cluster cluster = new Cluster(2, Security.AUTHENTICATED, SILENCE);
                Proxy proxy = new Proxy(cluster.addresses.get(0), 1, 0)) {
            cluster.addresses.set(0, proxy.address());
            ParameterClient client = cluster.open(training, 1, 0, new ValueSource.Initial(training.initial()));
            float[] flat = Cluster.pull(client, 0);
            // A pull that waits for its version is told "not yet" several times within the allowed silence.
            CompletableFuture<PullReply> early = client.pull(0, 1, flat);
            CompletableFuture<PullReply> healthy = client.pull(training.layout().partitions() - 1, 1, flat);
            Thread.sleep(SILENCE.multipliedBy(3).dividedBy(2).toMillis());
            assertThat(early).isNotDone();

            proxy.silence(true);
            long asked = System.nanoTime();
            CompletableFuture<PushReply> push = client.push(0, 0, new Subtree(0, 4), 10, flat);
            CompletableFuture<PullReply> pull = client.pull(0, 0, flat);
            assertThat(System.nanoTime() - asked).as("the caller does not wait").isLessThan(AT_ONCE_NANOS);
            for (CompletableFuture<?> future : List.of(early, push, pull)) {
                assertThatThrownBy(() -> Cluster.get(future))
                        .isInstanceOf(ServerException.class)
                        .hasMessageContaining(
                                "no answer from 127.0.0.1:" + proxy.address().port())
                        .hasMessageContaining("within " + SILENCE.toMillis() + " ms")
                        .extracting(failure -> ((ServerException) failure).reason())
                        .isEqualTo(ServerException.Reason.UNREACHABLE);
            }
            assertThat(Duration.ofNanos(System.nanoTime() - asked)).isLessThan(SILENCE.multipliedBy(3));
            assertThat(healthy).isNotDone();

            // A connection that has yet to be made: the handshake goes unanswered.
            try (ServerClients newcomer = ServerClients.create(
                    Security.AUTHENTICATED.conf(), Security.AUTHENTICATED.secret("correct"), SILENCE)) {
                long connecting = System.nanoTime();
                CompletableFuture<ServerStatistics> statistics = newcomer.statistics(proxy.address());
                assertThat(System.nanoTime() - connecting).isLessThan(AT_ONCE_NANOS);
                assertThatThrownBy(() -> Cluster.get(statistics)).hasMessageContaining("no answer from");
            }

            proxy.silence(false);
            assertThat(training.run(client, 0, 2, 2)).isEqualTo(reference(training, 2));
            assertThat(Cluster.get(healthy)).isEqualTo(new PullReply.Values(1));
        }
    }

    /** As above with a real process that is stopped by a signal, which accepts connections all the same. */
    @Test
    void aStoppedProcessBlocksNobody() throws IOException, InterruptedException {
        Process process = new ProcessBuilder(
                        ProcessHandle.current().info().command().orElseThrow(),
                        "-Xmx128m",
                        "-cp",
                        System.getProperty("java.class.path"),
                        LonelyServer.class.getName())
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
        try (ServerClients clients = ServerClients.create(Security.OPEN.conf(), Optional.empty(), SILENCE);
                ServerClients later = ServerClients.create(Security.OPEN.conf(), Optional.empty(), SILENCE)) {
            int port = Integer.parseInt(process.inputReader().readLine());
            ServerAddress address = new ServerAddress("127.0.0.1", port);
            assertThat(Cluster.get(clients.statistics(address)).ranges()).isZero();
            signal(process, "STOP");
            awaitStopped(process);
            for (ServerClients caller : List.of(clients, later)) {
                long asked = System.nanoTime();
                CompletableFuture<ServerStatistics> statistics = caller.statistics(address);
                assertThat(System.nanoTime() - asked).isLessThan(AT_ONCE_NANOS);
                assertThatThrownBy(() -> Cluster.get(statistics)).hasMessageContaining("no answer from 127.0.0.1");
                assertThat(Duration.ofNanos(System.nanoTime() - asked)).isLessThan(SILENCE.multipliedBy(3));
            }
            signal(process, "CONT");
            assertThat(Cluster.get(clients.statistics(address)).ranges()).isZero();
            assertThat(Cluster.get(later.statistics(address)).ranges()).isZero();
        } finally {
            process.destroyForcibly();
        }
    }

    /** A server in a process of its own. */
    static final class LonelyServer {
        public static void main(String[] arguments) throws IOException {
            ServerHost host = ServerHost.start(Security.OPEN.conf(), Optional.empty(), Cluster.HADOOP, "127.0.0.1");
            System.out.println(host.address().port());
            System.out.flush();
            // Until the test kills it or is gone itself.
            System.in.readAllBytes();
            host.close();
        }
    }

    private static void signal(Process process, String name) throws IOException, InterruptedException {
        assertThat(new ProcessBuilder("kill", "-" + name, Long.toString(process.pid()))
                        .start()
                        .waitFor())
                .isZero();
    }

    /** A signal reaches a process's threads one after the other. */
    private static void awaitStopped(Process process) throws IOException, InterruptedException {
        for (int i = 0; i < 1_000; i++) {
            boolean stopped = true;
            try (Stream<Path> threads = Files.list(Path.of("/proc/" + process.pid() + "/task"))) {
                for (Path thread : threads.toList()) {
                    stopped &= Files.readString(thread.resolve("stat")).contains(") T ");
                }
            }
            if (stopped) {
                return;
            }
            Thread.sleep(10);
        }
        throw new AssertionError("the process did not stop within ten seconds");
    }

    @Test
    void nobodyThereIsSaidInTime() throws IOException {
        ServerAddress free;
        try (ServerSocket socket = new ServerSocket(0)) {
            free = new ServerAddress("127.0.0.1", socket.getLocalPort());
        }
        try (ServerClients clients =
                ServerClients.create(Security.OPEN.conf(), Optional.empty(), Duration.ofMillis(400))) {
            assertThatThrownBy(() -> Cluster.get(clients.statistics(free)))
                    .hasMessageContaining("no answer from " + free + " to statistics within 400 ms")
                    .hasMessageContaining("Failed to connect");
            assertThatThrownBy(() -> Cluster.get(clients.statistics(new ServerAddress("host.invalid", 1))))
                    .hasMessageContaining("no answer from host.invalid:1");
        }
    }

    @Test
    void aCancelledPullWritesNothing() {
        Training training = training(Optional.empty());
        try (Cluster cluster = new Cluster(1)) {
            ParameterClient client = cluster.open(training, 1, 0, new ValueSource.Initial(training.initial()));
            float[] untouched = new float[training.layout().size()];
            CompletableFuture<PullReply> pull = client.pull(0, 1, untouched);
            assertThat(pull.cancel(true)).isTrue();
            float[] values = training.run(client, 0, 1, 1);
            assertThat(values).isNotEqualTo(untouched);
            assertThat(untouched).containsOnly(0f);
        }
    }

    @Test
    void closedClientsFailWhatIsUnderWay() {
        Training training = training(Optional.empty());
        try (Cluster cluster = new Cluster(1)) {
            ParameterClient client = cluster.open(training, 1, 0, new ValueSource.Initial(training.initial()));
            CompletableFuture<PullReply> waiting =
                    client.pull(0, 1, new float[training.layout().size()]);
            cluster.clients.close();
            for (CompletableFuture<?> future : List.of(waiting, cluster.clients.statistics(cluster.addresses.get(0)))) {
                assertThatThrownBy(() -> Cluster.get(future))
                        .isInstanceOf(ServerException.class)
                        .extracting(failure -> ((ServerException) failure).reason())
                        .isEqualTo(ServerException.Reason.CLOSED);
            }
        }
    }
}
