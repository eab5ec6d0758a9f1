package convoy.jobs.report.run;

import convoy.jobs.output.Durations;
import convoy.jobs.report.page.Block;
import convoy.jobs.report.page.Numbers;
import convoy.jobs.report.page.Table;
import convoy.jobs.report.page.Table.Cell;
import convoy.records.text.Counts;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** What became of each run, in sentences and in one table. */
final class Overview {
    private Overview() {}

    static List<String> sentences(List<RunData> runs) {
        List<String> sentences = new ArrayList<>();
        for (RunData run : runs) {
            sentences.add((runs.size() == 1 ? "" : run.name() + ": ") + result(run) + " " + state(run));
        }
        return sentences;
    }

    private static String result(RunData run) {
        RunLog log = run.log();
        if (log.course().isEmpty()) {
            return "No step is written down yet.";
        }
        String what = run.trained()
                .network()
                .map(network -> network.name() + " with " + Counts.of(network.parameters(), "parameter") + ", ")
                .orElse("");
        String trained = what + (what.isEmpty() ? "Trained for " : "trained for ") + Counts.of(log.steps(), "step")
                + String.format(Locale.ROOT, " (%.2f epochs)", log.epochs()) + " in " + time(log) + ".";
        return trained
                + best(log)
                        .map(best -> {
                            Scored last = log.scored().get(log.scored().size() - 1);
                            return " Held-out accuracy " + Numbers.percent(last.accuracy()) + " at the last evaluation"
                                    + (best.step() == last.step()
                                            ? ", the best of " + log.scored().size() + "."
                                            : "; the best was " + Numbers.percent(best.accuracy())
                                                    + String.format(Locale.ROOT, " after %.2f epochs.", best.epoch()));
                        })
                        .orElse(" No held-out rows were scored: data.validation was not given, or nothing was evaluated"
                                + " yet.");
    }

    /** How it stands. */
    static String state(RunData run) {
        RunLog log = run.log();
        String diverged = log.ends().diverged().isPresent()
                ? "It diverged: the loss of step "
                        + Numbers.count(log.ends().diverged().getAsLong()) + " is no number. "
                : "";
        String whole = run.place().hasModel()
                ? "It is complete."
                : run.place().hasMetrics()
                        ? "It has no final model: it is still being trained, was stopped, or failed."
                        : "It has not begun: there is no metrics.jsonl.";
        String cut = log.ends().cutOff() ? " The last line of metrics.jsonl is cut off and is left out." : "";
        return diverged + whole + cut;
    }

    private static String word(RunData run) {
        return run.log().ends().diverged().isPresent()
                ? "diverged"
                : run.place().hasModel() ? "complete" : run.place().hasMetrics() ? "no final model" : "not begun";
    }

    /** The evaluation with the best accuracy, of equal ones the first. */
    static Optional<Scored> best(RunLog log) {
        return log.scored().stream()
                .filter(scored -> Double.isFinite(scored.accuracy()))
                .max(Comparator.comparingDouble(Scored::accuracy)
                        .thenComparing(Comparator.comparingLong(Scored::step).reversed()));
    }

    static String time(RunLog log) {
        return Durations.text(Duration.ofMillis(Math.round(log.seconds() * 1000)));
    }

    static List<Block> blocks(List<RunData> runs) {
        Table.Builder table = Table.named("runs", runs.size() == 1 ? "The run in figures" : "The runs in figures")
                .words("run", "state", "network")
                .numbers(
                        "parameters",
                        "multiply-adds per image",
                        "steps",
                        "epochs",
                        "time (h:m:s)",
                        "images/s",
                        "held-out accuracy",
                        "best of it",
                        "held-out loss (nats)");
        double top = runs.stream()
                .flatMap(run -> best(run.log()).stream())
                .mapToDouble(Scored::accuracy)
                .max()
                .orElse(Double.NaN);
        for (RunData run : runs) {
            RunLog log = run.log();
            Optional<RunData.NetworkFacts> network = run.trained().network();
            Optional<Scored> last = log.scored().stream().reduce((earlier, later) -> later);
            double best = best(log).map(Scored::accuracy).orElse(Double.NaN);
            double accuracy = last.map(Scored::accuracy).orElse(Double.NaN);
            double loss = last.map(Scored::loss).orElse(Double.NaN);
            double speed = RunLog.mean(log.course(), Measure.IMAGES_PER_SECOND);
            Cell bestCell = Cell.of(best, Numbers.percent(best));
            table.row(
                    Cell.of(run.name()),
                    Cell.of(word(run)),
                    network.map(facts -> Cell.of(facts.name())).orElse(Cell.NONE),
                    network.map(facts -> Cell.of(facts.parameters())).orElse(Cell.NONE),
                    network.map(facts -> Cell.of(facts.multiplyAdds())).orElse(Cell.NONE),
                    Cell.of(log.steps()),
                    Cell.of(log.epochs(), Numbers.fixed(log.epochs(), 2)),
                    Cell.of(log.seconds(), time(log)),
                    Cell.of(speed, Numbers.fixed(speed, 1)),
                    Cell.of(accuracy, Numbers.percent(accuracy)),
                    runs.size() > 1 && best == top ? bestCell.strong() : bestCell,
                    Cell.of(loss, Numbers.fixed(loss, 4)));
        }
        return List.of(table.build());
    }
}
