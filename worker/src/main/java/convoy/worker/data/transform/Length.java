package convoy.worker.data.transform;

import convoy.architectures.refusal.BadInputException;

/** How long something of a picture is, in pixels. */
final class Length {
    private Length() {}

    /**
     * Refuses what is none.
     *
     * @param name of the step that it belongs to and of its key, as a run file says them
     */
    static void check(String name, int pixels) {
        if (pixels < 1) {
            throw new BadInputException(name + " = " + pixels + ", must be at least 1");
        }
    }
}
