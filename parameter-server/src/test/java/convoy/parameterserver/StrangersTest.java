package convoy.parameterserver;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import convoy.parameterserver.client.ServerClients;
import convoy.parameterserver.range.ServerAddress;
import convoy.parameterserver.range.ValueSource;
import convoy.parameterserver.server.ServerHost;
import convoy.parameterserver.transport.AppSecret;
import convoy.parameterserver.transport.Security;
import convoy.parameterserver.transport.ServerException;
import convoy.parameterserver.update.Optimizer;
import convoy.parameterserver.wire.Wire;
import io.netty.util.internal.PlatformDependent;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.apache.spark.network.TransportContext;
import org.apache.spark.network.client.RpcResponseCallback;
import org.apache.spark.network.client.TransportClient;
import org.apache.spark.network.client.TransportClientFactory;
import org.apache.spark.network.sasl.SecretKeyHolder;
import org.apache.spark.network.server.NoOpRpcHandler;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Strangers at the port of a server at work: they are refused and counted, cost no memory and hardly a line of log, and the run's bits are
 * those of one that nobody disturbed. {@code -Dlong.tests=true} has as many of them as one may meet.
 */
final class StrangersTest {
    private static final boolean MANY = Boolean.getBoolean("long.tests");
    private static final int CONNECTIONS = MANY ? 10_000 : 600;
    private static final int MESSAGES = MANY ? 100_000 : 6_000;
    private static final int HANDSHAKES = 64;
    private static final long MEMORY = 48 << 20;
    private static final Training TRAINING =
            Training.of(4, Training.rule(new Optimizer.Momentum(0.9), Optional.of(1.0)));
    private static final Map<String, String> SETTINGS =
            Map.of("spark.convoy.handshakes", Integer.toString(HANDSHAKES), "spark.convoy.handshakeSeconds", "2");

    private interface Trouble {
        void make(Cluster cluster) throws Exception;
    }

    private static float[] quiet(int steps) {
        try (Cluster cluster = new Cluster(1)) {
            return TRAINING.run(cluster.open(TRAINING, 1, 0, new ValueSource.Initial(TRAINING.initial())), 0, steps, 2);
        }
    }

    private static long heap() {
        System.gc();
        return Runtime.getRuntime().totalMemory() - Runtime.getRuntime().freeMemory();
    }

    /** Trains while strangers come, and says how many refusals there were. */
    private static long disturbed(Security security, Map<String, String> settings, Trouble trouble) throws Exception {
        AtomicBoolean over = new AtomicBoolean();
        try (Log log = Log.listen();
                Cluster cluster = new Cluster(1, security, settings)) {
            var client = cluster.open(TRAINING, 5, 0, new ValueSource.Initial(TRAINING.initial()));
            ServerHost host = cluster.hosts.get(0);
            CompletableFuture<Integer> training = CompletableFuture.supplyAsync(() -> {
                int steps = 0;
                while (!over.get() || steps < 20) {
                    TRAINING.run(client, steps, steps + 1, 2);
                    steps++;
                }
                return steps;
            });
            long direct = PlatformDependent.usedDirectMemory();
            long heap = heap();
            try {
                trouble.make(cluster);
                assertThat(PlatformDependent.usedDirectMemory() - direct)
                        .as("memory beside the heap")
                        .isLessThan(MEMORY);
                assertThat(heap() - heap).as("heap").isLessThan(MEMORY);
            } finally {
                over.set(true);
            }
            int steps = training.get(60, TimeUnit.SECONDS);
            assertThat(Cluster.pull(client, steps)).isEqualTo(quiet(steps));
            assertThat(log.lines().stream()
                            .filter(line -> line.startsWith("WARN"))
                            .toList())
                    .as("lines, of which there may be one a minute")
                    .hasSizeLessThanOrEqualTo(MANY ? 5 : 2);
            return host.statistics().refused();
        }
    }

