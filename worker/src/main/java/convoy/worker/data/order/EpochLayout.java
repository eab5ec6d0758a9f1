package convoy.worker.data.order;

/**
 * The rows of one epoch laid end to end, as visits of row groups: visit i takes the places
 * {@code [starts[i], starts[i+1])} and reads the row group {@code groups[i]}.
 */
sealed interface EpochLayout {
    int[] groups();

    long[] starts();

    /** The row at a place of a visit, counted inside its row group. */
    int row(int visit, long place);

    /** How often the run has drawn the row at a place before. */
    int pass(long place);

    /** The visit that a place belongs to. */
    default int at(long place) {
        long[] starts = starts();
        int low = 0;
        int high = groups().length;
        while (high - low > 1) {
            int middle = (low + high) >>> 1;
            if (starts[middle] <= place) {
                low = middle;
            } else {
                high = middle;
            }
        }
        return low;
    }

    /** Every row group visited once, whole. */
    @SuppressWarnings("ArrayRecordComponent") // Never compared.
    record Whole(int[] groups, long[] starts, int epoch) implements EpochLayout {
        @Override
        public int row(int visit, long place) {
            return (int) (place - starts[visit]);
        }

        @Override
        public int pass(long place) {
            return epoch;
        }
    }

    /** Row groups visited as often as there is something to draw from them. */
    @SuppressWarnings("ArrayRecordComponent") // Never compared.
    record Drawn(int[] groups, long[] starts, int[] rows, int[] passes) implements EpochLayout {
        @Override
        public int row(int visit, long place) {
            return rows[(int) place];
        }

        @Override
        public int pass(long place) {
            return passes[(int) place];
        }
    }
}
