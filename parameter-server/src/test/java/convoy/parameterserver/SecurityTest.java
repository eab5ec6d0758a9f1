package convoy.parameterserver;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import convoy.parameterserver.client.ServerClients;
import convoy.parameterserver.range.ServerAddress;
import convoy.parameterserver.server.ServerHost;
import convoy.parameterserver.transport.AppSecret;
import convoy.parameterserver.transport.Security;
import convoy.parameterserver.transport.ServerException;
import convoy.parameterserver.wire.Wire;
import io.netty.util.internal.PlatformDependent;
import java.io.IOException;
import java.io.OutputStream;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import org.apache.spark.network.util.MapConfigProvider;
import org.apache.spark.network.util.TransportConf;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Who knocks at the port without belonging there is turned away with a line in the log, and does no harm. */
final class SecurityTest {
    private static ServerClients clients(Security security, String key) {
        return ServerClients.create(security.conf(), security.secret(key), Duration.ofSeconds(5));
    }

    private static void assertServes(Cluster cluster) {
        assertThat(Cluster.get(cluster.clients.statistics(cluster.addresses.get(0)))
                        .ranges())
                .isZero();
    }

    @ParameterizedTest
    @EnumSource(
            value = Security.class,
            names = {"AUTHENTICATED", "ENCRYPTED"})
    void aWrongSecretIsRefused(Security security) throws InterruptedException {
        try (Cluster cluster = new Cluster(1, security, Cluster.SILENCE);
                Log log = Log.listen();
                ServerClients stranger = clients(security, "wrong")) {
            ServerAddress address = cluster.addresses.get(0);
            long asked = System.nanoTime();
            assertThatThrownBy(() -> Cluster.get(stranger.statistics(address)))
                    .isInstanceOf(ServerException.class)
                    .hasMessage(address + " refused this client: the application's secret differs, or only one side"
                            + " authenticates (check spark.authenticate and spark.authenticate.secret on both sides)")
                    .extracting(failure -> ((ServerException) failure).reason())
                    .isEqualTo(ServerException.Reason.UNAUTHENTICATED);
            assertThat(System.nanoTime() - asked).as("said at once").isLessThan(4_000_000_000L);
            assertThat(log.await("Refused"))
                    .anyMatch(line -> line.startsWith("WARN Refused /127.0.0.1:")
                            && line.contains("did not prove that it knows the application's secret"));
            assertServes(cluster);
        }
    }

    @Test
    void noSecretIsRefused() throws InterruptedException {
        try (Cluster cluster = new Cluster(1, Security.AUTHENTICATED, Cluster.SILENCE);
                Log log = Log.listen();
                ServerClients stranger = clients(Security.OPEN, "")) {
            assertThatThrownBy(() -> Cluster.get(stranger.statistics(cluster.addresses.get(0))))
                    .hasMessageContaining("refused this client");
            assertThat(log.await("Refused")).anyMatch(line -> line.contains("did not prove that it knows"));
            assertServes(cluster);
        }
    }

    @Test
    void aSecretNobodyAskedForIsRefused() {
        try (Cluster cluster = new Cluster(1);
                ServerClients stranger = clients(Security.AUTHENTICATED, "correct")) {
            assertThatThrownBy(() -> Cluster.get(stranger.statistics(cluster.addresses.get(0))))
                    .hasMessageContaining("only one side authenticates");
            assertServes(cluster);
        }
    }

    @ParameterizedTest
    @EnumSource(Security.class)
    void randomBytesAreRefused(Security security) throws IOException, InterruptedException {
        try (Cluster cluster = new Cluster(1, security, Cluster.SILENCE);
                Log log = Log.listen()) {
            ServerAddress address = cluster.addresses.get(0);
            assertServes(cluster);
            long before = PlatformDependent.usedDirectMemory();
            Random random = new Random(5);
            for (int trial = 0; trial < 60; trial++) {
                byte[] bytes = new byte[1 + random.nextInt(5_000)];
                random.nextBytes(bytes);
                bytes[0] |= 0x10;
                assertClosed(address, bytes);
            }
            assertThat(log.await("Closed the connection"))
                    .anyMatch(line -> line.startsWith("WARN Closed the connection with /127.0.0.1:")
                            && line.contains("it sent a frame of "));
            assertServes(cluster);
            assertThat(PlatformDependent.usedDirectMemory() - before)
                    .as("memory taken for lengths that nobody may announce")
                    .isLessThan(32 << 20);
        }
    }

