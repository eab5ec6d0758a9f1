package convoy.parameterserver.transport;

import convoy.parameterserver.wire.Wire;
import io.netty.channel.Channel;
import java.nio.ByteBuffer;
import java.util.Optional;
import org.apache.spark.network.client.RpcResponseCallback;
import org.apache.spark.network.client.TransportClient;
import org.apache.spark.network.crypto.AuthServerBootstrap;
import org.apache.spark.network.server.AbstractAuthRpcHandler;
import org.apache.spark.network.server.RpcHandler;
import org.apache.spark.network.server.StreamManager;
import org.apache.spark.network.server.TransportServerBootstrap;
import org.apache.spark.network.util.TransportConf;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What every new connection of a server passes first: the limits on connections and frames and, with a secret, Spark's authentication.
 */
public final class Gate implements TransportServerBootstrap {
    private static final Logger LOG = LoggerFactory.getLogger(Gate.class);

    /** What a refused client is told; Spark's newer handshake says the same. */
    static final String REFUSAL = "Authentication failed.";

    private final Optional<AuthServerBootstrap> authentication;
    private final RefusalLog refusals;
    private final Doorkeeper door;

    /**
     * Every connection passes; with a secret only its handshake does until the peer has proved that it knows it.
     *
     * @param conf Spark's transport settings
     * @param secret what a peer must know; empty lets everybody pass
     * @param refusals is told who does not
     * @throws IllegalArgumentException as {@link DoorLimits#of} does
     */
    public Gate(TransportConf conf, Optional<AppSecret> secret, RefusalLog refusals) {
        this.refusals = refusals;
        door = new Doorkeeper(DoorLimits.of(conf), refusals);
        authentication = secret.map(known -> new AuthServerBootstrap(conf, known.keys()));
    }

    @Override
    public RpcHandler doBootstrap(Channel channel, RpcHandler requests) {
        if (!door.enter(channel)) {
            return new Opened(requests);
        }
        if (authentication.isEmpty()) {
            return new Opened(requests);
        }
        door.awaitHandshake(channel);
        return new Guarded((AbstractAuthRpcHandler) authentication.get().doBootstrap(channel, requests));
    }

    /** {@return how many connections there are} */
    public int connections() {
        return door.inside();
    }

    /** A connection on a port without a secret: limits only. */
    private final class Opened extends Passage {
        Opened(RpcHandler requests) {
            super(requests, Wire.MAX_FRAME);
        }
    }

    /** A connection that gets small frames only until it has authenticated; its event loop alone uses it. */
    private final class Guarded extends Passage {
        private final AbstractAuthRpcHandler authentication;
        private boolean known;

        Guarded(AbstractAuthRpcHandler authentication) {
            super(authentication, Wire.MAX_UNAUTHENTICATED_FRAME);
            this.authentication = authentication;
        }

        @Override
        public void receive(TransportClient client, ByteBuffer message, RpcResponseCallback callback) {
            if (known) {
                super.receive(client, message, callback);
                return;
            }
            try {
                super.receive(client, message, callback);
            } catch (RuntimeException | Error e) {
                LOG.debug("A handshake failed", e);
                callback.onFailure(new IllegalArgumentException(REFUSAL, e));
                client.close();
            }
            known = authentication.isAuthenticated();
            if (known) {
                decoder.allow(Wire.MAX_FRAME);
                door.known(client.getChannel());
            }
        }

        /** Only now is it told, since SASL, which Spark uses without encryption, takes more than one message. */
        @Override
        public void channelInactive(TransportClient client) {
            if (!known) {
                refusals.refuse("Refused " + client.getSocketAddress()
                        + ": it did not prove that it knows the application's secret (check spark.authenticate and"
                        + " spark.authenticate.secret on both sides)");
            }
            super.channelInactive(client);
        }
    }

    private abstract class Passage extends RpcHandler {
        final FrameDecoder decoder;
        private final RpcHandler next;

        Passage(RpcHandler next, int frameLimit) {
            this.next = next;
            decoder = FrameDecoder.forServer(frameLimit, refusals::refuse);
        }

        @Override
        public void channelActive(TransportClient client) {
            decoder.install(client.getChannel());
            next.channelActive(client);
        }

        @Override
        public void receive(TransportClient client, ByteBuffer message, RpcResponseCallback callback) {
            next.receive(client, message, callback);
        }

        @Override
        public StreamManager getStreamManager() {
            return next.getStreamManager();
        }

        @Override
        public void channelInactive(TransportClient client) {
            next.channelInactive(client);
        }

        @Override
        public void exceptionCaught(Throwable cause, TransportClient client) {
            next.exceptionCaught(cause, client);
        }
    }
}
