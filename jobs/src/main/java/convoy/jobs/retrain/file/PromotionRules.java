package convoy.jobs.retrain.file;

import convoy.records.BadInputException;
import convoy.records.Refusal;
import convoy.records.annotation.Default;

/**
 * What a challenger has to show on the held-out rows to become champion.
 *
 * @param level the largest probability of promoting a challenger that is no better, and of keeping one for a class that it does no worse
 * @param margin by how many percentage points of accuracy it has to be ahead, at least
 * @param classLimit how many percentage points of a class's accuracy it may lose
 */
public record PromotionRules(
        @Default("0.05") double level,
        @Default("0") double margin,
        @Default("1") double classLimit) {
    private static final double ALL_POINTS = 100;

    public PromotionRules {
        if (!(level > 0 && level < 1)) {
            throw new BadInputException(
                    Refusal.of("level", level).because("is not in (0, 1)").instead("0.05 is usual"));
        }
        requirePoints(
                "margin", margin, "give percentage points, 0.5 for example; 0 asks for any lead that is no chance");
        requirePoints(
                "class-limit", classLimit, "give percentage points, 1 for example; 0 lets no class lose anything");
    }

    /** {@return what a pipeline file need not say} */
    public static PromotionRules defaults() {
        return new PromotionRules(0.05, 0, 1);
    }

    private static void requirePoints(String component, double points, String remedy) {
        if (!(points >= 0 && points < ALL_POINTS)) {
            throw new BadInputException(
                    Refusal.of(component, points).because("is not in [0, 100)").instead(remedy));
        }
    }
}
