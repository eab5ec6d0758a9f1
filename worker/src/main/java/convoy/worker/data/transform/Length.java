package convoy.worker.data.transform;

import convoy.records.BadInputException;
import convoy.records.Refusal;

/** How long something of a picture is, in pixels. */
final class Length {
    private Length() {}

    /**
     * Refuses what is none.
     *
     * @param step that it belongs to, as a run file says it
     * @param key of it there
     */
    static void check(String step, String key, int pixels) {
        if (pixels < 1) {
            throw new BadInputException(Refusal.of(key, pixels).by(step).because(", must be at least 1"));
        }
    }
}
