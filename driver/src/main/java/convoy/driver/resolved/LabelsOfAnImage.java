package convoy.driver.resolved;

import convoy.driver.configuration.EvaluationPlan;
import convoy.driver.configuration.LossName;
import convoy.records.BadInputException;
import convoy.records.text.Names;
import convoy.worker.data.DataSet;

/** What goes with data whose images have one label each, and what with data whose images may have several. */
final class LabelsOfAnImage {
    private LabelsOfAnImage() {}

    /**
     * Refuses a run of the other kind.
     *
     * @param data that is trained on or scored
     * @param loss of the run
     * @param evaluation of the run, whose own metrics are functions of one label
     */
    static void require(DataSet data, LossName loss, EvaluationPlan evaluation) {
        boolean several = !data.info().labelSets().isEmpty();
        if (several != (loss == LossName.SIGMOID_CROSS_ENTROPY)) {
            LossName other = several ? LossName.SIGMOID_CROSS_ENTROPY : LossName.SOFTMAX_CROSS_ENTROPY;
            throw new BadInputException("loss.name = " + Names.kebab(loss.name()) + ", and data set " + data.uri()
                    + " has " + (several ? "several labels" : "one label") + " an image: say "
                    + Names.kebab(other.name()) + ", or give another data set");
        }
        if (several && !evaluation.metrics().isEmpty()) {
            throw new BadInputException("evaluation.metrics = "
                    + evaluation.metrics().get(0).name() + ", and data set " + data.uri()
                    + " has several labels an image: such a metric is told one; leave it out");
        }
    }
}
