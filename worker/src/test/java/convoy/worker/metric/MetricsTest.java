package convoy.worker.metric;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import convoy.records.BadInputException;
import convoy.worker.provided.Arguments;
import convoy.worker.provided.ProviderChoice;
import java.io.IOException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Metrics that jars bring: sums of their terms, and one line about whatever is wrong with them. */
public final class MetricsTest {
    private static final float[] LOGITS = {0, 1, 2, 5, 5, 5};

    private final Path directory;
    private final ClassLoader before = Thread.currentThread().getContextClassLoader();

    MetricsTest(@TempDir Path directory) {
        this.directory = directory;
    }

    @AfterEach
    void seeWhatWasSeenBefore() {
        Thread.currentThread().setContextClassLoader(before);
    }

    /** The mean probability of a class among the rows that are of it. */
    public static final class Mean implements MetricProvider {
        @Override
        public String name() {
            return "mean";
        }

        @Override
        public Metric metric(Arguments arguments, int classes) {
            int of = arguments.whole("of", 0, 0, classes - 1);
            int terms = arguments.whole("terms", 2, 0, 3);
            int size = arguments.whole("size", 2, 0, 3);
            boolean fails = arguments.optional("fails").isPresent();
            return new Metric() {
                @Override
                public int size() {
                    return size;
                }

                @Override
                public double[] terms(ScoredRow row) {
                    if (row.label() != of) {
                        return new double[terms];
                    }
                    if (fails) {
                        throw new IllegalStateException("no such\nrow");
                    }
                    return new double[] {row.probabilities()[of], 1};
                }

                @Override
                public double figure(double[] sums, long rows) {
                    return sums[0] / sums[1];
                }
            };
        }
    }

    private void seeProvider() throws IOException {
        Path services = Files.createDirectories(directory.resolve("META-INF/services"));
        Files.write(services.resolve(MetricProvider.class.getName()), List.of(Mean.class.getName()));
        Thread.currentThread()
                .setContextClassLoader(
                        new URLClassLoader(new URL[] {directory.toUri().toURL()}, before));
    }

    private static ProviderChoice mean(Map<String, String> arguments) {
        return new ProviderChoice("mean", new TreeMap<>(arguments));
    }

    private static double[] added(Metrics metrics) {
        double[] sums = metrics.zeros();
        metrics.add(sums, LOGITS, 0, 3, 2);
        metrics.add(sums, LOGITS, 3, 3, 1);
        metrics.add(sums, LOGITS, 3, 3, 2);
        return sums;
    }

    @Test
    void termsAreAddedAndMakeFigures() throws IOException {
        seeProvider();
        Metrics metrics = Metrics.of(List.of(mean(Map.of("of", "2")), mean(Map.of("of", "1"))), 3);
        Map<String, Double> figures = metrics.figures(added(metrics), 3);
        assertThat(figures).containsOnlyKeys("mean {of=1}", "mean {of=2}");
        assertThat(figures.get("mean {of=1}")).isCloseTo(1.0 / 3, within(1e-15));
        double best = Math.exp(2) / (1 + Math.exp(1) + Math.exp(2));
        assertThat(figures.get("mean {of=2}")).isCloseTo((best + 1.0 / 3) / 2, within(1e-15));
        assertThat(Metrics.none().figures(added(Metrics.none()), 3)).isEmpty();
    }

    @Test
    void whatIsWrongIsSaidInOneLine() throws IOException {
        assertThatThrownBy(() -> Metrics.of(List.of(mean(Map.of())), 3))
                .isInstanceOf(BadInputException.class)
                .hasMessage("metric mean: no jar on the class path provides it; give the jar that does with --jars");
        seeProvider();
        refused(Map.of("of", "3"), "metric mean: of = 3 is not in [0, 2]");
        refused(Map.of("size", "0"), "metric mean {size=0} has 0 terms a row, it may have 1 to 1000000");
        refused(
                Map.of("terms", "3"),
                "metric mean {terms=3} has 3 terms of a row where it says that it has 2: mend its provider");
        refused(
                Map.of("of", "2", "fails", "yes"),
                "metric mean {fails=yes, of=2} fails: IllegalStateException: no such; mend its provider, or leave it out");
        assertThatThrownBy(() -> Metrics.of(List.of(mean(Map.of()), mean(Map.of())), 3))
                .isInstanceOf(BadInputException.class)
                .hasMessage("metric mean is asked for twice: leave one out");
    }

    private static void refused(Map<String, String> arguments, String message) {
        assertThatThrownBy(() -> added(Metrics.of(List.of(mean(arguments)), 3)))
                .isInstanceOf(BadInputException.class)
                .hasMessage(message);
    }
}
