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

    /** Of a study that has not begun. */
    public static Results none() {
        return new Results(new TreeMap<>(), Optional.empty());
    }

    /** What is known of a trial. */
    public TrialRecord of(Trial trial) {
        return trials.getOrDefault(trial.id(), TrialRecord.defaults());
    }

    /** The same with more of a trial. */
    public Results with(Trial trial, TrialRecord record) {
        SortedMap<String, TrialRecord> more = new TreeMap<>(trials);
        more.put(trial.id(), record);
        return new Results(more, test);
    }

    /** The same once the test set was read. */
    public Results withTest(Map<String, Score> scores) {
        return new Results(trials, Optional.of(scores));
    }

    /** The same with the test set to be read anew, where somebody asks for that. */
    public Results withoutTest() {
        return new Results(trials, Optional.empty());
    }
}
