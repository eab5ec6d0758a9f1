package convoy.driver.spark;

import com.codahale.metrics.MetricRegistry;
import com.google.errorprone.annotations.concurrent.GuardedBy;
import convoy.driver.localfiles.ForklessLocalFileSystem;
import convoy.driver.membership.Memory;
import convoy.driver.membership.Message;
import convoy.driver.membership.MessageServersAliveBuilder;
import convoy.parameterserver.client.ServerClients;
import convoy.parameterserver.server.ServerHost;
import convoy.parameterserver.time.Clock;
import convoy.parameterserver.transport.AppSecret;
import convoy.worker.engine.Device;
import convoy.worker.engine.Engines;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.WeakHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.function.ToLongFunction;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.SparkConf;
import org.apache.spark.SparkEnv;
import org.apache.spark.api.plugin.ExecutorPlugin;
import org.apache.spark.api.plugin.PluginContext;
import org.apache.spark.deploy.SparkHadoopUtil;
import org.apache.spark.network.netty.SparkTransportConf;
import org.apache.spark.network.util.TransportConf;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The plugin in an executor: starts its parameter servers, and says that they live for as long as they do. They outlive
 * tasks; a killed executor takes them with it.
 */
public final class ExecutorSide implements ExecutorPlugin {
    private static final Logger LOG = LoggerFactory.getLogger(ExecutorSide.class);

    /** Exit status of a process whose GPU is lost: sysexits.h's EX_OSERR. */
    private static final int DEVICE_LOST = 71;

    private static final long SIGN_MILLIS = 500;
    /** The secret's name in the handshake; both ends are of one application, so that it need not be told. */
    private static final String APPLICATION = "convoy";

    /** Of each application's settings in this process: Hadoop reads a megabyte of defaults for new ones, and copies them at once. */
    @GuardedBy("HADOOP")
    private static final Map<SparkConf, Configuration> HADOOP = new WeakHashMap<>();

    private static volatile @Nullable ExecutorSide current;

    @GuardedBy("this")
    private final List<ServerHost> hosts = new ArrayList<>();

    private final ScheduledExecutorService signs = Clock.system().timer("convoy-sign-of-life");
    private final ExecutorService closing = Clock.system().pool("convoy-closing", 1);
    private volatile @Nullable PluginContext context;

    /** By the silence that a run allows its servers. */
    @GuardedBy("this")
    private final Map<Duration, ServerClients> clients = new HashMap<>();

    /** {@return the executor's plugin in this process; empty before it began and after its end} */
    public static Optional<ExecutorSide> current() {
        return Optional.ofNullable(current);
    }

    /** Never throws: a standalone master would start such an executor again without end. The driver hears of it instead. */
    @Override
    @SuppressWarnings("CatchThrowable")
    public void init(PluginContext plugin, Map<String, String> extra) {
        context = plugin;
        current = this;
        String problem = "";
        SortedMap<String, String> processors = new TreeMap<>();
        try {
            Engines.all().forEach(engine -> processors.put(engine.name(), engine.processor(Device.CPU)));
            ForklessLocalFileSystem.install(hadoop(plugin.conf()));
            int count = plugin.conf().getInt(SparkSettings.SERVERS_PER_EXECUTOR, 1);
            for (int i = 0; i < count; i++) {
                add(start(plugin));
            }
            registerMetrics(plugin.metricRegistry());
        } catch (Throwable failure) {
            LOG.error("The parameter servers of executor {} did not start", plugin.executorID(), failure);
            problem = failure.toString();
        }
        Message.ServersAlive sign = MessageServersAliveBuilder.builder()
                .executor(plugin.executorID())
                .instance(ThreadLocalRandom.current().nextLong())
                .problem(problem)
                .addresses(addresses())
                .processors(processors)
                .memory(List.of())
                .crashFile(CrashFile.of(host(plugin)))
                .build();
        List<String> given = Optional.ofNullable(plugin.resources().get("gpu"))
                .map(gpu -> List.of(gpu.addresses()))
                .orElse(List.of());
        GpuMemory gpus = GpuMemory.of(given, Clock.system());
        var unused = signs.scheduleWithFixedDelay(() -> say(plugin, sign, gpus), 0, SIGN_MILLIS, TimeUnit.MILLISECONDS);
    }

    private static ServerHost start(PluginContext plugin) {
        return ServerHost.start(transport(plugin.conf()), secret(plugin.conf()), hadoop(plugin.conf()), host(plugin));
    }

    private synchronized void add(ServerHost host) {
        hosts.add(host);
    }

    private synchronized List<String> addresses() {
        return hosts.stream().map(host -> host.address().toString()).toList();
    }

    /** Shown with Spark's own metrics of the executor, all servers together. */
    private void registerMetrics(MetricRegistry registry) {
        registry.gauge("connections", () -> () -> sum(ServerHost::connections));
        registry.gauge("refusals", () -> () -> sum(host -> host.statistics().refused()));
        registry.gauge("heldPushes", () -> () -> sum(host -> host.statistics().held()));
        registry.gauge("sumBytes", () -> () -> sum(host -> host.statistics().sumBytes()));
        registry.gauge("mostBytes", () -> () -> sum(host -> host.statistics().mostBytes()));
    }

    private synchronized long sum(ToLongFunction<ServerHost> figure) {
        return hosts.stream().mapToLong(figure).sum();
    }

