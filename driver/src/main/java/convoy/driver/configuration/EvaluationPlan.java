package convoy.driver.configuration;

import convoy.records.Refusal;

/**
 * When the held-out data is scored. The end of the run always is, where there is such data.
 *
 * @param everyEpochs epochs between
 */
public record EvaluationPlan(int everyEpochs) {
    public EvaluationPlan {
        Refusal.requireAtLeast("evaluation.every-epochs", everyEpochs, 1, "leave data.validation out not to evaluate");
    }

    public static EvaluationPlan defaults() {
        return new EvaluationPlan(1);
    }
}
