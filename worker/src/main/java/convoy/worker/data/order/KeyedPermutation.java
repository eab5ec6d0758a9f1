package convoy.worker.data.order;

import convoy.architectures.random.RandomStream;

/**
 * A random-looking bijection of {@code [0, n)} onto itself that needs no memory: the place of any one element is found
 * without working out the others'.
 *
 * <p>A Feistel network over {@code a x b >= n} (Black and Rogaway, "Ciphers with Arbitrary Finite Domains", 2002): the
 * two digits of a number are in turn shifted by a keyed hash of the other; results outside {@code [0, n)} go through
 * again. Since {@code a*b - n <= 2*sqrt(n)}, that is rare.
 */
public final class KeyedPermutation {
    private static final int ROUNDS = 8;

    private final long size;
    private final long left;
    private final long right;
    private final long[] keys = new long[ROUNDS];

    /**
     * @param size n, at least one
     * @param keys where the permutation's keys are drawn from
     */
    public KeyedPermutation(long size, RandomStream keys) {
        if (size < 1) {
            throw new IllegalArgumentException("size = " + size + ", must be at least 1");
        }
        this.size = size;
        left = (long) Math.ceil(Math.sqrt((double) size));
        right = (size + left - 1) / left;
        for (int round = 0; round < ROUNDS; round++) {
            this.keys[round] = keys.nextLong();
        }
    }

    /**
     * {@return where {@code index} goes; both in {@code [0, n)}}
     *
     * @param index in {@code [0, n)}
     */
    public long apply(long index) {
        if (index < 0 || index >= size) {
            throw new IllegalArgumentException("index = " + index + ", outside [0, " + size + ")");
        }
        long number = index;
        do {
            long high = number / right;
            long low = number % right;
            for (int round = 0; round < ROUNDS; round += 2) {
                high = (high + hash(low, keys[round], left)) % left;
                low = (low + hash(high, keys[round + 1], right)) % right;
            }
            number = high * right + low;
        } while (number >= size);
        return number;
    }

    private static long hash(long value, long key, long bound) {
        return (RandomStream.mix(value + key) >>> 1) % bound;
    }
}
