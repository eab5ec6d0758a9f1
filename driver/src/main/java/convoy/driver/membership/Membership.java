package convoy.driver.membership;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import convoy.driver.coordination.Coordinator;
import convoy.driver.coordination.ServerPlace;
import convoy.driver.coordination.WorkerFailure;
import convoy.driver.coordination.crash.ExecutorLoss;
import convoy.driver.metrics.TrainingListener;
import convoy.driver.metrics.TrainingListenerProgressBuilder;
import convoy.parameterserver.range.ServerAddress;
import convoy.parameterserver.time.Clock;
import convoy.worker.loop.EvaluationTurn;
import convoy.worker.loop.View;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The driver's end of the executors' messages: knows the executors' servers and hands what workers say to their run's
 * coordinator. It is called on one thread for all executors, so nothing here waits.
 *
 * <p>Safe for use by several threads.
 */
public final class Membership {
    private static final Logger LOG = LoggerFactory.getLogger(Membership.class);
    private static final long NO_MEMBER = -1;

    private final Clock clock;

    @GuardedBy("this")
    private final Map<String, Hosts> hosts = new TreeMap<>();

    @GuardedBy("this")
    private final Map<String, Coordinator> runs = new HashMap<>();

    @GuardedBy("this")
    private final Map<String, String> problems = new TreeMap<>();

    @GuardedBy("this")
    private final HeldProcessors held = new HeldProcessors();

    /** The servers that each run has chosen. */
    @GuardedBy("this")
    private final Map<String, List<ServerPlace>> chosen = new HashMap<>();

    private final Answers answers = new Answers();

    /** Executors that are gone. Their processes may live on for a while, and what they say counts no more. */
    @GuardedBy("this")
    private final Set<String> removed = new HashSet<>();

    /**
     * Begins without executors and runs.
     *
     * @param clock by which servers are silent
     */
    public Membership(Clock clock) {
        this.clock = clock;
    }

    /**
     * The servers of one executor.
     *
     * @param said its newest sign of life
     * @param addresses where they listen
     * @param lastSign when it last was heard of, by the driver's clock
     */
    record Hosts(Message.ServersAlive said, List<ServerAddress> addresses, long lastSign) {
        String executor() {
            return said.executor();
        }
    }

    /** What metrics show of the newest step of any run. */
    private volatile TrainingListener.Progress progress = TrainingListenerProgressBuilder.builder()
            .step(0)
            .lastStep(0)
            .epoch(0)
            .loss(0)
            .accuracy(0)
            .learningRate(0)
            .imagesPerSecond(0)
            .timeLeft(Duration.ZERO)
            .build();

    /** {@return the newest step of any run} */
    public TrainingListener.Progress progress() {
        return progress;
    }

    /**
     * Has metrics show this step.
     *
     * @param newest of any run
     */
    public void show(TrainingListener.Progress newest) {
        progress = newest;
    }

    /** {@return how many servers were heard of and not lost} */
    public synchronized int serverCount() {
        return hosts.values().stream()
                .mapToInt(executor -> executor.addresses().size())
                .sum();
    }

    /**
     * From now on what workers of the run say goes to its coordinator.
     *
     * @param run its name at the servers and at the driver
     * @param coordinator of the run
     */
    public synchronized void begin(String run, Coordinator coordinator) {
        runs.put(run, coordinator);
    }

    /**
     * Workers that still speak of the run are told that it is over.
     *
     * @param run its name at the servers and at the driver
     */
    public synchronized void end(String run) {
        runs.remove(run);
        held.release(run);
        chosen.remove(run);
    }

    /** {@return how many runs are under way} */
    public synchronized int runCount() {
        return runs.size();
    }

