package convoy.driver.resolved;

import convoy.driver.configuration.DataChoice;
import convoy.driver.configuration.Validation;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.apache.hadoop.conf.Configuration;

/**
 * Data that many runs have in common: each data set is opened, checked and split once, however many configurations are resolved
 * against it, and is for all of them as it was then.
 *
 * <p>Not safe for use by several threads.
 */
public final class OpenData {
    private final Configuration hadoop;
    private final Map<Key, RunData> opened = new HashMap<>();

    /**
     * Of nothing yet.
     *
     * @param hadoop by which file systems are reached
     */
    public OpenData(Configuration hadoop) {
        this.hadoop = hadoop;
    }

    /** By which file systems are reached. */
    Configuration hadoop() {
        return hadoop;
    }

    /** What of a run's data decides its rows. */
    private record Key(String train, Optional<Validation> validation) {}

    /** @throws convoy.records.BadInputException if it cannot be trained on; it is looked at anew the next time */
    RunData of(DataChoice choice) {
        Key key = new Key(choice.train(), choice.validation());
        RunData known = opened.get(key);
        if (known == null) {
            known = RunData.open(hadoop, choice);
            opened.put(key, known);
        }
        return known;
    }
}
