package convoy.jobs.report.run;

import convoy.driver.evaluation.Confusion;
import convoy.jobs.report.chart.HeatMap;
import convoy.jobs.report.page.Block;
import convoy.jobs.report.page.Code;
import convoy.jobs.report.page.Figures;
import convoy.jobs.report.page.Numbers;
import convoy.jobs.report.page.Prose;
import convoy.jobs.report.page.Table;
import convoy.jobs.report.page.Table.Cell;
import convoy.records.text.Counts;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.apache.commons.statistics.interval.BinomialConfidenceInterval;
import org.apache.commons.statistics.interval.Interval;

/** What was taken for what, and the classes that do worst. */
final class ClassSection {
    /** More classes than this are no squares that one can tell apart. */
    private static final int MOST_SQUARES = 25;

    private static final int MOST_CLASSES = 200;
    private static final int MOST_MISTAKES = 20;
    private static final double ERROR_RATE = 0.05;

    private ClassSection() {}

    static List<Block> blocks(List<RunData> runs) {
        List<Block> blocks = new ArrayList<>();
        List<Figures.Figure> maps = new ArrayList<>();
        Table.Builder classes = Table.named("classes", "Classes, the worst first")
                .words("run", "class")
                .numbers("images", "right", "recall", "95 % interval from", "to", "precision")
                .words("most often taken for")
                .numbers("so many times");
        Table.Builder mistakes = Table.named("mistakes", "The most frequent mistakes")
                .words("run", "is", "taken for")
                .numbers("images", "of the class's images");
        List<String> without = new ArrayList<>();
        for (RunData run : runs) {
            if (run.scores().isEmpty()) {
                without.add(run.place().address());
            }
            for (Confusion confusion : run.scores()) {
                ClassScores scores = new ClassScores(confusion);
                blocks.add(new Prose(sentence(run, confusion, scores)));
                maps.add(map(run, confusion, scores));
                scores.worst().stream().limit(MOST_CLASSES).forEach(index -> row(classes, run, scores, index));
                scores.mistakes().stream()
                        .limit(MOST_MISTAKES)
                        .forEach(count -> mistakes.row(
                                Cell.of(run.name()),
                                Cell.of(scores.name(count.label())),
                                guess(scores, count),
                                Cell.of(count.rows()),
                                share((double) count.rows() / scores.rows(count.label()))));
            }
        }
        if (!maps.isEmpty()) {
            blocks.add(new Figures(maps));
            blocks.add(classes.build());
            blocks.add(mistakes.build());
        }
        if (!without.isEmpty()) {
            blocks.add(
                    new Prose(
                            "What was taken for what is not known of "
                                    + (without.size() == 1 ? "this run" : "these runs")
                                    + " yet. The command below scores a trained model and keeps the counts; write the report anew then."));
            blocks.add(new Code(String.join(
                    "\n",
                    without.stream()
                            .map(address -> "./convoy evaluate " + Code.word(address) + " --keep")
                            .toList())));
        }
        return blocks;
    }

    private static String sentence(RunData run, Confusion confusion, ClassScores scores) {
        long steps = run.log().steps();
        Interval interval = interval(scores.rows(), scores.right());
        return run.name() + ": " + Numbers.percent(scores.accuracy()) + " of " + Counts.of(scores.rows(), "image")
                + " of "
                + confusion.data() + " right (95 % interval " + Numbers.percent(interval.getLowerBound()) + " to "
                + Numbers.percent(interval.getUpperBound()) + "), scored by the model of step "
                + Numbers.count(confusion.step())
                + (steps == confusion.step() ? "." : "; the run's figures go to step " + Numbers.count(steps) + ".");
    }

    /** Of a share, by the score method (Wilson 1927), which holds for few rows and for shares near 0 and 1 too. */
    private static Interval interval(long rows, long right) {
        return BinomialConfidenceInterval.WILSON_SCORE.fromErrorRate(
                Math.toIntExact(rows), Math.toIntExact(right), ERROR_RATE);
    }

    private static Figures.Figure map(RunData run, Confusion confusion, ClassScores scores) {
        int all = confusion.classes().size();
        List<Integer> shown = all <= MOST_SQUARES
                ? IntStream.range(0, all).boxed().toList()
                : scores.worst().stream().limit(MOST_SQUARES).sorted().toList();
        HeatMap map = new HeatMap(
                "Confusion matrix of " + run.name(),
                "is",
                "taken for",
                shown.stream().map(scores::name).toList(),
                shown.stream()
                        .map(label -> shown.stream()
                                .map(guess -> scores.count(label, guess))
                                .toList())
                        .toList(),
                shown.stream().map(scores::rows).toList());
        return new Figures.Figure(
                run.name() + ": what was taken for what",
                map.svg(),
                "Each row is a class, shaded by the share of its images."
                        + (shown.size() < all
                                ? " The " + shown.size() + " worst of " + Counts.plain(all, "class", "classes") + "."
                                : ""));
    }

    private static void row(Table.Builder table, RunData run, ClassScores scores, int index) {
        List<Confusion.Count> own = scores.mistakes().stream()
                .filter(count -> count.label() == index)
                .limit(1)
                .toList();
        Interval interval = interval(scores.rows(index), scores.right(index));
        table.row(
                Cell.of(run.name()),
                Cell.of(scores.name(index)),
                Cell.of(scores.rows(index)),
                Cell.of(scores.right(index)),
                share(scores.recall(index)),
                share(interval.getLowerBound()),
                share(interval.getUpperBound()),
                share(scores.precision(index)),
                own.isEmpty() ? Cell.NONE : guess(scores, own.get(0)),
                own.isEmpty() ? Cell.NONE : Cell.of(own.get(0).rows()));
    }

    private static Cell guess(ClassScores scores, Confusion.Count count) {
        return Cell.of(count.guess() == Confusion.NONE ? "(no number)" : scores.name(count.guess()));
    }

    private static Cell share(double share) {
        return Cell.of(share, Numbers.percent(share));
    }
}