    /**
     * Chooses servers for a run, in place of those that it had: such that few other runs have, and of these the first. Which ones they are
     * decides no bits.
     *
     * @param run its name at the servers and at the driver
     * @param alive to choose from
     * @param wanted how many at most
     * @return servers in the order of their ranges
     */
    public synchronized List<ServerPlace> choose(String run, List<ServerPlace> alive, int wanted) {
        chosen.remove(run);
        Map<ServerPlace, Long> busy = chosen.values().stream()
                .flatMap(List::stream)
                .collect(Collectors.groupingBy(place -> place, Collectors.counting()));
        List<ServerPlace> free = alive.stream()
                .sorted(Comparator.comparing(place -> busy.getOrDefault(place, 0L)))
                .limit(wanted)
                .toList();
        chosen.put(run, free);
        return free;
    }

    private synchronized Optional<Coordinator> coordinator(String run) {
        return Optional.ofNullable(runs.get(run));
    }

    /**
     * Answers one message with a type of the JDK. What goes wrong on the way ends the run that it is about, or all if that cannot be
     * told: Spark would tell the sender alone, who would ask again.
     *
     * @param bytes of {@link Message#toBytes}
     * @return what Spark's own serializer knows: the type that the table of {@link Message} has
     */
    public Object receive(byte[] bytes) {
        Optional<String> about = Optional.empty();
        try {
            Message message = Message.fromBytes(bytes);
            about = message.about();
            return message.answeredBy(answers);
        } catch (RuntimeException | Error failure) {
            List<Coordinator> concerned =
                    about.map(run -> coordinator(run).stream().toList()).orElseGet(this::all);
            concerned.forEach(run -> broken(run, "a message to the driver could not be answered", failure));
            throw failure;
        }
    }

    private synchronized List<Coordinator> all() {
        return List.copyOf(runs.values());
    }

    private static void broken(Coordinator run, String what, Throwable failure) {
        LOG.error("A run ends: {}", what, failure);
        run.broken(WorkerFailure.of(what, failure));
    }

    /** What is done about a message, and what is answered. */
    private final class Answers implements Message.Receiver {
        @Override
        public Object serversAlive(Message.ServersAlive alive) {
            alive(alive);
            return true;
        }

        @Override
        public Object join(Message.Join join) {
            // What a lost executor says may arrive late, and would take the place of the worker that was begun anew.
            Optional<Coordinator> run = coordinator(join.run()).filter(known -> !isRemoved(join.executor()));
            Optional<HeldProcessors.Stranger> stranger = run.flatMap(known -> stranger(join));
            // It is told that the run is over for it.
            stranger.ifPresent(of -> run.orElseThrow().stranger(of.refusal(), of.notice()));
            return run.filter(known -> stranger.isEmpty())
                    .map(known -> known.join(join.task(), join.attempt(), join.executor(), join.host()))
                    .orElse(NO_MEMBER);
        }

        @Override
        public Object heartbeat(Message.Heartbeat heartbeat) {
            return coordinator(heartbeat.run())
                    .map(run -> run.heartbeat(heartbeat.member(), heartbeat.arrived()))
                    .orElseGet(View::over)
                    .toBytes();
        }

        @Override
        public Object report(Message.Report report) {
            return coordinator(report.run())
                    .map(run -> run.report(report.member(), report.report()))
                    .orElseGet(View::over)
                    .toBytes();
        }

        @Override
        public Object evaluate(Message.Evaluate evaluate) {
            return coordinator(evaluate.run())
                    .map(run -> run.evaluation(evaluate.member(), evaluate.version(), evaluate.done()))
                    .orElseGet(EvaluationTurn.Done::new)
                    .toBytes();
        }

        @Override
        public Object failed(Message.Failed failed) {
            return coordinator(failed.run())
                    .map(run -> run.failed(
                            failed.task(),
                            failed.member(),
                            new WorkerFailure(failed.nature(), failed.message(), failed.trace())))
                    .orElse(Duration.ZERO)
                    .toMillis();
        }

        @Override
        public Object left(Message.Left left) {
            coordinator(left.run()).ifPresent(run -> run.left(left.member()));
            return true;
        }
    }

    /**
     * Holds the workers of a run to one kind of processor, until its {@link #end}.
     *
     * @param run as its workers name it, which is not yet begun
     * @param before what the run was begun on; empty: what its first worker has
     */
    public synchronized void hold(String run, Optional<String> before) {
        held.hold(run, before);
    }

