package convoy.jobs.study.schedule;

import convoy.jobs.study.plan.Score;
import convoy.jobs.study.plan.Trial;
import convoy.jobs.study.plan.TrialRecord;
import java.util.List;
import java.util.Map;

/** The port by which what is known of a study is kept. It is durable when a call returns. */
public interface Ledger {
    /** Where trials are computed, by their seeds, as it was kept before. */
    Map<Long, Place> placed();

    /** Keeps all of that, before the first trial of a seed is begun. */
    void keepPlaced(Map<Long, Place> places);

    /** Keeps what is known of a trial now. */
    void keep(Trial trial, TrialRecord record);

    /** Notes, with the time, that the test set is about to be read by these. */
    void beginTest(List<Trial> trials);

    /** Keeps what the one reading of the test set gave. */
    void keepTest(Map<String, Score> scores);
}
