package convoy.jobs.study.verdict;

import convoy.jobs.study.statistics.PairedTest;
import convoy.records.BadInputException;
import convoy.records.Refusal;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalDouble;

/**
 * What a study can show, said before its first trial.
 *
 * @param test what will decide
 * @param seeds of each variant
 * @param comparisons that will be corrected together
 * @param level the probability of a false alarm among all of them
 */
public record Prospect(PairedTest test, int seeds, int comparisons, double level) {
    public Prospect {
        Refusal.requireAtLeast("seeds", seeds, 1, "give one or more");
        Refusal.requireAtLeast("comparisons", comparisons, 1, "compare two variants or more");
        if (!(level > 0 && level < 1)) {
            throw new BadInputException(
                    Refusal.of("level", level).because("is not in (0, 1)").instead("0.05 is usual"));
        }
    }

    /** What p of a single comparison has to be, for the first rejection by Holm. */
    double needed() {
        return level / comparisons;
    }

    /** {@return whether some scores would make the test reject} */
    public boolean canReject() {
        return test.smallestP(seeds) <= needed();
    }

    /** {@return the fewest seeds with which it can} */
    public int fewestSeeds() {
        return test.fewestPairs(needed());
    }

    /** The smallest difference that is found with probability 0.8, in standard deviations of paired differences. */
    OptionalDouble detectable() {
        return test.detectable(seeds, Rules.POWER, needed());
    }

    /**
     * {@return all of this in sentences, one each}
     *
     * @param measure what the scores are of
     * @param deviation the standard deviation of paired differences of scores, from runs of before, if it is known; 0 or more
     */
    public List<String> sentences(Measure measure, OptionalDouble deviation) {
        if (deviation.isPresent() && !(deviation.getAsDouble() >= 0 && Double.isFinite(deviation.getAsDouble()))) {
            throw new BadInputException(Refusal.of("deviation", deviation.getAsDouble())
                    .because("< 0 or no number")
                    .instead("leave it out if it is not known"));
        }
        List<String> sentences = new ArrayList<>();
        sentences.add(reach());
        if (canReject()) {
            detectable().ifPresent(effect -> sentences.add(smallest(effect, measure, deviation)));
            sentences.add(planted());
        }
        return List.copyOf(sentences);
    }

    private String reach() {
        String asked = comparisons == 1
                ? text(level) + " or less is needed"
                : "Holm's correction over " + Figures.count(comparisons, "comparison") + " needs " + text(needed())
                        + " or less for the first";
        double smallest = test.smallestP(seeds);
        String with = "with " + Figures.count(seeds, "seed") + " p of " + test.title();
        return canReject()
                ? "The study can reject: " + with
                        + (smallest == 0 ? " can be as small as scores make it" : " can fall to " + text(smallest))
                        + ", and " + asked + "."
                : "The study cannot reject whatever comes: " + with + " cannot fall below " + text(smallest) + ", and "
                        + asked + ". It takes " + Figures.count(fewestSeeds(), "seed") + ".";
    }

    private String smallest(double effect, Measure measure, OptionalDouble deviation) {
        String inUnit = deviation.isPresent()
                ? ", which is "
                        + measure.with(Figures.digits(effect * deviation.getAsDouble() * measure.scale(), 3))
                        + " if that is " + measure.with(Figures.digits(deviation.getAsDouble() * measure.scale(), 3))
                : "";
        return "A difference of " + Figures.digits(effect, 3)
                + " times the standard deviation of paired differences is found with probability 0.8" + inUnit + ".";
    }

    private String planted() {
        return "One of half that standard deviation is found with probability " + power(0.5) + ", of the whole of it "
                + power(1) + ", of twice " + power(2) + ".";
    }

    private String power(double effect) {
        return Figures.digits(test.power(seeds, effect, needed()), 2);
    }

    private static String text(double probability) {
        return Figures.digits(probability, 3);
    }
}
