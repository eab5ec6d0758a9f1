package convoy.jobs.study.verdict;

import convoy.records.text.Counts;
import java.util.OptionalDouble;

/** What follows from a comparison. None of them says that two variants are equal: a test cannot. */
public sealed interface Verdict {
    /**
     * {@return one sentence or two, whole, for a person}
     *
     * @param measure what the scores are of
     */
    String sentence(Measure measure);

    /** {@return whether a difference was shown} */
    default boolean rejects() {
        return false;
    }

    /**
     * The test rejects, and mean and ranks say who is better.
     *
     * @param lead who is ahead, and by how much
     * @param evidence figures of the test
     * @param divergedMoreOften the better one has fewer scores because it diverged more often than the other
     */
    record Better(Lead lead, Evidence evidence, boolean divergedMoreOften) implements Verdict {
        @Override
        public String sentence(Measure measure) {
            String open = lead.interval().map(interval -> interval.contains(0)).orElse(false)
                    ? " The interval of the mean contains 0, so how large the difference is stays open."
                    : "";
            String diverged = divergedMoreOften
                    ? " But " + lead.ahead() + " diverged more often, which the scores do not show."
                    : "";
            return lead.ahead() + " is better than " + lead.behind() + ": by " + lead.byText(measure) + " ("
                    + lead.intervalText() + ", " + evidence.text() + ")." + open + diverged;
        }

        @Override
        public boolean rejects() {
            return true;
        }
    }

    /**
     * The test rejects, but who is ahead in the ranks is not in the mean: a few large differences against many small ones.
     *
     * @param lead of who is ahead in the mean, if it is not 0
     * @param aheadInRanks name of who is ahead in the ranks
     * @param evidence figures of the test
     */
    record AtOdds(Lead lead, String aheadInRanks, Evidence evidence) implements Verdict {
        @Override
        public String sentence(Measure measure) {
            String mean = lead.by() == 0
                    ? "the mean difference is 0"
                    : lead.ahead() + " is ahead in the mean, by " + lead.byText(measure);
            return lead.ahead() + " and " + lead.behind() + " differ (" + evidence.text()
                    + "), but which is better is open: " + mean + " (" + lead.intervalText() + "), and "
                    + aheadInRanks + " is ahead in the ranks of the pairs.";
        }

        @Override
        public boolean rejects() {
            return true;
        }
    }

    /**
     * The test could have rejected, and did not.
     *
     * @param lead who is ahead, and by how much
     * @param evidence figures of the test
     * @param detectable the smallest difference that would have been found with probability 0.8, in the measure's unit; empty if that
     *     is for no difference so, since Holm's first step asks for a smaller p than so few seeds can give
     */
    record NotShown(Lead lead, Evidence evidence, OptionalDouble detectable) implements Verdict {
        @Override
        public String sentence(Measure measure) {
            String mean = lead.by() == 0
                    ? "the mean difference is 0, "
                    : lead.ahead() + " is ahead by " + lead.byText(measure) + ", ";
            String missed = detectable.isPresent()
                    ? "; one of "
                            + measure.with(Figures.of(lead).roundedUp(detectable.getAsDouble()))
                            + " or more would have been found with probability 0.8 if differences spread as these do"
                    : "; it could have been shown only after others of the "
                            + Counts.plain(evidence.comparisons(), "comparison");
            String alone = lead.interval().map(interval -> interval.contains(0)).orElse(true)
                    ? ""
                    : " The interval excludes 0, but it is of this comparison alone and takes differences for normal: the test decides.";
            return "No difference could be shown between " + lead.ahead() + " and " + lead.behind() + " (" + mean
                    + lead.intervalText() + ", " + evidence.text() + ")" + missed + "." + alone;
        }
    }

    /**
     * Every pair is a tie.
     *
     * @param variant the first one's name
     * @param baseline the second one's name
     * @param pairs how many
     */
    record Ties(String variant, String baseline, int pairs) implements Verdict {
        @Override
        public String sentence(Measure measure) {
            return "No difference could be shown between " + variant + " and " + baseline
                    + ": they scored the same with each of " + Figures.count(pairs, "seed") + ".";
        }
    }

    /**
     * All differences are one number, not 0, of whose spread the t test knows nothing.
     *
     * @param lead who is ahead, and by how much
     * @param pairs how many
     */
    record NoSpread(Lead lead, int pairs) implements Verdict {
        @Override
        public String sentence(Measure measure) {
            return "The paired t test says nothing of " + lead.ahead() + " and " + lead.behind() + ": with each of "
                    + Figures.count(pairs, "seed") + " " + lead.ahead() + " is ahead by " + lead.byText(measure)
                    + ", and how differences spread is not known.";
        }
    }

    /**
     * No scores could make the test reject.
     *
     * @param lead who is ahead, and by how much
     * @param evidence figures of the test
     * @param test what a sentence calls it
     * @param smallestP below what p cannot fall, before the correction
     * @param smallestAdjusted after it
     * @param needed seeds with which it can
     */
    record CannotReject(
            Lead lead, Evidence evidence, String test, double smallestP, double smallestAdjusted, int needed)
            implements Verdict {
        @Override
        public String sentence(Measure measure) {
            String corrected = evidence.comparisons() == 1
                    ? ""
                    : ", or below " + Figures.probability(smallestAdjusted, evidence.level())
                            + " after Holm's correction over " + Figures.count(evidence.comparisons(), "comparison");
            String seen = lead.by() == 0
                    ? "The mean difference seen is 0."
                    : "Seen was a lead of " + lead.ahead() + " by " + lead.byText(measure) + ", untested.";
            return "The comparison of " + lead.ahead() + " with " + lead.behind()
                    + " cannot reject whatever comes: with "
                    + Figures.count(evidence.pairs(), "seed") + " p of " + test + " cannot fall below "
                    + Figures.digits(smallestP, 3) + corrected + ", and " + Figures.digits(evidence.level(), 3)
                    + " or less is needed. It takes " + Figures.count(needed, "seed")
                    + (evidence.comparisons() == 1 ? ". " : " in every comparison. ") + seen;
        }
    }

    /**
     * One pair, which says nothing of chance.
     *
     * @param lead who is ahead, and by how much
     * @param needed seeds with which the test can reject
     */
    record OneSeed(Lead lead, int needed) implements Verdict {
        @Override
        public String sentence(Measure measure) {
            String seen = lead.by() == 0
                    ? "with it they scored the same"
                    : "with it " + lead.ahead() + " was ahead by " + lead.byText(measure);
            return "One seed says nothing of chance, so " + lead.ahead() + " and " + lead.behind()
                    + " were not tested: " + seen + ". It takes " + Figures.count(needed, "seed") + ".";
        }
    }

    /**
     * No seed ended for both.
     *
     * @param variant the first one's name
     * @param baseline the second one's name
     */
    record NothingToCompare(String variant, String baseline) implements Verdict {
        @Override
        public String sentence(Measure measure) {
            return "Nothing can be said of " + variant + " and " + baseline + ": no seed ended for both.";
        }
    }
}
