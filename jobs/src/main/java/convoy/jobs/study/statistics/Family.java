package convoy.jobs.study.statistics;

import convoy.records.BadInputException;
import convoy.records.Refusal;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * The comparisons of a study, which are corrected together. One that could not be made, for want of pairs, counts with p = 1: how many
 * there are was decided before the first trial, and does not hang on how trials ended.
 *
 * @param test what decides
 * @param level the probability of a false alarm among all of them, 0.05
 * @param members in the order of the choice
 */
public record Family(PairedTest test, double level, List<Member> members) {
    /**
     * One of them.
     *
     * @param comparison of two variants
     * @param adjusted p after Holm's correction; with a single comparison p itself
     */
    public record Member(Comparison comparison, double adjusted) {}

    public Family {
        PairedTest.requireLevel(level);
        members = List.copyOf(members);
        if (members.isEmpty()) {
            throw new BadInputException(
                    Refusal.of("comparisons").because(", has none").instead("give two variants or more"));
        }
    }

    /** Which variants are compared. */
    public enum Choice {
        /** Each with the first one, the baseline. */
        WITH_BASELINE {
            @Override
            List<Comparison> of(List<Scores> variants, Bootstrap bootstrap) {
                return variants.stream()
                        .skip(1)
                        .map(variant -> Comparison.of(variant, variants.get(0), bootstrap))
                        .toList();
            }

            @Override
            public int count(int variants) {
                return variants - 1;
            }
        },
        /** Each with each. */
        ALL_PAIRS {
            @Override
            List<Comparison> of(List<Scores> variants, Bootstrap bootstrap) {
                List<Comparison> comparisons = new ArrayList<>();
                for (int i = 0; i < variants.size(); i++) {
                    for (Scores later : variants.subList(i + 1, variants.size())) {
                        comparisons.add(Comparison.of(variants.get(i), later, bootstrap));
                    }
                }
                return comparisons;
            }

            @Override
            public int count(int variants) {
                return variants * (variants - 1) / 2;
            }
        };

        abstract List<Comparison> of(List<Scores> variants, Bootstrap bootstrap);

        /**
         * {@return how many comparisons there are of so many variants, 1 or more}
         *
         * @param variants how many
         */
        public abstract int count(int variants);
    }

    /**
     * Compares the variants of a study.
     *
     * @param variants two or more, of different names
     * @param choice which pairs are compared
     * @param test what decides
     * @param level the probability of a false alarm among all of them, in (0, 1)
     * @param bootstrap for the intervals
     * @return the comparisons, in the order of the choice
     */
    public static Family of(List<Scores> variants, Choice choice, PairedTest test, double level, Bootstrap bootstrap) {
        Set<String> names = new HashSet<>();
        for (Scores scores : variants) {
            if (!names.add(scores.variant())) {
                throw new BadInputException(Refusal.of("variants", scores.variant())
                        .because("is there twice")
                        .instead("name each variant once"));
            }
        }
        return corrected(choice.of(variants, bootstrap), test, level);
    }

    /** Corrects comparisons that were made. */
    static Family corrected(List<Comparison> comparisons, PairedTest test, double level) {
        List<Double> adjusted = Holm.adjust(comparisons.stream().map(test::p).toList());
        List<Member> members = new ArrayList<>();
        for (int i = 0; i < comparisons.size(); i++) {
            members.add(new Member(comparisons.get(i), adjusted.get(i)));
        }
        return new Family(test, level, members);
    }

    /** {@return what p of the first rejection has to be: Holm divides the level by the number of comparisons} */
    public double strictest() {
        return level / members.size();
    }
}
