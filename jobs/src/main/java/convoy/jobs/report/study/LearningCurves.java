package convoy.jobs.report.study;

import convoy.jobs.report.chart.Axis;
import convoy.jobs.report.chart.LineChart;
import convoy.jobs.report.chart.Series;
import convoy.jobs.report.page.Block;
import convoy.jobs.report.page.Figures;
import convoy.jobs.report.page.Numbers;
import convoy.jobs.report.page.Prose;
import convoy.jobs.report.page.Table;
import convoy.jobs.report.page.Table.Cell;
import convoy.records.text.Counts;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.DoubleStream;

/** How the variants came on, on the validation rows: their means with bands, and below them each seed by itself. */
final class LearningCurves {
    private static final double FAR = 4;

    private LearningCurves() {}

    static List<Block> blocks(StudyReport report) {
        if (report.variants().stream().noneMatch(LearningCurves::hasCurve)) {
            return List.of(new Prose("No curve was recorded."));
        }
        List<Series> means = new ArrayList<>();
        List<Figures.Figure> figures = new ArrayList<>();
        for (int i = 0; i < report.variants().size(); i++) {
            Variant variant = report.variants().get(i);
            if (variant.band().isEmpty()) {
                continue;
            }
            means.add(new Series(
                            variant.name(),
                            i,
                            Series.Look.LINE,
                            variant.band().stream()
                                    .map(level -> new Series.Point(level.epoch(), level.mean()))
                                    .toList())
                    .withBand(variant.band().stream()
                            .map(level -> new Series.Span(level.epoch(), level.low(), level.high()))
                            .toList()));
        }
        if (!means.isEmpty()) {
            figures.add(figure("All variants", report, means, "Means over seeds with their 95 % intervals."));
        }
        for (int i = 0; i < report.variants().size(); i++) {
            Variant variant = report.variants().get(i);
            if (!hasCurve(variant)) {
                continue;
            }
            int colour = i;
            figures.add(figure(
                    variant.name() + ", seed by seed",
                    report,
                    variant.seeds().stream()
                            .map(seed -> new Series(
                                            "seed " + seed.number(),
                                            colour,
                                            Series.Look.LINE,
                                            seed.course().stream()
                                                    .map(reading -> new Series.Point(reading.epoch(), reading.value()))
                                                    .toList())
                                    .unlisted())
                            .toList(),
                    Counts.plain(variant.seeds().size(), "seed") + "."));
        }
        return List.of(new Figures(figures));
    }

    /** A variant that diverged at once has none. */
    private static boolean hasCurve(Variant variant) {
        return variant.seeds().stream().anyMatch(seed -> !seed.course().isEmpty());
    }

    private static Figures.Figure figure(String title, StudyReport report, List<Series> series, String note) {
        double[] values = series.stream()
                .flatMapToDouble(one -> one.points().stream().mapToDouble(Series.Point::y))
                .filter(Double::isFinite)
                .toArray();
        double least = DoubleStream.of(values).min().orElse(0);
        String label = report.question().outcome().validation();
        // Where a curve falls far, what is left of it in the end is what one looks for.
        Axis up = least > 0 && DoubleStream.of(values).max().orElse(0) > FAR * least
                ? Axis.logarithmic(label)
                : Axis.linear(label);
        LineChart chart = new LineChart(title, Axis.linear("epoch"), up, series, List.of());
        return new Figures.Figure(title, chart.svg(), note);
    }

    static Table table(StudyReport report) {
        Table.Builder table = Table.named("curves", "Learning curves")
                .words("variant")
                .numbers("seed", "epoch", report.question().outcome().validation());
        for (Variant variant : report.variants()) {
            for (Variant.Seed seed : variant.seeds()) {
                for (Variant.Reading reading : seed.course()) {
                    table.row(
                            Cell.of(variant.name()),
                            Cell.of(seed.number()),
                            Cell.of(reading.epoch(), Numbers.significant(reading.epoch())),
                            Cell.of(reading.value(), Numbers.significant(reading.value())));
                }
            }
        }
        return table.build();
    }
}
