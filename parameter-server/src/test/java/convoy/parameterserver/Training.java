package convoy.parameterserver;

import convoy.parameterserver.client.ParameterClient;
import convoy.parameterserver.layout.Layouts;
import convoy.parameterserver.layout.ParameterLayout;
import convoy.parameterserver.range.SnapshotPlan;
import convoy.parameterserver.sum.Subtree;
import convoy.parameterserver.sum.SubtreeSum;
import convoy.parameterserver.sum.SumTree;
import convoy.parameterserver.update.Optimizer;
import convoy.parameterserver.update.Schedule;
import convoy.parameterserver.update.UpdateRule;
import convoy.parameterserver.update.UpdateRuleBuilder;
import convoy.parameterserver.update.WeightDecay;
import java.util.Optional;
import java.util.SplittableRandom;

/**
 * A made-up training run: its gradients are functions of (step, micro-batch) and of the values, as real ones are.
 *
 * @param leaves V
 */
record Training(ParameterLayout layout, UpdateRule rule, int leaves, SnapshotPlan snapshots) {
    static final SnapshotPlan NONE = SnapshotPlan.to("file:///nowhere");

    static Training of(int leaves, UpdateRule rule) {
        return new Training(Layouts.ofEveryRole(5_000, 300), rule, leaves, NONE);
    }

    static UpdateRule rule(Optimizer optimizer, Optional<Double> clipNorm) {
        return UpdateRuleBuilder.builder()
                .optimizer(optimizer)
                .weightDecay(new WeightDecay(0.01, WeightDecay.Scope.WEIGHTS))
                .schedule(new Schedule.Warmup(2, 0.5, new Schedule.Cosine(0.1, 20, 0)))
                .clipNorm(clipNorm)
                .build();
    }

    Training with(SnapshotPlan plan) {
        return new Training(layout, rule, leaves, plan);
    }

    float[] initial() {
        SplittableRandom random = new SplittableRandom(7);
        float[] values = new float[layout.size()];
        for (int i = 0; i < values.length; i++) {
            values[i] = (float) random.nextDouble(-1, 1);
        }
        return values;
    }

    /** Examples of a micro-batch: not all alike. */
    int examples(int microBatch) {
        return 30 + microBatch % 3;
    }

    /** The gradient sums (and batch statistics) of a micro-batch. */
    float[] gradient(long step, int microBatch, float[] values) {
        SplittableRandom random = new SplittableRandom(step * 1_000 + microBatch);
        float[] gradient = new float[layout.size()];
        for (int i = 0; i < gradient.length; i++) {
            gradient[i] = (float) random.nextDouble(-1, 1) + 0.3f * values[i];
        }
        return gradient;
    }

    /** The sums of a subtree, added along the tree. */
    SubtreeSum.Node sum(long step, Subtree subtree, float[] values) {
        SubtreeSum sum = new SubtreeSum(new SumTree(leaves), layout.size());
        for (int leaf = subtree.begin(); leaf < subtree.end(); leaf++) {
            sum.add(leaf, examples(leaf), gradient(step, leaf, values));
        }
        return sum.take(subtree).orElseThrow();
    }

    void push(ParameterClient client, long step, Subtree subtree, float[] values) {
        SubtreeSum.Node node = sum(step, subtree, values);
        Cluster.push(client, step, subtree, node.examples(), node.sums());
    }

    /** Steps {@code [from, to)} by workers that each have an even share of the micro-batches; the values at the end. */
    float[] run(ParameterClient client, long from, long to, int workers) {
        SumTree tree = new SumTree(leaves);
        for (long step = from; step < to; step++) {
            float[] values = Cluster.pull(client, step);
            for (int worker = 0; worker < workers; worker++) {
                for (Subtree subtree : tree.cover(worker * leaves / workers, (worker + 1) * leaves / workers)) {
                    push(client, step, subtree, values);
                }
            }
        }
        return Cluster.pull(client, to);
    }
}
