package convoy.driver.spark;

import convoy.driver.model.ModelDescription;
import convoy.worker.data.split.RowSet;
import convoy.worker.data.transform.Transforms;
import convoy.worker.engine.EngineChoice;
import convoy.worker.provided.ProviderChoice;
import io.soabase.recordbuilder.core.RecordBuilder;
import java.util.List;
import java.util.Optional;

/**
 * What a task has to know to score a stored model; Spark broadcasts it. The model's numbers come from its file, since they
 * may be more than Spark's serializer takes.
 *
 * @param file URI of the model
 * @param model what it is
 * @param data URI of the rows
 * @param rows of these; empty: all
 * @param transforms of their images
 * @param metrics of one's own
 * @param batch images scored at once
 * @param engine that scores
 * @param threads of the engine
 */
@RecordBuilder
record EvaluationWork(
        String file,
        ModelDescription model,
        String data,
        Optional<RowSet> rows,
        Transforms transforms,
        List<ProviderChoice> metrics,
        int batch,
        EngineChoice engine,
        int threads) {
    EvaluationWork {
        metrics = List.copyOf(metrics);
    }
}
