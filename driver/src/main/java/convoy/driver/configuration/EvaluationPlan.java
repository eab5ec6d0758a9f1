package convoy.driver.configuration;

import convoy.records.Refusal;
import io.soabase.recordbuilder.core.RecordBuilder;

/**
 * When the held-out data is scored. The end of the run always is, where there is such data.
 *
 * @param everyEpochs epochs between
 */
@RecordBuilder
public record EvaluationPlan(int everyEpochs) implements EvaluationPlanBuilder.With {
    public EvaluationPlan {
        Refusal.requireAtLeast("evaluation.every-epochs", everyEpochs, 1, "leave data.validation out not to evaluate");
    }

    /** {@return what a run file need not say} */
    public static EvaluationPlan defaults() {
        return new EvaluationPlan(1);
    }
}
