package convoy.tests.virtual;

import convoy.driver.membership.MessageServersAliveBuilder;
import convoy.driver.membership.Messenger;
import convoy.driver.worker.WorkerEquipment;
import convoy.driver.worker.WorkerHost;
import convoy.driver.worker.WorkerPlan;
import convoy.parameterserver.client.ServerClients;
import convoy.parameterserver.range.ServerAddress;
import convoy.parameterserver.server.ParameterService;
import convoy.parameterserver.time.Clock;
import convoy.parameterserver.transport.Connections;
import convoy.worker.engine.Device;
import convoy.worker.engine.EngineProvider;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.apache.hadoop.conf.Configuration;

/** An executor: a process with a parameter server, which says that it lives, and with workers as they come. */
public final class VirtualExecutorHost implements WorkerHost {
    private static final long SIGN_MILLIS = 500;
    private static final Duration NORM_SILENCE = Duration.ofSeconds(20);

    private final int number;
    private final VirtualProcess process;
    private final Surroundings surroundings;
    private final Configuration hadoop;
    private final List<Actor> workers = new ArrayList<>();
    private final List<Runnable> mourners = new ArrayList<>();
    private Optional<ServerClients> clients = Optional.empty();

    /**
     * What all executors have in common.
     *
     * @param network that they are on
     * @param hadoop how each reaches file systems
     * @param line to the driver
     * @param workshop what their workers compute with
     */
    public record Surroundings(
            MemoryNetwork network,
            Function<VirtualProcess, Configuration> hadoop,
            DriverLine line,
            Workshop workshop) {}

    /** What workers compute with. */
    public interface Workshop {
        /** An engine of a process's. */
        EngineProvider engine(VirtualProcess process, String name, Device device);

        /** All that a worker of a process computes with; empty: what its plan says. */
        Optional<WorkerEquipment> equipment(VirtualProcess process, WorkerPlan plan);
    }

    /** Begins to serve, and says so from now on. */
    public VirtualExecutorHost(int number, VirtualProcess process, Surroundings surroundings) {
        this.number = number;
        this.process = process;
        this.surroundings = surroundings;
        this.hadoop = surroundings.hadoop().apply(process);
        ServerAddress address = new ServerAddress("executor-" + number, 7000);
        ParameterService service = new ParameterService(
                () -> address,
                hadoop,
                process,
                () -> Connections.over(surroundings.network().from(process), process, NORM_SILENCE));
        // What it has promised of the memory that all servers here share is free again.
        process.onDeath(service::close);
        process.onDeath(this::lose);
        surroundings.network().serve(address, process, service);
        byte[] sign = MessageServersAliveBuilder.builder()
                .executor(id())
                .instance(number)
                .problem("")
                .addresses(List.of(address.toString()))
                .processors(new TreeMap<>())
                .memory(List.of())
                .crashFile(Optional.of("executor-" + number + ":/work/hs_err_pid" + number + ".log"))
                .build()
                .toBytes();
        var unused = process.timer("convoy-sign-of-life")
                .scheduleWithFixedDelay(
                        () -> surroundings.line().tell(process, sign), 0, SIGN_MILLIS, TimeUnit.MILLISECONDS);
    }

    /** Has {@code action} done once the cluster knows that it is gone, or believes so. */
    void onLoss(Runnable action) {
        mourners.add(action);
    }

    /** The cluster believes that it is gone. */
    public void lose() {
        List<Runnable> told = List.copyOf(mourners);
        mourners.clear();
        told.forEach(Runnable::run);
    }

    public String id() {
        return Integer.toString(number);
    }

    public VirtualProcess process() {
        return process;
    }

    /** Begins a task in it. */
    public Actor begin(String task, Actor.Body body) {
        Actor worker = process.start(task, body);
        workers.add(worker);
        return worker;
    }

    /** How many tasks it has that are not over. */
    public int working() {
        return (int) workers.stream().filter(worker -> !worker.isOver()).count();
    }

    private ServerClients connect(Duration silence) {
        return ServerClients.over(surroundings.network().from(process), process, silence);
    }

    @Override
    public Clock clock() {
        return process;
    }

    @Override
    public Configuration hadoop() {
        return hadoop;
    }

    @Override
    public Messenger driver() {
        return surroundings.line().from(process);
    }

    @Override
    public ServerClients clients(Duration silence) {
        if (clients.isEmpty()) {
            clients = Optional.of(connect(silence));
        }
        return clients.get();
    }

    @Override
    public Device device(String configured) {
        return Device.parse(configured);
    }

    @Override
    public EngineProvider engine(String name, Device device) {
        return surroundings.workshop().engine(process, name, device);
    }

    @Override
    public WorkerEquipment equip(WorkerPlan plan) {
        return surroundings.workshop().equipment(process, plan).orElseGet(() -> WorkerHost.super.equip(plan));
    }
}
