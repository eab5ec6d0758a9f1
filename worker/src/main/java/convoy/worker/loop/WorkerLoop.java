package convoy.worker.loop;

import convoy.parameterserver.client.ParameterClient;
import convoy.parameterserver.client.PullReply;
import convoy.parameterserver.client.PushReply;
import convoy.parameterserver.layout.ParameterLayout;
import convoy.parameterserver.sum.Subtree;
import convoy.parameterserver.sum.SubtreeSum;
import convoy.parameterserver.sum.SumTree;
import convoy.worker.data.batch.Batch;
import convoy.worker.data.batch.BatchPipeline;
import convoy.worker.engine.Engine;
import convoy.worker.engine.GradientResult;
import convoy.worker.engine.MicroBatchKey;
import convoy.worker.loop.PartitionRequests.Answer;
import convoy.worker.loop.PartitionRequests.Outcome;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Comparator;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
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
 * <p>One thread runs it; answers of the servers and new views ring a bell.
 */
public final class WorkerLoop {
    private static final long LOOK_MILLIS = 100;
    private static final long EVALUATION_LOOK_MILLIS = 20;
    /** No step is in hand: parameters are on their way. */
    private static final long NONE = -1;

    /**
     * What stays the same for a whole run.
     *
     * @param seed of the run
     * @param layout of the flat vector
     * @param tree along which a step's micro-batches are summed
     * @param evaluations versions that are scored before the next step begins
     * @param lookAhead micro-batches that the reader is told of before they are wanted
     */
    public record Run(long seed, ParameterLayout layout, SumTree tree, Set<Long> evaluations, int lookAhead) {
        public Run {
            evaluations = Set.copyOf(evaluations);
        }
    }

    private final Run run;
    private final Coordination coordination;
    private final Function<View, ParameterClient> connect;
    private final Engine engine;
    private final BatchPipeline batches;
    private final Optional<BlockScorer> scorer;
    private final Bell bell = new Bell();
    private final SubtreeSum sum;
    private final List<Push> pushes = new ArrayList<>();
    private float[] parameters;

    /** The step in hand: its parameters are in the engine. */
    private long step = NONE;

    private final Set<Integer> computed = new HashSet<>();
    private final List<MicroBatchFigures> unreported = new ArrayList<>();
    private long computeNanos;
    private long dataWaitNanos;
    private long pullWaitNanos;
    private long toldThrough = -1;
    private long toldByView = -1;

    /** A sum on its way to the servers. */
    private record Push(SubtreeSum.Node node, PartitionRequests requests) {}

    /**
     * @param connect gives a client for the servers of a view's incarnation
     * @param scorer of held-out rows; empty if the run has none
     */
    public WorkerLoop(
            Run run,
            Coordination coordination,
            Function<View, ParameterClient> connect,
            Engine engine,
            BatchPipeline batches,
            Optional<BlockScorer> scorer) {
        this.run = run;
        this.coordination = coordination;
        this.connect = connect;
        this.engine = engine;
        this.batches = batches;
        this.scorer = scorer;
        this.sum = new SubtreeSum(run.tree(), run.layout().size());
        this.parameters = new float[run.layout().size()];
        coordination.onNewView(bell::ring);
    }