    /**
     * {@return what a run's workers compute on; empty while none has joined, and of a run that is not held to one kind}
     *
     * @param run its name at the servers and at the driver
     */
    public synchronized Optional<String> processor(String run) {
        return held.processor(run);
    }

    private synchronized Optional<HeldProcessors.Stranger> stranger(Message.Join join) {
        return held.stranger(join);
    }

    private synchronized boolean isRemoved(String executor) {
        return removed.contains(executor);
    }

    private synchronized void alive(Message.ServersAlive alive) {
        if (removed.contains(alive.executor())) {
            return;
        }
        if (!alive.problem().isEmpty()) {
            problems.put(alive.executor(), alive.problem());
            return;
        }
        problems.remove(alive.executor());
        List<ServerAddress> addresses =
                alive.addresses().stream().map(Membership::address).toList();
        hosts.put(alive.executor(), new Hosts(alive, addresses, clock.nanoTime()));
    }

    /**
     * {@return on what kind of processor an engine computes in each executor, by the executors' ids; of those that have said it}
     *
     * @param engine its name
     */
    public synchronized Map<String, String> processors(String engine) {
        Map<String, String> kinds = new TreeMap<>();
        hosts.values().forEach(executor -> Optional.ofNullable(
                        executor.said().processors().get(engine))
                .ifPresent(kind -> kinds.put(executor.executor(), kind)));
        return kinds;
    }

    /** {@return what executors have last said of their memory} */
    public synchronized List<Memory> memory() {
        return hosts.values().stream()
                .flatMap(executor -> executor.said().memory().stream())
                .toList();
    }

    /**
     * Reads {@code host:port}; the host may be an IPv6 address.
     *
     * @param text of a server
     * @return host and port
     */
    public static ServerAddress address(String text) {
        int colon = text.lastIndexOf(':');
        return new ServerAddress(text.substring(0, colon), Integer.parseInt(text.substring(colon + 1)));
    }

    /**
     * {@return servers heard of within {@code silentNanos}, those of different executors first}
     *
     * @param silentNanos how long a server may have been silent
     */
    public synchronized List<ServerPlace> places(long silentNanos) {
        long now = clock.nanoTime();
        List<ServerPlace> places = new ArrayList<>();
        int most = hosts.values().stream()
                .mapToInt(executor -> executor.addresses().size())
                .max()
                .orElse(0);
        List<Hosts> live = hosts.values().stream()
                .filter(executor -> now - executor.lastSign() <= silentNanos)
                .sorted(Comparator.comparing(Hosts::executor))
                .toList();
        for (int index = 0; index < most; index++) {
            for (Hosts executor : live) {
                if (index < executor.addresses().size()) {
                    places.add(new ServerPlace(
                            executor.executor(),
                            executor.said().instance(),
                            executor.addresses().get(index)));
                }
            }
        }
        return places;
    }

    /** {@return why executors have no servers, where they said so, one line each} */
    public synchronized List<String> problems() {
        return problems.entrySet().stream()
                .map(problem -> "executor " + problem.getKey() + ": " + problem.getValue())
                .toList();
    }

    /**
     * An executor is gone, and whatever it holds; it may be told of more than once.
     *
     * @param executor by Spark's name
     * @param reason in Spark's words
     */
    public void executorLost(String executor, String reason) {
        Optional<String> crashFile;
        synchronized (this) {
            if (!removed.add(executor)) {
                // YARN tells of some twice: of the lost connection, and of what became of the container.
                return;
            }
            crashFile = Optional.ofNullable(hosts.remove(executor))
                    .flatMap(gone -> gone.said().crashFile());
            problems.remove(executor);
        }
        for (Coordinator run : all()) {
            try {
                run.executorLost(new ExecutorLoss(executor, reason, crashFile));
            } catch (RuntimeException | Error failure) {
                // The others have lost it as well, and go on.
                broken(run, "the loss of executor " + executor + " could not be dealt with", failure);
            }
        }
    }
}
