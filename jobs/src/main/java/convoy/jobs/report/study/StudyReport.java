package convoy.jobs.report.study;

import convoy.jobs.report.page.Numbers;
import convoy.jobs.report.page.Table.Cell;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;

/**
 * What a study found. There is no time of day and no duration in it, so that the report is the same however often the study was
 * interrupted; those are {@link StudyTiming}'s.
 *
 * @param question what was asked, and what follows
 * @param variants that were compared, in the order of the study file
 * @param comparisons of pairs of them
 * @param trials of the tuning, in the order in which they were drawn
 * @param variance of the outcome, by what it comes from
 * @param repeat what is needed to do the same again
 */
public record StudyReport(
        Question question,
        List<Variant> variants,
        List<Comparison> comparisons,
        List<Trial> trials,
        Variance variance,
        Repeat repeat) {
    public StudyReport {
        variants = List.copyOf(variants);
        comparisons = List.copyOf(comparisons);
        trials = List.copyOf(trials);
        long names = variants.stream().map(Variant::name).distinct().count();
        if (names < variants.size()) {
            throw new IllegalArgumentException("two variants of one name");
        }
    }

    /**
     * What was asked.
     *
     * @param study its name
     * @param text the question, in the words of the study file
     * @param answer sentences that follow from the numbers, the most important one first
     * @param outcome what was measured
     */
    public record Question(String study, String text, List<String> answer, Outcome outcome) {
        public Question {
            answer = List.copyOf(answer);
        }
    }

    /**
     * What was measured, of each trial.
     *
     * @param rows that it was measured on, as {@code test}
     * @param measure as {@code error}
     * @param unit as {@code %}
     * @param digits behind the point that are shown
     */
    public record Outcome(String rows, String measure, String unit, int digits) {
        /** As {@code test error}. */
        String name() {
            return rows + " " + measure;
        }

        /** As an axis or a column has it. */
        String label() {
            return label(rows);
        }

        /** The same of the rows that trials are scored on while they are trained. */
        String validation() {
            return label("validation");
        }

        /** The same of the rows that are read once, at the end. */
        String test() {
            return label("test");
        }

        /** A value as a table has it. */
        Cell shown(OptionalDouble value) {
            double known = value.orElse(Double.NaN);
            return Cell.of(known, Numbers.fixed(known, digits));
        }

        private String label(String of) {
            return of + " " + measure + (unit.isEmpty() ? "" : " (" + unit + ")");
        }
    }

    /**
     * Two variants compared, seed by seed.
     *
     * @param left name of the one
     * @param right name of the other
     * @param difference the left one's outcome less the right one's, on average, with its interval
     * @param test whether it could be chance
     */
    public record Comparison(String left, String right, Difference difference, Test test) {}

    /**
     * A mean difference and its 95 % interval, in the outcome's unit; what is not known, for want of pairs, is no number.
     *
     * @param mean of the paired differences
     * @param low lower end of the interval
     * @param high upper end
     */
    public record Difference(double mean, double low, double high) {}

    /**
     * A test of a difference.
     *
     * @param name of it
     * @param p of this comparison alone
     * @param corrected by Holm's method, for all comparisons of the study
     */
    public record Test(String name, double p, double corrected) {}

    /** What became of a trial. */
    public enum Fate {
        /** Its settings are the variant's. */
        CHOSEN,

        /** It was trained to its end. */
        FINISHED,
        /** Given up early, by the study's rule. */
        STOPPED,

        /** A loss of it was no number. */
        DIVERGED,

        /** It ended with an error, however often it was tried. */
        CRASHED;

        String word() {
            return switch (this) {
                case CHOSEN -> "chosen";
                case FINISHED -> "finished";
                case STOPPED -> "stopped early";
                case DIVERGED -> "diverged";
                case CRASHED -> "crashed";
            };
        }
    }

    /**
     * One try of a variant's settings.
     *
     * @param variant name of it
     * @param number from 1, in the variant
     * @param settings that were tuned, by key
     * @param training with them
     */
    public record Trial(String variant, int number, Map<String, String> settings, Training training) {
        public Trial {
            settings = Collections.unmodifiableMap(new LinkedHashMap<>(settings));
        }
    }

    /**
     * Where the outcome's variance comes from.
     *
     * @param words a sentence for each variant; none where it was not taken apart
     * @param sources of each variant
     */
    public record Variance(List<String> words, List<VarianceSource> sources) {
        public Variance {
            words = List.copyOf(words);
            sources = List.copyOf(sources);
        }

        /** {@return what there is to say where everything varied together: nothing} */
        public static Variance none() {
            return new Variance(List.of(), List.of());
        }
    }

    /**
     * One source of a variant's variance.
     *
     * @param variant its name
     * @param name of the source, as {@code order}
     * @param deviation that it gives by itself, in the outcome's unit
     * @param share of the whole variance
     * @param p of its adding nothing; empty for the innermost source
     */
    public record VarianceSource(String variant, String name, double deviation, double share, OptionalDouble p) {}

    /**
     * What is needed to do the same again.
     *
     * @param commands lines for a shell
     * @param studyFile its text
     * @param facts seeds, fingerprints, versions, by what they are of
     */
    public record Repeat(List<String> commands, String studyFile, Map<String, String> facts) {
        public Repeat {
            commands = List.copyOf(commands);
            facts = Collections.unmodifiableMap(new LinkedHashMap<>(facts));
        }
    }
}
