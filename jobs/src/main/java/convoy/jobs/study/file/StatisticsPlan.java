package convoy.jobs.study.file;

import convoy.records.BadInputException;
import convoy.records.Refusal;
import java.util.Optional;

/**
 * What is to be shown, and how surely.
 *
 * @param level the largest probability of seeing any difference where there is none, over all comparisons of the study
 * @param power the probability of seeing a difference of the smallest size that the preview tells
 * @param deviation standard deviation of a paired difference between two variants, in percentage points; empty: not known before
 */
public record StatisticsPlan(double level, double power, Optional<Double> deviation) {
    public StatisticsPlan {
        requireInside("level", level, "0.05 is usual");
        requireInside("power", power, "0.8 is usual");
        if (deviation.isPresent() && !(deviation.get() > 0)) {
            throw new BadInputException(Refusal.of("deviation", deviation.get())
                    .because("is not a positive number")
                    .instead("give it in percentage points, from runs of before, or leave it out"));
        }
    }

    public static StatisticsPlan defaults() {
        return new StatisticsPlan(0.05, 0.8, Optional.empty());
    }

    private static void requireInside(String component, double value, String usual) {
        if (!(value > 0 && value < 1)) {
            throw new BadInputException(
                    Refusal.of(component, value).because("is not in (0, 1)").instead(usual));
        }
    }
}
