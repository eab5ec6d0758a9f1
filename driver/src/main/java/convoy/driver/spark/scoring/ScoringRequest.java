package convoy.driver.spark.scoring;

import convoy.records.BadInputException;
import convoy.worker.engine.EngineChoice;
import convoy.worker.storage.HomeDirectory;
import io.soabase.recordbuilder.core.RecordBuilder;

/**
 * What is to be scored, and where the answers go.
 *
 * @param model URI of a {@code model.safetensors}, of an index of several files, or of a directory that has one, as a run's
 * @param data URI of a data set
 * @param to URI of the directory for the scores
 * @param top how many classes are kept of each row, the best ones
 * @param features whether what goes into the last dense layer is kept as well
 * @param batch rows that are computed at once
 * @param engine that computes
 * @param threads of each task
 * @param tasks at most so many at a time
 * @param overwrite whether other scores that are there may be replaced
 */
@RecordBuilder
public record ScoringRequest(
        String model,
        String data,
        String to,
        int top,
        boolean features,
        int batch,
        EngineChoice engine,
        int threads,
        int tasks,
        boolean overwrite)
        implements ScoringRequestBuilder.With {
    /** Batches of a multiple of 16 rows are what engines are fastest with. */
    public static final int USUAL_BATCH = 128;

    public ScoringRequest {
        model = HomeDirectory.uri("model", model);
        data = HomeDirectory.uri("data", data);
        to = HomeDirectory.uri("to", to);
        if (top < 1) {
            throw new BadInputException("top = " + top + " < 1: ask for one class or more");
        }
        if (batch < 1 || tasks < 1 || threads < 1) {
            throw new BadInputException(
                    "batch = " + batch + ", tasks = " + tasks + ", threads = " + threads + ": each is 1 or more");
        }
    }

    /**
     * {@return a request for the best class of each row, scored by one task on the processor with the engine that is there}
     *
     * @param model URI of the model
     * @param data URI of the data set
     * @param to URI of the directory for the scores
     */
    public static ScoringRequest of(String model, String data, String to) {
        return ScoringRequestBuilder.builder()
                .model(model)
                .data(data)
                .to(to)
                .top(1)
                .batch(USUAL_BATCH)
                .engine(new EngineChoice("nd4j", "cpu"))
                .threads(1)
                .tasks(1)
                .build();
    }
}
