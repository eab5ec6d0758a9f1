package convoy.jobs.study.run;

import convoy.jobs.output.Durations;
import convoy.jobs.output.TextTable;
import convoy.jobs.progress.ProgressDisplay;
import convoy.jobs.report.page.Numbers;
import convoy.jobs.study.page.LivePage;
import convoy.jobs.study.plan.Assignment;
import convoy.jobs.study.plan.Fate;
import convoy.jobs.study.plan.Score;
import convoy.jobs.study.plan.StudyState;
import convoy.jobs.study.plan.Trial;
import convoy.jobs.study.plan.VariantState;
import convoy.jobs.study.plan.VariantState.Member;
import convoy.jobs.study.preview.Preview;
import convoy.jobs.study.schedule.MemoryCap;
import convoy.jobs.study.schedule.TrialOutcome;
import convoy.parameterserver.time.Clock;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Tells a person how a study goes: a bar over its trials, a line for each that ends, how the variants stand. Safe for several threads. */
final class StudyProgress implements AutoCloseable {
    private final ProgressDisplay display;
    private final Clock clock;
    private final Preview preview;
    private final long begun;
    private final Map<String, At> underWay = new ConcurrentHashMap<>();
    private final Set<String> said = ConcurrentHashMap.newKeySet();
    private volatile Optional<Reading> reading = Optional.empty();
    /** Multiply-adds that were done before this call; for the thread that shows. */
    private OptionalDouble before = OptionalDouble.empty();
    /** Until the end, as it was last shown; for the thread that shows. */
    private Optional<Duration> left = Optional.empty();

    StudyProgress(Preview preview, PrintWriter err, Clock clock) {
        this.display = ProgressDisplay.of("study " + preview.study().name(), preview.trials(), err);
        this.preview = preview;
        this.clock = clock;
        this.begun = clock.nanoTime();
    }

    /**
     * How far the reading of the test set is.
     *
     * @param since when it began, by the clock
     * @param done images that were scored, of all trials
     * @param all how many there are
     */
    private record Reading(long since, long done, long all) {
        Optional<Duration> left(long now) {
            return done > 0
                    ? Optional.of(Duration.ofNanos((long) ((double) (now - since) * (all - done) / done)))
                    : Optional.empty();
        }
    }

    /** So many images of the test set have been scored, of all trials; from any thread. */
    void read(long done, long all) {
        long now = clock.nanoTime();
        reading = Optional.of(new Reading(reading.map(Reading::since).orElse(now), done, all));
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

    /**
     * Where a trial is.
     *
     * @param trial that is being trained
     * @param from the first step that was told of it
     * @param since when that was, by the clock
     * @param step the newest
     */
    private record At(Trial trial, long from, long since, long step) {
        double epoch() {
            return (double) step / trial.stepsPerEpoch();
        }

        double multiplyAdds() {
            return epoch() * trial.cost().multiplyAdds();
        }

        /** Until it has come to a step, by how fast it came to this one. */
        Optional<Duration> left(long until, long now) {
            return step > from
                    ? Optional.of(Duration.ofNanos(
                            (long) ((double) (now - since) * Math.max(0, until - step) / (step - from))))
                    : Optional.empty();
        }
    }

    /** A trial has come to a step. */
    void at(Trial trial, long step) {
        long now = clock.nanoTime();
        underWay.merge(
                trial.id(),
                new At(trial, step, now, step),
                (before, first) -> new At(trial, before.from(), before.since(), step));
    }

    /**
     * The same for a page.
     *
     * @param assignments that are under way
     * @param memory if that lets in fewer workers than there is room for
     */
    LivePage.Progress page(List<Assignment> assignments, Optional<MemoryCap.Binding> memory) {
        long now = clock.nanoTime();
        Map<String, LivePage.Course> courses = new TreeMap<>();
        for (Assignment assignment : assignments) {
            Optional<At> at =
                    Optional.ofNullable(underWay.get(assignment.trial().id()));
            courses.put(
                    assignment.trial().id(),
                    new LivePage.Course(
                            at.map(At::epoch).orElse((double) assignment.from()),
                            at.flatMap(known -> known.left(assignment.untilStep(), now))));
        }
        return new LivePage.Progress(preview.trials(), left, courses, memory.map(MemoryCap.Binding::sentence));
    }

    /** What was asked of a trial has ended; without an outcome it was asked to stop. */
    void ended(Assignment assignment, Optional<TrialOutcome> outcome) {
        Trial trial = assignment.trial();
        underWay.remove(trial.id());
        display.say("trial " + trial.id() + " "
                + outcome.map(how -> how.sentence(assignment.until())).orElse("has stopped with a checkpoint"));
    }

    /**
     * How the study stands now; for one thread.
     *
     * @param memory if that lets in fewer workers than there is room for
     */
    void show(StudyState state, Optional<MemoryCap.Binding> memory) {
        double done = members(state)
                .mapToDouble(member -> done(
                        member, Optional.ofNullable(underWay.get(member.trial().id()))))
                .sum();
        if (before.isEmpty()) {
            before = OptionalDouble.of(done);
        }
        double here = done - before.getAsDouble();
        long ended = members(state).filter(member -> member.fate() != Fate.OPEN).count();
        left = reading.isPresent()
                ? reading.get().left(clock.nanoTime())
                : here > 0
                        ? Optional.of(Duration.ofNanos(
                                (long) ((clock.nanoTime() - begun) * (toTrain(done) + toRead(state)) / here)))
                        : Optional.empty();
        display.at(
                ended,
                figures(state)
                        + memory.map(binding -> "  " + binding.sentence()).orElse("")
                        + left.map(time -> "  about " + Durations.text(time) + " left")
                                .orElse(""));
    }

    private double toTrain(double done) {
        return Math.max(0, preview.multiplyAdds() - done);
    }

    /** Multiply-adds that could be done in the time that the reading of the test set takes, as many trials as there are at once. */
    private double toRead(StudyState state) {
        return preview.study().test().isEmpty() || state.test().isPresent()
                ? 0
                : preview.readingMultiplyAdds() * Math.max(1, preview.atOnceWorkers());
    }

    private static double done(Member member, Optional<At> now) {
        Trial trial = member.trial();
        boolean whole = member.fate() != Fate.OPEN && member.fate() != Fate.STOPPED;
        int epochs = whole ? trial.epochs() : member.record().epoch();
        return Math.max(
                now.map(At::multiplyAdds).orElse(0.0), epochs * trial.cost().multiplyAdds());
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