    /** Works until a view says that the run is over. */
    public void run() throws InterruptedException {
        long left = -1;
        for (View view = coordination.view(); !view.finished(); view = coordination.view()) {
            if (view.servers().isEmpty() || view.incarnation() == left) {
                bell.await(LOOK_MILLIS);
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
            settlePushes();
        }
        abandon(pull);
        pushes.forEach(push -> push.requests().cancel());
        pushes.clear();
    }

    private boolean isCurrent(long incarnation) {
        View view = coordination.view();
        return !view.finished() && view.incarnation() == incarnation;
    }

    private PartitionRequests pull(ParameterClient servers, long version) {
        float[] into = parameters;
        return PartitionRequests.toAll(
                run.layout().partitions(),
                partition -> servers.pull(partition, version, into).thenApply(this::answer),
                bell);
    }

    /** Gives up a pull. Its array goes with it: an answer that is on its way may yet be written there. */
    private void abandon(PartitionRequests pull) {
        pull.cancel();
        parameters = new float[run.layout().size()];
    }

    private void waitFor(PartitionRequests pull) throws InterruptedException {
        long begun = System.nanoTime();
        bell.await(LOOK_MILLIS);
        pull.check();
        pull.repeat();
        tellOfArrived(pull);
        pullWaitNanos += System.nanoTime() - begun;
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
        unreported.clear();
        sum.clear();
    }

    /** Scores held-out rows with the parameters in hand for as long as there are any to score. */
    private void evaluate(long incarnation) throws InterruptedException {
        if (scorer.isEmpty() || !run.evaluations().contains(step)) {
            return;
        }
        EvaluationTurn turn = coordination.evaluation(step, Optional.empty());
        while (!(turn instanceof EvaluationTurn.Done) && isCurrent(incarnation)) {
            Optional<EvaluationFigures> done = Optional.empty();
            if (turn instanceof EvaluationTurn.Block block) {
                done = Optional.of(scorer.get().score(engine, step, block.block()));
            } else {
                bell.await(EVALUATION_LOOK_MILLIS);
            }
            turn = coordination.evaluation(step, done);
        }
    }

    /**
     * Computes a micro-batch of the step in hand that the newest view gives this worker, and pushes what is whole.
     *
     * @return false if there is none to compute
     */
    private boolean computeOne(ParameterClient servers, long incarnation, PartitionRequests pull)
            throws InterruptedException {
        List<Integer> open = open(coordination.view());
        if (open.isEmpty()) {
            return false;
        }
        tellReader();
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
        long begun = System.nanoTime();
        Batch batch = batches.take(step, microBatch);
        long taken = System.nanoTime();
        tellEngine(open);
        float[] gradient = sum.buffer();
        SubtreeSum.Growing growing = sum.grow(microBatch, gradient);
        Optional<Departure> departure = isWhole(growing.subtree(), coming(open))
                ? Optional.of(new Departure(growing, gradient, batch.examples(), servers, incarnation))
                : Optional.empty();
        GradientResult result =
                engine.gradient(batch, new MicroBatchKey(run.seed(), step, microBatch), gradient, begin -> {
                    departure.ifPresent(leaving -> leaving.doneFrom(begin));
                    // By that thread as well: what has left first may be back as parameters by now.
                    tellOfArrived(pull);
                });
        if (result.examples() != batch.examples()) {
            throw new IllegalStateException(
                    "the engine counted " + result.examples() + " examples in a batch of " + batch.examples());
        }
        sum.add(growing, result.examples());
        computed.add(microBatch);
        unreported.add(new MicroBatchFigures(
                microBatch, result.examples(), result.lossSum(), result.auxiliaryLossSum(), result.correct()));
        dataWaitNanos += taken - begun;
        computeNanos += System.nanoTime() - taken;
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

    /**
     * A sum whose partitions leave for the servers while the gradient of its last micro-batch is still being made: all but the
     * first partition, which waits until the figures are reported, since without it no server completes the step.
     *
     * <p>What leaves before the report has not heard the report's answer, which may say that the step is not wanted any more. So
     * a view that was asked for after the step began must say that it is: as long as the coordinator misses this worker's
     * figures, it ends the run after this step at the earliest.
     */
    private final class Departure {
        private final SubtreeSum.Growing growing;
        private final long incarnation;
        private final CompletableFuture<View> fresh = coordination.refresh();
        private final PartitionRequests requests;

        /** Partitions below this one have not left. */
        private int left = run.layout().partitions();

        Departure(
                SubtreeSum.Growing growing, float[] gradient, int examples, ParameterClient servers, long incarnation) {
            this.growing = growing;
            this.incarnation = incarnation;
            SubtreeSum.Node node = new SubtreeSum.Node(growing.subtree(), growing.examples(examples), gradient);
            this.requests = new PartitionRequests(run.layout().partitions(), push(servers, node), bell);
        }

        Subtree subtree() {
            return growing.subtree();
        }

        /** By a thread for which this one waits. */
        void doneFrom(int begin) {
            if (!fresh.isDone() || fresh.isCompletedExceptionally() || !wanted(fresh.join(), incarnation)) {
                return;
            }
            while (left > 1 && run.layout().partition(left - 1).begin() >= begin) {
                left--;
                growing.sum(run.layout().partition(left).begin());
                requests.send(left);
            }
        }

        /** Sends what has not left. */
        PartitionRequests sendRest() {
            requests.sendBelow(left);
            return requests;
        }
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

    /** Reports, then pushes, the sums that will not grow any more. */
    private void pushWhole(ParameterClient servers, long incarnation, Optional<Departure> departure)
            throws InterruptedException {
        Set<Integer> coming = coming(open(coordination.view()));
        Predicate<Subtree> leaving = subtree ->
                departure.filter(left -> left.subtree().equals(subtree)).isPresent();
        List<Subtree> whole = sum.held().stream()
                .filter(held -> leaving.test(held) || isWhole(held, coming))
                .sorted(Comparator.comparingInt(Subtree::begin))
                .toList();
        if (whole.isEmpty()) {
            return;
        }
        if (!wanted(report(incarnation), incarnation)) {
            // Of what has left something may still be on its way out of its array, so that is not used again.
            departure.ifPresent(gone -> {
                gone.requests.cancel();
                sum.take(gone.subtree());
            });
            return;
        }
        for (Subtree subtree : whole) {
            sum.take(subtree)
                    .ifPresent(node -> pushes.add(new Push(
                            node,
                            leaving.test(subtree)
                                    ? departure.orElseThrow().sendRest()
                                    : PartitionRequests.toAll(run.layout().partitions(), push(servers, node), bell))));
        }
    }

    private static Stream<Integer> leaves(Subtree subtree) {
        return IntStream.range(subtree.begin(), subtree.end()).boxed();
    }

    private View report(long incarnation) throws InterruptedException {
        StepReport report = new StepReport(incarnation, step, unreported, computeNanos, dataWaitNanos, pullWaitNanos);
        unreported.clear();
        computeNanos = 0;
        dataWaitNanos = 0;
        pullWaitNanos = 0;
        return coordination.report(report);
    }

    private PartitionRequests.Request push(ParameterClient servers, SubtreeSum.Node node) {
        long pushed = step;
        return partition -> servers.push(partition, pushed, node.subtree(), node.examples(), node.sums())
                .thenApply(WorkerLoop::answer);
    }

    /** Takes back the arrays of sums that every server has, and sends again what did not get through. */
    private void settlePushes() {
        for (Iterator<Push> open = pushes.iterator(); open.hasNext(); ) {
            Push push = open.next();
            push.requests().check();
            if (push.requests().answered()) {
                sum.release(push.node().sums());
                open.remove();
            } else {
                push.requests().repeat();
            }
        }
    }

    /** Tells the reader what will be wanted: this step and as many more as the look-ahead asks for. */
    private void tellReader() {
        View view = coordination.view();
        if (view.number() != toldByView) {
            toldByView = view.number();
            toldThrough = step - 1;
        }
        int told = open(view).size();
        if (toldThrough < step) {
            open(view).forEach(microBatch -> batches.expect(step, microBatch));
            toldThrough = step;
        }
        for (long ahead = step + 1; told < run.lookAhead() + 1 && ahead < view.until(); ahead++) {
            List<Integer> later = view.microBatches(ahead);
            if (later.isEmpty()) {
                break;
            }
            if (ahead > toldThrough) {
                for (int microBatch : later) {
                    batches.expect(ahead, microBatch);
                }
                toldThrough = ahead;
            }
            told += later.size();
        }
    }

    private Answer answer(PullReply reply) {
        if (reply instanceof PullReply.Superseded superseded) {
            return new Answer(Outcome.SUPERSEDED, superseded.version());
        }
        if (reply instanceof PullReply.Fenced) {
            return new Answer(Outcome.FENCED, -1);
        }
        return new Answer(engine.takesArriving() ? Outcome.ARRIVED : Outcome.DONE, -1);
    }

    /** A push that comes too late is done: the step is complete without it. */
    private static Answer answer(PushReply reply) {
        return new Answer(reply instanceof PushReply.Fenced ? Outcome.FENCED : Outcome.DONE, -1);
    }
}
