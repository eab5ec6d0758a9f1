package convoy.jobs.retrain.drift;

import convoy.jobs.retrain.file.Limits;
import convoy.jobs.study.verdict.Figures;
import convoy.records.text.Counts;
import java.util.Locale;
import java.util.Optional;

/**
 * What is said of one distribution.
 *
 * @param shift how far it is from the champion's
 * @param limits of the index
 * @param p that chance is all of it, after Holm's correction over the comparisons of the call
 * @param comparisons how many
 * @param level of the correction
 */
record Evidence(Shift shift, Limits limits, double p, int comparisons, double level) {
    /** The index decides where the test rejects; a shift that may be chance is none. */
    Grade grade() {
        return isChance() ? Grade.FINE : shift.size(limits);
    }

    private boolean isChance() {
        return p > level;
    }

    /** The index with the limit that it reaches, and whether it may be chance. */
    String text() {
        return "population stability index " + number(shift.index().value()) + relation() + ", " + chance();
    }

    private String relation() {
        Optional<Double> reached =
                switch (shift.size(limits)) {
                    case REFUSAL -> limits.refuse();
                    case WARNING -> limits.warn();
                    case FINE -> Optional.empty();
                };
        return reached.map(limit -> " >= " + Figures.digits(limit, 6)).orElse("");
    }

    private String chance() {
        if (shift.test().isEmpty()) {
            return "with too few rows to tell it from chance";
        }
        return Figures.p(p, level) + " by chi-squared"
                + (comparisons == 1 ? "" : " after Holm's correction over " + Counts.plain(comparisons, "comparison"))
                + (isChance() ? ", which is not told from chance" : "");
    }

    /** Rounded down, so that none is shown to reach a limit that it does not. */
    private static String number(double index) {
        return String.format(Locale.ROOT, "%.3f", Math.floor(index * 1000) / 1000);
    }

    static String percent(double share) {
        return String.format(Locale.ROOT, "%.1f %%", 100 * share);
    }
}
