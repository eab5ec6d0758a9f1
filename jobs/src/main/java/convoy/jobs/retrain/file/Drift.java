package convoy.jobs.retrain.file;

import convoy.records.BadInputException;
import convoy.records.Refusal;

/**
 * How far new data may be from what the champion was trained on. A limit counts only where chance alone does not explain the shift.
 *
 * @param level the largest probability of finding any shift where there is none, over all comparisons of one call
 * @param classes limits of the shares of the classes
 * @param sizes limits of the pictures' sizes
 * @param pixels limits of the pixel values of one channel in one class
 */
public record Drift(double level, Limits classes, Limits sizes, Limits pixels) {
    public Drift {
        if (!(level > 0 && level < 1)) {
            throw new BadInputException(
                    Refusal.of("level", level).because("is not in (0, 1)").instead("0.01 is usual"));
        }
    }

    /** {@return what a pipeline file need not say} */
    public static Drift defaults() {
        return new Drift(0.01, Limits.defaults(), Limits.defaults(), Limits.defaults());
    }
}
