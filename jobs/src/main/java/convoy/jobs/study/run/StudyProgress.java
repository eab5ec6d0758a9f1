package convoy.jobs.study.run;

import convoy.jobs.output.Durations;
import convoy.jobs.output.TextTable;
import convoy.jobs.progress.ProgressDisplay;
import convoy.jobs.report.page.Numbers;
import convoy.jobs.study.plan.Assignment;
import convoy.jobs.study.plan.Fate;
import convoy.jobs.study.plan.Score;
import convoy.jobs.study.plan.StudyState;
import convoy.jobs.study.plan.Trial;
import convoy.jobs.study.plan.VariantState;
import convoy.jobs.study.plan.VariantState.Member;
import convoy.jobs.study.preview.Preview;
import convoy.jobs.study.schedule.TrialOutcome;
import convoy.parameterserver.time.Clock;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Tells a person how a study goes: a bar over its trials, a line for each that ends, how the variants stand. Safe for several threads. */
final class StudyProgress implements AutoCloseable {
    private final ProgressDisplay display;
    private final Clock clock;
    private final Preview preview;
    private final long begun;
    private final Map<String, Double> underWay = new ConcurrentHashMap<>();
    private final Set<String> said = ConcurrentHashMap.newKeySet();
    /** Multiply-adds that were done before this call; for the thread that shows. */
    private OptionalDouble before = OptionalDouble.empty();

    StudyProgress(Preview preview, PrintWriter err, Clock clock) {
        this.display = ProgressDisplay.of("study " + preview.study().name(), preview.trials(), err);
        this.preview = preview;
        this.clock = clock;
        this.begun = clock.nanoTime();
    }

    /** A line of note. */
    void say(String line) {
        display.say(line);
    }

    /** A line that many trials say alike. */
    void sayOnce(String trial, String line) {
        if (said.add(line)) {
            display.say(trial + ": " + line);
        }
    }

    /** A trial has come to a step. */
    void at(Trial trial, long step) {
        underWay.put(
                trial.id(), (double) step / trial.stepsPerEpoch() * trial.cost().multiplyAdds());
    }

    /** What was asked of a trial has ended; without an outcome it was asked to stop. */
    void ended(Assignment assignment, Optional<TrialOutcome> outcome) {
        Trial trial = assignment.trial();
        underWay.remove(trial.id());
        display.say("trial " + trial.id() + " "
                + outcome.map(how -> how.sentence(assignment.until())).orElse("has stopped with a checkpoint"));
    }

    /** How the study stands now; for one thread. */
    void show(StudyState state) {
        double done = members(state)
                .mapToDouble(member ->
                        done(member, underWay.getOrDefault(member.trial().id(), 0.0)))
                .sum();
        if (before.isEmpty()) {
            before = OptionalDouble.of(done);
        }
        double here = done - before.getAsDouble();
        long ended = members(state).filter(member -> member.fate() != Fate.OPEN).count();
        String left = here > 0
                ? "  about "
                        + Durations.text(Duration.ofNanos((long)
                                ((clock.nanoTime() - begun) * Math.max(0, preview.multiplyAdds() - done) / here)))
                        + " left"
                : "";
        display.at(ended, figures(state) + left);
    }

    private static double done(Member member, double now) {
        Trial trial = member.trial();
        boolean whole = member.fate() != Fate.OPEN && member.fate() != Fate.STOPPED;
        int epochs = whole ? trial.epochs() : member.record().epoch();
        return Math.max(now, epochs * trial.cost().multiplyAdds());
    }

    private static Stream<Member> members(StudyState state) {
        return state.variants().stream()
                .flatMap(variant -> Stream.concat(variant.tuning().stream(), variant.comparing().stream()));
    }

    /** In a line: each variant's mean so far, and of how many trials. */
    private static String figures(StudyState state) {
        return state.variants().stream()
                .map(variant -> variant.variant() + " "
                        + mean(variant).map(Numbers::percent).orElse("-") + " ("
                        + variant.finished().size() + ")")
                .collect(Collectors.joining("  "));
    }

    /** How the variants stand, as a table. */
    static List<String> table(StudyState state) {
        TextTable table = new TextTable()
                .left("variant")
                .right("validation")
                .right("finished")
                .right("diverged")
                .right("crashed")
                .right("search");
        for (VariantState variant : state.variants()) {
            table.row(
                    variant.variant(),
                    mean(variant).map(Numbers::percent).orElse("-"),
                    Integer.toString(variant.finished().size()),
                    count(variant, Fate.DIVERGED),
                    count(variant, Fate.CRASHED),
                    Integer.toString(variant.tuning().size()));
        }
        return table.lines();
    }

    private static String count(VariantState variant, Fate fate) {
        return Long.toString(variant.comparing().stream()
                .filter(member -> member.fate() == fate)
                .count());
    }

    private static Optional<Double> mean(VariantState variant) {
        List<Score> scores = variant.finished().stream()
                .flatMap(member -> member.score().stream())
                .toList();
        return scores.isEmpty()
                ? Optional.empty()
                : Optional.of(
                        scores.stream().mapToDouble(Score::accuracy).average().orElseThrow());
    }

    @Override
    public void close() {
        display.close();
    }
}
