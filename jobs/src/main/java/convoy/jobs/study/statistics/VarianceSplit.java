package convoy.jobs.study.statistics;

import convoy.records.BadInputException;
import convoy.records.Refusal;
import convoy.records.text.Counts;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.DoubleStream;
import org.apache.commons.statistics.descriptive.Mean;
import org.apache.commons.statistics.descriptive.Variance;

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
     */
    public record Component(String source, double variance, boolean truncated) {
        static Component of(String source, double estimate) {
            return new Component(source, Math.max(0, estimate), estimate < 0);
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
        double withinMean = within / inside;
        return new VarianceSplit(List.of(
                Component.of(source, (between / groupsLessOne - withinMean) / size), Component.of(rest, withinMean)));
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
        double restMean = restSquares / (a * b * (n - 1.0));
        double innerMean = innerSquares / (a * (b - 1.0));
        double outerMean = b * n * squaredDeviations(array(outerMeans)) / (a - 1.0);
        return new VarianceSplit(List.of(
                Component.of(outer, (outerMean - innerMean) / (b * n)),
                Component.of(inner, (innerMean - restMean) / n),
                Component.of(rest, restMean)));
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
