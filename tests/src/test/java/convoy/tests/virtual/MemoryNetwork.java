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
 * Wires between processes: each message takes a while, messages of a connection stay in order, and a process that dies breaks its
 * connections. Server and client see the same bytes as over a socket.
 */
final class MemoryNetwork {
    private static final Duration LATENCY = Duration.ofNanos(150_000);

    private final Map<String, Server> servers = new TreeMap<>();

    private record Server(VirtualProcess process, ParameterService service) {}

    /** From now on a service is reached at an address, for as long as its process lives. */
    void serve(ServerAddress address, VirtualProcess process, ParameterService service) {
        servers.put(address.toString(), new Server(process, service));
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
            client.after(LATENCY, () -> {
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

    private static final class Wire implements Transport.Connection {
        private final VirtualProcess client;
        private final Server server;
        private final Set<Transport.Answer> unanswered = new LinkedHashSet<>();
        private boolean broken;

        Wire(VirtualProcess client, Server server) {
            this.client = client;
            this.server = server;
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
                client.after(LATENCY, () -> answer.failed(new IOException("the connection is closed")));
                return;
            }
            unanswered.add(answer);
            ByteBuffer sent =
                    ByteBuffer.allocate(message.remaining()).put(message).flip();
            server.process().after(LATENCY, () -> {
                if (!broken) {
                    server.service().receive(sent, client.name(), reply -> bring(reply, answer));
                }
            });
        }

        private void bring(ByteBuffer reply, Transport.Answer answer) {
            client.after(LATENCY, () -> {
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
                client.after(LATENCY, () -> answer.failed(new IOException("the connection was lost")));
            }
            unanswered.clear();
        }
    }
}