    private static AppSecret secret(String application, String key) {
        return new AppSecret(application, new SecretKeyHolder() {
            @Override
            public String getSaslUser(String appId) {
                return "user";
            }

            @Override
            public String getSecretKey(String appId) {
                return key;
            }
        });
    }

    private static void assertTurnedAway(Security security, Optional<AppSecret> secret, ServerAddress address) {
        try (ServerClients stranger = ServerClients.create(security.conf(), secret, Duration.ofSeconds(5))) {
            assertThatThrownBy(() -> Cluster.get(stranger.statistics(address)))
                    .isInstanceOf(ServerException.class)
                    .extracting(failure -> ((ServerException) failure).reason())
                    .isEqualTo(ServerException.Reason.UNAUTHENTICATED);
        }
    }

    @ParameterizedTest
    @EnumSource(
            value = Security.class,
            names = {"AUTHENTICATED", "ENCRYPTED"})
    void whoDoesNotKnowTheSecretIsCounted(Security security) throws Exception {
        int times = MANY ? 30 : 2;
        long refused = disturbed(security, SETTINGS, cluster -> {
            ServerAddress address = cluster.addresses.get(0);
            for (int i = 0; i < times; i++) {
                assertTurnedAway(Security.OPEN, Optional.empty(), address);
                assertTurnedAway(security, Optional.of(secret("app", "wrong")), address);
                assertTurnedAway(security, Optional.of(secret("another application", "its own")), address);
            }
        });
        assertThat(refused).isGreaterThanOrEqualTo(3L * times);
    }

    /** Whoever has recorded a conversation and says the same again is understood by nobody. */
    @ParameterizedTest
    @EnumSource(
            value = Security.class,
            names = {"AUTHENTICATED", "ENCRYPTED"})
    void aReplayedHandshakeOpensNothing(Security security) throws Exception {
        disturbed(security, SETTINGS, cluster -> {
            ServerAddress address = cluster.addresses.get(0);
            byte[] said;
            try (Recorder recorder = new Recorder(address);
                    ServerClients own =
                            ServerClients.create(security.conf(), security.secret("correct"), Duration.ofSeconds(5))) {
                // Closing a run is what would be seen.
                Cluster.get(own.close(recorder.address(), Cluster.RUN, 4));
                said = recorder.said();
            }
            assertThat(said.length).isGreaterThan(100);
            long steps = cluster.hosts.get(0).statistics().refused();
            for (int i = 0; i < (MANY ? 200 : 5); i++) {
                try (Socket socket = new Socket(address.host(), address.port())) {
                    socket.setSoTimeout(10_000);
                    socket.getOutputStream().write(said);
                    socket.getOutputStream().flush();
                    readToTheEnd(socket);
                } catch (IOException closed) {
                    assertThat(closed).isNotInstanceOf(SocketTimeoutException.class);
                }
            }
            assertThat(cluster.hosts.get(0).statistics().refused()).isGreaterThan(steps);
            assertThat(cluster.hosts.get(0).statistics().ranges())
                    .as("still open")
                    .isEqualTo(1);
        });
    }

    /** Until the other side hangs up; fails if it does not. */
    private static void readToTheEnd(Socket socket) throws IOException {
        InputStream in = socket.getInputStream();
        byte[] bytes = new byte[4_096];
        while (in.read(bytes) >= 0) {
            assertThat(socket.isClosed()).isFalse();
        }
    }

