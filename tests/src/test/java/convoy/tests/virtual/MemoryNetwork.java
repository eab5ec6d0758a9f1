package convoy.tests.virtual;

import convoy.parameterserver.range.ServerAddress;
import convoy.parameterserver.server.ParameterService;
import convoy.parameterserver.transport.Transport;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * Wires between processes: each message takes a while of its own, messages of a connection stay in order, and a process that dies breaks its
 * connections. Server and client see the same bytes as over a socket.
 */
final class MemoryNetwork {
    private final Delays delays;
    private final Map<String, Server> servers = new TreeMap<>();

    /** By process, how much longer what it sends takes. */
    private final Map<String, Duration> slow = new TreeMap<>();

    private record Server(VirtualProcess process, ParameterService service) {}

    MemoryNetwork(Delays delays) {
        this.delays = delays;
    }

    /** From now on a service is reached at an address, for as long as its process lives. */
    void serve(ServerAddress address, VirtualProcess process, ParameterService service) {
        servers.put(address.toString(), new Server(process, service));
    }

    /** From now on what a process sends to servers takes so much longer. */
    void slow(VirtualProcess client, Duration longer) {
        slow.put(client.name(), longer);
    }

    /** A process's way to servers. */
    Transport from(VirtualProcess client) {
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
            client.after(delays.next(), () -> {
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
            Duration takes = delays.next().plus(slow.getOrDefault(from.name(), Duration.ZERO));
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

        Wire(VirtualProcess client, Server server) {
            this.client = client;
            this.server = server;
            this.there = new Way(client, server.process());
            this.back = new Way(server.process(), client);
            server.process().onDeath(this::close);
            client.onDeath(() -> broken = true);
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
                if (!broken) {
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
