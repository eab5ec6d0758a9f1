package convoy.jobs.report.run;

import convoy.jobs.report.chart.Axis;
import convoy.jobs.report.chart.LineChart;
import convoy.jobs.report.chart.Series;
import convoy.jobs.report.chart.Series.Look;
import convoy.jobs.report.page.Block;
import convoy.jobs.report.page.Figures;
import convoy.jobs.report.page.Numbers;
import convoy.jobs.report.page.Prose;
import convoy.jobs.report.page.Table;
import convoy.jobs.report.page.Table.Cell;
import convoy.records.text.Counts;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import java.util.function.ToDoubleFunction;

/** Loss, accuracy and learning rate over the epochs, of the training and of held-out rows. */
final class LearningSection {
    /** A course is smoothed over so many of its parts. */
    private static final int SMOOTH = 40;

    private static final double MANY_TIMES = 20;

    private LearningSection() {}

    static List<Block> blocks(List<RunData> runs) {
        if (runs.stream().allMatch(run -> run.log().course().isEmpty())) {
            return List.of(new Prose("There is nothing to draw: no step is written down."));
        }
        List<Figures.Figure> figures = new ArrayList<>();
        figures.add(figure(
                new LineChart(
                        "Loss over epochs",
                        across(runs),
                        Axis.linear("loss (nats)"),
                        series(runs, Measure.LOSS, Scored::loss, 1),
                        List.of()),
                "Loss",
                note(runs)));
        figures.add(figure(
                new LineChart(
                        "Accuracy over epochs",
                        across(runs),
                        Axis.linear("accuracy (%)"),
                        series(runs, Measure.ACCURACY, Scored::accuracy, 100),
                        List.of()),
                "Accuracy",
                "Of training in training mode, with augmented images; of held-out rows as they are scored."));
        figures.add(figure(rates(runs), "Learning rate", ""));
        return List.of(new Figures(figures), evaluations(runs));
    }

    /** Epochs, which runs with other batches have in common; steps, where no epochs are written. */
    private static Axis across(List<RunData> runs) {
        return Axis.linear(hasEpochs(runs) ? "epoch" : "step");
    }

    private static boolean hasEpochs(List<RunData> runs) {
        return runs.stream()
                .flatMap(run -> run.log().course().stream())
                .allMatch(part -> Double.isFinite(part.epoch()));
    }

    private static Function<Stretch, Double> place(List<RunData> runs) {
        return hasEpochs(runs) ? Stretch::epoch : part -> (double) part.last();
    }

    private static String note(List<RunData> runs) {
        long widest = runs.stream()
                .mapToLong(run -> run.log().ends().stepsInAStretch())
                .max()
                .orElse(1);
        return "The strong line of training is a mean over a fortieth of the run"
                + (runs.size() > 1
                        ? "."
                        : widest == 1
                                ? "; the faint one has each step."
                                : "; the shade behind it reaches from the least to the largest of each "
                                        + Counts.of(widest, "step") + ".");
    }

    private static Figures.Figure figure(LineChart chart, String title, String note) {
        return new Figures.Figure(title, chart.svg(), chart.isEmpty() ? "No step has a number here." : note);
    }

    private static List<Series> series(
            List<RunData> runs, Measure measure, ToDoubleFunction<Scored> heldOut, double unit) {
        List<Series> all = new ArrayList<>();
        Function<Stretch, Double> place = place(runs);
        boolean single = runs.size() == 1;
        for (int i = 0; i < runs.size(); i++) {
            RunLog log = runs.get(i).log();
            String name = single ? "" : runs.get(i).name() + ", ";
            if (single) {
                boolean each = log.ends().stepsInAStretch() == 1;
                Series line = new Series(
                        each ? "each step" : "between the least and the most",
                        0,
                        Look.FAINT,
                        each
                                ? log.course().stream()
                                        .map(part -> new Series.Point(place.apply(part), unit * part.mean(measure)))
                                        .toList()
                                : List.of());
                all.add(
                        each
                                ? line.unlisted()
                                : line.unlisted()
                                        .withBand(log.course().stream()
                                                .map(part -> new Series.Span(
                                                        place.apply(part),
                                                        unit * part.least(measure),
                                                        unit * part.most(measure)))
                                                .toList()));
            }
            all.add(new Series(name + "training", single ? 0 : i, Look.LINE, smooth(log, measure, place, unit)));
            List<Series.Point> scored = log.scored().stream()
                    .map(one -> new Series.Point(
                            hasEpochs(runs) ? one.epoch() : one.step(), unit * heldOut.applyAsDouble(one)))
                    .toList();
            if (!scored.isEmpty()) {
                all.add(new Series(name + "held out", single ? 1 : i, Look.DASHED, scored));
            }
        }
        return all;
    }