    /**
     * Puts servers in the place of those for which memory was short. They have let go of what they had, so that there may be enough again;
     * their ranges are opened where the driver wants them.
     */
    private synchronized void replaceExhausted(PluginContext plugin) {
        for (int i = 0; i < hosts.size(); i++) {
            if (hosts.get(i).isExhausted()) {
                ServerHost gone = hosts.get(i);
                hosts.set(i, start(plugin));
                // Which may take a while, and signs of life do not.
                closing.execute(gone::close);
                LOG.warn(
                        "In the place of {}, for which memory was short, there is now server {}",
                        gone.address(),
                        hosts.get(i).address());
            }
        }
    }

    private void say(PluginContext plugin, Message.ServersAlive sign, GpuMemory gpus) {
        try {
            replaceExhausted(plugin);
            List<Memory> memory =
                    new ArrayList<>(ProcessMemory.here(plugin.conf(), sign.executor(), host(plugin), isAlone(plugin)));
            memory.addAll(gpus.here(host(plugin)));
            plugin.ask(sign.withAddresses(addresses()).withMemory(memory).toBytes());
        } catch (InterruptedException ending) {
            Thread.currentThread().interrupt();
        } catch (Exception failure) {
            // The driver is not there yet, or no more: in the one case the next sign arrives, in the other none need
            // to.
            LOG.debug("The driver did not hear a sign of life", failure);
        } catch (Error failure) {
            // Thrown on, it would end the signs for good, and servers that live would be taken for lost.
            LOG.error("A sign of life of executor {} was not given: {}", plugin.executorID(), failure.toString());
        }
    }

    /** Whether this process is an executor and not the driver too. */
    private static boolean isAlone(PluginContext plugin) {
        return !plugin.executorID().equals("driver");
    }

    /** The address under which peers reach this process: in an executor what its block manager has. */
    private static String host(PluginContext plugin) {
        return plugin.executorID().equals("driver")
                ? plugin.conf().get("spark.driver.host", "localhost")
                : SparkEnv.get().blockManager().blockManagerId().host();
    }

    /**
     * {@return settings by which file systems are reached in an application with these settings, for the caller alone}
     *
     * @param conf settings of the application, which are settled
     */
    public static Configuration hadoop(SparkConf conf) {
        synchronized (HADOOP) {
            Configuration hadoop = HADOOP.computeIfAbsent(
                    conf, settled -> SparkHadoopUtil.get().newConfiguration(settled));
            return loaded(hadoop);
        }
    }

    /** A copy of settings; they are read before it, as a copy of unread ones would read them again each time. */
    private static Configuration loaded(Configuration hadoop) {
        var unused = hadoop.size();
        return new Configuration(hadoop);
    }

    /**
     * {@return how servers and their clients talk in an application with these settings}
     *
     * @param conf settings of the application
     */
    public static TransportConf transport(SparkConf conf) {
        int threads = Math.min(8, Runtime.getRuntime().availableProcessors());
        return SparkTransportConf.fromSparkConf(conf, "convoy", threads, scala.Option.empty());
    }

    /**
     * {@return what peers have to hold; empty where the application does not authenticate}
     *
     * @param conf settings of the application
     */
    public static Optional<AppSecret> secret(SparkConf conf) {
        return conf.getBoolean("spark.authenticate", false)
                ? Optional.of(new AppSecret(APPLICATION, SparkEnv.get().securityManager()))
                : Optional.empty();
    }

    /**
     * {@return what Spark gave the plugin}
     *
     * @throws IllegalStateException before it did
     */
    public PluginContext context() {
        PluginContext begun = context;
        if (begun == null) {
            throw new IllegalStateException("the plugin has not begun");
        }
        return begun;
    }

    /**
     * {@return this process's connections to servers, made at first need and shared by the workers of all runs that allow the same silence}
     *
     * @param silence after which a server that does not answer counts as unreachable
     */
    public synchronized ServerClients clients(Duration silence) {
        SparkConf conf = context().conf();
        return clients.computeIfAbsent(silence, any -> ServerClients.create(transport(conf), secret(conf), silence));
    }

    /**
     * Ends an executor's process, which its cluster replaces: whatever else is tried in this one would fail too. In local mode the
     * process is the driver's as well, and stays for what the driver has to say.
     *
     * @param reason one line, for the log
     */
    public void endProcess(String reason) {
        if (context().executorID().equals("driver")) {
            return;
        }
        LOG.error("Executor {} ends: {}", context().executorID(), reason);
        // Not by this thread, which is a task's: its end is waited for.
        Thread end = new Thread(() -> System.exit(DEVICE_LOST), "convoy-end");
        end.setDaemon(true);
        end.start();
    }

    /**
     * Ends one of the servers, as if it had broken; for tests of what a run does then.
     *
     * @param index of the server, from 0
     */
    public void closeServers(int index) {
        server(index).close();
    }

    private synchronized ServerHost server(int index) {
        return hosts.get(index);
    }

    @Override
    public void shutdown() {
        current = null;
        signs.shutdownNow();
        closing.shutdown();
        List<ServerHost> open;
        synchronized (this) {
            clients.values().forEach(ServerClients::close);
            clients.clear();
            open = List.copyOf(hosts);
            hosts.clear();
        }
        open.forEach(ServerHost::close);
    }
}
