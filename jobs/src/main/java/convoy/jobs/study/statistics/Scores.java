package convoy.jobs.study.statistics;

import convoy.records.BadInputException;
import convoy.records.Refusal;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * How the trials of one variant ended: a score for each seed whose trial ended, and the seeds whose trials did not.
 *
 * @param variant its name in the study
 * @param bySeed finite numbers, such as an accuracy in [0, 1]
 * @param diverged seeds whose loss was no number or left its bound
 * @param crashed seeds whose trials broke off, again and again
 */
public record Scores(
        String variant, SortedMap<Long, Double> bySeed, SortedSet<Long> diverged, SortedSet<Long> crashed) {
    public Scores {
        bySeed = Collections.unmodifiableSortedMap(new TreeMap<>(bySeed));
        diverged = Collections.unmodifiableSortedSet(new TreeSet<>(diverged));
        crashed = Collections.unmodifiableSortedSet(new TreeSet<>(crashed));
        if (variant.isBlank()) {
            throw new BadInputException(
                    Refusal.of("variant", "''").because("has no name").instead("name it"));
        }
        for (Map.Entry<Long, Double> score : bySeed.entrySet()) {
            if (!Double.isFinite(score.getValue())) {
                throw new BadInputException(Refusal.of("scores." + variant + "." + score.getKey(), score.getValue())
                        .because("is not finite")
                        .instead("count the trial as diverged"));
            }
        }
        Set<Long> seen = new TreeSet<>(bySeed.keySet());
        for (Set<Long> unfinished : List.of(diverged, crashed)) {
            for (Long seed : unfinished) {
                if (!seen.add(seed)) {
                    throw new BadInputException(Refusal.of("scores." + variant + "." + seed)
                            .because(", a trial that ended in two ways")
                            .instead("give each seed once"));
                }
            }
        }
    }

    /** Of trials that all ended. */
    static Scores of(String variant, Map<Long, Double> bySeed) {
        return new Scores(variant, new TreeMap<>(bySeed), new TreeSet<>(), new TreeSet<>());
    }

    /** {@return all seeds that a trial was begun with} */
    public SortedSet<Long> seeds() {
        SortedSet<Long> seeds = new TreeSet<>(bySeed.keySet());
        seeds.addAll(diverged);
        seeds.addAll(crashed);
        return seeds;
    }

    /**
     * {@return the scores in figures; empty if no trial ended}
     *
     * @param bootstrap for the interval of the mean
     */
    public Optional<Summary> summary(Bootstrap bootstrap) {
        return bySeed.isEmpty() ? Optional.empty() : Optional.of(Summary.of(values(), bootstrap));
    }

    /** The scores in the order of their seeds. */
    double[] values() {
        return bySeed.values().stream().mapToDouble(Double::doubleValue).toArray();
    }
}
