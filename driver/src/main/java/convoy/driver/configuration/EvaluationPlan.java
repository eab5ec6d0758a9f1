package convoy.driver.configuration;

import convoy.records.Refusal;
import convoy.worker.provided.ProviderChoice;
import io.soabase.recordbuilder.core.RecordBuilder;
import java.util.List;

/**
 * When the held-out data is scored. The end of the run always is, where there is such data.
 *
 * @param everyEpochs epochs between
 * @param metrics figures of one's own, from jars, beside accuracy and loss
 */
@RecordBuilder
public record EvaluationPlan(int everyEpochs, List<ProviderChoice> metrics) implements EvaluationPlanBuilder.With {
    public EvaluationPlan {
        metrics = List.copyOf(metrics);
        Refusal.requireAtLeast("evaluation.every-epochs", everyEpochs, 1, "leave data.validation out not to evaluate");
    }

    /** {@return what a run file need not say} */
    public static EvaluationPlan defaults() {
        return new EvaluationPlan(1, List.of());
    }
}
