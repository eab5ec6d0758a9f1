package convoy.parameterserver.transport;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import convoy.records.text.Counts;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.util.concurrent.Future;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;

/**
 * Counts who is at a server's port, and keeps to the {@link DoorLimits}. Of those that have not shown yet who they are the one that came
 * first gives way to the next: who belongs here is done in milliseconds, so that a crowd of others does not keep it out. Safe for use by
 * several threads.
 */
final class Doorkeeper {
    private final DoorLimits limits;
    private final RefusalLog refusals;

    @GuardedBy("this")
    private final Map<String, Integer> byHost = new HashMap<>();

    @GuardedBy("this")
    private int inside;

    /** In the order in which they came. */
    @GuardedBy("this")
    private final Set<Channel> unknown = new LinkedHashSet<>();

    Doorkeeper(DoorLimits limits, RefusalLog refusals) {
        this.limits = limits;
        this.refusals = refusals;
    }

    /** How many connections there are. */
    synchronized int inside() {
        return inside;
    }

    /** Lets a connection in, until it is closed; closes it if there are too many. Returns whether it may stay. */
    boolean enter(Channel channel) {
        String host = host(channel.remoteAddress());
        Optional<String> tooMany;
        synchronized (this) {
            int ofHost = byHost.getOrDefault(host, 0);
            tooMany = inside >= limits.connections()
                    ? Optional.of("the server has " + Counts.plain(inside, "connection")
                            + " already (spark.convoy.connections)")
                    : ofHost >= limits.connectionsPerHost()
                            ? Optional.of("the server has " + Counts.plain(ofHost, "connection")
                                    + " from that host already" + " (spark.convoy.connectionsPerHost)")
                            : Optional.empty();
            if (tooMany.isEmpty()) {
                inside++;
                byHost.merge(host, 1, Integer::sum);
            }
        }
        if (tooMany.isPresent()) {
            refuse(channel, tooMany.get());
            return false;
        }
        ChannelFuture unused = channel.closeFuture().addListener(closed -> leave(channel, host));
        return true;
    }

    private synchronized void leave(Channel channel, String host) {
        inside--;
        unknown.remove(channel);
        byHost.computeIfPresent(host, (any, count) -> count > 1 ? count - 1 : null);
    }

    /** The connection has to show who it is, which it may take some time for. */
    void awaitHandshake(Channel channel) {
        Optional<Channel> gone;
        synchronized (this) {
            gone = Optional.empty();
            if (unknown.size() >= limits.handshakes()) {
                Iterator<Channel> first = unknown.iterator();
                gone = Optional.of(first.next());
                first.remove();
            }
            unknown.add(channel);
        }
        gone.ifPresent(first -> refuse(
                first,
                "others came while it had not shown who it is (spark.convoy.handshakes = " + limits.handshakes()
                        + ")"));
        Future<?> unused = channel.eventLoop()
                .schedule(
                        () -> {
                            if (isUnknown(channel)) {
                                refuse(
                                        channel,
                                        "it did not show who it is within "
                                                + limits.handshake().toSeconds()
                                                + " s (spark.convoy.handshakeSeconds)");
                            }
                        },
                        limits.handshake().toMillis(),
                        TimeUnit.MILLISECONDS);
    }

    private synchronized boolean isUnknown(Channel channel) {
        return unknown.contains(channel);
    }

    /** The connection has shown who it is. */
    synchronized void known(Channel channel) {
        unknown.remove(channel);
    }

    private void refuse(Channel channel, String why) {
        refusals.refuse("Closed the connection with " + channel.remoteAddress() + ": " + why);
        ChannelFuture unused = channel.close();
    }

    private static String host(SocketAddress address) {
        return address instanceof InetSocketAddress socket ? socket.getHostString() : String.valueOf(address);
    }
}
