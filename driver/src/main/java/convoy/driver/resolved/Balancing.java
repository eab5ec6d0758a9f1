package convoy.driver.resolved;

import convoy.driver.configuration.ClassWeights;
import convoy.driver.configuration.RunConfiguration;
import convoy.records.text.Counts;
import convoy.worker.data.DataSet;
import convoy.worker.data.batch.ClassBalance;
import convoy.worker.data.order.EpochOrder;
import convoy.worker.data.order.RowLabels;
import convoy.worker.data.order.Sampling;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** What a configuration asks for about classes of different size, made out from the labels of the training data. */
final class Balancing {
    private Balancing() {}

    /**
     * Reads the labels, if they are needed.
     *
     * @throws convoy.records.BadInputException if what is asked for does not suit them
     */
    static ClassBalance of(RunConfiguration configuration, DataSet train) {
        Sampling sampling = configuration.data().sampling();
        ClassWeights weights = configuration.optimization().loss().classWeights();
        if (sampling == Sampling.SHUFFLED && weights instanceof ClassWeights.None) {
            return ClassBalance.none();
        }
        RowLabels labels = train.labels();
        if (sampling == Sampling.BALANCED) {
            train.requireAllClasses(labels);
        }
        return new ClassBalance(sampling, weights.of(train, labels), Optional.of(labels));
    }

    /** What it comes to with this data, one line each. */
    static List<String> remarks(ClassBalance balance, DataSet train) {
        List<String> remarks = new ArrayList<>();
        List<String> classes = train.info().classes();
        balance.labels().map(RowLabels::counts).ifPresent(counts -> {
            if (balance.sampling() == Sampling.BALANCED && EpochOrder.balancedReadings(counts) > 1) {
                remarks.add(reading(counts, classes));
            }
            List<Double> weights = balance.lossWeights();
            if (!weights.isEmpty()) {
                int least = weights.indexOf(Collections.min(weights));
                int most = weights.indexOf(Collections.max(weights));
                remarks.add(String.format(
                        Locale.ROOT,
                        "loss.class-weights: from %.4g for %s (%s) to %.4g for %s (%s)",
                        weights.get(least),
                        classes.get(least),
                        Counts.of(counts[least], "row"),
                        weights.get(most),
                        classes.get(most),
                        Counts.of(counts[most], "row")));
            }
        });
        return remarks;
    }

    private static String reading(int[] counts, List<String> classes) {
        int rarest = 0;
        long rows = 0;
        for (int c = 0; c < counts.length; c++) {
            rarest = counts[c] < counts[rarest] ? c : rarest;
            rows += counts[c];
        }
        return String.format(
                Locale.ROOT,
                "data.sampling = balanced: an epoch has %s of each class, those of %s (%,d) %.1f times; it reads the"
                        + " data %s at most, from memory where it fits in",
                Counts.of(rows / counts.length, "row"),
                classes.get(rarest),
                counts[rarest],
                (double) rows / counts.length / counts[rarest],
                Counts.of(EpochOrder.balancedReadings(counts), "time"));
    }
}
