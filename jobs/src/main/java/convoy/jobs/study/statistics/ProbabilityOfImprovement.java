package convoy.jobs.study.statistics;

import convoy.records.BadInputException;
import convoy.records.Refusal;
import java.util.ArrayList;
import java.util.List;

/**
 * How likely a run of one variant scores higher than a run of another (Agarwal et al., NeurIPS 2021, section 4.3): over all pairs of
 * their runs, whatever the seed, with half of each tie; over several data sets the mean. The interval is the bootstrap's, stratified by
 * data set and variant.
 *
 * @param value in [0, 1]; 0.5 where neither is ahead
 * @param interval 95 %
 */
public record ProbabilityOfImprovement(double value, Interval interval) {
    /**
     * The scores of one data set.
     *
     * @param variant of the one
     * @param baseline of the other
     */
    public record Runs(List<Double> variant, List<Double> baseline) {
        public Runs {
            variant = List.copyOf(variant);
            baseline = List.copyOf(baseline);
            if (variant.isEmpty() || baseline.isEmpty()) {
                throw new BadInputException(Refusal.of("runs")
                        .because(", has no scores of a variant")
                        .instead("leave the data set out"));
            }
        }
    }

    /** Over data sets, one or more. */
    static ProbabilityOfImprovement of(List<Runs> dataSets, Bootstrap bootstrap) {
        if (dataSets.isEmpty()) {
            throw new BadInputException(
                    Refusal.of("data-sets").because(", has none").instead("give one or more"));
        }
        List<double[]> samples = samples(dataSets);
        return new ProbabilityOfImprovement(
                over(samples), bootstrap.interval(samples, Summary.CONFIDENCE, ProbabilityOfImprovement::over));
    }

    /** The same where lower scores are better: that of scoring lower, with half of each tie. */
    ProbabilityOfImprovement ofLowerScores() {
        return new ProbabilityOfImprovement(1 - value, new Interval(1 - interval.high(), 1 - interval.low()));
    }

    static List<double[]> samples(List<Runs> dataSets) {
        List<double[]> samples = new ArrayList<>();
        for (Runs runs : dataSets) {
            samples.add(array("variant", runs.variant()));
            samples.add(array("baseline", runs.baseline()));
        }
        return samples;
    }

    private static double[] array(String component, List<Double> scores) {
        double[] array = scores.stream().mapToDouble(Double::doubleValue).toArray();
        Summary.requireFinite(component, array);
        return array;
    }

    /** @param samples variant and baseline of each data set in turn */
    static double over(List<double[]> samples) {
        double sum = 0;
        for (int i = 0; i < samples.size(); i += 2) {
            sum += above(samples.get(i), samples.get(i + 1));
        }
        return sum / (samples.size() / 2.0);
    }

    private static double above(double[] variant, double[] baseline) {
        double wins = 0;
        for (double score : variant) {
            for (double other : baseline) {
                wins += score > other ? 1 : score == other ? 0.5 : 0;
            }
        }
        return wins / ((double) variant.length * baseline.length);
    }
}
