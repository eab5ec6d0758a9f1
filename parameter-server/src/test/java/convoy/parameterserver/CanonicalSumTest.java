package convoy.parameterserver;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import convoy.parameterserver.client.ParameterClient;
import convoy.parameterserver.client.PushReply;
import convoy.parameterserver.layout.Layouts;
import convoy.parameterserver.layout.ParameterLayout;
import convoy.parameterserver.layout.Segment;
import convoy.parameterserver.layout.SegmentBuilder;
import convoy.parameterserver.range.ValueSource;
import convoy.parameterserver.sum.Subtree;
import convoy.parameterserver.sum.SubtreeSum;
import convoy.parameterserver.sum.SumTree;
import convoy.parameterserver.update.Optimizer;
import convoy.parameterserver.update.Schedule;
import convoy.parameterserver.update.UpdateRule;
import convoy.parameterserver.update.UpdateRuleBuilder;
import convoy.parameterserver.update.WeightDecay;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;

/** The first promise: the bits do not depend on who computed what, in which order it came, or on how many servers. */
final class CanonicalSumTest {
    private static final List<Optimizer> OPTIMIZERS = List.of(
            new Optimizer.Sgd(),
            new Optimizer.Momentum(0.9),
            new Optimizer.Nesterov(0.9),
            new Optimizer.RmsProp(0.9, 1e-8, 0.9),
            new Optimizer.Adam(0.9, 0.999, 1e-8),
            new Optimizer.AdamW(0.9, 0.999, 1e-8));
    private static final int STEPS = 3;

    /** One partition of one subtree, as some worker would push it. */
    private record Piece(int partition, Subtree subtree) {}

