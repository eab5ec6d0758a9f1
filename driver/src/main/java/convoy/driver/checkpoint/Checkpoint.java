package convoy.driver.checkpoint;

import convoy.parameterserver.ValueSource;
import org.apache.hadoop.fs.Path;

/**
 * A whole checkpoint.
 *
 * @param directory where its files lie
 * @param manifest what they are
 */
public record Checkpoint(Path directory, Manifest manifest) {
    public long step() {
        return manifest.step();
    }

    /** What servers are opened from. */
    public ValueSource source() {
        return new ValueSource.Snapshot(directory.toString(), manifest.ranges());
    }
}
