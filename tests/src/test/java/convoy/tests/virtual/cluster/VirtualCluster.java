package convoy.tests.virtual.cluster;

import convoy.architectures.graph.Network;
import convoy.driver.membership.Membership;
import convoy.driver.training.Cluster;
import convoy.driver.worker.WorkerEquipment;
import convoy.driver.worker.WorkerPlan;
import convoy.parameterserver.client.ServerClients;
import convoy.parameterserver.time.Clock;
import convoy.tests.virtual.Actor;
import convoy.tests.virtual.Delays;
import convoy.tests.virtual.DriverLine;
import convoy.tests.virtual.MemoryNetwork;
import convoy.tests.virtual.VirtualExecutorHost;
import convoy.tests.virtual.VirtualProcess;
import convoy.tests.virtual.VirtualStage;
import convoy.tests.virtual.VirtualTime;
import convoy.worker.engine.Device;
import convoy.worker.engine.EngineChoice;
import convoy.worker.engine.EngineProvider;
import convoy.worker.engine.Engines;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import org.apache.hadoop.conf.Configuration;

/**
 * A driver and some executors in one thread and in virtual time; {@link VirtualTime} says how that is deterministic. An executor that
 * is killed is missed after a while, and after another while a new one takes its place, as a cluster's manager would have it.
 */
final class VirtualCluster implements Cluster, AutoCloseable {
    private static final Duration REPLACEMENT = Duration.ofSeconds(1);

    private final VirtualTime time = new VirtualTime();
    private final VirtualProcess driver = new VirtualProcess(time, "driver");
    private final MemoryNetwork network;
    private final Membership membership = new Membership(driver);
    private final Configuration hadoop;
    private final VirtualExecutorHost.Surroundings surroundings;
    private final Map<Integer, VirtualExecutorHost> executors = new TreeMap<>();
    private int lastExecutor;
    private long lastNumber;

    /**
     * @param size executors that there are
     * @param pace of their processors, which may also do them harm
     * @param seed of the time that each message takes
     */
    VirtualCluster(int size, Configuration hadoop, Pace pace, long seed) {
        this.hadoop = hadoop;
        Delays delays = new Delays(seed);
        this.network = new MemoryNetwork(delays);
        this.surroundings = new VirtualExecutorHost.Surroundings(
                network, process -> hadoop, new DriverLine(driver, membership, delays), new Engineers(pace));
        for (int i = 0; i < size; i++) {
            startExecutor();
        }
    }

    /** Engines of any kind, whose gradients take virtual time. */
    private record Engineers(Pace pace) implements VirtualExecutorHost.Workshop {
        @Override
        public EngineProvider engine(VirtualProcess process, String name, Device device) {
            return new PacedEngineProvider(Engines.find(name, device), process, pace);
        }

        @Override
        public Optional<WorkerEquipment> equipment(VirtualProcess process, WorkerPlan plan) {
            return Optional.empty();
        }
    }

    private void startExecutor() {
        int number = ++lastExecutor;
        executors.put(
                number, new VirtualExecutorHost(number, new VirtualProcess(time, "executor " + number), surroundings));
    }

    /** Kills an executor, with its servers and workers, as soon as nothing else happens at this moment. */
    void kill(VirtualProcess executor) {
        end(executor, "killed");
    }

    /** The same as the cluster's manager tells it of a process that native code has ended. */
    void crash(VirtualProcess executor) {
        end(executor, "Command exited with code 139");
    }

    private void end(VirtualProcess executor, String reason) {
        time.after(Duration.ZERO, () -> executors.values().stream()
                .filter(host -> host.process() == executor)
                .findFirst()
                .ifPresent(host -> end(host, reason)));
    }

    /** What an executor says to servers, and its servers answer, takes so much longer from now on. */
    void slowLink(VirtualProcess executor, Duration longer) {
        network.slow(executor, longer);
    }

    /** Stops the driver for a while, as SIGSTOP does: what happens to it meanwhile happens to it then, and its clock goes on. */
    void stopDriver(Duration pause) {
        driver.stop(pause);
    }

    private void end(VirtualExecutorHost host, String reason) {
        executors.values().remove(host);
        host.process().kill();
        driver.after(VirtualStage.DETECTION, () -> membership.executorLost(host.id(), reason));
        time.after(REPLACEMENT, this::startExecutor);
    }

    /** Runs something on the driver's main thread, and everything else that happens meanwhile. */
    <T> T run(Callable<T> main) throws Exception {
        List<T> result = new ArrayList<>();
        Actor actor = driver.start("main", () -> result.add(main.call()));
        time.runUntil(actor::isOver);
        if (actor.failure().isPresent()) {
            if (actor.failure().get() instanceof Exception failure) {
                throw failure;
            }
            throw new AssertionError("the driver failed", actor.failure().get());
        }
        return result.get(0);
    }

    /** How much time has passed. */
    Duration passed() {
        return Duration.ofNanos(time.now());
    }

    /** How many events there have been or will be. */
    long events() {
        return time.planned();
    }

    @Override
    public void close() {
        executors.values().forEach(host -> host.process().kill());
        time.close();
    }

    @Override
    public Clock clock() {
        return driver;
    }

    @Override
    public Configuration hadoop() {
        return hadoop;
    }

    @Override
    public Membership membership() {
        return membership;
    }

    @Override
    public ServerClients connect(Duration silence) {
        return ServerClients.over(network.from(driver), driver, silence);
    }

    @Override
    public EngineChoice settle(EngineChoice choice, int workers, Network of) {
        return choice.settle(false, of);
    }

    @Override
    public int workersOfAProcess(int workers) {
        return workers;
    }

    @Override
    public Optional<String> processor() {
        return Optional.empty();
    }

    @Override
    public Stage start(WorkerPlan plan, int workers) {
        return new VirtualStage(driver, this::freest, plan, workers);
    }

    private Optional<VirtualExecutorHost> freest() {
        return executors.values().stream().min(Comparator.comparingInt(VirtualExecutorHost::working));
    }

    @Override
    public String whyNoWorker() {
        return "there are " + executors.size() + " executors";
    }

    @Override
    public long uniqueNumber() {
        return ++lastNumber;
    }

    /** Nobody asks this process to end. */
    @Override
    public Watch onStop(Runnable action) {
        return () -> {};
    }
}
