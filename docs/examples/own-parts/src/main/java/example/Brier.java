package example;

import convoy.worker.metric.Metric;
import convoy.worker.metric.MetricProvider;
import convoy.worker.metric.ScoredRow;
import convoy.worker.provided.Arguments;

/** The Brier score: the mean squared distance of the probabilities from the label, 0 at best and 2 at worst. {@code metrics: [brier]}. */
public final class Brier implements MetricProvider {
    @Override
    public String name() {
        return "brier";
    }

    @Override
    public Metric metric(Arguments arguments, int classes) {
        return new Metric() {
            @Override
            public int size() {
                return 1;
            }

            @Override
            public double[] terms(ScoredRow row) {
                double[] probabilities = row.probabilities();
                double distance = 0;
                for (int c = 0; c < probabilities.length; c++) {
                    double off = probabilities[c] - (c == row.label() ? 1 : 0);
                    distance += off * off;
                }
                return new double[] {distance};
            }

            @Override
            public double figure(double[] sums, long rows) {
                return sums[0] / rows;
            }
        };
    }
}
