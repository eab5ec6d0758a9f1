package convoy.jobs.study.schedule;

import convoy.jobs.study.plan.Assignment;
import convoy.jobs.study.plan.Score;
import convoy.jobs.study.plan.Trial;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/** The port by which a study sees what trains and scores: a Spark application as a rule. */
public interface TrialRunner {
    /**
     * Begins an assignment, or goes on with it where its directory stands, and returns. What cannot be begun is an outcome too.
     *
     * @param assignment to be trained
     * @param ended is told how it ended, once, on the thread that the scheduler is called by
     */
    void start(Assignment assignment, Consumer<TrialOutcome> ended);

    /**
     * Scores trained trials on the test set.
     *
     * @param trials that have ended
     * @param ended is told the scores by the trials' ids, once, on the thread that the scheduler is called by
     */
    void readTest(List<Trial> trials, Consumer<Map<String, Score>> ended);
}
