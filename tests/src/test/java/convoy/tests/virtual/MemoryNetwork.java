package convoy.tests.virtual;

import convoy.parameterserver.range.ServerAddress;
import convoy.parameterserver.server.ParameterService;
import convoy.parameterserver.transport.Transport;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * Wires between processes: each message takes a while of its own, messages of a connection stay in order, and a process that dies breaks its
 * connections. Server and client see the same bytes as over a socket.
 */
public final class MemoryNetwork {
    private final Delays delays;

    /** By process, how much longer it takes on this network. */
    private final Map<String, Duration> slow = new TreeMap<>();

    private final Map<String, Server> servers = new TreeMap<>();
    private final List<Wire> wires = new ArrayList<>();

    private record Server(VirtualProcess process, ParameterService service) {}

    public MemoryNetwork(Delays delays) {
        this.delays = delays;
    }

    /**
     * From now on what a process says to servers, and its own servers answer, takes so much longer; what it says to the driver does not.
     */
    public void slow(VirtualProcess process, Duration longer) {
        slow.put(process.name(), longer);
    }

    /** From now on a service is reached at an address, for as long as its process lives. */
    void serve(ServerAddress address, VirtualProcess process, ParameterService service) {
        servers.put(address.toString(), new Server(process, service));
    }

    /**
     * Breaks all connections between two processes.
     *
     * @param late whether requests that are on their way arrive all the same, as those do that a socket holds already
     */
    public void breakBetween(VirtualProcess one, VirtualProcess other, boolean late) {
        for (Wire wire : List.copyOf(wires)) {
            if (wire.isBetween(one, other)) {
                wire.late = late;
                wire.close();
            }
        }
    }

    /** A process's way to servers. */
    public Transport from(VirtualProcess client) {
        return new Wires(client);
    }

    private final class Wires implements Transport {
        private final VirtualProcess client;
        private boolean closed;

        Wires(VirtualProcess client) {
            this.client = client;
        }

        @Override
        public int connections() {
            return 1;
        }

        @Override
        public CompletableFuture<Connection> connect(ServerAddress address) {
            client.requireLife();
            CompletableFuture<Connection> connecting = new CompletableFuture<>();
            @Nullable Server asked = servers.get(address.toString());
            Duration takes = asked == null ? delays.next() : delays.next(client, asked.process());
            client.after(takes, () -> {
                @Nullable Server server = servers.get(address.toString());
                if (closed || server == null || server.process().isDead()) {
                    connecting.completeExceptionally(new IOException("Failed to connect to " + address));
                } else {
                    connecting.complete(new Wire(client, server));
                }
            });
            return connecting;
        }

        @Override
        public void close() {
            closed = true;
        }
    }

    /** One direction of a connection, in which nothing overtakes. */
    private final class Way {
        private final VirtualProcess from;
        private final VirtualProcess to;
        private long lastArrival;

        Way(VirtualProcess from, VirtualProcess to) {
            this.from = from;
            this.to = to;
        }

        void bring(Runnable arrival) {
            Duration takes = delays.next(from, to).plus(slow.getOrDefault(from.name(), Duration.ZERO));
            lastArrival = Math.max(lastArrival, to.nanoTime() + takes.toNanos());
            to.after(Duration.ofNanos(lastArrival - to.nanoTime()), arrival);
        }
    }

    private final class Wire implements Transport.Connection {
        private final VirtualProcess client;
        private final Server server;
        private final Way there;
        private final Way back;
        private final Set<Transport.Answer> unanswered = new LinkedHashSet<>();
        private boolean broken;
        private boolean late;

        Wire(VirtualProcess client, Server server) {
            this.client = client;
            this.server = server;
            this.there = new Way(client, server.process());
            this.back = new Way(server.process(), client);
            server.process().onDeath(this::close);
            client.onDeath(() -> broken = true);
            wires.removeIf(wire -> wire.broken);
            wires.add(this);
        }

        boolean isBetween(VirtualProcess one, VirtualProcess other) {
            return (client == one && server.process() == other) || (client == other && server.process() == one);
        }

        @Override
        public boolean isActive() {
            return !broken;
        }

        @Override
        public void send(ByteBuffer message, Transport.Answer answer) {
            client.requireLife();
            if (broken) {
                back.bring(() -> answer.failed(new IOException("the connection is closed")));
                return;
            }
            unanswered.add(answer);
            ByteBuffer sent =
                    ByteBuffer.allocate(message.remaining()).put(message).flip();
            there.bring(() -> {
                if (!broken || late) {
                    server.service().receive(sent, client.name(), reply -> bring(reply, answer));
                }
            });
        }

        private void bring(ByteBuffer reply, Transport.Answer answer) {
            back.bring(() -> {
                if (unanswered.remove(answer)) {
                    answer.reply(reply);
                }
            });
        }

        @Override
        public void close() {
            if (broken) {
                return;
            }
            broken = true;
            for (Transport.Answer answer : unanswered) {
                back.bring(() -> answer.failed(new IOException("the connection was lost")));
            }
            unanswered.clear();
        }
    }
}
