package convoy.jobs.study.tuning;

import convoy.architectures.random.RandomStream;

/** How points are drawn. All but the grid are functions of seed and index alone: more of them leave those before as they are. */
public enum Draw {
    /** Owen-scrambled Sobol points. */
    SOBOL {
        @Override
        double[] coordinates(long seed, int index, int dimensions) {
            return SobolPoints.at(seed, index, dimensions);
        }
    },
    /** Halton points with random permutations of digits. */
    HALTON {
        @Override
        double[] coordinates(long seed, int index, int dimensions) {
            return HaltonPoints.at(seed, index, dimensions);
        }
    },
    /** Every combination of each dimension's levels. */
    GRID {
        @Override
        double[] coordinates(long seed, int index, int dimensions) {
            throw new IllegalStateException("a grid's points are combinations of levels");
        }
    },
    /** Independent, uniform. */
    RANDOM {
        @Override
        double[] coordinates(long seed, int index, int dimensions) {
            RandomStream stream = RandomStream.of(seed, "study-random", index);
            double[] point = new double[dimensions];
            for (int d = 0; d < dimensions; d++) {
                point[d] = stream.nextDouble();
            }
            return point;
        }
    };

    /** The point of an index, in [0, 1) in each dimension. */
    abstract double[] coordinates(long seed, int index, int dimensions);
}
