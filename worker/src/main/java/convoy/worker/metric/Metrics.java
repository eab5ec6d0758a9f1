package convoy.worker.metric;

import convoy.records.BadInputException;
import convoy.records.text.Counts;
import convoy.records.text.FirstLine;
import convoy.worker.provided.ProviderChoice;
import convoy.worker.provided.Providers;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Supplier;

/** The metrics of one's own of an evaluation. For one thread at a time. */
public final class Metrics {
    private static final int MOST_TERMS = 1_000_000;
    private static final Providers<MetricProvider> PROVIDERS = new Providers<>("metric", MetricProvider.class);

    private final List<Named> metrics;
    private final int size;

    private record Named(String name, Metric metric, int size) {}

    private Metrics(List<Named> metrics) {
        this.metrics = metrics;
        this.size = metrics.stream().mapToInt(Named::size).sum();
    }

    /** {@return no metric} */
    public static Metrics none() {
        return new Metrics(List.of());
    }

    /**
     * {@return those that jars provide}
     *
     * @param choices which, and what they are told
     * @param classes of the model
     * @throws BadInputException if one of them cannot be had
     */
    public static Metrics of(List<ProviderChoice> choices, int classes) {
        List<Named> metrics = new ArrayList<>();
        for (ProviderChoice choice : choices) {
            String name = choice.toString();
            if (metrics.stream().anyMatch(other -> other.name.equals(name))) {
                throw new BadInputException("metric " + name + " is asked for twice: leave one out");
            }
            Metric metric = PROVIDERS.make(choice, (provider, arguments) -> provider.metric(arguments, classes));
            int size = guarded(name, metric::size);
            if (size < 1 || size > MOST_TERMS) {
                throw new BadInputException("metric " + name + " has " + Counts.plain(size, "term")
                        + " a row, it may have 1 to " + MOST_TERMS);
            }
            metrics.add(new Named(name, metric, size));
        }
        return new Metrics(metrics);
    }

    /** {@return sums of no rows, those of all metrics one after the other} */
    public double[] zeros() {
        return new double[size];
    }

    /**
     * Adds the terms of a row.
     *
     * @param sums of the rows before it
     * @param logits of several rows
     * @param offset of the row's first
     * @param classes how many it has
     * @param label of the row
     * @throws BadInputException if a metric fails
     */
    public void add(double[] sums, float[] logits, int offset, int classes, int label) {
        if (metrics.isEmpty()) {
            return;
        }
        ScoredRow row = new ScoredRow(Arrays.copyOfRange(logits, offset, offset + classes), label);
        int at = 0;
        for (Named named : metrics) {
            double[] terms = guarded(named.name, () -> named.metric.terms(row));
            if (terms.length != named.size) {
                throw new BadInputException("metric " + named.name + " has " + Counts.plain(terms.length, "term")
                        + " of a row where it says that it has " + named.size + ": mend its provider");
            }
            for (double term : terms) {
                sums[at++] += term;
            }
        }
    }

    /**
     * {@return the figures by the metrics' names}
     *
     * @param sums of all rows
     * @param rows how many
     * @throws BadInputException if a metric fails
     */
    public SortedMap<String, Double> figures(double[] sums, long rows) {
        SortedMap<String, Double> figures = new TreeMap<>();
        int at = 0;
        for (Named named : metrics) {
            double[] own = Arrays.copyOfRange(sums, at, at + named.size);
            at += named.size;
            figures.put(named.name, guarded(named.name, () -> named.metric.figure(own, rows)));
        }
        return figures;
    }

    private static <T> T guarded(String name, Supplier<T> asking) {
        try {
            return asking.get();
        } catch (RuntimeException | LinkageError failure) {
            throw new BadInputException(
                    "metric " + name + " fails: " + failure.getClass().getSimpleName() + ": " + FirstLine.of(failure)
                            + "; mend its provider, or leave it out",
                    failure);
        }
    }
}
