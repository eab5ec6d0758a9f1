package convoy.jobs.report.study;

import convoy.jobs.report.chart.Axis;
import convoy.jobs.report.chart.IntervalChart;
import convoy.jobs.report.chart.ScatterChart;
import convoy.jobs.report.chart.Series;
import convoy.jobs.report.page.Block;
import convoy.jobs.report.page.Code;
import convoy.jobs.report.page.Figures;
import convoy.jobs.report.page.Numbers;
import convoy.jobs.report.page.Page;
import convoy.jobs.report.page.Prose;
import convoy.jobs.report.page.Table;
import convoy.jobs.report.page.Table.Cell;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.function.ToDoubleFunction;

/** The page of a study: a function of its model, so that the same study has the same bytes. */
public final class StudyPage {
    private final StudyReport report;
    private final StudyReport.Outcome outcome;

    private StudyPage(StudyReport report) {
        this.report = report;
        this.outcome = report.question().outcome();
    }

    /**
     * {@return the page: the question and the answer first, then what they rest on}
     *
     * @param report of the study
     */
    public static Page of(StudyReport report) {
        return new StudyPage(report).page();
    }

    private Page page() {
        List<String> summary = new ArrayList<>();
        summary.add(report.question().text());
        summary.addAll(report.question().answer());
        List<Page.Section> sections = new ArrayList<>();
        sections.add(new Page.Section("variants", "The variants", variants()));
        sections.add(new Page.Section("seeds", "Seed by seed", seeds()));
        sections.add(new Page.Section("comparisons", "Compared in pairs", comparisons()));
        sections.add(new Page.Section("learning", "Learning curves", LearningCurves.blocks(report)));
        sections.add(new Page.Section("cost", "What it costs", cost()));
        sections.add(new Page.Section("tuning", "The tuning", TuningSection.blocks(report)));
        sections.add(new Page.Section("variance", "Where the variance comes from", variance()));
        sections.add(new Page.Section("repeat", "To repeat it", repeat()));
        return new Page("Study " + report.question().study(), summary, sections, List.of(LearningCurves.table(report)));
    }

    private Cell shown(double value) {
        return outcome.shown(OptionalDouble.of(value));
    }

    /** Every trial that is compared; those that failed are told and not left out. */
    private List<Block> seeds() {
        if (report.variants().stream().allMatch(variant -> variant.seeds().isEmpty())) {
            return List.of(new Prose("Nothing was trained to be compared."));
        }
        boolean inside = report.variants().stream()
                .flatMap(variant -> variant.seeds().stream())
                .flatMap(seed -> seed.trainings().stream())
                .anyMatch(training -> !training.place().inside().isEmpty());
        Table.Builder table = Table.named("seeds", "Every trial that is compared")
                .words("variant")
                .numbers("seed")
                .words(inside ? new String[] {"inside"} : new String[0])
                .numbers("part")
                .words("fate")
                .numbers(outcome.validation(), outcome.test())
                .words("directory", "note");
        for (Variant variant : report.variants()) {
            for (Variant.Seed seed : variant.seeds()) {
                for (Training training : seed.trainings()) {
                    List<Cell> row = new ArrayList<>(List.of(Cell.of(variant.name()), Cell.of(seed.number())));
                    if (inside) {
                        row.add(Cell.of(training.place().inside()));
                    }
                    row.addAll(List.of(
                            Cell.of(training.place().part()),
                            Cell.of(training.fate().word()),
                            outcome.shown(training.validation()),
                            outcome.shown(training.test()),
                            Cell.of(training.trial()),
                            training.note().isEmpty() ? Cell.NONE : Cell.of(training.note())));
                    table.row(row.toArray(Cell[]::new));
                }
            }
        }
        return List.of(table.build());
    }

    private List<Block> variants() {
        Table.Builder table = Table.named("variants", "Outcome over seeds: " + outcome.label())
                .words("variant")
                .numbers("mean", "95 % low", "95 % high", "deviation", "seeds", "diverged", "crashed", "parameters");
        List<IntervalChart.Row> rows = new ArrayList<>();
        for (int i = 0; i < report.variants().size(); i++) {
            Variant variant = report.variants().get(i);
            Optional<Variant.Estimate> estimate = variant.estimate();
            table.row(
                    Cell.of(variant.name()).strong(),
                    estimate.map(known -> shown(known.mean()).strong()).orElse(Cell.NONE),
                    estimate.map(known -> shown(known.low())).orElse(Cell.NONE),
                    estimate.map(known -> shown(known.high())).orElse(Cell.NONE),
                    estimate.map(known -> shown(known.deviation())).orElse(Cell.NONE),
                    Cell.of(estimate.map(Variant.Estimate::count).orElse(0)),
                    Cell.of(variant.lost().diverged()),
                    Cell.of(variant.lost().crashed()),
                    Cell.of(variant.cost().parameters()));
            rows.add(new IntervalChart.Row(
                    variant.name(),
                    i,
                    estimate.map(Variant.Estimate::mean).orElse(Double.NaN),
                    estimate.map(Variant.Estimate::low).orElse(Double.NaN),
                    estimate.map(Variant.Estimate::high).orElse(Double.NaN),
                    variant.seeds().stream()
                            .flatMap(seed -> seed.outcome().stream())
                            .toList()));
        }
        IntervalChart chart =
                new IntervalChart("Outcome by variant", Axis.linear(outcome.label()), rows, Optional.empty());
        return List.of(
                table.build(),
                new Figures(List.of(new Figures.Figure(
                        "Mean and 95 % interval over seeds",
                        chart.svg(), "The large dot is the mean, the small ones are single seeds."))));
    }

