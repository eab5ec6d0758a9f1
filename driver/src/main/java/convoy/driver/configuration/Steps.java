package convoy.driver.configuration;

import convoy.records.BadInputException;
import convoy.records.Refusal;
import io.soabase.recordbuilder.core.RecordBuilder;

/**
 * How a run is cut into steps.
 *
 * @param epochs passes over the training data
 * @param microBatch images of one micro-batch: the unit of gradient work
 * @param microBatches micro-batches of a step (V); a step has {@code microBatch * microBatches} images
 */
@RecordBuilder
public record Steps(int epochs, int microBatch, int microBatches) implements StepsBuilder.With {
    public Steps {
        Refusal.requireAtLeast("epochs", epochs, 1, "train for one pass or more");
        Refusal.requireAtLeast("micro-batch", microBatch, 1, "give each micro-batch an image or more");
        Refusal.requireAtLeast("micro-batches", microBatches, 1, "a step has one micro-batch or more");
        if (microBatches > 65_536) {
            throw new BadInputException(Refusal.of("micro-batches", microBatches)
                    .because("> 65536")
                    .instead("raise micro-batch instead, each micro-batch is a message to every server"));
        }
    }

    /** {@return what a run file need not say} */
    public static Steps defaults() {
        return new Steps(10, 32, 8);
    }
}
