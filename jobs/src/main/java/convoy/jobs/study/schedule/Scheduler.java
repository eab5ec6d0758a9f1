package convoy.jobs.study.schedule;

import convoy.jobs.study.plan.Assignment;
import convoy.jobs.study.plan.Plan;
import convoy.jobs.study.plan.Results;
import convoy.jobs.study.plan.Score;
import convoy.jobs.study.plan.StudyState;
import convoy.jobs.study.plan.Trial;
import convoy.records.BadInputException;
import convoy.records.Refusal;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * Runs a study: it starts what the plan wants while there is room, the longest first, and asks the plan again whenever something has
 * ended. A state machine: nothing here waits, and it does not know the time.
 *
 * <p>The longest first keeps the cluster full to the end (Graham 1969: at most 4/3 of the shortest schedule that there is, and far
 * less where trials are many). One that there is no room for yet lets shorter ones by.
 *
 * <p>Where there are several places, all trials of one seed are computed in one: that which has most room when the first of them is
 * begun, from then on.
 *
 * <p>Not safe for use by several threads: {@link TrialRunner} tells it of ends on the thread that called it.
 */
public final class Scheduler {
    private final Plan plan;
    private final TrialRunner runner;
    private final Capacity capacity;
    private final Ledger ledger;
    private final Map<String, Begun> underWay = new HashMap<>();

    /** By seed. */
    private final Map<Long, TrialPlace> placed;

    private Results results;
    private boolean reading;
    private boolean stopped;

    /**
     * Has started nothing yet.
     *
     * @param plan what there is to do
     * @param results that were recorded before
     * @param runner trains and scores
     * @param capacity how much room there is
     * @param ledger keeps what is known
     */
    public Scheduler(Plan plan, Results results, TrialRunner runner, Capacity capacity, Ledger ledger) {
        this.plan = plan;
        this.results = results;
        this.runner = runner;
        this.capacity = capacity;
        this.ledger = ledger;
        this.placed = new HashMap<>(ledger.placed());
    }

    private record Begun(Assignment assignment, TrialPlace place) {}

    /**
     * Starts whatever there is room for. To be called at the start, and when there is more room.
     *
     * @throws BadInputException if a trial needs more workers than there ever are while nothing else runs
     */
    public void fill() {
        if (stopped) {
            return;
        }
        StudyState.Next next = plan.state(results).next();
        if (next instanceof StudyState.Train train) {
            fill(train.work());
        } else if (next instanceof StudyState.ReadTest test && !reading) {
            reading = true;
            ledger.beginTest(test.trials());
            runner.readTest(test.trials(), this::read);
        }
    }

    private void fill(List<Assignment> work) {
        Map<TrialPlace, Integer> room = capacity.workers();
        Map<TrialPlace, Integer> free = new TreeMap<>(room);
        underWay.values()
                .forEach(begun ->
                        free.merge(begun.place(), -begun.assignment().trial().workers(), Integer::sum));
        List<Assignment> longestFirst = work.stream()
                .filter(assignment -> !underWay.containsKey(assignment.trial().id()))
                .sorted(Comparator.comparingDouble(Assignment::work)
                        .reversed()
                        .thenComparing(assignment -> assignment.trial().id()))
                .toList();
        for (Assignment assignment : longestFirst) {
            Trial trial = assignment.trial();
            if (underWay.containsKey(trial.id())) {
                continue;
            }
            place(trial, free)
                    .filter(place -> trial.workers() <= free.getOrDefault(place, 0))
                    .ifPresent(place -> {
                        free.merge(place, -trial.workers(), Integer::sum);
                        begin(assignment, place);
                    });
        }
        if (underWay.isEmpty() && !longestFirst.isEmpty()) {
            throw refused(longestFirst.get(0).trial(), room);
        }
    }

    /** Where a trial is to be computed; empty while there is no place at all. */
    private Optional<TrialPlace> place(Trial trial, Map<TrialPlace, Integer> free) {
        return free.containsKey(TrialPlace.ANYWHERE)
                ? Optional.of(TrialPlace.ANYWHERE)
                : Optional.ofNullable(placed.get(trial.seed())).or(() -> free.entrySet().stream()
                        // Of equal ones the first.
                        .max(Comparator.<Map.Entry<TrialPlace, Integer>>comparingInt(Map.Entry::getValue)
                                .thenComparing(Map.Entry::getKey, Comparator.reverseOrder()))
                        .map(Map.Entry::getKey));
    }

    private void begin(Assignment assignment, TrialPlace place) {
        Trial trial = assignment.trial();
        if (!place.isAnywhere() && placed.putIfAbsent(trial.seed(), place) == null) {
            // Before anything of it is trained: whoever goes on computes the others there.
            ledger.keepPlaced(placed);
        }
        underWay.put(trial.id(), new Begun(assignment, place));
        runner.start(assignment, place, outcome -> ended(assignment, outcome));
    }

    private BadInputException refused(Trial trial, Map<TrialPlace, Integer> room) {
        Optional<TrialPlace> bound = room.containsKey(TrialPlace.ANYWHERE)
                ? Optional.empty()
                : Optional.ofNullable(placed.get(trial.seed()));
        int most = bound.map(place -> room.getOrDefault(place, 0))
                .orElseGet(() ->
                        room.values().stream().mapToInt(Integer::intValue).max().orElse(0));
        return new BadInputException(Refusal.of("workers", trial.workers())
                .because("of trial " + trial.id() + " > " + most + ", which the cluster has room for"
                        + bound.map(place -> " on processor " + place.kind() + ", where the trials of seed "
                                        + trial.seed() + " are computed")
                                .orElse(""))
                .instead(bound.map(place -> "give the application executors of that kind")
                        .orElse("lower workers in base, or give the application more executors")));
    }

    private void ended(Assignment assignment, TrialOutcome outcome) {
        Trial trial = assignment.trial();
        underWay.remove(trial.id());
        Results before = results;
        results = before.with(trial, outcome.after(assignment.until(), before.of(trial)));
        ledger.keep(trial, results.of(trial));
        fill();
    }

    private void read(Map<String, Score> scores) {
        results = results.withTest(scores);
        ledger.keepTest(scores);
    }

    /** Starts nothing more; what is under way may end. */
    public void stop() {
        stopped = true;
    }

    /** {@return how the study stands} */
    public StudyState state() {
        return plan.state(results);
    }

    /** {@return what is being trained} */
    public List<Assignment> underWay() {
        return underWay.values().stream()
                .map(Begun::assignment)
                .sorted(Comparator.comparing(assignment -> assignment.trial().id()))
                .toList();
    }

    /** {@return workers of what is being trained} */
    public int workers() {
        return underWay.values().stream()
                .mapToInt(begun -> begun.assignment().trial().workers())
                .sum();
    }

    /** {@return whether nothing is under way and nothing will be started any more} */
    public boolean isOver() {
        return underWay.isEmpty() && (stopped || plan.state(results).next() instanceof StudyState.End);
    }
}
