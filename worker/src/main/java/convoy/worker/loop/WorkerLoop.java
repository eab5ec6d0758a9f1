package convoy.worker.loop;

import convoy.parameterserver.client.ParameterClient;
import convoy.parameterserver.client.PullReply;
import convoy.parameterserver.client.PushReply;
import convoy.parameterserver.layout.ParameterLayout;
import convoy.parameterserver.sum.Subtree;
import convoy.parameterserver.sum.SubtreeSum;
import convoy.parameterserver.sum.SumTree;
import convoy.parameterserver.time.Clock;
import convoy.parameterserver.time.Wakeup;
import convoy.records.text.Counts;
import convoy.worker.data.batch.Batch;
import convoy.worker.data.batch.Batches;
import convoy.worker.engine.Engine;
import convoy.worker.engine.GradientResult;
import convoy.worker.engine.MicroBatchKey;
import convoy.worker.loop.PartitionRequests.Answer;
import convoy.worker.loop.PartitionRequests.Outcome;
import io.soabase.recordbuilder.core.RecordBuilder;
import java.util.BitSet;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * What a worker does all day: <em>pull version t; while step t is not complete, compute a micro-batch that the current view
 * gives me and push what is whole; next t.</em>
 *
 * <p>It keeps nothing that another worker could not compute again. Step t is complete for it when version t + 1 has come;
 * while it waits for that it looks at every new view, since a view may give it micro-batches of a worker that was lost.
 *
 * <p>One thread runs it, the caller's; answers of the servers and new views, on whatever threads they come, wake it.
 */
public final class WorkerLoop {
    private static final long LOOK_MILLIS = 100;
    private static final long EVALUATION_LOOK_MILLIS = 20;
    /** No step is in hand: parameters are on their way. */
    private static final long NONE = -1;

    /**
     * What stays the same for a whole run.
     *
     * @param seed of dropout
     * @param layout of the flat vector
     * @param tree along which a step's micro-batches are summed
     * @param evaluations versions that are scored before the next step begins
     * @param lookAhead micro-batches that the reader is told of before they are wanted
     */
    @RecordBuilder
    public record Run(long seed, ParameterLayout layout, SumTree tree, Set<Long> evaluations, int lookAhead) {
        public Run {
            evaluations = Set.copyOf(evaluations);
        }
    }

    /**
     * What a worker computes with.
     *
     * @param engine that has no parameters yet
     * @param batches of the run
     * @param scorer of held-out rows; empty if the run has none
     */
    public record Equipment(Engine engine, Batches batches, Optional<BlockScorer> scorer) {}

    private final Run run;
    private final Coordination coordination;
    private final Function<View, ParameterClient> connect;
    private final Engine engine;
    private final Batches batches;
    private final Optional<BlockScorer> scorer;
    private final Clock clock;
    private final Wakeup wakeup;
    private final SubtreeSum sum;
    private final Pushes pushes;
    private final LookAhead reader;
    private final StepEffort effort = new StepEffort();
    private float[] parameters;

    /** The step in hand: its parameters are in the engine. */
    private long step = NONE;

    private final Set<Integer> computed = new HashSet<>();

    /**
     * @param run what does not change while the run lasts
     * @param coordination the line to the coordinator
     * @param connect gives a client for the servers of a view's incarnation
     * @param equipment what it computes with
     * @param clock by which it waits and says how long things took
     */
    public WorkerLoop(
            Run run,
            Coordination coordination,
            Function<View, ParameterClient> connect,
            Equipment equipment,
            Clock clock) {
        this.run = run;
        this.coordination = coordination;
        this.connect = connect;
        this.engine = equipment.engine();
        this.batches = equipment.batches();
        this.scorer = equipment.scorer();
        this.clock = clock;
        this.wakeup = clock.wakeup();
        this.sum = new SubtreeSum(run.tree(), run.layout().size());
        this.pushes = new Pushes(sum);
        this.reader = new LookAhead(batches, run.lookAhead());
        this.parameters = new float[run.layout().size()];
        coordination.onNewView(wakeup::signal);
    }

    /**
     * Works until a view says that the run is over.
     *
     * @throws InterruptedException if the thread is to end
     */
    public void run() throws InterruptedException {
        long left = -1;
        for (View view = coordination.view(); !view.finished(); view = coordination.view()) {
            if (view.servers().isEmpty() || view.incarnation() == left) {
                wakeup.await(LOOK_MILLIS);
            } else {
                follow(view);
                left = view.incarnation();
            }
        }
    }