    /** A mean over the parts around each, which are fewer at both ends; where a part has no number there is a gap. */
    private static List<Series.Point> smooth(
            RunLog log, Measure measure, Function<Stretch, Double> place, double unit) {
        List<Stretch> course = log.course();
        int half = course.size() / (2 * SMOOTH);
        double[] sums = new double[course.size() + 1];
        long[] counts = new long[course.size() + 1];
        for (int i = 0; i < course.size(); i++) {
            sums[i + 1] = sums[i] + course.get(i).sum(measure);
            counts[i + 1] = counts[i] + course.get(i).count(measure);
        }
        List<Series.Point> points = new ArrayList<>();
        for (int i = 0; i < course.size(); i++) {
            int reach = Math.min(half, Math.min(i, course.size() - 1 - i));
            long count = counts[i + reach + 1] - counts[i - reach];
            boolean none = course.get(i).count(measure) == 0;
            points.add(new Series.Point(
                    place.apply(course.get(i)),
                    none ? Double.NaN : unit * (sums[i + reach + 1] - sums[i - reach]) / count));
        }
        return points;
    }

    private static LineChart rates(List<RunData> runs) {
        Function<Stretch, Double> place = place(runs);
        List<Series> all = new ArrayList<>();
        double least = Double.POSITIVE_INFINITY;
        double most = 0;
        for (int i = 0; i < runs.size(); i++) {
            List<Series.Point> points = runs.get(i).log().course().stream()
                    .map(part -> new Series.Point(place.apply(part), part.mean(Measure.LEARNING_RATE)))
                    .toList();
            for (Series.Point point : points) {
                least = point.y() > 0 ? Math.min(least, point.y()) : least;
                most = Math.max(most, point.y());
            }
            all.add(new Series(runs.get(i).name(), i, Look.LINE, points));
        }
        String label = "learning rate";
        Axis up = most > MANY_TIMES * least ? Axis.logarithmic(label) : Axis.fromZero(label);
        return new LineChart("Learning rate over epochs", across(runs), up, all, List.of());
    }

    private static Block evaluations(List<RunData> runs) {
        List<String> own = runs.stream()
                .flatMap(run -> run.log().scored().stream())
                .flatMap(scored -> scored.metrics().keySet().stream())
                .distinct()
                .sorted()
                .toList();
        List<String> figures =
                new ArrayList<>(List.of("step", "epoch", "accuracy", "accuracy of the best five", "loss (nats)"));
        figures.addAll(own);
        figures.add("images");
        Table.Builder table = Table.named("evaluations", "Evaluations of held-out rows")
                .words("run")
                .numbers(figures.toArray(String[]::new));
        boolean any = false;
        for (RunData run : runs) {
            double best = Overview.best(run.log()).map(Scored::accuracy).orElse(Double.NaN);
            for (Scored scored : run.log().scored()) {
                any = true;
                Cell accuracy = Cell.of(scored.accuracy(), Numbers.percent(scored.accuracy()));
                List<Cell> cells = new ArrayList<>();
                cells.add(Cell.of(run.name()));
                cells.add(Cell.of(scored.step()));
                cells.add(Cell.of(scored.epoch(), Numbers.fixed(scored.epoch(), 2)));
                cells.add(scored.accuracy() == best ? accuracy.strong() : accuracy);
                cells.add(Cell.of(scored.top5Accuracy(), Numbers.percent(scored.top5Accuracy())));
                cells.add(Cell.of(scored.loss(), Numbers.fixed(scored.loss(), 4)));
                for (String name : own) {
                    double figure = scored.metrics().getOrDefault(name, Double.NaN);
                    cells.add(Cell.of(figure, Numbers.fixed(figure, 4)));
                }
                cells.add(Cell.of(scored.rows()));
                table.row(cells);
            }
        }
        return any
                ? table.build()
                : new Prose("No held-out rows were scored: with data.validation in the run file they are, after each"
                        + " epoch or as evaluation says.");
    }

    /** What the curves are drawn from: a row for each stretch of steps. */
    static Table curves(List<RunData> runs) {
        Table.Builder table = Table.named("curves", "Curves of training")
                .words("run")
                .numbers(
                        "first step",
                        "last step",
                        "epoch",
                        "seconds",
                        "loss",
                        "least loss",
                        "largest loss",
                        "accuracy",
                        "learning rate",
                        "images per second",
                        "compute (ms)",
                        "data wait (ms)",
                        "parameter wait (ms)");
        for (RunData run : runs) {
            for (Stretch part : run.log().course()) {
                List<Cell> cells = new ArrayList<>();
                cells.add(Cell.of(run.name()));
                cells.add(Cell.of(part.first()));
                cells.add(Cell.of(part.last()));
                cells.add(exact(part.epoch()));
                cells.add(exact(part.seconds()));
                cells.add(exact(part.mean(Measure.LOSS)));
                cells.add(exact(part.least(Measure.LOSS)));
                cells.add(exact(part.most(Measure.LOSS)));
                for (Measure measure : List.of(
                        Measure.ACCURACY,
                        Measure.LEARNING_RATE,
                        Measure.IMAGES_PER_SECOND,
                        Measure.COMPUTE,
                        Measure.DATA_WAIT,
                        Measure.PARAMETER_WAIT)) {
                    cells.add(exact(part.mean(measure)));
                }
                table.row(cells);
            }
        }
        return table.build();
    }

    private static Cell exact(double value) {
        return Cell.of(value, Numbers.significant(value));
    }
}
