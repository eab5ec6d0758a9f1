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

/**
 * Runs a study: it starts what the plan wants while there is room, the longest first, and asks the plan again whenever something has
 * ended. A state machine: nothing here waits, and it does not know the time.
 *
 * <p>The longest first keeps the cluster full to the end (Graham 1969: at most 4/3 of the shortest schedule that there is, and far
 * less where trials are many). One that there is no room for yet lets shorter ones by.
 *
 * <p>Not safe for use by several threads: {@link TrialRunner} tells it of ends on the thread that called it.
 */
public final class Scheduler {
    private final Plan plan;
    private final TrialRunner runner;
    private final Capacity capacity;
    private final Ledger ledger;
    private final Map<String, Assignment> underWay = new HashMap<>();
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
    }

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
        int room = capacity.workers();
        int free = room
                - underWay.values().stream()
                        .mapToInt(assignment -> assignment.trial().workers())
                        .sum();
        List<Assignment> longestFirst = work.stream()
                .filter(assignment -> !underWay.containsKey(assignment.trial().id()))
                .sorted(Comparator.comparingDouble(Assignment::work)
                        .reversed()
                        .thenComparing(assignment -> assignment.trial().id()))
                .toList();
        for (Assignment assignment : longestFirst) {
            Trial trial = assignment.trial();
            if (trial.workers() <= free && !underWay.containsKey(trial.id())) {
                free -= trial.workers();
                underWay.put(trial.id(), assignment);
                runner.start(assignment, outcome -> ended(assignment, outcome));
            }
        }
        if (underWay.isEmpty() && !longestFirst.isEmpty()) {
            Trial first = longestFirst.get(0).trial();
            throw new BadInputException(Refusal.of("workers", first.workers())
                    .because("of trial " + first.id() + " > " + room + ", which the cluster has room for")
                    .instead("lower workers in base, or give the application more executors"));
        }
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
                .sorted(Comparator.comparing(assignment -> assignment.trial().id()))
                .toList();
    }

    /** {@return whether nothing is under way and nothing will be started any more} */
    public boolean isOver() {
        return underWay.isEmpty() && (stopped || plan.state(results).next() instanceof StudyState.End);
    }
}
