package convoy.jobs.study.statistics;

import java.util.ArrayList;
import java.util.List;
import java.util.function.ToDoubleFunction;
import org.apache.commons.rng.UniformRandomProvider;
import org.apache.commons.rng.simple.RandomSource;
import org.apache.commons.statistics.descriptive.Quantile;

/**
 * The stratified bootstrap's percentile interval (Efron and Tibshirani 1993, chapter 13; Agarwal et al., NeurIPS 2021, section 4.1): each
 * sample is drawn again, with replacement and to its own size, and the middle 95 % of the figures so found are the interval. The same
 * seed gives the same interval.
 *
 * @param seed of the draws
 * @param replicates how many times everything is drawn again
 */
public record Bootstrap(long seed, int replicates) {
    /** 10,000 replicates, the seed 1. */
    public static final Bootstrap PLAIN = new Bootstrap(1, 10_000);

    /**
     * The interval of a figure of several samples.
     *
     * @param samples the strata, none of them empty
     * @param confidence 0.95
     */
    Interval interval(List<double[]> samples, double confidence, ToDoubleFunction<List<double[]>> figure) {
        return interval(samples, confidence, figure, RandomSource.XO_SHI_RO_256_PP.create(seed));
    }

    /** The same with draws from outside. */
    Interval interval(
            List<double[]> samples,
            double confidence,
            ToDoubleFunction<List<double[]>> figure,
            UniformRandomProvider random) {
        List<double[]> drawn = new ArrayList<>();
        samples.forEach(sample -> drawn.add(new double[sample.length]));
        double[] figures = new double[replicates];
        for (int replicate = 0; replicate < replicates; replicate++) {
            for (int stratum = 0; stratum < drawn.size(); stratum++) {
                double[] from = samples.get(stratum);
                double[] to = drawn.get(stratum);
                for (int i = 0; i < to.length; i++) {
                    to[i] = from[random.nextInt(from.length)];
                }
            }
            figures[replicate] = figure.applyAsDouble(drawn);
        }
        double tail = (1 - confidence) / 2;
        double[] ends =
                Quantile.withDefaults().with(Quantile.EstimationMethod.HF7).evaluate(figures, tail, 1 - tail);
        return new Interval(ends[0], ends[1]);
    }
}
