package convoy.jobs.report.study;

import convoy.jobs.report.chart.Axis;
import convoy.jobs.report.chart.ScatterChart;
import convoy.jobs.report.chart.Series;
import convoy.jobs.report.page.Block;
import convoy.jobs.report.page.Figures;
import convoy.jobs.report.page.Prose;
import convoy.jobs.report.page.Table;
import convoy.jobs.report.page.Table.Cell;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.regex.Pattern;

/** Every trial of the tuning: those that were chosen, and those that failed, are marked and not left out. */
final class TuningSection {
    private static final Pattern NUMBER = Pattern.compile("[-+]?[0-9]*\\.?[0-9]+([eE][-+]?[0-9]+)?");
    private static final double MANY_TIMES = 20;

    private TuningSection() {}

    static List<Block> blocks(StudyReport report) {
        if (report.trials().isEmpty()) {
            return List.of(new Prose("Nothing was tuned."));
        }
        Set<String> keys = new LinkedHashSet<>();
        report.trials().forEach(trial -> keys.addAll(trial.settings().keySet()));
        StudyReport.Outcome outcome = report.question().outcome();
        List<Figures.Figure> figures = new ArrayList<>();
        keys.forEach(key -> figure(report, key).ifPresent(figures::add));
        Table.Builder table = Table.named("trials", "Every trial of the tuning")
                .words("variant")
                .numbers("trial")
                .words("fate")
                .numbers(outcome.validation());
        keys.forEach(table::words);
        table.words("directory", "note");
        for (StudyReport.Trial trial : report.trials()) {
            List<Cell> row = new ArrayList<>();
            Training training = trial.training();
            Cell fate = Cell.of(training.fate().word());
            row.add(Cell.of(trial.variant()));
            row.add(Cell.of(trial.number()));
            row.add(training.fate() == StudyReport.Fate.CHOSEN ? fate.strong() : fate);
            row.add(outcome.shown(training.validation()));
            keys.forEach(key -> row.add(
                    trial.settings().containsKey(key) ? Cell.of(trial.settings().getOrDefault(key, "")) : Cell.NONE));
            row.add(Cell.of(training.trial()));
            row.add(training.note().isEmpty() ? Cell.NONE : Cell.of(training.note()));
            table.row(row);
        }
        List<Block> blocks = new ArrayList<>();
        if (!figures.isEmpty()) {
            blocks.add(new Figures(figures));
        }
        blocks.add(table.build());
        return blocks;
    }

    /** The outcome against one setting, where all of its values are numbers. */
    private static Optional<Figures.Figure> figure(StudyReport report, String key) {
        List<String> names = report.variants().stream().map(Variant::name).toList();
        List<ScatterChart.Dot> dots = new ArrayList<>();
        double least = Double.POSITIVE_INFINITY;
        double most = Double.NEGATIVE_INFINITY;
        for (StudyReport.Trial trial : report.trials()) {
            OptionalDouble x = number(trial.settings().getOrDefault(key, ""));
            if (x.isEmpty()) {
                if (trial.settings().containsKey(key)) {
                    return Optional.empty();
                }
                continue;
            }
            least = Math.min(least, x.getAsDouble());
            most = Math.max(most, x.getAsDouble());
            // A name where one points; beside each dot there would be no room.
            dots.add(new ScatterChart.Dot(
                    trial.training().fate() == StudyReport.Fate.CHOSEN ? trial.variant() : "",
                    Math.max(0, names.indexOf(trial.variant())),
                    new Series.Point(
                            x.getAsDouble(), trial.training().validation().orElse(Double.NaN)),
                    Optional.empty(),
                    look(trial.training())));
        }
        if (dots.isEmpty()) {
            return Optional.empty();
        }
        Axis across = least > 0 && most > MANY_TIMES * least ? Axis.logarithmic(key) : Axis.linear(key);
        String title = "Validation against " + key;
        return Optional.of(new Figures.Figure(
                title,
                new ScatterChart(
                                title,
                                across,
                                Axis.linear(report.question().outcome().validation()),
                                dots)
                        .svg(),
                "Rings are chosen; crosses at the lower edge diverged, crashed or gave no number."));
    }

    private static ScatterChart.Look look(Training training) {
        boolean none = training.validation().isEmpty();
        return switch (training.fate()) {
            case CHOSEN -> none ? ScatterChart.Look.FAILED : ScatterChart.Look.CHOSEN;
            case FINISHED, STOPPED -> none ? ScatterChart.Look.FAILED : ScatterChart.Look.PLAIN;
            case DIVERGED, CRASHED -> ScatterChart.Look.FAILED;
        };
    }

    private static OptionalDouble number(String text) {
        return NUMBER.matcher(text).matches() ? OptionalDouble.of(Double.parseDouble(text)) : OptionalDouble.empty();
    }
}
