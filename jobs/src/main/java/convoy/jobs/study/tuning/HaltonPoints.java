package convoy.jobs.study.tuning;

import convoy.architectures.random.RandomStream;

/**
 * Points of the Halton sequence with a random permutation of the digits at every place (Owen 2017, "A randomized Halton algorithm
 * in R"): it takes the stripes away that the plain sequence has in higher dimensions.
 */
final class HaltonPoints {
    private HaltonPoints() {}

    static double[] at(long seed, int index, int dimensions) {
        double[] point = new double[dimensions];
        int base = 2;
        for (int d = 0; d < dimensions; d++) {
            point[d] = inverse(seed, d, index, base);
            base = nextPrime(base);
        }
        return point;
    }

    /** The digits of {@code index}, the last one first, each permuted; digits go on until a double cannot tell them. */
    private static double inverse(long seed, int dimension, int index, int base) {
        double value = 0;
        double unit = 1;
        int rest = index;
        for (int place = 0; unit > 0x1.0p-53; place++) {
            unit /= base;
            value += unit * permutation(seed, dimension, place, base)[rest % base];
            rest /= base;
        }
        return Math.min(value, Math.nextDown(1.0));
    }

    private static int[] permutation(long seed, int dimension, int place, int base) {
        RandomStream stream = RandomStream.of(seed, "study-halton", dimension, place);
        int[] permutation = new int[base];
        for (int i = 0; i < base; i++) {
            int j = stream.nextInt(i + 1);
            permutation[i] = permutation[j];
            permutation[j] = i;
        }
        return permutation;
    }

    private static int nextPrime(int prime) {
        int next = prime + 1;
        while (!isPrime(next)) {
            next++;
        }
        return next;
    }

    private static boolean isPrime(int number) {
        for (int divisor = 2; divisor * divisor <= number; divisor++) {
            if (number % divisor == 0) {
                return false;
            }
        }
        return true;
    }
}
