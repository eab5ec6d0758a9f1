package convoy.jobs.retrain.statistics;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Bins put together, so that of each group enough is expected in both samples: 5, after Cochran (1954, "Some methods for strengthening
 * the common χ² tests", Biometrics 10).
 *
 * @param groups the bins of each group, none in two of them
 */
public record Grouping(List<List<Integer>> groups) {
    /** The least that is expected of a group in either sample. */
    public static final double EXPECTED = 5;

    /** As many groups as an index of population stability usually has. */
    private static final int TENTHS = 10;

    public Grouping {
        groups = groups.stream().map(List::copyOf).toList();
    }

    /**
     * {@return each bin by itself}
     *
     * @param bins how many
     */
    public static Grouping alone(int bins) {
        return new Grouping(IntStream.range(0, bins).boxed().map(List::of).toList());
    }

    /**
     * Groups of neighbours. They are cut at the tenths of the mean of both distributions, and then the ones in which too little is
     * expected are put to the next one: at most 10 are left, alike for both directions.
     *
     * @param one counts of each bin
     * @param other likewise, as many
     * @return groups of rising bins; one of all if there is too little
     */
    public static Grouping ofNeighbours(double[] one, double[] other) {
        double ones = sum(one);
        double others = sum(other);
        List<List<Integer>> cut = new ArrayList<>();
        List<Integer> group = new ArrayList<>();
        double reached = 0;
        int tenth = 1;
        for (int bin = 0; bin < one.length; bin++) {
            group.add(bin);
            reached += (share(one[bin], ones) + share(other[bin], others)) / 2;
            if (reached >= tenth / (double) TENTHS && bin + 1 < one.length) {
                cut.add(group);
                group = new ArrayList<>();
                tenth = (int) Math.floor(reached * TENTHS) + 1;
            }
        }
        cut.add(group);
        return joined(cut, one, other);
    }

    /**
     * Groups of kinds that have no order: each is one of its own, but for those in which too little is expected, which are put together,
     * the rarest first, until enough is.
     *
     * @param one counts of each kind
     * @param other likewise, as many
     * @return groups, the rare ones in the last
     */
    public static Grouping ofKinds(double[] one, double[] other) {
        List<List<Integer>> rarest = IntStream.range(0, one.length)
                .boxed()
                .sorted(Comparator.comparingDouble((Integer kind) -> one[kind] + other[kind]))
                .map(List::of)
                .toList();
        return joined(rarest, one, other);
    }

    /** From the first group on each takes the next ones until enough is expected; what is left at the end goes to the last. */
    private static Grouping joined(List<List<Integer>> cut, double[] one, double[] other) {
        double least = Math.min(sum(one), sum(other)) / (sum(one) + sum(other));
        List<List<Integer>> groups = new ArrayList<>();
        List<Integer> group = new ArrayList<>();
        double both = 0;
        for (List<Integer> part : cut) {
            group.addAll(part);
            for (int bin : part) {
                both += one[bin] + other[bin];
            }
            if (both * least >= EXPECTED) {
                groups.add(group);
                group = new ArrayList<>();
                both = 0;
            }
        }
        if (!group.isEmpty()) {
            if (groups.isEmpty()) {
                groups.add(group);
            } else {
                groups.get(groups.size() - 1).addAll(group);
            }
        }
        return new Grouping(groups);
    }

    /**
     * {@return the counts of each group}
     *
     * @param counts of each bin
     */
    public double[] of(double[] counts) {
        return groups.stream()
                .mapToDouble(
                        group -> group.stream().mapToDouble(bin -> counts[bin]).sum())
                .toArray();
    }

    private static double share(double count, double total) {
        return total > 0 ? count / total : 0;
    }

    private static double sum(double[] counts) {
        double sum = 0;
        for (double count : counts) {
            sum += count;
        }
        return sum;
    }
}
