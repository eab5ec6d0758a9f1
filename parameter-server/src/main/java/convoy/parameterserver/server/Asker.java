package convoy.parameterserver.server;

import convoy.parameterserver.wire.ValuesMessage;
import convoy.parameterserver.wire.Wire;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import java.nio.ByteBuffer;
import org.apache.spark.network.client.RpcResponseCallback;
import org.apache.spark.network.client.TransportClient;
import org.apache.spark.network.protocol.RpcResponse;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Who sent a request, to be answered once. A worker that died while its pull waited is nobody to answer, and no error.
 *
 * @param request its number on this connection
 */
record Asker(TransportClient client, long request, RpcResponseCallback callback, Counters counters)
        implements PullAnswer {
    private static final Logger LOG = LoggerFactory.getLogger(Asker.class);

    @Override
    public void accept(ByteBuffer reply) {
        if (client.isActive()) {
            callback.onSuccess(reply);
        }
    }

    /** Past Spark's callback, which does not tell when a response has been sent. */
    @Override
    public void values(ValuesMessage message) {
        counters.pulls.increment();
        counters.pulledBytes.add(message.size() - Wire.REPLY_HEADER);
        if (!client.isActive()) {
            message.release();
            return;
        }
        Channel channel = client.getChannel();
        ChannelFuture unused = channel.writeAndFlush(new RpcResponse(request, message))
                .addListener(sent -> {
                    if (!sent.isSuccess() && channel.isOpen()) {
                        LOG.warn(
                                "Closed the connection with {}: values could not be sent",
                                client.getSocketAddress(),
                                sent.cause());
                        client.close();
                    }
                });
    }
}
