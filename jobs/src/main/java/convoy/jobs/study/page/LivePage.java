package convoy.jobs.study.page;

import convoy.jobs.output.Durations;
import convoy.jobs.report.page.Block;
import convoy.jobs.report.page.Link;
import convoy.jobs.report.page.Meter;
import convoy.jobs.report.page.Page;
import convoy.jobs.report.page.Prose;
import convoy.jobs.report.page.ReportFiles;
import convoy.jobs.report.page.Table;
import convoy.jobs.report.page.Table.Cell;
import convoy.jobs.study.file.Study;
import convoy.jobs.study.plan.Fate;
import convoy.jobs.study.plan.Score;
import convoy.jobs.study.plan.StudyState;
import convoy.jobs.study.plan.TrialRecord;
import convoy.jobs.study.plan.VariantState;
import convoy.jobs.study.plan.VariantState.Member;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/** The page about a study while it runs: how far it is, every trial, what failed. It differs each time, and is no part of the report. */
public final class LivePage {
    /** Its file in the study's directory. */
    public static final String FILE = "study.html";

    /** How often it is renewed. */
    public static final Duration RENEWED = Duration.ofSeconds(5);

    private LivePage() {}

    /**
     * A trial that is being trained.
     *
     * @param epoch to which it has come, with a fraction
     * @param left until it has come as far as it is to now; empty while nothing is known
     */
    public record Course(double epoch, Optional<Duration> left) {}

    /**
     * How far the study is.
     *
     * @param trials that there are in all, as far as is known
     * @param left until its end; empty while nothing is known
     * @param underWay trials that are being trained, by their ids
     * @param memory what is let in by it, if less than there is room for
     */
    public record Progress(int trials, Optional<Duration> left, Map<String, Course> underWay, Optional<String> memory) {
        public Progress {
            underWay = Map.copyOf(underWay);
        }
    }

    /**
     * When and where.
     *
     * @param now when this was so
     * @param spark address of Spark's page about the application
     * @param over whether nothing more will happen in this call
     */
    public record Moment(Instant now, Optional<String> spark, boolean over) {}

    /**
     * {@return the page as one file of HTML, which loads nothing and has itself looked at again while the study goes on}
     *
     * @param study that runs
     * @param state how it stands
     * @param progress how far it is
     * @param moment when and where
     */
    public static String of(Study study, StudyState state, Progress progress, Moment moment) {
        List<Page.Section> sections = new ArrayList<>();
        sections.add(new Page.Section("progress", "Progress", progress(state, progress, moment)));
        sections.add(new Page.Section("variants", "Variants", List.of(variants(state))));
        List<List<Cell>> failed = failures(state);
        if (!failed.isEmpty()) {
            Table.Builder table = Table.named("failures", "What diverged, and what crashed and is tried again or not.")
                    .withoutFile()
                    .words("trial", "what", "reason");
            failed.forEach(table::row);
            sections.add(new Page.Section("failures", "Diverged and crashed", List.of(table.build())));
        }
        sections.add(new Page.Section("trials", "Trials", List.of(trials(state, progress))));
        Page page = new Page("Study " + study.name(), List.of(study.question()), sections, List.of());
        return ReportFiles.live(page, moment.over() ? 0 : (int) RENEWED.toSeconds());
    }

    private static Stream<Member> members(StudyState state) {
        return state.variants().stream()
                .flatMap(variant -> Stream.concat(variant.tuning().stream(), variant.comparing().stream()));
    }

    private static List<Block> progress(StudyState state, Progress progress, Moment moment) {
        long ended = members(state).filter(member -> member.fate() != Fate.OPEN).count();
        boolean complete = state.next() instanceof StudyState.End;
        List<Block> blocks = new ArrayList<>();
        blocks.add(new Meter(
                ended,
                Math.max(1, progress.trials()),
                ended + " of " + progress.trials() + " have ended, "
                        + progress.underWay().size() + " being trained"
                        + progress.left()
                                .map(left -> "; about " + Durations.text(left) + " left")
                                .orElse("")));
        progress.memory().ifPresent(memory -> blocks.add(new Prose("Workers: " + memory + ".")));
        if (state.next() instanceof StudyState.ReadTest) {
            blocks.add(new Prose("All trials have ended, and the test set is read."));
        }
        String at = moment.now().truncatedTo(ChronoUnit.SECONDS).toString();
        if (!moment.over()) {
            blocks.add(new Prose("As of " + at + "; this page is renewed every " + RENEWED.toSeconds()
                    + " s, and stands still where the driver has died."));
        } else if (complete) {
            blocks.add(new Prose("The study has ended, at " + at + "."));
            blocks.add(new Link("Its report", "report/report.html"));
        } else {
            blocks.add(new Prose("The study was stopped, at " + at + "; the same command goes on."));
        }
        moment.spark()
                .filter(address -> !moment.over())
                .ifPresent(address -> blocks.add(new Link("Spark's page about the application", address)));
        return blocks;
    }

