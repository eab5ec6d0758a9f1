package convoy.worker.data.limits;

import convoy.records.BadInputException;
import convoy.records.Refusal;

/** How long something of a picture is, in pixels. */
public final class Length {
    private Length() {}

    /**
     * Refuses what is none.
     *
     * @param step that it belongs to, as a run file says it
     * @param key of it there
     * @param pixels at least 1
     * @throws convoy.records.BadInputException if it is less
     */
    public static void check(String step, String key, int pixels) {
        if (pixels < 1) {
            throw new BadInputException(Refusal.of(key, pixels).by(step).because(", must be at least 1"));
        }
    }
}
