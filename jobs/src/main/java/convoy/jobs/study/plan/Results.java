package convoy.jobs.study.plan;

import java.util.Collections;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * All that has been recorded of a study.
 *
 * @param trials by their ids; those of before the study was changed among them
 * @param test what the one reading of the test set gave, by the ids of the trials; empty: it has not been read
 */
public record Results(SortedMap<String, TrialRecord> trials, Optional<Map<String, Score>> test) {
    public Results {
        trials = Collections.unmodifiableSortedMap(new TreeMap<>(trials));
        test = test.map(scores -> Collections.unmodifiableMap(new TreeMap<>(scores)));
    }

    /** {@return the results of a study that has not begun: none} */
    public static Results none() {
        return new Results(new TreeMap<>(), Optional.empty());
    }

    /**
     * {@return what is known of a trial}
     *
     * @param trial of this study
     */
    public TrialRecord of(Trial trial) {
        return trials.getOrDefault(trial.id(), TrialRecord.defaults());
    }

    /**
     * {@return the same with this of a trial}
     *
     * @param trial of this study
     * @param record what is known of it now
     */
    public Results with(Trial trial, TrialRecord record) {
        SortedMap<String, TrialRecord> more = new TreeMap<>(trials);
        more.put(trial.id(), record);
        return new Results(more, test);
    }

    /**
     * {@return the same once the test set was read}
     *
     * @param scores by the ids of the trials
     */
    public Results withTest(Map<String, Score> scores) {
        return new Results(trials, Optional.of(scores));
    }

    /** {@return the same with the test set to be read anew, where somebody asks for that} */
    public Results withoutTest() {
        return new Results(trials, Optional.empty());
    }
}
