package convoy.parameterserver.range;

import convoy.parameterserver.layout.ParameterLayout;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/** Where an opened range takes its first values from. */
public sealed interface ValueSource {
    /**
     * {@return what the one function makes of values that are sent, or the others of values that the server gets itself}
     *
     * @param <R> what comes of it
     * @param initial takes values that are sent
     * @param snapshot takes a snapshot that the server reads
     * @param mirrored takes copies in the memory of servers
     */
    <R> R match(Function<Initial, R> initial, Function<Snapshot, R> snapshot, Function<Mirrored, R> mirrored);

    /**
     * Sent by whoever opens the range; optimizer slots start at zero.
     *
     * @param values the flat vector of the whole layout; the range's part is sent. Do not change it until {@code open}
     *     has completed.
     */
    @SuppressWarnings("ArrayRecordComponent") // a large buffer that is read once, never compared
    record Initial(float[] values) implements ValueSource {
        @Override
        public <R> R match(
                Function<Initial, R> initial, Function<Snapshot, R> snapshot, Function<Mirrored, R> mirrored) {
            return initial.apply(this);
        }
    }

    /**
     * Read from a snapshot by the server itself; written by any number of servers.
     *
     * @param directory URI of the snapshot's directory, {@code …/step-00001200}
     * @param files all its range files, as the manifest lists them
     * @param growth empty if the snapshot is of the range's own layout
     */
    record Snapshot(String directory, List<SnapshotFile> files, Optional<Growth> growth) implements ValueSource {
        /** Copies the list. */
        public Snapshot {
            files = List.copyOf(files);
        }

        /**
         * A snapshot of the range's own layout.
         *
         * @param directory URI of the snapshot's directory, {@code …/step-00001200}
         * @param files all its range files, as the manifest lists them
         */
        public Snapshot(String directory, List<SnapshotFile> files) {
            this(directory, files, Optional.empty());
        }

        @Override
        public <R> R match(
                Function<Initial, R> initial, Function<Snapshot, R> snapshot, Function<Mirrored, R> mirrored) {
            return snapshot.apply(this);
        }
    }

    /**
     * Copies of all partitions, values and slots, in the memory of servers.
     *
     * @param places where they are, in the order of the partitions
     */
    record Mirrored(List<MirrorPlace> places) implements ValueSource {
        /** Copies the list. */
        public Mirrored {
            places = List.copyOf(places);
        }

        @Override
        public <R> R match(
                Function<Initial, R> initial, Function<Snapshot, R> snapshot, Function<Mirrored, R> mirrored) {
            return mirrored.apply(this);
        }
    }

    /**
     * How a snapshot of other tensors is read: tensors that it has keep their values and slots, the others have values
     * from elsewhere and slots that are zero.
     *
     * @param layout of the snapshot
     * @param others URI of a safetensors file, or of an index of several, with the tensors that the snapshot lacks
     */
    record Growth(ParameterLayout layout, String others) {}
}
