package convoy.driver;

/**
 * How a model did on held-out rows.
 *
 * @param step updates applied to the model; -1 where the model does not say
 * @param rows images scored
 * @param top1 images whose label had the highest score
 * @param top5 images whose label was among the five highest scores
 * @param loss mean cross-entropy
 */
public record EvaluationResult(long step, long rows, long top1, long top5, double loss) {
    public double top1Accuracy() {
        return (double) top1 / rows;
    }

    public double top5Accuracy() {
        return (double) top5 / rows;
    }
}
