package convoy.jobs.study.schedule;

import convoy.jobs.study.plan.Score;
import convoy.jobs.study.plan.Trial;
import convoy.jobs.study.plan.TrialRecord;
import java.util.List;
import java.util.Map;

/** The port by which what is known of a study is kept. It is durable when a call returns. */
public interface Ledger {
    /**
     * Keeps what is known of a trial now.
     *
     * @param trial of the study
     * @param record what is known of it now
     */
    void keep(Trial trial, TrialRecord record);

    /**
     * Notes, with the time, that the test set is about to be read by these.
     *
     * @param trials that are about to be scored
     */
    void beginTest(List<Trial> trials);

    /**
     * Keeps what the one reading of the test set gave.
     *
     * @param scores by the ids of the trials
     */
    void keepTest(Map<String, Score> scores);
}
