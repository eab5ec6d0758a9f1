package convoy.jobs.report.run;

import convoy.jobs.report.chart.Axis;
import convoy.jobs.report.chart.LineChart;
import convoy.jobs.report.chart.Mark;
import convoy.jobs.report.chart.Series;
import convoy.jobs.report.chart.StackedChart;
import convoy.jobs.report.page.Block;
import convoy.jobs.report.page.Figures;
import convoy.jobs.report.page.Numbers;
import convoy.jobs.report.page.Prose;
import convoy.jobs.report.page.Table;
import convoy.jobs.report.page.Table.Cell;
import convoy.records.text.Counts;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/** How fast a run was, what its workers did in a step, and what happened to them on the way. */
final class TimeSection {
    private static final List<Measure> PHASES = List.of(Measure.COMPUTE, Measure.DATA_WAIT, Measure.PARAMETER_WAIT);
    private static final int MOST_WORKERS = 8;
    private static final double MINUTES = 180;
    private static final double HOURS = 3 * 3600;
    private static final double PAUSE = 20;

    private TimeSection() {}

    static List<Block> blocks(List<RunData> runs) {
        List<Block> blocks = new ArrayList<>();
        for (RunData run : runs) {
            if (run.log().course().isEmpty()) {
                blocks.add(new Prose(run.name() + ": no step is written down."));
            } else {
                blocks.add(figures(run, runs.size() == 1 ? "" : run.name() + ": "));
            }
        }
        blocks.add(new Prose("Time is that of training: what lies between two calls of a run is left out. The vertical"
                + " lines are changes of membership, numbered as in the table below; those in another colour took a"
                + " worker or a server away."));
        blocks.add(workers(runs));
        return blocks;
    }

    /** Seconds, minutes or hours. */
    private record Unit(String label, double seconds) {
        static Unit of(RunLog log) {
            return log.seconds() > HOURS
                    ? new Unit("time (hours)", 3600)
                    : log.seconds() > MINUTES ? new Unit("time (minutes)", 60) : new Unit("time (seconds)", 1);
        }
    }

    private static Figures figures(RunData run, String title) {
        RunLog log = run.log();
        Unit unit = Unit.of(log);
        Axis across = Axis.linear(unit.label());
        List<Mark> marks = MembershipSection.marks(log, unit.seconds());
        List<Figures.Figure> figures = new ArrayList<>();
        figures.add(new Figures.Figure(
                title + "Images per second",
                new LineChart(
                                "Images per second over time",
                                across,
                                Axis.fromZero("images/s"),
                                List.of(new Series(
                                        "",
                                        0,
                                        Series.Look.LINE,
                                        points(log.course(), Measure.IMAGES_PER_SECOND, unit))),
                                marks)
                        .svg(),
                "Of all workers, over the last ten seconds."));
        figures.add(new Figures.Figure(
                title + "Phases of a step",
                new StackedChart(
                                "Phases of a step over time",
                                across,
                                Axis.fromZero("ms per step"),
                                List.of("compute", "waits for data", "waits for parameters"),
                                columns(warm(log.course()), unit),
                                marks)
                        .svg(),
                "Means over the workers, without the first step, which warms up. Who waits for parameters waits for the"
                        + " slowest of them."));
        figures.add(byWorker(log, unit, across, title));
        return new Figures(figures);
    }