    /** Nobody gets more memory, and no other conversation than requests, before they have said who they are. */
    @Test
    void framesAreLimited() throws IOException, InterruptedException {
        try (Cluster open = new Cluster(1);
                Cluster authenticated = new Cluster(1, Security.AUTHENTICATED, Cluster.SILENCE);
                Log log = Log.listen()) {
            assertClosed(open.addresses.get(0), frame(Long.MAX_VALUE, 3));
            assertClosed(open.addresses.get(0), frame(-1, 3));
            assertClosed(open.addresses.get(0), frame(8, 3));
            assertClosed(open.addresses.get(0), frame(Wire.MAX_FRAME + 1, 3));
            assertRefused(open, 4);
            // Stream uploads, chunk fetches and one-way messages exist in Spark, but not here.
            for (int kind : new int[] {0, 1, 2, 4, 5, 6, 7, 8, 9, 10, 11, -1, 127}) {
                assertClosed(open.addresses.get(0), frame(100, kind));
            }
            assertRefused(open, 4 + 13);
            assertClosed(authenticated.addresses.get(0), frame(Wire.MAX_UNAUTHENTICATED_FRAME + 1, 3));
            // The frame, and that it did not authenticate.
            assertRefused(authenticated, 2);
            assertThat(log.lines())
                    .as("one line a minute of each server")
                    .hasSize(2)
                    .anyMatch(line -> line.contains("bytes; 2097152 are allowed"))
                    .anyMatch(line -> line.contains("a frame of 4097 bytes; 4096 are allowed"));
            assertServes(open);
            assertServes(authenticated);
        }
    }

    @Test
    void weakHandshakesAreNotOffered() {
        for (Map<String, String> settings : List.of(
                Map.of("spark.network.crypto.enabled", "true"),
                Map.of("spark.network.crypto.enabled", "true", "spark.network.crypto.saslFallback", "false"),
                Map.of("spark.network.crypto.enabled", "true", "spark.network.crypto.authEngineVersion", "2"))) {
            TransportConf conf = new TransportConf("test", new MapConfigProvider(settings));
            Optional<AppSecret> secret = Security.AUTHENTICATED.secret("correct");
            assertThatThrownBy(() -> ServerHost.start(conf, secret, Cluster.HADOOP, "127.0.0.1"))
                    .hasMessageContaining("set false and 2");
            assertThatThrownBy(() -> ServerClients.create(conf, secret, Duration.ofSeconds(1)))
                    .hasMessageContaining("set false and 2");
        }
    }

    private static void assertRefused(Cluster cluster, long times) throws InterruptedException {
        for (int i = 0; i < 1_000 && cluster.hosts.get(0).statistics().refused() < times; i++) {
            Thread.sleep(10);
        }
        assertThat(cluster.hosts.get(0).statistics().refused()).isEqualTo(times);
    }

    private static byte[] frame(long length, int kind) {
        return ByteBuffer.allocate(100).putLong(length).put((byte) kind).array();
    }

    /** Sends bytes and expects the other side to hang up. */
    private static void assertClosed(ServerAddress address, byte[] bytes) throws IOException {
        try (Socket socket = new Socket(address.host(), address.port())) {
            socket.setSoTimeout(10_000);
            OutputStream out = socket.getOutputStream();
            out.write(bytes);
            out.flush();
            assertThat(endOfStream(socket))
                    .as("hung up after %d bytes", bytes.length)
                    .isTrue();
        }
    }

    private static boolean endOfStream(Socket socket) {
        try {
            return socket.getInputStream().read() < 0;
        } catch (SocketTimeoutException e) {
            return false;
        } catch (IOException e) {
            // Hung up while we still wrote: a reset instead of an end.
            return true;
        }
    }
}
