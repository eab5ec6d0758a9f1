package convoy.jobs.study.statistics;

import java.util.List;
import java.util.Optional;

/**
 * Two variants, in figures.
 *
 * @param pairs what was compared
 * @param difference of the pairs, the first variant's score less the second one's; empty if there is no pair
 * @param student empty where t is no number
 * @param signedRank Wilcoxon's test of the pairs
 * @param improvement that a run of the first scores higher than one of the second; empty if one of them has no scores
 */
public record Comparison(
        Pairs pairs,
        Optional<Summary> difference,
        Optional<StudentTest> student,
        SignedRankTest signedRank,
        Optional<ProbabilityOfImprovement> improvement) {
    /** Of the seeds that both have. */
    static Comparison of(Scores variant, Scores baseline, Bootstrap bootstrap) {
        Pairs pairs = Pairs.of(variant, baseline);
        double[] differences = pairs.differences();
        boolean bothScored = !variant.bySeed().isEmpty() && !baseline.bySeed().isEmpty();
        return new Comparison(
                pairs,
                pairs.size() == 0 ? Optional.empty() : Optional.of(Summary.of(differences, bootstrap)),
                StudentTest.of(differences, pairs.tolerance()),
                SignedRankTest.of(differences, pairs.tolerance()),
                bothScored ? Optional.of(improvement(variant, baseline, bootstrap)) : Optional.empty());
    }

    private static ProbabilityOfImprovement improvement(Scores variant, Scores baseline, Bootstrap bootstrap) {
        return ProbabilityOfImprovement.of(
                List.of(new ProbabilityOfImprovement.Runs(
                        List.copyOf(variant.bySeed().values()),
                        List.copyOf(baseline.bySeed().values()))),
                bootstrap);
    }
}