    private List<Block> comparisons() {
        if (report.comparisons().isEmpty()) {
            return List.of(new Prose("Nothing was compared in pairs."));
        }
        Table.Builder table = Table.named("comparisons", "Differences seed by seed, in " + outcome.label())
                .words("variant", "less")
                .numbers("difference", "95 % low", "95 % high")
                .words("test")
                .numbers("p", "p after Holm");
        List<IntervalChart.Row> rows = new ArrayList<>();
        for (StudyReport.Comparison pair : report.comparisons()) {
            StudyReport.Difference difference = pair.difference();
            table.row(
                    Cell.of(pair.left()),
                    Cell.of(pair.right()),
                    shown(difference.mean()),
                    shown(difference.low()),
                    shown(difference.high()),
                    Cell.of(pair.test().name()),
                    Cell.of(pair.test().p(), Numbers.probability(pair.test().p())),
                    Cell.of(
                            pair.test().corrected(),
                            Numbers.probability(pair.test().corrected())));
            rows.add(new IntervalChart.Row(
                    pair.left() + " − " + pair.right(),
                    0,
                    difference.mean(),
                    difference.low(),
                    difference.high(),
                    List.of()));
        }
        IntervalChart chart = new IntervalChart(
                "Differences of pairs", Axis.linear("difference of " + outcome.label()), rows, Optional.of(0.0));
        return List.of(
                table.build(),
                new Figures(
                        List.of(
                                new Figures.Figure(
                                        "Mean difference and 95 % interval",
                                        chart.svg(),
                                        "The intervals are of single comparisons; the p values after Holm are for all of them together."))));
    }

    private List<Block> cost() {
        List<Figures.Figure> figures = List.of(
                scatter("parameters", variant -> variant.cost().parameters()),
                scatter("multiply-adds of one image", variant -> variant.cost().multiplyAdds()));
        return List.of(
                new Figures(figures),
                new Prose(
                        "How long the trials took, and when the test set was read, stands in timing.json beside this page,"
                                + " since it differs each time."));
    }

    private Figures.Figure scatter(String what, ToDoubleFunction<Variant> cost) {
        List<ScatterChart.Dot> dots = new ArrayList<>();
        for (int i = 0; i < report.variants().size(); i++) {
            Variant variant = report.variants().get(i);
            int colour = i;
            double x = cost.applyAsDouble(variant);
            variant.estimate()
                    .ifPresent(known -> dots.add(new ScatterChart.Dot(
                            variant.name(),
                            colour,
                            new Series.Point(x, known.mean()),
                            known.count() > 1
                                    ? Optional.of(new Series.Span(x, known.low(), known.high()))
                                    : Optional.empty(),
                            ScatterChart.Look.PLAIN)));
        }
        return new Figures.Figure(
                outcome.name() + " against " + what,
                new ScatterChart(
                                outcome.name() + " against " + what,
                                Axis.logarithmic(what),
                                Axis.linear(outcome.label()),
                                dots)
                        .svg(),
                "Bars are 95 % intervals over seeds.");
    }

    private List<Block> variance() {
        if (report.variance().words().isEmpty()) {
            return List.of(new Prose("It was not taken apart: what the seeds decide varied together."));
        }
        Table.Builder table = Table.named("variance", "Variance of the outcome by its source")
                .words("variant", "source")
                .numbers("deviation (" + outcome.unit() + ")", "share of the variance", "p of adding nothing");
        report.variance()
                .sources()
                .forEach(source -> table.row(
                        Cell.of(source.variant()),
                        Cell.of(source.name()),
                        shown(source.deviation()),
                        Cell.of(source.share(), Numbers.percent(source.share())),
                        source.p().isPresent()
                                ? Cell.of(
                                        source.p().getAsDouble(),
                                        Numbers.probability(source.p().getAsDouble()))
                                : Cell.NONE));
        List<Block> blocks = new ArrayList<>();
        report.variance().words().forEach(words -> blocks.add(new Prose(words)));
        if (!report.variance().sources().isEmpty()) {
            blocks.add(table.build());
        }
        return blocks;
    }

    private List<Block> repeat() {
        Table.Builder table =
                Table.named("facts", "Seeds, fingerprints, versions").words("what", "value");
        report.repeat().facts().forEach((what, value) -> table.row(Cell.of(what), Cell.of(value)));
        return List.of(
                new Code(String.join("\n", report.repeat().commands())),
                table.build(),
                new Prose("The study file:"),
                new Code(report.repeat().studyFile()));
    }
}
