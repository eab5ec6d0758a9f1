package convoy.worker.data.limits;

import convoy.records.BadInputException;
import convoy.records.Refusal;

/** How often something random happens. */
public final class Probability {
    private Probability() {}

    /**
     * Refuses what is no probability.
     *
     * @param name of the step that it belongs to, as a run file says it
     * @param probability in [0, 1]
     * @throws convoy.records.BadInputException if it is none
     */
    public static void check(String name, double probability) {
        if (!(probability >= 0 && probability <= 1)) {
            throw new BadInputException(
                    Refusal.of("probability", probability).by(name).because(", must lie in [0, 1]"));
        }
    }
}
