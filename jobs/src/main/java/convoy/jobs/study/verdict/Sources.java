package convoy.jobs.study.verdict;

import convoy.jobs.study.statistics.VarianceSplit;
import java.util.List;

/**
 * What is said of where the variance of scores comes from.
 *
 * @param split from the outermost source inwards
 * @param level the p above which a source is not shown to add anything
 */
public record Sources(VarianceSplit split, double level) {
    /**
     * {@return one sentence, and one more for each source that is not shown to add anything}
     *
     * @param measure what the scores are of
     */
    public String text(Measure measure) {
        double variance = split.components().stream()
                .mapToDouble(VarianceSplit.Component::variance)
                .sum();
        if (variance == 0) {
            return "The scores did not vary.";
        }
        List<String> shares = split.components().stream()
                .filter(component -> !component.truncated())
                .map(component -> Figures.digits(100 * split.share(component), 2) + " % from " + component.source())
                .toList();
        StringBuilder text = new StringBuilder("The variance of " + measure.name() + ", whose square root is "
                + measure.with(Figures.digits(Math.sqrt(variance) * measure.scale(), 2)) + ", comes by estimate to "
                + String.join(", to ", shares) + ".");
        for (VarianceSplit.Component component : split.components()) {
            if (component.truncated()) {
                text.append(" What comes from ")
                        .append(component.source())
                        .append(" is less than these trials can tell.");
            } else if (component.p().isPresent() && component.p().getAsDouble() > level) {
                text.append(" That anything comes from ")
                        .append(component.source())
                        .append(" could not be shown (F test, ")
                        .append(Figures.p(component.p().getAsDouble(), level))
                        .append(").");
            }
        }
        return text.toString();
    }
}
