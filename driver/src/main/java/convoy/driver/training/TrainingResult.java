package convoy.driver.training;

import convoy.driver.evaluation.EvaluationResult;
import io.soabase.recordbuilder.core.RecordBuilder;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * How a run ended.
 *
 * @param outcome why it ended
 * @param directory where everything lies
 * @param step updates applied
 * @param lastStep updates that the whole run has
 * @param evaluation the newest evaluation, if there was one
 * @param exports files of the trained model; empty unless complete
 * @param took time of this call
 * @param imagesPerSecond over the steps of this call; 0 where there were none
 */
@RecordBuilder
public record TrainingResult(
        Outcome outcome,
        String directory,
        long step,
        long lastStep,
        Optional<EvaluationResult> evaluation,
        List<String> exports,
        Duration took,
        double imagesPerSecond) {
    /** Why a call of {@link Training#run} returned. */
    public enum Outcome {
        /** All steps are done and the model is exported. */
        COMPLETED,
        /** The run had been complete before; nothing was done. */
        ALREADY_COMPLETE,
        /** Stopped on request, with a checkpoint; the same command goes on from there. */
        STOPPED
    }
}