    private static Table variants(StudyState state) {
        Table.Builder table = Table.named(
                        "variants", "Means over trials that are compared and have ended, on the validation rows.")
                .withoutFile()
                .words("variant")
                .numbers("accuracy", "finished", "diverged", "crashed", "searched");
        for (VariantState variant : state.variants()) {
            table.row(
                    Cell.of(variant.variant()),
                    percent(variant.finished().stream()
                            .flatMap(member -> member.score().stream())
                            .mapToDouble(Score::accuracy)
                            .average()
                            .orElse(Double.NaN)),
                    Cell.of(variant.finished().size()),
                    Cell.of(count(variant, Fate.DIVERGED)),
                    Cell.of(count(variant, Fate.CRASHED)),
                    Cell.of(variant.tuning().size()));
        }
        return table.build();
    }

    private static long count(VariantState variant, Fate fate) {
        return Stream.concat(variant.tuning().stream(), variant.comparing().stream())
                .filter(member -> member.fate() == fate)
                .count();
    }

    private static List<List<Cell>> failures(StudyState state) {
        List<List<Cell>> rows = new ArrayList<>();
        members(state).forEach(member -> {
            TrialRecord record = member.record();
            record.diverged()
                    .ifPresent(diverged -> rows.add(List.of(
                            Cell.of(member.trial().id()),
                            Cell.of("diverged at step " + diverged.step()),
                            Cell.of(diverged.reason()))));
            for (int crash = 0; crash < record.crashes().size(); crash++) {
                boolean last = member.fate() == Fate.CRASHED
                        && crash == record.crashes().size() - 1;
                rows.add(List.of(
                        Cell.of(member.trial().id()),
                        Cell.of(last ? "crashed, and is not tried again" : "crashed"),
                        Cell.of(record.crashes().get(crash))));
            }
        });
        return rows;
    }

    private static Table trials(StudyState state, Progress progress) {
        Table.Builder table = Table.named(
                        "trials", "Trials that are known so far; those of a comparison follow from its search.")
                .withoutFile()
                .words("trial", "for", "state")
                .numbers("seed", "epoch", "of", "accuracy")
                .words("time left");
        members(state).forEach(member -> {
            Optional<Course> course =
                    Optional.ofNullable(progress.underWay().get(member.trial().id()));
            double epoch =
                    course.map(Course::epoch).orElse((double) member.record().epoch());
            table.row(
                    Cell.of(member.trial().id()),
                    Cell.of(isSearched(state, member) ? "search" : "comparison"),
                    Cell.of(word(member.fate(), course.isPresent())),
                    Cell.of(member.cell().seed()),
                    Cell.of(epoch, String.format(Locale.ROOT, "%.1f", epoch)),
                    Cell.of(member.trial().epochs()),
                    percent(member.score().map(Score::accuracy).orElse(Double.NaN)),
                    course.flatMap(Course::left)
                            .map(left -> Cell.of(Durations.text(left)))
                            .orElse(Cell.NONE));
        });
        return table.build();
    }

    private static boolean isSearched(StudyState state, Member member) {
        return state.variants().stream().anyMatch(variant -> variant.tuning().contains(member));
    }

    private static String word(Fate fate, boolean trains) {
        return switch (fate) {
            case OPEN -> trains ? "being trained" : "waits";
            case FINISHED -> "finished";
            case STOPPED -> "stopped: others were better";
            case DIVERGED -> "diverged";
            case CRASHED -> "crashed";
        };
    }

    private static Cell percent(double share) {
        return Cell.of(100 * share, String.format(Locale.ROOT, "%.2f %%", 100 * share));
    }
}
