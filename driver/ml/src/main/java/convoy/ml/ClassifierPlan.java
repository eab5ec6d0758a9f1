package convoy.ml;

import convoy.driver.model.ModelDescription;
import convoy.records.Codec;
import convoy.worker.data.pictures.Orientation;
import convoy.worker.engine.EngineChoice;
import io.soabase.recordbuilder.core.RecordBuilder;

/**
 * What a task has to know to classify pictures, which travels as text. The model's numbers come from its file.
 *
 * @param uri of the model
 * @param sha256 of the model
 * @param model what it is
 * @param engine that computes
 * @param threads of the engine
 * @param batch pictures computed at once: always so many, with zeros where there are fewer, so that the bits of a row do not depend on
 *     its neighbours
 * @param orientation of pictures that a camera noted as turned
 */
@RecordBuilder
record ClassifierPlan(
        String uri,
        String sha256,
        ModelDescription model,
        EngineChoice engine,
        int threads,
        int batch,
        Orientation orientation)
        implements ClassifierPlanBuilder.With {
    static final Codec<ClassifierPlan> CODEC = Codec.of(ClassifierPlan.class);
}
