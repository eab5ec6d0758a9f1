package convoy.jobs.retrain.drift;

import convoy.jobs.retrain.file.Limits;
import convoy.jobs.retrain.statistics.Grouping;
import convoy.jobs.retrain.statistics.HomogeneityTest;
import convoy.jobs.retrain.statistics.StabilityIndex;
import java.util.List;
import java.util.Optional;

/**
 * How far one distribution of the new data is from the champion's, before it is known how many are compared.
 *
 * @param index how far
 * @param test whether chance may be all of it; empty if there is too little to tell
 * @param moved the bins of the group that has the largest part of the index, without those that are empty in both
 * @param championShare of them
 * @param freshShare of them
 */
record Shift(
        StabilityIndex index,
        Optional<HomogeneityTest> test,
        List<Integer> moved,
        double championShare,
        double freshShare) {

    /** Of bins that have an order, as pixel values: grouped both for the index and for the test. */
    static Shift ofNeighbours(double[] champion, double[] fresh) {
        Grouping groups = Grouping.ofNeighbours(champion, fresh);
        return of(groups, groups, champion, fresh);
    }

    /** Of kinds, as classes: each by itself in the index, and in the test the rare ones together. */
    static Shift ofKinds(double[] champion, double[] fresh) {
        return of(Grouping.alone(champion.length), Grouping.ofKinds(champion, fresh), champion, fresh);
    }

    private static Shift of(Grouping ofIndex, Grouping ofTest, double[] champion, double[] fresh) {
        double[] championGroups = ofIndex.of(champion);
        double[] freshGroups = ofIndex.of(fresh);
        StabilityIndex index = StabilityIndex.of(championGroups, freshGroups);
        int largest = index.largest();
        return new Shift(
                index,
                HomogeneityTest.of(ofTest.of(champion), ofTest.of(fresh)),
                seen(ofIndex.groups().get(largest), champion, fresh),
                share(championGroups, largest),
                share(freshGroups, largest));
    }

    /** Those of a group that are not empty in both; all, if they are. */
    private static List<Integer> seen(List<Integer> group, double[] champion, double[] fresh) {
        List<Integer> seen =
                group.stream().filter(bin -> champion[bin] + fresh[bin] > 0).toList();
        return seen.isEmpty() ? group : seen;
    }

    private static double share(double[] counts, int of) {
        double sum = 0;
        for (double count : counts) {
            sum += count;
        }
        return sum > 0 ? counts[of] / sum : 0;
    }

    /** p, and 1 where nothing can be told. */
    double p() {
        return test.map(HomogeneityTest::p).orElse(1.0);
    }

    /** What the index alone would be. */
    Grade size(Limits limits) {
        if (limits.refuse().filter(limit -> index.value() >= limit).isPresent()) {
            return Grade.REFUSAL;
        }
        return limits.warn().filter(limit -> index.value() >= limit).isPresent() ? Grade.WARNING : Grade.FINE;
    }
}
