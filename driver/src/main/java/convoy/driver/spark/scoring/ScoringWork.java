package convoy.driver.spark.scoring;

import convoy.driver.model.ModelDescription;
import convoy.driver.scoring.ScorePlan;
import convoy.records.Codec;
import convoy.worker.data.transform.Transform;
import java.util.List;

/**
 * What a task has to know to score rows; Spark broadcasts it as text.
 *
 * @param plan what is scored
 * @param model what the model is
 * @param transforms of the rows' images
 * @param directory URI of where the answers go
 */
record ScoringWork(ScorePlan plan, ModelDescription model, List<Transform> transforms, String directory) {
    static final Codec<ScoringWork> CODEC = Codec.of(ScoringWork.class);

    ScoringWork {
        transforms = List.copyOf(transforms);
    }
}
