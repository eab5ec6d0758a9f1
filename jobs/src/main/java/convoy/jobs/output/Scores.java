package convoy.jobs.output;

import convoy.driver.evaluation.EvaluationResult;
import convoy.records.text.Counts;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;

/** How well a model did, as it is printed. */
public final class Scores {
    private Scores() {}

    /**
     * {@return one line of figures}
     *
     * @param result of an evaluation
     */
    public static String describe(EvaluationResult result) {
        return String.format(
                Locale.ROOT,
                "accuracy %.2f %%%s, loss %.4f%s on %s",
                100 * result.top1Accuracy(),
                result.top5Accuracy()
                        .map(share -> String.format(Locale.ROOT, " (top 5: %.2f %%)", 100 * share))
                        .orElse(""),
                result.loss(),
                result.metrics().entrySet().stream()
                        .map(metric -> String.format(Locale.ROOT, ", %s %.4f", metric.getKey(), metric.getValue()))
                        .collect(Collectors.joining()),
                Counts.of(result.rows(), "image"));
    }

    /**
     * {@return what a program reads}
     *
     * @param result of an evaluation
     */
    public static Map<String, Object> asJson(EvaluationResult result) {
        Map<String, Object> object = new LinkedHashMap<>();
        object.put("rows", result.rows());
        object.put("accuracy", result.top1Accuracy());
        result.top5Accuracy().ifPresent(share -> object.put("top-5-accuracy", share));
        object.put("loss", result.loss());
        if (!result.metrics().isEmpty()) {
            object.put("metrics", result.metrics());
        }
        object.put("step", result.step());
        return object;
    }
}
