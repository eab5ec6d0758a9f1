package convoy.jobs.output;

import convoy.driver.evaluation.EvaluationResult;
import convoy.driver.evaluation.LabelFigures;
import convoy.records.text.Counts;
import convoy.records.text.Shown;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
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
     * {@return lines of figures of pictures that may show several classes: of all, and of each class}
     *
     * @param result of an evaluation
     * @param labels the same class by class
     */
    public static List<String> describe(EvaluationResult result, LabelFigures labels) {
        LabelFigures.OfClass micro = labels.micro();
        List<String> lines = new ArrayList<>();
        lines.add(String.format(
                Locale.ROOT,
                "mean average precision %s, all labels right %.2f %%, loss %.4f on %s",
                labels.meanAveragePrecision().isPresent()
                        ? String.format(
                                Locale.ROOT,
                                "%.4f",
                                labels.meanAveragePrecision().getAsDouble())
                        : "none",
                100 * result.top1Accuracy(),
                result.loss(),
                Counts.of(result.rows(), "image")));
        TextTable table = new TextTable()
                .left("class")
                .right("precision")
                .right("recall")
                .right("F1")
                .right("average precision")
                .right("images");
        table.row(
                "micro average",
                figure(micro.precision()),
                figure(micro.recall()),
                figure(micro.f1()),
                "",
                Long.toString(micro.hits() + micro.misses()));
        table.row(
                "macro average",
                figure(labels.macro(LabelFigures.OfClass::precision)),
                figure(labels.macro(LabelFigures.OfClass::recall)),
                figure(labels.macro(LabelFigures.OfClass::f1)),
                "",
                "");
        for (LabelFigures.OfClass one : labels.classes()) {
            table.row(
                    Shown.name(one.name()),
                    figure(one.precision()),
                    figure(one.recall()),
                    figure(one.f1()),
                    one.averagePrecision().map(Scores::figure).orElse("none"),
                    Long.toString(one.hits() + one.misses()));
        }
        lines.addAll(table.lines());
        return lines;
    }

    private static String figure(double share) {
        return String.format(Locale.ROOT, "%.4f", share);
    }

    /**
     * {@return the same as a program reads it}
     *
     * @param result of an evaluation
     * @param labels the same class by class
     */
    public static Map<String, Object> asJson(EvaluationResult result, LabelFigures labels) {
        Map<String, Object> object = new LinkedHashMap<>();
        object.put("rows", result.rows());
        object.put("all-labels-right", result.top1Accuracy());
        labels.meanAveragePrecision().ifPresent(mean -> object.put("mean-average-precision", mean));
        object.put("micro", figures(labels.micro()));
        object.put(
                "macro",
                Map.of(
                        "precision", labels.macro(LabelFigures.OfClass::precision),
                        "recall", labels.macro(LabelFigures.OfClass::recall),
                        "f1", labels.macro(LabelFigures.OfClass::f1)));
        List<Object> classes = new ArrayList<>();
        for (LabelFigures.OfClass one : labels.classes()) {
            Map<String, Object> each = new LinkedHashMap<>();
            each.put("class", one.name());
            each.putAll(figures(one));
            one.averagePrecision().ifPresent(area -> each.put("average-precision", area));
            each.put("images", one.hits() + one.misses());
            classes.add(each);
        }
        object.put("classes", classes);
        object.put("loss", result.loss());
        object.put("step", result.step());
        return object;
    }

    private static Map<String, Object> figures(LabelFigures.OfClass of) {
        Map<String, Object> object = new LinkedHashMap<>();
        object.put("precision", of.precision());
        object.put("recall", of.recall());
        object.put("f1", of.f1());
        return object;
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