    private static Figures.Figure byWorker(RunLog log, Unit unit, Axis across, String title) {
        List<Map.Entry<String, List<Stretch>>> slowest = log.workers().entrySet().stream()
                .sorted(Comparator.comparingDouble(
                        (Map.Entry<String, List<Stretch>> worker) -> -RunLog.mean(worker.getValue(), Measure.COMPUTE)))
                .limit(MOST_WORKERS)
                .sorted(Map.Entry.comparingByKey())
                .toList();
        List<Series> lines = new ArrayList<>();
        for (int i = 0; i < slowest.size(); i++) {
            lines.add(new Series(
                    slowest.get(i).getKey(),
                    i,
                    Series.Look.LINE,
                    points(warm(slowest.get(i).getValue()), Measure.COMPUTE, unit)));
        }
        return new Figures.Figure(
                title + "Compute by worker",
                new LineChart(
                                "Compute of a step by worker over time",
                                across,
                                Axis.fromZero("ms per step"),
                                lines,
                                List.of())
                        .svg(),
                log.workers().size() > MOST_WORKERS
                        ? "The " + MOST_WORKERS + " slowest of "
                                + Counts.of(log.workers().size(), "worker") + "."
                        : "");
    }

    /** Without the beginning, beside which the rest would be flat. */
    private static List<Stretch> warm(List<Stretch> course) {
        return course.size() > 2 ? course.subList(1, course.size()) : course;
    }

    /** Where nothing was done for long, as after a loss, the line has a gap. */
    private static List<Series.Point> points(List<Stretch> course, Measure measure, Unit unit) {
        List<Series.Point> points = new ArrayList<>();
        double pause = pause(course);
        double before = Double.POSITIVE_INFINITY;
        for (Stretch part : course) {
            if (part.seconds() - before > pause) {
                points.add(new Series.Point(part.seconds() / unit.seconds(), Double.NaN));
            }
            points.add(new Series.Point(part.seconds() / unit.seconds(), part.mean(measure)));
            before = part.seconds();
        }
        return points;
    }

    /** The same for the phases: nothing was computed. */
    private static List<StackedChart.Column> columns(List<Stretch> course, Unit unit) {
        List<StackedChart.Column> columns = new ArrayList<>();
        double pause = pause(course);
        double before = Double.POSITIVE_INFINITY;
        for (Stretch part : course) {
            if (part.seconds() - before > pause) {
                columns.add(new StackedChart.Column(before / unit.seconds(), List.of(0.0, 0.0, 0.0)));
                columns.add(new StackedChart.Column(part.seconds() / unit.seconds(), List.of(0.0, 0.0, 0.0)));
            }
            if (PHASES.stream().allMatch(phase -> part.count(phase) > 0)) {
                columns.add(new StackedChart.Column(
                        part.seconds() / unit.seconds(),
                        PHASES.stream().map(part::mean).toList()));
                before = part.seconds();
            }
        }
        return columns;
    }

    /** Seconds between two parts that are many times as long as those between others. */
    private static double pause(List<Stretch> course) {
        double[] distances = IntStream.range(1, course.size())
                .mapToDouble(i -> course.get(i).seconds() - course.get(i - 1).seconds())
                .sorted()
                .toArray();
        return distances.length == 0 ? Double.POSITIVE_INFINITY : Math.max(1, PAUSE * distances[distances.length / 2]);
    }

    private static Block workers(List<RunData> runs) {
        Table.Builder table = Table.named("workers", "Workers, on average over the steps that they took part in")
                .words("run", "worker")
                .numbers("steps", "micro-batches", "compute (ms)", "waits for data (ms)", "waits for parameters (ms)");
        for (RunData run : runs) {
            run.log().workers().forEach((name, course) -> {
                List<Cell> cells = new ArrayList<>();
                cells.add(Cell.of(run.name()));
                cells.add(Cell.of(name));
                cells.add(Cell.of(course.stream()
                        .mapToLong(part -> part.count(Measure.COMPUTE))
                        .sum()));
                for (Measure measure :
                        List.of(Measure.MICRO_BATCHES, Measure.COMPUTE, Measure.DATA_WAIT, Measure.PARAMETER_WAIT)) {
                    double mean = RunLog.mean(course, measure);
                    cells.add(Cell.of(mean, Numbers.fixed(mean, measure == Measure.MICRO_BATCHES ? 2 : 1)));
                }
                table.row(cells);
            });
        }
        return table.build();
    }
}
