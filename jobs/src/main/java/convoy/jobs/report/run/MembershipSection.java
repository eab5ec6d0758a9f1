package convoy.jobs.report.run;

import convoy.jobs.output.Durations;
import convoy.jobs.report.chart.Mark;
import convoy.jobs.report.page.Block;
import convoy.jobs.report.page.Numbers;
import convoy.jobs.report.page.Prose;
import convoy.jobs.report.page.Table;
import convoy.jobs.report.page.Table.Cell;
import convoy.records.text.Counts;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** Who joined and who was lost, and when. */
final class MembershipSection {
    private static final int MOST = 500;

    private MembershipSection() {}

    /** What the charts over time mark. Numbers are those of the table. */
    static List<Mark> marks(RunLog log, double unitSeconds) {
        List<Mark> marks = new ArrayList<>();
        for (int i = 0; i < log.happenings().size(); i++) {
            Happening one = log.happenings().get(i);
            // Those who come before the first step are no news.
            if (one.moment().step() > 0 || one.isLoss()) {
                marks.add(new Mark(one.moment().seconds() / unitSeconds, i + 1, one.change(), one.isLoss()));
            }
        }
        return marks;
    }

    static List<Block> blocks(List<RunData> runs) {
        List<Block> blocks = new ArrayList<>();
        Table.Builder table = Table.named("membership", "Changes of membership")
                .words("run")
                .numbers("number", "step", "time (h:m:s)")
                .words("what happened")
                .numbers("workers", "servers");
        for (RunData run : runs) {
            RunLog log = run.log();
            long losses = log.happenings().stream().filter(Happening::isLoss).count();
            blocks.add(new Prose((runs.size() == 1 ? "" : run.name() + ": ")
                    + (losses == 0
                            ? "No worker and no server was lost. "
                            : (losses == 1 ? "Once" : Counts.of(losses, "time")) + " a worker or a server was lost. ")
                    + Counts.of(log.checkpoints().count(), "checkpoint") + " written"
                    + (log.checkpoints().count() == 0
                            ? ". "
                            : ", each in " + Numbers.fixed(log.checkpoints().seconds(), 2)
                                    + " s on average, the last of "
                                    + Numbers.large((double) log.checkpoints().bytes()) + "B. ")
                    + "Trained in " + Counts.of(log.ends().calls(), "call") + "."));
            int shown = Math.min(MOST, log.happenings().size());
            for (int i = 0; i < shown; i++) {
                Happening one = log.happenings().get(i);
                Cell what = Cell.of(one.change());
                table.row(
                        Cell.of(run.name()),
                        Cell.of(i + 1),
                        Cell.of(one.moment().step()),
                        Cell.of(
                                one.moment().seconds(),
                                Durations.text(Duration.ofMillis(
                                        Math.round(one.moment().seconds() * 1000)))),
                        one.isLoss() ? what.strong() : what,
                        Cell.of(one.workers()),
                        Cell.of(one.servers()));
            }
            if (shown < log.happenings().size()) {
                blocks.add(new Prose(run.name() + ": the first " + MOST + " of "
                        + Counts.of(log.happenings().size(), "change") + " are shown; metrics.jsonl has them all."));
            }
        }
        if (runs.stream().anyMatch(run -> !run.log().happenings().isEmpty())) {
            blocks.add(table.build());
        }
        return blocks;
    }
}
