package convoy.jobs.study.statistics;

import convoy.records.BadInputException;
import convoy.records.Refusal;
import convoy.records.text.Counts;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalDouble;
import java.util.stream.DoubleStream;
import org.apache.commons.statistics.descriptive.Mean;
import org.apache.commons.statistics.descriptive.Variance;
import org.apache.commons.statistics.distribution.FDistribution;

/**
 * How much of the variance of scores comes from each source of randomness, where one is nested in the other: runs of one seed of initial
 * values, each with several orders. Random effects by the method of moments: mean squares of an analysis of variance are set equal to what
 * they are expected to be (Searle, Casella and McCulloch 1992, chapter 3). An estimate below 0 is set to 0.
 *
 * @param components from the outermost source to what is left
 */
public record VarianceSplit(List<Component> components) {
    /**
     * One source.
     *
     * @param source its name
     * @param variance of what it adds to a score, 0 or more
     * @param truncated whether the estimate was below 0: the source adds less than these trials can tell
     * @param p of the F test of its adding nothing, where scores are normal; empty for the innermost, against which there is none
     */
    public record Component(String source, double variance, boolean truncated, OptionalDouble p) {
        private static Component tested(String source, double estimate, OptionalDouble p) {
            return new Component(source, Math.max(0, estimate), estimate < 0, p);
        }

        private static Component innermost(String source, double estimate) {
            return tested(source, estimate, OptionalDouble.empty());
        }
    }

    /**
     * A mean square of an analysis of variance.
     *
     * @param freedom its degrees of freedom, 1 or more
     */
    private record MeanSquare(double value, int freedom) {
        /** The probability of a ratio as large as this or larger, where the source adds nothing. */
        OptionalDouble p(MeanSquare below) {
            if (below.value == 0) {
                return OptionalDouble.of(value > 0 ? 0 : 1);
            }
            return OptionalDouble.of(FDistribution.of(freedom, below.freedom).survivalProbability(value / below.value));
        }
    }

    public VarianceSplit {
        components = List.copyOf(components);
    }

    /**
     * {@return the share of a component in the sum of all, in [0, 1]; 0 if nothing varies}
     *
     * @param component one of these
     */
    public double share(Component component) {
        double sum = components.stream().mapToDouble(Component::variance).sum();
        return sum == 0 ? 0 : component.variance() / sum;
    }

    /**
     * {@return the split of groups, each of one value of the source} They may have different sizes.
     *
     * @param source what differs from group to group
     * @param rest what differs inside a group
     * @param groups two or more, none empty, and one of two scores or more
     */
    public static VarianceSplit oneWay(String source, String rest, List<List<Double>> groups) {
        Refusal.requireAtLeast("groups", groups.size(), 2, "vary " + source + " as well");
        List<double[]> samples = groups.stream().map(VarianceSplit::array).toList();
        int total = samples.stream().mapToInt(sample -> sample.length).sum();
        int inside = total - samples.size();
        Refusal.requireAtLeast(
                "groups: scores beyond the first of each", inside, 1, "vary " + rest + " inside a group as well");
        double mean = Mean.of(samples.stream().flatMapToDouble(DoubleStream::of).toArray())
                .getAsDouble();
        double between = 0;
        double within = 0;
        double squares = 0;
        for (double[] sample : samples) {
            double distance = Mean.of(sample).getAsDouble() - mean;
            between += sample.length * distance * distance;
            within += squaredDeviations(sample);
            squares += (double) sample.length * sample.length;
        }
        int groupsLessOne = samples.size() - 1;
        double size = (total - squares / total) / groupsLessOne;
        MeanSquare outer = new MeanSquare(between / groupsLessOne, groupsLessOne);
        MeanSquare inner = new MeanSquare(within / inside, inside);
        return new VarianceSplit(List.of(
                Component.tested(source, (outer.value - inner.value) / size, outer.p(inner)),
                Component.innermost(rest, inner.value)));
    }

    /**
     * {@return the split of two sources and what is left, in equal numbers: a groups of b groups of n scores, each of them 2 or more}
     *
     * @param outer what differs from group to group
     * @param inner what differs from group to group inside those
     * @param rest what differs inside a group of those
     * @param groups {@code [a, b, n]}
     */
    public static VarianceSplit nested(String outer, String inner, String rest, List<List<List<Double>>> groups) {
        int a = groups.size();
        Refusal.requireAtLeast("groups", a, 2, "vary " + outer + " as well");
        int b = groups.get(0).size();
        Refusal.requireAtLeast("groups.0", b, 2, "vary " + inner + " as well");
        int n = groups.get(0).get(0).size();
        Refusal.requireAtLeast("groups.0.0", n, 2, "vary " + rest + " as well");
        List<Double> outerMeans = new ArrayList<>();
        double innerSquares = 0;
        double restSquares = 0;
        for (int i = 0; i < a; i++) {
            requireSize("groups." + i, groups.get(i).size(), b);
            List<Double> innerMeans = new ArrayList<>();
            for (int j = 0; j < b; j++) {
                requireSize("groups." + i + "." + j, groups.get(i).get(j).size(), n);
                double[] sample = array(groups.get(i).get(j));
                restSquares += squaredDeviations(sample);
                innerMeans.add(Mean.of(sample).getAsDouble());
            }
            double[] means = array(innerMeans);
            innerSquares += n * squaredDeviations(means);
            outerMeans.add(Mean.of(means).getAsDouble());
        }
        MeanSquare restMean = new MeanSquare(restSquares / (a * b * (n - 1.0)), a * b * (n - 1));
        MeanSquare innerMean = new MeanSquare(innerSquares / (a * (b - 1.0)), a * (b - 1));
        MeanSquare outerMean = new MeanSquare(b * n * squaredDeviations(array(outerMeans)) / (a - 1.0), a - 1);
        return new VarianceSplit(List.of(
                Component.tested(outer, (outerMean.value - innerMean.value) / (b * n), outerMean.p(innerMean)),
                Component.tested(inner, (innerMean.value - restMean.value) / n, innerMean.p(restMean)),
                Component.innermost(rest, restMean.value)));
    }

    private static void requireSize(String component, int size, int first) {
        if (size != first) {
            throw new BadInputException(Refusal.of(component, Counts.plain(size, "member"))
                    .because("where the first group has " + first)
                    .instead("give equal groups"));
        }
    }

    private static double squaredDeviations(double[] sample) {
        return Variance.of(sample).setBiased(true).getAsDouble() * sample.length;
    }

    private static double[] array(List<Double> scores) {
        double[] array = scores.stream().mapToDouble(Double::doubleValue).toArray();
        if (array.length == 0) {
            throw new BadInputException(
                    Refusal.of("groups").because(", has an empty one").instead("leave it out"));
        }
        Summary.requireFinite("groups", array);
        return array;
    }
}
