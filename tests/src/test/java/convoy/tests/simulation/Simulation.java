package convoy.tests.simulation;

import convoy.architectures.random.RandomStream;
import convoy.driver.configuration.RunConfiguration;
import convoy.driver.lease.HeldByAnotherException;
import convoy.driver.resolved.ResolvedRun;
import convoy.driver.worker.WorkerEquipment;
import convoy.driver.worker.WorkerPlan;
import convoy.parameterserver.layout.ParameterLayout;
import convoy.tests.simulation.disk.Disk;
import convoy.tests.simulation.disk.Mount;
import convoy.tests.virtual.Delays;
import convoy.tests.virtual.MemoryNetwork;
import convoy.tests.virtual.VirtualExecutorHost;
import convoy.tests.virtual.VirtualProcess;
import convoy.tests.virtual.VirtualTime;
import convoy.worker.engine.Device;
import convoy.worker.engine.EngineProvider;
import convoy.worker.engine.NetworkLayout;
import convoy.worker.loop.WorkerLoop;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.hadoop.conf.Configuration;

/** Runs one schedule, from the first call of the command until the run is complete, however often the command has to be given. */
final class Simulation {
    private static final Duration GRADIENT = Duration.ofMillis(10);

    /** So long after the last fault's end the run may take: a lease's silence, a start, and a run. */
    private static final Duration PATIENCE = Duration.ofSeconds(90);

    private final Schedule schedule;
    private final VirtualTime time = new VirtualTime();
    private final RandomStream random;
    private final Delays delays;
    private final MemoryNetwork network;
    private final Disk disk = new Disk();
    private final Checks checks;
    private final Skies skies;
    private final ResolvedRun run;
    private final List<Mount> mounts = new ArrayList<>();
    private final List<Application> applications = new ArrayList<>();
    private final Map<VirtualProcess, Integer> slow = new HashMap<>();
    private int executors;
    private long numbers;
    private boolean complete;
    private boolean beginning;
    private long lastFault;
    private Optional<String> violation = Optional.empty();

    /**
     * How it went.
     *
     * @param problem what did not hold; empty: everything did
     * @param passed in virtual time
     * @param events that happened
     */
    record Outcome(Optional<String> problem, Duration passed, long events) {}

    private Simulation(Schedule schedule) {
        this.schedule = schedule;
        this.random = RandomStream.of(schedule.seed(), "simulation", 0);
        this.delays = new Delays(schedule.seed());
        this.network = new MemoryNetwork(delays);
        this.checks = new Checks(schedule, disk);
        this.skies = new Skies(checks);
        ResolvedRun resolved = schedule.setting().resolved();
        RunConfiguration configuration = resolved.configuration();
        this.run = resolved.with()
                .configuration(configuration
                        .with()
                        .resources(configuration
                                .resources()
                                .with()
                                .workers(schedule.size().workers())
                                .servers(schedule.size().servers())
                                .build())
                        .outputs(configuration
                                .outputs()
                                .withCheckpoint(configuration
                                        .outputs()
                                        .checkpoint()
                                        .with()
                                        .everyEpochs(Optional.empty())
                                        .everySteps(Optional.of(
                                                schedule.checkpoints().every()))
                                        .keep(schedule.checkpoints().keep())
                                        .build()))
                        .build())
                .build();
    }

    static Outcome run(Schedule schedule) {
        Simulation simulation = new Simulation(schedule);
        try {
            return simulation.live();
        } finally {
            simulation.close();
        }
    }

    private Outcome live() {
        begin(Duration.ZERO);
        for (Schedule.Moment moment : schedule.faults()) {
            lastFault = Math.max(lastFault, moment.at().toNanos());
            time.after(moment.at(), () -> happen(moment.fault()));
        }
        try {
            time.runUntil(() -> violation.isPresent() || complete || isTooLate());
            if (violation.isEmpty() && !complete) {
                violation = Optional.of("the run is not complete " + PATIENCE.toSeconds() + " s after the last fault");
            }
            // A driver that was stopped may wake and do harm.
            time.runUntil(() -> violation.isPresent()
                    || isTooLate()
                    || applications.stream().allMatch(Application::isOver));
            if (violation.isEmpty()) {
                violation = checks.broken();
            }
            if (violation.isEmpty()) {
                checks.requireResult(mount(new VirtualProcess(time, "reader"), new Skies(checks)));
                violation = checks.broken();
            }
        } catch (RuntimeException | AssertionError failure) {
            violation = violation.or(() -> Optional.of(trace(failure)));
        }
        return new Outcome(
                violation.map(problem -> problem + "\n" + told()), Duration.ofNanos(time.now()), time.planned());
    }

