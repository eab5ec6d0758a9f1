package convoy.worker.engine.behaviour;

import convoy.architectures.graph.Network;
import convoy.parameterserver.layout.Segment;
import convoy.worker.data.batch.Batch;
import convoy.worker.engine.NetworkLayout;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.function.ToDoubleFunction;

/**
 * An engine's results for one batch beside the exact ones, tensor by tensor: right within a tolerance, and beyond it as far as rounding
 * explains of this network. A gradient whose examples are nearly sure of their classes is small, and moves with the last bits of logits
 * that are sums of hundreds of products.
 */
final class ExactComparison {
    /** A distance by the norm that needs no explanation. */
    static final double TOLERANCE = 1e-5;

    /** A distance by the norm that no rounding excuses. */
    static final double MOST = 1e-3;

    /** How much further off an engine may be than the worst of a few plain loops: its sums have orders of their own. */
    static final double ROUNDINGS = 3;

    private final Network network;
    private final Results exact;
    private final Supplier<Rounding> measure;
    private Optional<Rounding> rounding = Optional.empty();

    /** At these parameters and running statistics: {@code [P + S]}. */
    ExactComparison(Network network, float[] flat, Batch batch) {
        this.network = network;
        this.exact = Results.of(network, flat, batch);
        this.measure = () -> Rounding.ofSumsAndWeights(exact, network, flat, batch);
    }

    /**
     * One tensor that is further off than the tolerance.
     *
     * @param what its name, or "logits"
     * @param distance from the exact one
     * @param norm of the exact one; a hundredth of the largest tensor's where it has less: a bias before a norm has no gradient but rounding
     * @param rounding the distance that {@link Rounding} makes
     */
    record Finding(String what, double distance, double norm, double rounding) {
        double limit() {
            return Math.max(TOLERANCE * norm, Math.min(MOST * norm, ROUNDINGS * rounding));
        }

        /** Not more than: no number is wrong too. */
        boolean isWrong() {
            return !(distance <= limit());
        }

        @Override
        public String toString() {
            return String.format(
                    Locale.ROOT,
                    "%s is %.1e off of %.1e, where rounding makes %.1e and %.1e is allowed",
                    what,
                    distance,
                    norm,
                    rounding,
                    limit());
        }
    }

    /** All tensors that are further off than the tolerance, wrong or explained by rounding. */
    List<Finding> findings(float[] logits, float[] gradient) {
        List<Finding> findings = new ArrayList<>();
        double[] actualLogits = ExactNetwork.doubles(logits);
        find(
                "logits",
                Results.distance(actualLogits, exact.logits(), 0, logits.length),
                Results.norm(exact.logits(), 0, logits.length),
                Rounding::ofLogits,
                findings);
        double[] actual = ExactNetwork.doubles(gradient);
        List<Segment> segments = NetworkLayout.of(network).segments();
        double largest = segments.stream()
                .filter(segment -> segment.role() != Segment.Role.STATISTIC)
                .mapToDouble(segment -> Results.norm(
                        exact.gradient(), segment.begin(), segment.range().end()))
                .max()
                .orElse(0);
        for (Segment segment : segments) {
            int begin = segment.begin();
            int end = segment.range().end();
            find(
                    segment.name(),
                    Results.distance(actual, exact.gradient(), begin, end),
                    Math.max(Results.norm(exact.gradient(), begin, end), largest / 100),
                    rounding -> rounding.ofGradient(begin, end),
                    findings);
        }
        return findings;
    }

    private void find(
            String what, double distance, double norm, ToDoubleFunction<Rounding> part, List<Finding> findings) {
        if (!(distance <= TOLERANCE * norm)) {
            Rounding known = rounding.orElseGet(measure);
            rounding = Optional.of(known);
            findings.add(new Finding(what, distance, norm, part.applyAsDouble(known)));
        }
    }
}
