package convoy.worker.data.order;

import convoy.architectures.random.RandomStream;

/** Lays out the rows of an epoch, each epoch by itself. */
sealed interface EpochRows permits EpochRows.Shuffled, BalancedRows {
    EpochLayout layOut(long epoch);

    /**
     * Every row once, in permuted row groups.
     *
     * @param groupStarts where each row group begins, counted in rows, and where the last one ends
     */
    @SuppressWarnings("ArrayRecordComponent") // Never compared.
    record Shuffled(long seed, long[] groupStarts) implements EpochRows {
        @Override
        public EpochLayout layOut(long epoch) {
            int[] groups = new int[groupStarts.length - 1];
            RandomStream random = RandomStream.of(seed, "order", epoch);
            for (int i = 0; i < groups.length; i++) {
                int j = random.nextInt(i + 1);
                groups[i] = groups[j];
                groups[j] = i;
            }
            long[] starts = new long[groups.length + 1];
            for (int i = 0; i < groups.length; i++) {
                starts[i + 1] = starts[i] + groupStarts[groups[i] + 1] - groupStarts[groups[i]];
            }
            return new EpochLayout.Whole(groups, starts, Math.toIntExact(epoch));
        }
    }
}
