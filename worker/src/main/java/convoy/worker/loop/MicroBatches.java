package convoy.worker.loop;

/**
 * Micro-batches {@code [begin, end)} of a step.
 *
 * @param begin the first one, from 0
 * @param end the one behind the last
 */
public record MicroBatches(int begin, int end) {
    public MicroBatches {
        if (begin < 0 || end <= begin) {
            throw new IllegalArgumentException("micro-batches [" + begin + ", " + end + ") are none");
        }
    }

    /** Whether it is one of them. */
    boolean contains(int microBatch) {
        return begin <= microBatch && microBatch < end;
    }

    /** {@return how many they are} */
    public int count() {
        return end - begin;
    }

    @Override
    public String toString() {
        return "[" + begin + ", " + end + ")";
    }
}
