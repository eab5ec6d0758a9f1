package convoy.parameterserver;

import java.util.List;

/** Where an opened range takes its first values from. */
public sealed interface ValueSource {
    /**
     * Sent by whoever opens the range; optimizer slots start at zero.
     *
     * @param values the flat vector of the whole layout; the range's part is sent. Do not change it until {@code open}
     *     has completed.
     */
    @SuppressWarnings("ArrayRecordComponent") // a large buffer that is read once, never compared
    record Initial(float[] values) implements ValueSource {}

    /**
     * Read from a snapshot by the server itself; written by any number of servers.
     *
     * @param directory URI of the snapshot's directory, {@code …/step-00001200}
     * @param files all its range files, as the manifest lists them
     */
    record Snapshot(String directory, List<SnapshotFile> files) implements ValueSource {
        /** Copies the list. */
        public Snapshot {
            files = List.copyOf(files);
        }
    }
}