    /** More than may wait to be known: the first gives way, and who belongs here gets in at any time. */
    @Test
    void connectionsThatSayNothingGiveWay() throws Exception {
        long refused = disturbed(Security.ENCRYPTED, SETTINGS, cluster -> {
            ServerAddress address = cluster.addresses.get(0);
            Deque<Socket> open = new ArrayDeque<>();
            Random random = new Random(3);
            try {
                for (int i = 0; i < CONNECTIONS; i++) {
                    Socket socket = new Socket(address.host(), address.port());
                    open.addLast(socket);
                    if (random.nextBoolean()) {
                        byte[] beginning = new byte[random.nextInt(8)];
                        socket.getOutputStream().write(beginning);
                    }
                    if (open.size() > 400) {
                        open.removeFirst().close();
                    }
                    if (i % 200 == 150) {
                        try (ServerClients own = ServerClients.create(
                                Security.ENCRYPTED.conf(),
                                Security.ENCRYPTED.secret("correct"),
                                Duration.ofSeconds(10))) {
                            assertThat(Cluster.get(own.statistics(address)).ranges())
                                    .isEqualTo(1);
                        }
                    }
                    if (i % 100 == 99) {
                        assertFewerThan(HANDSHAKES + 20, cluster);
                    }
                }
                // The time for a handshake is over.
                assertFewerThan(11, cluster);
            } finally {
                for (Socket socket : open) {
                    socket.close();
                }
            }
        });
        assertThat(refused).isGreaterThanOrEqualTo(CONNECTIONS / 2);
    }

    /** Soon: whoever is turned away closes its connection on a thread of its own. */
    private static void assertFewerThan(int connections, Cluster cluster) throws InterruptedException {
        for (int i = 0; i < 1_000 && cluster.hosts.get(0).connections() >= connections; i++) {
            Thread.sleep(10);
        }
        assertThat(cluster.hosts.get(0).connections()).isLessThan(connections);
    }

    /** Where everybody is trusted: no more than so many in all and from one host. */
    @ParameterizedTest
    @org.junit.jupiter.params.provider.ValueSource(
            strings = {"spark.convoy.connections", "spark.convoy.connectionsPerHost"})
    void connectionsAreLimited(String key) throws Exception {
        long refused = disturbed(Security.OPEN, Map.of(key, "20"), cluster -> {
            ServerAddress address = cluster.addresses.get(0);
            List<Socket> open = new ArrayList<>();
            try {
                for (int i = 0; i < 60; i++) {
                    open.add(new Socket(address.host(), address.port()));
                }
                // The last of them have been turned away.
                for (Socket socket : open.subList(40, 60)) {
                    socket.setSoTimeout(10_000);
                    readToTheEnd(socket);
                }
                assertThat(cluster.hosts.get(0).connections()).isEqualTo(20);
            } finally {
                for (Socket socket : open) {
                    socket.close();
                }
            }
        });
        assertThat(refused).isGreaterThanOrEqualTo(40);
    }

    /** A peer that knows the secret, or needs none, and talks nonsense: real messages with some bytes changed, and random ones. */
    @Test
    void mutatedAndRandomMessagesChangeNoBit() throws Exception {
        long refused = disturbed(Security.OPEN, Map.of(), cluster -> {
            ServerAddress address = cluster.addresses.get(0);
            Random random = new Random(8);
            try (TransportContext context =
                            new TransportContext(Security.OPEN.conf(), new NoOpRpcHandler(), false, true);
                    TransportClientFactory factory = context.createClientFactory()) {
                TransportClient raw = factory.createClient(address.host(), address.port());
                for (int sent = 0; sent < MESSAGES; ) {
                    List<CompletableFuture<Boolean>> answers = new ArrayList<>();
                    for (int i = 0; i < 500 && sent < MESSAGES; i++, sent++) {
                        answers.add(send(raw, nonsense(random)));
                    }
                    for (CompletableFuture<Boolean> answer : answers) {
                        assertThat(answer.get(30, TimeUnit.SECONDS))
                                .as("answered")
                                .isNotNull();
                    }
                }
            }
        });
        assertThat(refused).isGreaterThan(MESSAGES / 2);
    }

