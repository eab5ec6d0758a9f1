package convoy.parameterserver.server;

import static org.assertj.core.api.Assertions.assertThat;

import convoy.parameterserver.time.Clock;
import convoy.parameterserver.transport.AppSecret;
import convoy.parameterserver.transport.FrameDecoder;
import convoy.parameterserver.transport.Gate;
import convoy.parameterserver.transport.RefusalLog;
import convoy.parameterserver.transport.Security;
import convoy.parameterserver.wire.ValuesMessage;
import convoy.parameterserver.wire.Wire;
import java.io.DataOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.apache.spark.network.TransportContext;
import org.apache.spark.network.client.RpcResponseCallback;
import org.apache.spark.network.client.TransportClient;
import org.apache.spark.network.client.TransportClientBootstrap;
import org.apache.spark.network.client.TransportClientFactory;
import org.apache.spark.network.crypto.AuthClientBootstrap;
import org.apache.spark.network.server.NoOpRpcHandler;
import org.apache.spark.network.server.OneForOneStreamManager;
import org.apache.spark.network.server.RpcHandler;
import org.apache.spark.network.server.StreamManager;
import org.apache.spark.network.server.TransportServer;
import org.apache.spark.network.util.TransportConf;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Messages of values come back to who made them when they are sent, or cannot be. */
final class AskerTest {
    private static final int FLOATS = 200_000;
    private static final long WAIT_MILLIS = 10_000;

    /** Spark's code of a message that wants an answer. */
    private static final int RPC_REQUEST = 3;

    /** The transport says when a message has left, encrypted or not. */
    @ParameterizedTest
    @EnumSource(Security.class)
    void aMessageIsUsedAgainWhenItHasBeenSent(Security security) throws IOException, InterruptedException {
        Sender sender = new Sender(1);
        Optional<AppSecret> secret = security.secret("correct");
        TransportConf conf = security.conf();
        List<TransportClientBootstrap> knock = secret.stream()
                .map(known -> (TransportClientBootstrap) new AuthClientBootstrap(conf, known.appId(), known.keys()))
                .toList();
        try (TransportContext context = new TransportContext(conf, sender);
                TransportServer server = context.createServer(
                        "127.0.0.1", 0, List.of(new Gate(conf, secret, new RefusalLog(Clock.system()))));
                TransportContext other = new TransportContext(conf, new NoOpRpcHandler());
                TransportClientFactory factory = other.createClientFactory(knock);
                TransportClient client = factory.createClient("127.0.0.1", server.getPort())) {
            for (int version = 0; version < 40; version++) {
                ByteBuffer answer = client.sendRpcSync(ByteBuffer.allocate(1), WAIT_MILLIS);
                answer.order(ByteOrder.LITTLE_ENDIAN);
                assertThat(answer.remaining()).isEqualTo(Wire.REPLY_HEADER + 4 * FLOATS);
                assertThat(answer.getLong(8)).isEqualTo(version);
                assertThat(answer.getFloat(Wire.REPLY_HEADER)).isEqualTo(version);
                assertThat(answer.getFloat(answer.limit() - 4)).isEqualTo(version);
            }
        }
        // An answer can arrive a moment before its sender learns that it has left.
        assertThat(sender.made).hasSizeLessThanOrEqualTo(4);
    }

    /** A worker that goes away without having read its answers does not keep them. */
    @Test
    void aMessageIsUsedAgainWhenItCanNoLongerBeSent() throws IOException, InterruptedException {
        int answers = 16;
        Sender sender = new Sender(answers);
        TransportConf conf = Security.OPEN.conf();
        try (TransportContext context = new TransportContext(conf, sender);
                TransportServer server = context.createServer(
                        "127.0.0.1", 0, List.of(new Gate(conf, Optional.empty(), new RefusalLog(Clock.system()))))) {
            try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), server.getPort())) {
                DataOutputStream out = new DataOutputStream(socket.getOutputStream());
                out.writeLong(8 + 1 + 8 + 4 + 1);
                out.writeByte(RPC_REQUEST);
                out.writeLong(1);
                out.writeInt(1);
                out.writeByte(0);
                out.flush();
                sender.awaitMade(answers);
            }
            List<ValuesMessage> again = new ArrayList<>();
            long until = System.nanoTime() + WAIT_MILLIS * 1_000_000;
            while (again.size() < answers && System.nanoTime() < until) {
                ValuesMessage message = sender.pool.take(0, 1);
                if (sender.made.contains(message)) {
                    again.add(message);
                } else {
                    Thread.sleep(10);
                }
            }
            assertThat(again).hasSize(answers);
        }
    }

    /** Answers every request with messages of the version that is their number. */
    private static final class Sender extends RpcHandler {
        private final StreamManager noStreams = new OneForOneStreamManager();
        final ValuesMessage.Pool pool = new ValuesMessage.Pool(FLOATS);
        final Set<ValuesMessage> made = Collections.synchronizedSet(Collections.newSetFromMap(new IdentityHashMap<>()));
        private final int answers;
        private int version;

        Sender(int answers) {
            this.answers = answers;
        }

        @Override
        public void receive(TransportClient client, ByteBuffer message, RpcResponseCallback callback) {
            long request = FrameDecoder.of(client.getChannel()).request();
            List<ValuesMessage> sent = new ArrayList<>();
            for (int answer = 0; answer < answers; answer++) {
                ValuesMessage values = pool.take(version, FLOATS);
                float[] floats = new float[FLOATS];
                Arrays.fill(floats, version++);
                values.put(floats, 0, FLOATS);
                sent.add(values);
            }
            made.addAll(sent);
            sent.forEach(new Asker(client, request, callback, new Counters(new RefusalLog(Clock.system())))::values);
        }

        void awaitMade(int count) throws InterruptedException {
            long until = System.nanoTime() + WAIT_MILLIS * 1_000_000;
            while (made.size() < count && System.nanoTime() < until) {
                Thread.sleep(5);
            }
            assertThat(made).hasSize(count);
        }

        @Override
        public StreamManager getStreamManager() {
            return noStreams;
        }
    }
}
