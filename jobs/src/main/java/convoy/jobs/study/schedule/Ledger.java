package convoy.jobs.study.schedule;

import convoy.jobs.study.plan.Score;
import convoy.jobs.study.plan.Trial;
import convoy.jobs.study.plan.TrialRecord;
import java.util.Map;

/** The port by which what is known of a study is kept. It is durable when a call returns. */
public interface Ledger {
    /** Keeps what is known of a trial now. */
    void keep(Trial trial, TrialRecord record);

    /** Keeps what the one reading of the test set gave. */
    void keepTest(Map<String, Score> scores);
}