    /** What a stranger may know: everything but what is right. Of an incarnation that is over, so that even a flawless one is fenced. */
    private static ByteBuffer nonsense(Random random) {
        int length = random.nextInt(120);
        ByteBuffer message = ByteBuffer.allocate(length).order(ByteOrder.LITTLE_ENDIAN);
        random.nextBytes(message.array());
        if (length < Wire.REQUEST_HEADER || random.nextInt(4) == 0) {
            return message;
        }
        Wire.Kind kind = Wire.Kind.of(1 + random.nextInt(Wire.Kind.values().length));
        message.putInt(Wire.MAGIC).putInt(kind.code).putLong(Wire.runHash(Cluster.RUN));
        boolean changes =
                kind == Wire.Kind.OPEN || kind == Wire.Kind.CLOSE || kind == Wire.Kind.PUSH || kind == Wire.Kind.NORM;
        // What waits for something would be answered after its time, which is random.
        boolean waits = kind == Wire.Kind.PULL
                || kind == Wire.Kind.SNAPSHOT
                || kind == Wire.Kind.SQUARES
                || kind == Wire.Kind.ROOM;
        message.putLong(changes || waits ? 4 : 5);
        for (int flips = random.nextInt(3); flips > 0; flips--) {
            int at = random.nextInt(length);
            // The incarnation stays below.
            if (at < 16 || at >= 24) {
                message.put(at, (byte) random.nextInt());
            }
        }
        return message.position(0);
    }

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

    @Test
    void limitsThatWouldKeepEverybodyOutAreRefused() {
        assertThatThrownBy(() -> ServerHost.start(
                        Security.OPEN.conf(Map.of("spark.convoy.connections", "0")),
                        Optional.empty(),
                        Cluster.HADOOP,
                        "127.0.0.1"))
                .hasMessage("spark.convoy.connections = 0: at least 1, or nobody could connect");
        assertThatThrownBy(() -> ServerHost.start(
                        Security.OPEN.conf(Map.of("spark.convoy.handshakeSeconds", "soon")),
                        Optional.empty(),
                        Cluster.HADOOP,
                        "127.0.0.1"))
                .hasMessage("spark.convoy.handshakeSeconds = soon: a whole number is wanted");
    }

    /** Stands between a client and a server, and keeps what the client says on its first connection. */
    private static final class Recorder implements AutoCloseable {
        private final ServerSocket listening = new ServerSocket(0);
        private final ByteArrayOutputStream said = new ByteArrayOutputStream();
        private final List<Socket> sockets = new ArrayList<>();

        Recorder(ServerAddress to) throws IOException {
            start(() -> {
                while (true) {
                    Socket client = listening.accept();
                    Socket server = new Socket(to.host(), to.port());
                    boolean first;
                    synchronized (this) {
                        first = sockets.isEmpty();
                        sockets.add(client);
                        sockets.add(server);
                    }
                    start(() -> copy(client, server, first));
                    start(() -> copy(server, client, false));
                }
            });
        }

        private interface Work {
            void run() throws IOException;
        }

        private static void start(Work work) {
            Thread thread = new Thread(() -> {
                try {
                    work.run();
                } catch (IOException closed) {
                    // The end of a connection, or of the recorder.
                    Thread.currentThread().interrupt();
                }
            });
            thread.setDaemon(true);
            thread.start();
        }

        private void copy(Socket from, Socket to, boolean kept) throws IOException {
            byte[] bytes = new byte[8_192];
            int read = from.getInputStream().read(bytes);
            while (read >= 0) {
                if (kept) {
                    synchronized (this) {
                        said.write(bytes, 0, read);
                    }
                }
                to.getOutputStream().write(bytes, 0, read);
                read = from.getInputStream().read(bytes);
            }
        }

        ServerAddress address() {
            return new ServerAddress("127.0.0.1", listening.getLocalPort());
        }

        synchronized byte[] said() {
            return said.toByteArray();
        }

        @Override
        public synchronized void close() throws IOException {
            listening.close();
            for (Socket socket : sockets) {
                socket.close();
            }
        }
    }
}
