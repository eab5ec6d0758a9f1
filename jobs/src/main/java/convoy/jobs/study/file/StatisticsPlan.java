package convoy.jobs.study.file;

import convoy.jobs.study.statistics.PairedTest;
import convoy.records.BadInputException;
import convoy.records.Refusal;
import java.util.Optional;

/**
 * What is to be shown, and how surely.
 *
 * @param test that decides whether two variants differ
 * @param level the largest probability of seeing any difference where there is none, over all comparisons of the study
 * @param deviation standard deviation of a paired difference between two variants, in percentage points; empty: not known before
 */
public record StatisticsPlan(PairedTest test, double level, Optional<Double> deviation) {
    public StatisticsPlan {
        if (!(level > 0 && level < 1)) {
            throw new BadInputException(
                    Refusal.of("level", level).because("is not in (0, 1)").instead("0.05 is usual"));
        }
        if (deviation.isPresent() && !(deviation.get() > 0)) {
            throw new BadInputException(Refusal.of("deviation", deviation.get())
                    .because("is not a positive number")
                    .instead("give it in percentage points, from runs of before, or leave it out"));
        }
    }

    /** {@return what a study file need not say} */
    public static StatisticsPlan defaults() {
        return new StatisticsPlan(PairedTest.SIGNED_RANK, 0.05, Optional.empty());
    }
}