    @ParameterizedTest(name = "seed {0}")
    @org.junit.jupiter.params.provider.ValueSource(
            longs = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18})
    void anySplitAnyOrderAnyServers(long seed) {
        Random random = new Random(seed);
        int leaves = 1 + (int) (seed % 9);
        Optional<Double> clip = random.nextBoolean() ? Optional.of(0.5 + random.nextDouble()) : Optional.empty();
        Training training = Training.of(leaves, Training.rule(OPTIMIZERS.get(random.nextInt(OPTIMIZERS.size())), clip));
        ValueSource.Initial start = new ValueSource.Initial(training.initial());
        float[] reference;
        try (Cluster cluster = new Cluster(1)) {
            reference = training.run(cluster.open(training, 1, 0, start), 0, STEPS, 1);
        }
        for (int servers = 1; servers <= 3; servers++) {
            try (Cluster cluster = new Cluster(servers)) {
                ParameterClient client = cluster.open(training, 1, 0, start);
                for (long step = 0; step < STEPS; step++) {
                    pushAtRandom(training, client, step, random);
                }
                assertThat(Cluster.pull(client, STEPS))
                        .as("%d micro-batches, %s, %d servers", leaves, training.rule(), servers)
                        .isEqualTo(reference);
            }
        }
    }

    private static void pushAtRandom(Training training, ParameterClient client, long step, Random random) {
        float[] values = Cluster.pull(client, step);
        SumTree tree = new SumTree(training.leaves());
        List<Subtree> subtrees = new ArrayList<>();
        for (int begin = 0; begin < training.leaves(); ) {
            int end = begin + 1 + random.nextInt(training.leaves() - begin);
            subtrees.addAll(tree.cover(begin, end));
            begin = end;
        }
        // Others do some of the work a second time, cut in another way.
        for (int repetitions = random.nextInt(3); repetitions > 0; repetitions--) {
            int begin = random.nextInt(training.leaves());
            subtrees.addAll(tree.cover(begin, begin + 1 + random.nextInt(training.leaves() - begin)));
        }
        Map<Subtree, SubtreeSum.Node> sums = new HashMap<>();
        List<Piece> pieces = new ArrayList<>();
        for (Subtree subtree : subtrees) {
            sums.computeIfAbsent(subtree, wanted -> training.sum(step, wanted, values));
            for (int partition = 0; partition < training.layout().partitions(); partition++) {
                pieces.add(new Piece(partition, subtree));
            }
        }
        Collections.shuffle(pieces, random);
        List<CompletableFuture<PushReply>> replies = new ArrayList<>();
        for (Piece piece : pieces) {
            SubtreeSum.Node sum = Objects.requireNonNull(sums.get(piece.subtree()));
            replies.add(client.push(piece.partition(), step, piece.subtree(), sum.examples(), sum.sums()));
        }
        replies.forEach(reply ->
                assertThat(Cluster.get(reply)).isInstanceOfAny(PushReply.Accepted.class, PushReply.Superseded.class));
    }

    /** Plain SGD, worked out here a second time, in double precision: mean over examples, decay, scope, statistics. */
    @Test
    void updatesByTheBook() {
        Training training = new Training(
                Layouts.ofEveryRole(5_000, 300),
                UpdateRuleBuilder.builder()
                        .optimizer(new Optimizer.Sgd())
                        .weightDecay(new WeightDecay(0.01, WeightDecay.Scope.WEIGHTS))
                        .schedule(new Schedule.Step(0.5, 1, 0.1))
                        .build(),
                3,
                Training.NONE);
        float[] before = training.initial();
        try (Cluster cluster = new Cluster(2)) {
            ParameterClient client = cluster.open(training, 1, 0, new ValueSource.Initial(before));
            float[] after = training.run(client, 0, 1, 3);
            float[][] gradients = {
                training.gradient(0, 0, before), training.gradient(0, 1, before), training.gradient(0, 2, before)
            };
            int examples = training.examples(0) + training.examples(1) + training.examples(2);
            for (Segment segment : training.layout().segments()) {
                for (int i = segment.begin(); i < segment.range().end(); i++) {
                    double sum = (double) gradients[0][i] + gradients[1][i] + gradients[2][i];
                    double expected =
                            switch (segment.role()) {
                                case WEIGHT -> before[i] - 0.5 * (sum / examples + 0.01 * before[i]);
                                case BIAS, NORM -> before[i] - 0.5 * (sum / examples);
                                case STATISTIC -> 0.9 * before[i] + 0.1 * (sum / 3);
                            };
                    assertThat((double) after[i])
                            .as("%s, index %d", segment.name(), i)
                            .isCloseTo(expected, within(1e-6));
                }
            }
        }
    }

    /**
     * PyTorch 1.13: {@code clip_grad_norm_([p, q], 10.0)} of p.grad = [3, -4, 12, 0.5], q.grad = [-84, 1] returns
     * 85.00735473632812 and leaves [0.3529106378555298, -0.47054752707481384, 1.4116425514221191, 0.05881844088435173] and
     * [-9.881498336791992, 0.11763688176870346].
     */
    @Test
    void clipsLikePyTorch() {
        ParameterLayout layout = new ParameterLayout(List.of(
                Segment.of("p", List.of(4), 0, Segment.Role.WEIGHT, 0),
                Segment.of("q", List.of(2), 4, Segment.Role.WEIGHT, 0)));
        Training training = new Training(
                layout,
                UpdateRuleBuilder.builder()
                        .optimizer(new Optimizer.Sgd())
                        .weightDecay(WeightDecay.defaults())
                        .schedule(new Schedule.Constant(1))
                        .clipNorm(Optional.of(10.0))
                        .build(),
                1,
                Training.NONE);
        try (Cluster cluster = new Cluster(1)) {
            ParameterClient client = cluster.open(training, 1, 0, new ValueSource.Initial(new float[6]));
            float[] sums = {2 * 3f, 2 * -4f, 2 * 12f, 2 * 0.5f, 2 * -84f, 2 * 1f};
            Cluster.push(client, 0, new Subtree(0, 1), 2, sums);
            float[] after = Cluster.pull(client, 1);
            double[] clipped = {
                0.3529106378555298,
                -0.47054752707481384,
                1.4116425514221191,
                0.05881844088435173,
                -9.881498336791992,
                0.11763688176870346
            };
            for (int i = 0; i < clipped.length; i++) {
                assertThat((double) after[i]).isCloseTo(-clipped[i], within(1e-6));
            }
            assertThat(cluster.hosts.get(0).statistics().gradientNorm()).isCloseTo(85.00735473632812, within(1e-5));
        }
    }

    /** A norm below the limit leaves every bit as it is. */
    @Test
    void aSmallGradientIsNotClipped() {
        Training free = Training.of(4, Training.rule(new Optimizer.Momentum(0.9), Optional.empty()));
        Training limited = Training.of(4, Training.rule(new Optimizer.Momentum(0.9), Optional.of(1e6)));
        try (Cluster one = new Cluster(2);
                Cluster other = new Cluster(3)) {
            ValueSource.Initial start = new ValueSource.Initial(free.initial());
            assertThat(free.run(one.open(free, 1, 0, start), 0, 3, 2))
                    .isEqualTo(limited.run(other.open(limited, 1, 0, start), 0, 3, 4));
        }
    }

    /** A tensor with a learning rate and a beginning of its own is updated like the others with that rate and that count. */
    @Test
    void aTensorMayHaveItsOwnLearningRateAndBeginning() {
        Optimizer optimizer = Optimizer.Adam.defaults();
        Segment usual = Segment.of("usual", List.of(1_500), 0, Segment.Role.WEIGHT, 0);
        Segment slow = SegmentBuilder.builder()
                .name("slow")
                .shape(List.of(1_500))
                .begin(1_500)
                .role(Segment.Role.WEIGHT)
                .momentum(0)
                .rate(0.1)
                .since(0)
                .build();
        Segment late = SegmentBuilder.builder()
                .name("late")
                .shape(List.of(1_500))
                .begin(3_000)
                .role(Segment.Role.WEIGHT)
                .momentum(0)
                .rate(1)
                .since(5)
                .build();
        UpdateRule rule = UpdateRuleBuilder.builder()
                .optimizer(optimizer)
                .weightDecay(new WeightDecay(0.01, WeightDecay.Scope.WEIGHTS))
                .schedule(new Schedule.Constant(0.5))
                .build();
        Training training = new Training(new ParameterLayout(List.of(usual, slow, late)), rule, 1, Training.NONE);
        float[] first = training.initial();
        float[] sums = training.gradient(5, 0, first);
        try (Cluster cluster = new Cluster(2)) {
            ParameterClient client = cluster.open(training, 1, 5, new ValueSource.Initial(first));
            assertThat(Cluster.pull(client, 5)).isEqualTo(first);
            Cluster.push(client, 5, new Subtree(0, 1), 1, sums);
            float[] expected = first.clone();
            float[][] slots = new float[2][first.length];
            float[] gradient = sums.clone();
            optimizer.update(expected, gradient, slots, 0, 1_500, new Optimizer.Step(0.5, 0.01, 6));
            optimizer.update(expected, gradient, slots, 1_500, 3_000, new Optimizer.Step(0.5 * 0.1, 0.01, 6));
            optimizer.update(expected, gradient, slots, 3_000, 4_500, new Optimizer.Step(0.5, 0.01, 1));
            assertThat(Cluster.pull(client, 6)).isEqualTo(expected);
        }
    }
}
