package convoy.worker.engine.behaviour;

import convoy.architectures.graph.Network;
import convoy.worker.data.batch.Batch;
import java.util.List;
import java.util.Random;
import java.util.function.IntPredicate;
import java.util.function.ToDoubleFunction;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * What rounding does to a network's results: how far they move when each weight moves by one unit in the last place of single precision, and
 * if asked, when each sum is rounded after each product too.
 */
final class Rounding {
    private final Results exact;
    private final List<Results> near;

    private Rounding(Results exact, Stream<Results> near) {
        this.exact = exact;
        this.near = near.toList();
    }

    /**
     * By weights that move up and down by turns.
     *
     * @param exact the results at these weights
     * @param flat parameters and running statistics: {@code [P + S]}
     */
    static Rounding ofWeights(Results exact, Network network, float[] flat, Batch batch) {
        return new Rounding(exact, Stream.of(Results.of(network, moved(flat, i -> i % 2 == 0), batch)));
    }

    /**
     * By sums in single precision, one product after the other: at these weights, and at weights that move by chance, four times. Where all
     * of a gradient hangs on one number, as on the one example that is not sure of its class, a single draw may leave that number where it
     * was.
     */
    static Rounding ofSumsAndWeights(Results exact, Network network, float[] flat, Batch batch) {
        Stream<float[]> moved = IntStream.range(0, 4).mapToObj(draw -> {
            Random random = new Random(draw);
            return moved(flat, i -> random.nextBoolean());
        });
        return new Rounding(
                exact,
                Stream.concat(Stream.of(flat), moved)
                        .map(weights -> Results.of(ExactNetwork.withSumsInSinglePrecision(network, weights), batch)));
    }

    private static float[] moved(float[] flat, IntPredicate up) {
        float[] moved = new float[flat.length];
        for (int i = 0; i < flat.length; i++) {
            moved[i] = up.test(i) ? Math.nextUp(flat[i]) : Math.nextDown(flat[i]);
        }
        return moved;
    }

    /** The distance of the logits, not by their norm: the largest. */
    double ofLogits() {
        return largest(results -> Results.distance(results.logits(), exact.logits(), 0, exact.logits().length));
    }

    /** The same of the gradient's floats in {@code [begin, end)}. */
    double ofGradient(int begin, int end) {
        return largest(results -> Results.distance(results.gradient(), exact.gradient(), begin, end));
    }

    private double largest(ToDoubleFunction<Results> distance) {
        return near.stream().mapToDouble(distance).max().orElse(0);
    }
}
