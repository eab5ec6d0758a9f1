package convoy.worker.engine.lowering;

import convoy.records.BadInputException;

/** Whether a micro-batch has enough values of a channel for norms to tell their variance. */
public final class Variance {
    private Variance() {}

    /**
     * Does nothing if it has.
     *
     * @param norm what asks, as a person calls it
     * @param values of each channel: examples times pixels
     * @throws BadInputException if there is one value or none
     */
    public static void require(String norm, double values) {
        if (values < 2) {
            throw new BadInputException(
                    norm + " gets one value for each channel, of a micro-batch of one example, and cannot tell their"
                            + " variance: where the rows do not divide, some micro-batches have an example fewer than"
                            + " micro-batch says; set micro-batch to 3 or more, or train on larger images");
        }
    }
}