    /** Works with the servers of one incarnation, until the run is over or they were restored. */
    private void follow(View view) throws InterruptedException {
        long incarnation = view.incarnation();
        ParameterClient servers = connect.apply(view);
        forgetStep();
        long version = view.firstVersion();
        PartitionRequests pull = pull(servers, version);
        while (isCurrent(incarnation) && !pull.fenced()) {
            if (pull.supersededBy().isPresent()) {
                // Left far behind. Other partitions may stand one version before the furthest one.
                version = pull.supersededBy().getAsLong() - 1;
                abandon(pull);
                forgetStep();
                pull = pull(servers, version);
            } else if (pull.answered()) {
                begin(version, pull);
                evaluate(incarnation);
                version++;
                pull = pull(servers, version);
            } else if (!computeOne(servers, incarnation, pull)) {
                waitFor(pull);
            }
            pushes.settle();
            coordination.arrived(pushes.arrived());
        }
        abandon(pull);
        pushes.cancel();
    }

    private boolean isCurrent(long incarnation) {
        View view = coordination.view();
        return !view.finished() && view.incarnation() == incarnation;
    }

    private PartitionRequests pull(ParameterClient servers, long version) {
        float[] into = parameters;
        return PartitionRequests.toAll(
                run.layout().partitions(),
                (partition, waiting) -> servers.pull(partition, version, into).thenApply(this::answer),
                wakeup);
    }

    /** Gives up a pull. Its array goes with it: an answer that is on its way may yet be written there. */
    private void abandon(PartitionRequests pull) {
        pull.cancel();
        parameters = new float[run.layout().size()];
    }

    private void waitFor(PartitionRequests pull) throws InterruptedException {
        long begun = clock.nanoTime();
        wakeup.await(LOOK_MILLIS);
        pull.check();
        pull.repeat();
        tellOfArrived(pull);
        effort.waitedForParameters(clock.nanoTime() - begun);
    }

    /** Tells the engine of the parameters that have come since it was last told; neighbours together. */
    private void tellOfArrived(PartitionRequests pull) {
        BitSet news = pull.newlyArrived();
        for (int first = news.nextSetBit(0); first >= 0; ) {
            int end = news.nextClearBit(first);
            engine.arriving(
                    parameters,
                    run.layout().partition(first).begin(),
                    run.layout().partition(end - 1).end());
            first = news.nextSetBit(end);
        }
    }

    /** A version has come whole: the step before is complete, this one begins. */
    private void begin(long version, PartitionRequests pull) {
        tellOfArrived(pull);
        engine.setParameters(parameters);
        forgetStep();
        step = version;
    }

    private void forgetStep() {
        step = NONE;
        computed.clear();
        effort.forgetFigures();
        sum.clear();
    }

    /** Scores held-out rows with the parameters in hand for as long as there are any to score. */
    private void evaluate(long incarnation) throws InterruptedException {
        if (scorer.isEmpty() || !run.evaluations().contains(step)) {
            return;
        }
        EvaluationTurn turn = coordination.evaluation(step, Optional.empty());
        while (!(turn instanceof EvaluationTurn.Done) && isCurrent(incarnation)) {
            Optional<EvaluationMetrics> done = Optional.empty();
            if (turn instanceof EvaluationTurn.Block block) {
                done = Optional.of(scorer.get().score(engine, step, block.block()));
            } else {
                wakeup.await(EVALUATION_LOOK_MILLIS);
            }
            turn = coordination.evaluation(step, done);
        }
    }

    /** Computes a micro-batch of the step in hand that the newest view gives this worker, and pushes what is whole; false: nothing to do. */
    private boolean computeOne(ParameterClient servers, long incarnation, PartitionRequests pull)
            throws InterruptedException {
        View view = coordination.view();
        List<Integer> open = open(view);
        if (open.isEmpty()) {
            // What was to grow by micro-batches that another worker has by now is whole: nobody else has it.
            return wanted(view, incarnation) && pushWhole(servers, incarnation, Optional.empty());
        }
        reader.tell(view, step, open);
        Optional<Departure> departure = compute(open, servers, incarnation, pull);
        pushWhole(servers, incarnation, departure);
        return true;
    }

    /** Micro-batches of the step in hand that the view gives this worker and that are not computed yet. */
    private List<Integer> open(View view) {
        if (step == NONE) {
            return List.of();
        }
        return view.microBatches(step).stream()
                .filter(microBatch -> !computed.contains(microBatch))
                .toList();
    }

