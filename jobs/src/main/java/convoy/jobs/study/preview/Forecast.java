package convoy.jobs.study.preview;

import convoy.jobs.study.file.Budget;
import convoy.jobs.study.plan.Assignment;
import convoy.jobs.study.plan.Plan;
import convoy.jobs.study.plan.ResolvedStudy;
import convoy.jobs.study.plan.Results;
import convoy.jobs.study.plan.Score;
import convoy.jobs.study.plan.Trial;
import convoy.jobs.study.plan.TrialRecord;
import convoy.jobs.study.schedule.Capacity;
import convoy.jobs.study.schedule.Ledger;
import convoy.jobs.study.schedule.Scheduler;
import convoy.jobs.study.schedule.TrialOutcome;
import convoy.jobs.study.schedule.TrialPlace;
import convoy.jobs.study.schedule.TrialRunner;
import java.time.Duration;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.PriorityQueue;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Consumer;

/**
 * How long a study takes from where it stands, if every trial ends well: the study's own scheduler goes through what is left in virtual
 * time, so that the rungs of a search, the comparison that waits for it and the ragged end, where some slots have nothing left, are
 * counted as they will be. So is the reading of the test set, by one trial after the other: an image that is scored costs as many multiply-adds as
 * a third of one that is trained on.
 *
 * @param paces of the variants
 * @param trials that are trained
 * @param work of all of them, by one worker after the other
 * @param wall how long it takes
 */
public record Forecast(Map<String, Pace> paces, int trials, Duration work, Duration wall) {
    public Forecast {
        paces = Collections.unmodifiableMap(new TreeMap<>(paces));
    }

    /**
     * Of what is left.
     *
     * @param resolved the study
     * @param before what has been recorded
     * @param slots workers that compute at the same time
     * @param paces of every variant
     * @return empty if a pace is missing, or a trial has more workers than there are slots
     */
    public static Optional<Forecast> of(ResolvedStudy resolved, Results before, int slots, Map<String, Pace> paces) {
        if (!paces.keySet().containsAll(resolved.design().variants())) {
            return Optional.empty();
        }
        Rehearsal rehearsal = new Rehearsal(slots, paces, resolved.testRows());
        Scheduler scheduler =
                new Scheduler(new Plan(resolved.design(), resolved.trials()), before, rehearsal, rehearsal, rehearsal);
        if (widest(scheduler) > slots) {
            return Optional.empty();
        }
        scheduler.fill();
        rehearsal.toTheEnd();
        return Optional.of(
                new Forecast(paces, rehearsal.trained.size(), duration(rehearsal.work), duration(rehearsal.now)));
    }

    private static int widest(Scheduler scheduler) {
        return scheduler.state().variants().stream()
                .flatMap(variant -> variant.work().stream())
                .mapToInt(assignment -> assignment.trial().workers())
                .max()
                .orElse(0);
    }

    private static Duration duration(double seconds) {
        return Duration.ofSeconds((long) Math.ceil(Math.min(seconds, Long.MAX_VALUE / 1e10)));
    }

    /** Trains in virtual time, by the paces. */
    private static final class Rehearsal implements TrialRunner, Capacity, Ledger {
        /** No trial is better than another one; each of a variant takes as long. */
        private static final Score ANY = new Score(1, 0, 0);

        private final PriorityQueue<End> ends =
                new PriorityQueue<>(Comparator.comparingDouble(End::at).thenComparingLong(End::number));
        private final Set<String> trained = new HashSet<>();
        private final int slots;
        private final Map<String, Pace> paces;
        private final long testRows;
        private double now;
        private double work;
        private long begun;

        Rehearsal(int slots, Map<String, Pace> paces, long testRows) {
            this.slots = slots;
            this.testRows = testRows;
            this.paces = paces;
        }

        /**
         * Of an assignment, or of the test.
         *
         * @param at seconds since the beginning
         * @param number by which those at the same time are in order
         */
        private record End(double at, long number, Runnable action) {}

        void toTheEnd() {
            while (!ends.isEmpty()) {
                End next = ends.remove();
                now = next.at();
                next.action().run();
            }
        }

        @Override
        public Map<TrialPlace, Integer> workers() {
            return Map.of(TrialPlace.ANYWHERE, slots);
        }

        @Override
        public void start(Assignment assignment, TrialPlace place, Consumer<TrialOutcome> ended) {
            Trial trial = assignment.trial();
            double images = (double) (assignment.until() - assignment.from())
                    * trial.cost().images();
            double alone = images / pace(trial);
            work += alone;
            trained.add(trial.id());
            ends.add(
                    new End(now + alone / trial.workers(), begun++, () -> ended.accept(new TrialOutcome.Reached(ANY))));
        }

        private double pace(Trial trial) {
            return Optional.ofNullable(paces.get(trial.variant())).orElseThrow().images();
        }

        @Override
        public void readTest(List<Trial> trials, Consumer<Map<String, Score>> ended) {
            Map<String, Score> scores = new HashMap<>();
            double seconds = 0;
            for (Trial trial : trials) {
                scores.put(trial.id(), ANY);
                double alone = testRows / (pace(trial) * Budget.PASSES);
                work += alone;
                seconds += alone / trial.workers();
            }
            ends.add(new End(now + seconds, begun++, () -> ended.accept(scores)));
        }

        @Override
        public void keep(Trial trial, TrialRecord record) {}

        @Override
        public Map<Long, TrialPlace> placed() {
            return Map.of();
        }

        @Override
        public void keepPlaced(Map<Long, TrialPlace> places) {}

        @Override
        public void beginTest(List<Trial> trials) {}

        @Override
        public void keepTest(Map<String, Score> scores) {}
    }
}
