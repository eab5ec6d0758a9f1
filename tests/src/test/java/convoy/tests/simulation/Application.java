package convoy.tests.simulation;

import convoy.architectures.graph.Network;
import convoy.driver.membership.Membership;
import convoy.driver.metrics.TrainingListener;
import convoy.driver.training.Cluster;
import convoy.driver.training.Training;
import convoy.driver.training.TrainingOptions;
import convoy.driver.training.TrainingResult;
import convoy.driver.worker.WorkerPlan;
import convoy.parameterserver.client.ServerClients;
import convoy.parameterserver.time.Clock;
import convoy.tests.virtual.Actor;
import convoy.tests.virtual.DriverLine;
import convoy.tests.virtual.VirtualExecutorHost;
import convoy.tests.virtual.VirtualProcess;
import convoy.tests.virtual.VirtualStage;
import convoy.worker.engine.EngineChoice;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import org.apache.hadoop.conf.Configuration;

/**
 * One call of the command: a driver with executors of its own. Lost executors are missed after a while and replaced after another; when the
 * driver has ended they end as well.
 */
final class Application implements Cluster {
    private static final Duration DETECTION = Duration.ofMillis(200);
    private static final Duration REPLACEMENT = Duration.ofMillis(700);

    /** Of the lines that it has told, so many are kept. */
    private static final int LINES = 40;

    private final Simulation simulation;
    private final int number;
    private final VirtualProcess driver;
    private final Membership membership;
    private final Configuration hadoop;
    private final VirtualExecutorHost.Surroundings surroundings;
    private final List<VirtualExecutorHost> executors = new ArrayList<>();
    private final List<String> told = new ArrayList<>();
    private final Actor main;
    private Optional<TrainingResult> result = Optional.empty();
    private Optional<Runnable> wish = Optional.empty();
    private boolean over;

    /** Begins at once. */
    Application(Simulation simulation, int number) {
        this.simulation = simulation;
        this.number = number;
        this.driver = new VirtualProcess(simulation.time(), "driver " + number);
        this.hadoop = simulation.mount(driver);
        this.membership = new Membership(driver);
        this.surroundings = new VirtualExecutorHost.Surroundings(
                simulation.network(),
                simulation::mount,
                new DriverLine(driver, membership, simulation.delays()),
                simulation.workshop());
        for (int i = 0; i < simulation.schedule().size().executors(); i++) {
            addExecutor();
        }
        driver.onDeath(this::end);
        this.main = driver.start("main", this::train);
        main.onEnd(() -> simulation.time().after(Duration.ZERO, this::end));
    }

    private void train() {
        result = Optional.of(Training.run(this, simulation.run(), TrainingOptions.defaults(), new TrainingListener() {
            @Override
            public void progress(Progress progress) {
                tell("step " + progress.step());
            }

            @Override
            public void checkpointed(Checkpointed checkpoint) {
                tell("checkpoint " + checkpoint.step());
            }

            @Override
            public void membership(MembershipChange membership) {
                tell(membership.change());
            }

            @Override
            public void notice(String line) {
                tell(line);
            }
        }));
    }

    private void tell(String line) {
        if (told.size() == LINES) {
            told.remove(0);
        }
        told.add("driver " + number + " at " + driver.nanoTime() / 1_000_000 + " ms: " + line);
    }

    /** The newest of what it has told. */
    List<String> told() {
        return told;
    }

    VirtualProcess driver() {
        return driver;
    }

    /** Whether the driver has ended, in whatever way. */
    boolean isOver() {
        return over;
    }

    boolean isComplete() {
        return result.filter(ended -> ended.outcome() != TrainingResult.Outcome.STOPPED)
                .isPresent();
    }

    /** What the driver ended with, if it was not killed. */
    Optional<Throwable> failure() {
        return main.failure();
    }

    private void end() {
        if (over) {
            return;
        }
        over = true;
        for (VirtualExecutorHost executor : executors) {
            VirtualProcess process = executor.process();
            process.after(simulation.some(500), process::kill);
        }
        driver.kill();
        simulation.ended(this);
    }

    void addExecutor() {
        int executor = simulation.nextExecutor();
        VirtualExecutorHost host = new VirtualExecutorHost(
                executor,
                new VirtualProcess(simulation.time(), "executor " + executor, simulation::queueing),
                surroundings);
        simulation.slow(host.process(), simulation.usualSlowness());
        executors.add(host);
        host.process().onDeath(() -> lost(host));
    }

    /** One of those that live; empty if none does. */
    Optional<VirtualExecutorHost> executor(int which) {
        List<VirtualExecutorHost> living = living();
        return living.isEmpty() ? Optional.empty() : Optional.of(living.get(which % living.size()));
    }

    private List<VirtualExecutorHost> living() {
        return executors.stream().filter(host -> !host.process().isDead()).toList();
    }

    List<VirtualExecutorHost> executors() {
        return executors;
    }

    /** An executor's process has ended. */
    private void lost(VirtualExecutorHost executor) {
        if (executors.remove(executor) && !over) {
            driver.after(DETECTION, () -> membership.executorLost(executor.id(), "killed"));
            simulation.time().after(REPLACEMENT, () -> {
                if (!over) {
                    addExecutor();
                }
            });
        }
    }

    /** An executor is taken for lost, and lives on. */
    void mistake(VirtualExecutorHost executor, Duration lives) {
        if (executors.remove(executor) && !over) {
            driver.after(Duration.ZERO, () -> membership.executorLost(executor.id(), "no heartbeat"));
            executor.lose();
            executor.process().after(lives, executor.process()::kill);
            simulation.time().after(REPLACEMENT, () -> {
                if (!over) {
                    addExecutor();
                }
            });
        }
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
        return ServerClients.over(simulation.network().from(driver), driver, silence);
    }

    @Override
    public EngineChoice settle(EngineChoice choice, int workers, Network of) {
        return choice;
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
        return living().stream().min(Comparator.comparingInt(VirtualExecutorHost::working));
    }

    @Override
    public String whyNoWorker() {
        return "there are " + executors.size() + " executors";
    }

    @Override
    public long uniqueNumber() {
        return simulation.uniqueNumber();
    }

    /** The driver is asked to end, as by SIGTERM. */
    void askToStop() {
        driver.after(Duration.ZERO, () -> wish.ifPresent(Runnable::run));
    }

    @Override
    public Watch onStop(Runnable action) {
        wish = Optional.of(action);
        return () -> wish = Optional.empty();
    }
}
