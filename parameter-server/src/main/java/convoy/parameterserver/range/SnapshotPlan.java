package convoy.parameterserver.range;

import convoy.records.text.Counts;
import io.soabase.recordbuilder.core.RecordBuilder;
import java.util.List;
import java.util.Locale;

/**
 * At which versions a range writes itself down, and where.
 *
 * @param directory URI under which every snapshot has its directory {@code step-%08d}
 * @param every snapshot the versions that this divides (version 0 excepted); 0 for none of these
 * @param versions further versions, the run's last one for example; none of these is left out where storage is slow
 */
@RecordBuilder
public record SnapshotPlan(String directory, long every, List<Long> versions) implements SnapshotPlanBuilder.With {
    /** Refuses negative numbers. */
    public SnapshotPlan {
        versions = List.copyOf(versions);
        if (every < 0) {
            throw new IllegalArgumentException(
                    "snapshots every " + Counts.plain(every, "step") + ": use 0 for none, or at least 1");
        }
        for (long version : versions) {
            if (version < 0) {
                throw new IllegalArgumentException("snapshot of version " + version + ": versions count from 0");
            }
        }
    }

    /**
     * {@return a plan by which nothing is written unless it is asked for}
     *
     * @param directory URI under which snapshots have their directories
     */
    public static SnapshotPlan to(String directory) {
        return new SnapshotPlan(directory, 0, List.of());
    }

    /**
     * {@return the name of the directory of one version's snapshot, {@code step-00001200}}
     *
     * @param version which
     */
    public static String directoryName(long version) {
        return String.format(Locale.ROOT, "step-%08d", version);
    }

    /**
     * {@return whether {@code version} is to be written}
     *
     * @param version the number of updates before it
     */
    public boolean includes(long version) {
        return (every > 0 && version > 0 && version % every == 0) || versions.contains(version);
    }
}
