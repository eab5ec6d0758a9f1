package convoy.parameterserver;

import convoy.parameterserver.client.ParameterClient;
import convoy.parameterserver.client.PullReply;
import convoy.parameterserver.client.PushReply;
import convoy.parameterserver.client.ServerClients;
import convoy.parameterserver.range.OpenRange;
import convoy.parameterserver.range.OpenRangeBuilder;
import convoy.parameterserver.range.ServerAddress;
import convoy.parameterserver.range.ValueSource;
import convoy.parameterserver.server.ServerHost;
import convoy.parameterserver.sum.Subtree;
import convoy.parameterserver.transport.Security;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;

/** Real servers and clients on loopback, for tests. */
final class Cluster implements AutoCloseable {
    static final String RUN = "test";
    static final Configuration HADOOP = hadoop();
    static final Duration SILENCE = Duration.ofSeconds(10);

    final List<ServerHost> hosts = new ArrayList<>();
    final List<ServerAddress> addresses = new ArrayList<>();
    final ServerClients clients;

    /** Which steps of runs are measured. */
    private final long measureEvery;

    Cluster(int servers) {
        this(servers, Security.OPEN, SILENCE);
    }

    /** One whose runs have each so many steps measured. */
    Cluster(int servers, long measureEvery) {
        this(servers, Security.OPEN, SILENCE, measureEvery);
    }

    Cluster(int servers, Security security, Duration silence) {
        this(servers, security, silence, 0);
    }

    /** One whose servers have some more settings. */
    Cluster(int servers, Security security, Map<String, String> settings) {
        this(servers, security, SILENCE, 0, settings);
    }

    private Cluster(int servers, Security security, Duration silence, long measureEvery) {
        this(servers, security, silence, measureEvery, Map.of());
    }

    private Cluster(int servers, Security security, Duration silence, long measureEvery, Map<String, String> settings) {
        this.measureEvery = measureEvery;
        for (int server = 0; server < servers; server++) {
            ServerHost host =
                    ServerHost.start(security.conf(settings), security.secret("correct"), HADOOP, "127.0.0.1");
            hosts.add(host);
            addresses.add(host.address());
        }
        clients = ServerClients.create(security.conf(), security.secret("correct"), silence);
    }

    private static Configuration hadoop() {
        Configuration configuration = new Configuration();
        configuration.setClass("fs.faulty.impl", FaultyFileSystem.class, FileSystem.class);
        return configuration;
    }

    /** Opens every range of a run and returns a client for it. */
    ParameterClient open(Training training, long incarnation, long firstVersion, ValueSource source) {
        return open(training, incarnation, firstVersion, source, 0);
    }

    /** The same with copies of each so many versions in the memory of another server. */
    ParameterClient open(Training training, long incarnation, long firstVersion, ValueSource source, long mirrorEvery) {
        List<CompletableFuture<Void>> opened = new ArrayList<>();
        for (int server = 0; server < addresses.size(); server++) {
            OpenRange range = range(training, server, incarnation, firstVersion, source);
            opened.add(clients.open(
                    addresses.get(server),
                    OpenRangeBuilder.builder(range).mirrorEvery(mirrorEvery).build()));
        }
        opened.forEach(Cluster::get);
        return clients.parameters(RUN, incarnation, training.layout(), addresses);
    }

    OpenRange range(Training training, int server, long incarnation, long firstVersion, ValueSource source) {
        return OpenRangeBuilder.builder()
                .run(RUN)
                .incarnation(incarnation)
                .server(server)
                .layout(training.layout())
                .rule(training.rule())
                .leaves(training.leaves())
                .firstVersion(firstVersion)
                .source(source)
                .servers(addresses)
                .snapshots(training.snapshots())
                .measureEvery(measureEvery)
                .build();
    }

    /** Pulls a whole version. */
    static float[] pull(ParameterClient client, long version) {
        float[] flat = new float[client.layout().size()];
        List<CompletableFuture<PullReply>> pulls = new ArrayList<>();
        for (int partition = 0; partition < client.layout().partitions(); partition++) {
            pulls.add(client.pull(partition, version, flat));
        }
        for (CompletableFuture<PullReply> pull : pulls) {
            if (!(get(pull) instanceof PullReply.Values values) || values.version() != version) {
                throw new AssertionError("pull of version " + version + " answered " + pull.join());
            }
        }
        return flat;
    }

    /** Pushes a subtree's sums to every partition. */
    static void push(ParameterClient client, long step, Subtree subtree, int examples, float[] sums) {
        List<CompletableFuture<PushReply>> pushes = new ArrayList<>();
        for (int partition = 0; partition < client.layout().partitions(); partition++) {
            pushes.add(client.push(partition, step, subtree, examples, sums));
        }
        pushes.forEach(Cluster::get);
    }

    static <T> T get(CompletableFuture<T> future) {
        try {
            return future.get(30, TimeUnit.SECONDS);
        } catch (ExecutionException e) {
            if (e.getCause() instanceof RuntimeException cause) {
                throw cause;
            }
            throw new AssertionError(e);
        } catch (InterruptedException | TimeoutException e) {
            throw new AssertionError("no answer within 30 s", e);
        }
    }

    @Override
    public void close() {
        clients.close();
        hosts.forEach(ServerHost::close);
    }
}
