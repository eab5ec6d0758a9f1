package convoy.jobs.report.norms;

import convoy.driver.metrics.MetricsLine.LayerNorm;
import convoy.jobs.report.chart.Axis;
import convoy.jobs.report.chart.LineChart;
import convoy.jobs.report.chart.Series;
import convoy.jobs.report.chart.Series.Look;
import convoy.jobs.report.page.Block;
import convoy.jobs.report.page.Figures;
import convoy.jobs.report.page.Numbers;
import convoy.jobs.report.page.Table;
import convoy.jobs.report.page.Table.Cell;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/**
 * How long gradients and updates are in the depth of a network: over its layers, where several runs are seen in one chart, and over
 * the epochs.
 */
public final class NormSection {
    /** Lines over the epochs: more cannot be told apart. */
    private static final int MOST_LINES = 6;

    /** The beginning and the end of a run are each so much of what was measured. */
    private static final int PARTS = 10;

    private NormSection() {}

    /**
     * A run.
     *
     * @param name in the legend
     * @param steps that were measured; none if the run file asks for none
     */
    public record Measured(String name, List<MeasuredStep> steps) {
        public Measured {
            steps = List.copyOf(steps);
        }
    }

    /**
     * {@return what is shown where a run at least was measured}
     *
     * @param runs in the order of their colours
     */
    public static List<Block> blocks(List<Measured> runs) {
        List<Figures.Figure> figures = new ArrayList<>();
        figures.add(overDepth("Gradient by depth", "norm of the gradient", runs, LayerNorm::gradient));
        figures.add(overDepth("Update by depth", "norm of the update", runs, LayerNorm::update));
        for (Measured run : runs) {
            if (!run.steps().isEmpty()) {
                String of = runs.size() == 1 ? "" : " of " + run.name();
                figures.add(overEpochs("Gradient over epochs" + of, "norm of the gradient", run, LayerNorm::gradient));
                figures.add(overEpochs("Update over epochs" + of, "norm of the update", run, LayerNorm::update));
            }
        }
        return List.of(new Figures(figures));
    }

    private static Figures.Figure overDepth(
            String title, String label, List<Measured> runs, Function<LayerNorm, Optional<Double>> norm) {
        List<Series> series = new ArrayList<>();
        for (int i = 0; i < runs.size(); i++) {
            List<MeasuredStep> steps = runs.get(i).steps();
            if (steps.isEmpty()) {
                continue;
            }
            int part = Math.max(1, steps.size() / PARTS);
            String name = runs.size() == 1 ? "" : runs.get(i).name() + ", ";
            series.add(new Series(name + "beginning", i, Look.DASHED, mean(steps.subList(0, part), norm)));
            series.add(new Series(
                    name + "end", i, Look.LINE, mean(steps.subList(steps.size() - part, steps.size()), norm)));
        }
        LineChart chart = new LineChart(
                title,
                Axis.linear("convolution or dense layer, from the input on"),
                Axis.logarithmic(label),
                series,
                List.of());
        return new Figures.Figure(
                title,
                chart.svg(),
                chart.isEmpty()
                        ? "No layer has a number here."
                        : "L2 norms of all of a layer's tensors together, the mean of the first tenth and of the last tenth of"
                                + " the steps that were measured. Gradients are those of the mean loss, before they are"
                                + " clipped and without weight decay.");
    }

    /** Of each layer the mean over some steps; layers count from 1. */
    private static List<Series.Point> mean(List<MeasuredStep> steps, Function<LayerNorm, Optional<Double>> norm) {
        Map<String, List<Double>> byLayer = new LinkedHashMap<>();
        for (MeasuredStep step : steps) {
            for (LayerNorm layer : step.weighing()) {
                byLayer.computeIfAbsent(layer.layer(), name -> new ArrayList<>())
                        .add(norm.apply(layer).orElse(Double.NaN));
            }
        }
        List<Series.Point> points = new ArrayList<>();
        for (List<Double> norms : byLayer.values()) {
            double mean =
                    norms.stream().mapToDouble(Double::doubleValue).average().orElse(Double.NaN);
            points.add(new Series.Point(points.size() + 1, mean));
        }
        return points;
    }

    private static Figures.Figure overEpochs(
            String title, String label, Measured run, Function<LayerNorm, Optional<Double>> norm) {
        List<String> layers = spread(run.steps().get(run.steps().size() - 1).weighing().stream()
                .map(LayerNorm::layer)
                .toList());
        boolean hasEpochs = run.steps().stream().allMatch(step -> Double.isFinite(step.epoch()));
        List<Series> series = new ArrayList<>();
        for (int i = 0; i < layers.size(); i++) {
            String layer = layers.get(i);
            List<Series.Point> points = new ArrayList<>();
            for (MeasuredStep step : run.steps()) {
                step.layers().stream()
                        .filter(one -> one.layer().equals(layer))
                        .findFirst()
                        .ifPresent(one -> points.add(new Series.Point(
                                hasEpochs ? step.epoch() : step.step(),
                                norm.apply(one).orElse(Double.NaN))));
            }
            series.add(new Series(layer, i, Look.LINE, points));
        }
        LineChart chart = new LineChart(
                title, Axis.linear(hasEpochs ? "epoch" : "step"), Axis.logarithmic(label), series, List.of());
        return new Figures.Figure(
                title,
                chart.svg(),
                chart.isEmpty()
                        ? "No step has a number here."
                        : "The first and the last convolution or dense layer, and some between them at equal distances.");
    }

    /** The first and the last, and some between them. */
    private static List<String> spread(List<String> layers) {
        int count = Math.min(MOST_LINES, layers.size());
        List<String> some = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            some.add(layers.get(count == 1 ? 0 : i * (layers.size() - 1) / (count - 1)));
        }
        return some;
    }

    /**
     * {@return what the charts are drawn from: a row for each layer of each step}
     *
     * @param runs as above
     */
    public static Table table(List<Measured> runs) {
        Table.Builder table = Table.named("norms", "Norms by layer")
                .words("run", "layer", "kind")
                .numbers("step", "epoch", "gradient", "update");
        for (Measured run : runs) {
            for (MeasuredStep step : run.steps()) {
                for (LayerNorm layer : step.layers()) {
                    table.row(
                            Cell.of(run.name()),
                            Cell.of(layer.layer()),
                            Cell.of(layer.kind().name().toLowerCase(Locale.ROOT)),
                            Cell.of(step.step()),
                            Cell.of(step.epoch(), Numbers.significant(step.epoch())),
                            exact(layer.gradient()),
                            exact(layer.update()));
                }
            }
        }
        return table.build();
    }

    private static Cell exact(Optional<Double> norm) {
        double value = norm.orElse(Double.NaN);
        return Cell.of(value, Numbers.significant(value));
    }
}