    /** Computes the first of the open micro-batches; what of it can leave for the servers before it is done has left. */
    private Optional<Departure> compute(
            List<Integer> open, ParameterClient servers, long incarnation, PartitionRequests pull)
            throws InterruptedException {
        int microBatch = open.get(0);
        long begun = clock.nanoTime();
        Batch batch = batches.take(step, microBatch);
        long taken = clock.nanoTime();
        tellEngine(open);
        float[] gradient = sum.buffer();
        SubtreeSum.Growing growing = sum.grow(microBatch, gradient);
        Optional<Departure> departure = isWhole(growing.subtree(), coming(open))
                ? Optional.of(depart(growing, gradient, batch.examples(), servers, incarnation))
                : Optional.empty();
        GradientResult result =
                engine.gradient(batch, new MicroBatchKey(run.seed(), step, microBatch), gradient, begin -> {
                    departure.ifPresent(leaving -> leaving.doneFrom(begin));
                    // By that thread as well: what has left first may be back as parameters by now.
                    tellOfArrived(pull);
                });
        if (result.examples() != batch.examples()) {
            throw new IllegalStateException("the engine counted " + Counts.plain(result.examples(), "example")
                    + " in a batch of " + batch.examples());
        }
        sum.add(growing, result.examples());
        computed.add(microBatch);
        effort.add(MicroBatchMetrics.of(microBatch, batch, result), taken - begun, clock.nanoTime() - taken);
        return departure;
    }

    /** Tells the engine what it gets after the first of the open micro-batches, if that is made already. */
    private void tellEngine(List<Integer> open) {
        View view = coordination.view();
        Optional<Batch> next = Optional.empty();
        if (open.size() > 1) {
            next = batches.peek(step, open.get(1));
        } else if (step + 1 < view.until()) {
            next = view.microBatches(step + 1).stream().findFirst().flatMap(first -> batches.peek(step + 1, first));
        }
        next.ifPresent(engine::upcoming);
    }

    private Departure depart(
            SubtreeSum.Growing growing, float[] gradient, int examples, ParameterClient servers, long incarnation) {
        SubtreeSum.Node node = new SubtreeSum.Node(growing.subtree(), growing.examples(examples), gradient);
        return new Departure(
                growing,
                run.layout(),
                new PartitionRequests(run.layout().partitions(), push(servers, node), wakeup),
                coordination.refresh(),
                view -> wanted(view, incarnation));
    }

    private boolean wanted(View view, long incarnation) {
        return !view.finished() && view.incarnation() == incarnation && step < view.until();
    }

    /** Micro-batches of which this worker will have the gradients. */
    private Set<Integer> coming(List<Integer> open) {
        Set<Integer> coming = new HashSet<>(open);
        sum.held().forEach(held -> leaves(held).forEach(coming::add));
        return coming;
    }

    /** Whether a subtree's sum will not grow any more. */
    private boolean isWhole(Subtree subtree, Set<Integer> coming) {
        return run.tree()
                .parent(subtree)
                .filter(parent -> leaves(parent).allMatch(coming::contains))
                .isEmpty();
    }

    /** Reports, then pushes, the sums that will not grow any more; whether there were any. */
    private boolean pushWhole(ParameterClient servers, long incarnation, Optional<Departure> departure)
            throws InterruptedException {
        Set<Integer> coming = coming(open(coordination.view()));
        Predicate<Subtree> leaving = subtree ->
                departure.filter(left -> left.subtree().equals(subtree)).isPresent();
        List<Subtree> whole = sum.held().stream()
                .filter(held -> leaving.test(held) || isWhole(held, coming))
                .sorted(Comparator.comparingInt(Subtree::begin))
                .toList();
        if (whole.isEmpty()) {
            return false;
        }
        StepReport report = effort.report(incarnation, step);
        View newest = coordination.report(report);
        pushes.reported(report.number());
        if (!wanted(newest, incarnation)) {
            // Of what has left something may still be on its way out of its array, so that is not used again.
            departure.ifPresent(gone -> {
                gone.cancel();
                sum.take(gone.subtree());
            });
            return true;
        }
        for (Subtree subtree : whole) {
            sum.take(subtree)
                    .ifPresent(node -> pushes.add(
                            node,
                            leaving.test(subtree)
                                    ? departure.orElseThrow().sendRest()
                                    : PartitionRequests.toAll(run.layout().partitions(), push(servers, node), wakeup)));
        }
        return true;
    }

    private static Stream<Integer> leaves(Subtree subtree) {
        return IntStream.range(subtree.begin(), subtree.end()).boxed();
    }

    private PartitionRequests.Request push(ParameterClient servers, SubtreeSum.Node node) {
        long pushed = step;
        return (partition, waiting) -> servers.push(
                        partition, pushed, node.subtree(), node.examples(), node.sums(), waiting)
                .thenApply(WorkerLoop::answer);
    }

    private Answer answer(PullReply reply) {
        if (reply instanceof PullReply.Superseded superseded) {
            return new Answer(Outcome.SUPERSEDED, superseded.version());
        }
        Outcome taken = engine.takesArriving() ? Outcome.ARRIVED : Outcome.DONE;
        return new Answer(reply instanceof PullReply.Fenced ? Outcome.FENCED : taken, -1);
    }

    /** A push that comes too late is done: the step is complete without it. */
    private static Answer answer(PushReply reply) {
        return new Answer(reply instanceof PushReply.Fenced ? Outcome.FENCED : Outcome.DONE, -1);
    }
}