    private static String trace(Throwable failure) {
        StringWriter text = new StringWriter();
        failure.printStackTrace(new PrintWriter(text));
        return text.toString();
    }

    private String told() {
        StringBuilder text = new StringBuilder();
        applications.forEach(application -> application
                .told()
                .forEach(line -> text.append("  ").append(line).append('\n')));
        return text.toString();
    }

    private boolean isTooLate() {
        return time.now() > lastFault + PATIENCE.toNanos();
    }

    private void close() {
        for (Application application : applications) {
            application.driver().kill();
            List.copyOf(application.executors())
                    .forEach(executor -> executor.process().kill());
        }
        time.close();
        mounts.forEach(Mount::unmount);
    }

    Schedule schedule() {
        return schedule;
    }

    ResolvedRun run() {
        return run;
    }

    VirtualTime time() {
        return time;
    }

    Delays delays() {
        return delays;
    }

    MemoryNetwork network() {
        return network;
    }

    int nextExecutor() {
        return ++executors;
    }

    long uniqueNumber() {
        return (random.nextLong() & 0xffff_ffff_ffffL) | (++numbers << 48);
    }

    /** A time of up to so many milliseconds. */
    Duration some(int millis) {
        return Duration.ofMillis(random.nextInt(millis));
    }

    /** How long an update waits for its thread: mostly no longer than a message takes. */
    Duration queueing() {
        return random.nextInt(3) > 0 ? Duration.ZERO : Duration.ofNanos(random.nextInt(3_000_000));
    }

    /** A third of all processors takes two or three times as long as the others. */
    int usualSlowness() {
        return random.nextInt(3) > 0 ? 1 : 2 + random.nextInt(2);
    }

    Configuration mount(VirtualProcess process) {
        return mount(process, skies);
    }

    private Configuration mount(VirtualProcess process, Skies above) {
        Mount mount = new Mount(disk, process, above, schedule.renamesInSteps());
        mounts.add(mount);
        return mount.hadoop();
    }

    VirtualExecutorHost.Workshop workshop() {
        return new VirtualExecutorHost.Workshop() {
            @Override
            public EngineProvider engine(VirtualProcess process, String name, Device device) {
                throw new UnsupportedOperationException("equipment comes whole");
            }

            @Override
            public Optional<WorkerEquipment> equipment(VirtualProcess process, WorkerPlan plan) {
                ParameterLayout layout = NetworkLayout.of(run.network());
                return Optional.of(new WorkerEquipment(
                        layout,
                        "any",
                        new WorkerLoop.Equipment(
                                new TinyModel.Computing(
                                        layout, process, () -> GRADIENT.multipliedBy(slow.getOrDefault(process, 1))),
                                new TinyModel.Numbers(),
                                Optional.empty())));
            }
        };
    }

    /** The command is given. */
    void begin(Duration delay) {
        beginning = true;
        time.after(delay, () -> {
            beginning = false;
            applications.add(new Application(this, applications.size() + 1));
        });
    }

    /** A driver has ended. */
    void ended(Application application) {
        complete |= application.isComplete();
        application
                .failure()
                .filter(failure -> !isExcused(failure))
                .ifPresent(failure -> violation = violation.or(() -> Optional.of("the run failed: " + trace(failure))));
        boolean nobody = applications.stream().allMatch(Application::isOver) && !beginning;
        if (!complete && nobody) {
            begin(some(3000));
        }
    }

    /** A driver may fail because of the file system, and because another has the run. */
    private boolean isExcused(Throwable failure) {
        boolean ofAnother = failure instanceof HeldByAnotherException
                || String.valueOf(failure.getMessage()).contains("was taken over");
        return (ofAnother && applications.size() > 1) || trace(failure).contains(Skies.MARK);
    }

    private Optional<Application> newest() {
        return applications.isEmpty()
                ? Optional.empty()
                : Optional.of(applications.get(applications.size() - 1)).filter(newest -> !newest.isOver());
    }

    private void happen(Fault fault) {
        if (!complete) {
            newest().ifPresent(application -> fault.happen(this, application));
        }
    }

    /** A fault goes on for so long from now on. */
    void lasts(Duration pause) {
        lastFault = Math.max(lastFault, time.now() + pause.toNanos());
    }

    void slow(VirtualProcess process, int times) {
        slow.put(process, times);
    }

    Skies skies() {
        return skies;
    }

    /** All processes are gone at once, and what was not synced with them. */
    void losePower() {
        disk.losePower();
        for (Application application : List.copyOf(applications)) {
            List.copyOf(application.executors())
                    .forEach(executor -> executor.process().kill());
            application.driver().kill();
        }
        checks.requireCheckpoint("power was lost");
    }
}
