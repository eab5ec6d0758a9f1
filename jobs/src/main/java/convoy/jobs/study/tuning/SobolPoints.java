package convoy.jobs.study.tuning;

import convoy.architectures.random.RandomStream;
import org.apache.commons.math3.random.SobolSequenceGenerator;

/**
 * Points of the Sobol sequence with the directions of Joe and Kuo (2008), scrambled as Owen does (1995): each digit in base 2 is
 * turned or not, by a coin that the digits before it choose. So every point is uniform for a random seed, and any 2<sup>m</sup>
 * points in a row from 0 are as evenly spread as before.
 */
final class SobolPoints {
    /** Digits of a point; a double holds them exactly. */
    private static final int BITS = 52;

    private SobolPoints() {}

    static double[] at(long seed, int index, int dimensions) {
        double[] point = new SobolSequenceGenerator(dimensions).skipTo(index);
        for (int d = 0; d < dimensions; d++) {
            point[d] = scrambled(seed, d, point[d]);
        }
        return point;
    }

    private static double scrambled(long seed, int dimension, double coordinate) {
        long digits = (long) (coordinate * (1L << BITS));
        long turned = 0;
        for (int digit = 0; digit < BITS; digit++) {
            int place = BITS - 1 - digit;
            // The digits before this one, with a 1 in front that tells 0 from 00.
            long before = (digits >>> (place + 1)) | (1L << digit);
            long coin = RandomStream.of(seed, "study-sobol", dimension, before).nextLong() >>> 63;
            turned |= (((digits >>> place) & 1) ^ coin) << place;
        }
        return (double) turned / (1L << BITS);
    }
}
