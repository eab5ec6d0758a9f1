package convoy.driver.checkpoint;

import convoy.parameterserver.range.ValueSource;
import java.util.Optional;
import org.apache.hadoop.fs.Path;

/**
 * A whole checkpoint.
 *
 * @param directory where its files lie
 * @param manifest what they are
 */
public record Checkpoint(Path directory, Manifest manifest) {
    /** {@return the version that it holds: updates applied to the parameters} */
    public long step() {
        return manifest.step();
    }

    /**
     * {@return what servers are opened from}
     *
     * @param growth what they hold beside it; empty: nothing
     */
    public ValueSource source(Optional<ValueSource.Growth> growth) {
        return new ValueSource.Snapshot(directory.toString(), manifest.ranges(), growth);
    }
}
