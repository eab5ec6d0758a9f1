package convoy.jobs.report.run;

import java.io.BufferedWriter;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Collections;
import java.util.Locale;

/** A run's directory as a driver leaves it, of figures that follow from the step. */
public final class DrawnRun {
    static final Instant BEGUN = Instant.parse("2026-03-01T10:00:00Z");

    private DrawnRun() {}

    /** A line of a step, a tenth of a second after the one before, of two workers. */
    public static String step(long step) {
        return step(
                step, String.format(Locale.ROOT, "%.6f", 2 + Math.exp(-step / 100.0)), BEGUN.plusMillis(100 * step));
    }

    public static String step(long step, String loss, Instant time) {
        return String.format(
                Locale.ROOT,
                "{\"kind\":\"step\",\"step\":%d,\"epoch\":%.4f,\"loss\":%s,\"auxiliary-loss\":0.0,\"accuracy\":%.4f,"
                        + "\"examples\":64,\"learning-rate\":%.6f,\"images-per-second\":640.0,\"time\":\"%s\",\"workers\":["
                        + "{\"worker\":\"worker 0 on a<b>&c\",\"micro-batches\":1,\"compute-ms\":60.0,\"data-wait-ms\":1.0,"
                        + "\"pull-wait-ms\":20.0},{\"worker\":\"worker 1 on b\",\"micro-batches\":1,\"compute-ms\":80.0,"
                        + "\"data-wait-ms\":3.0,\"pull-wait-ms\":0.0}]}",
                step,
                step / 50.0,
                loss,
                Math.min(0.9, step / 1000.0),
                0.1 / step,
                time);
    }

    public static String evaluation(long step, double accuracy) {
        return String.format(
                Locale.ROOT,
                "{\"kind\":\"evaluation\",\"step\":%d,\"epoch\":%.4f,\"rows\":1000,\"top1\":%d,\"top1-accuracy\":%.3f,"
                        + "\"loss\":0.5,\"time\":\"%s\"}",
                step,
                step / 50.0,
                Math.round(1000 * accuracy),
                accuracy,
                BEGUN.plusMillis(100 * step + 50));
    }

    public static String membership(long step, String change, int workers, int servers) {
        return String.format(
                Locale.ROOT,
                "{\"kind\":\"membership\",\"step\":%d,\"change\":\"%s\",\"servers\":%d,\"workers\":[%s],\"time\":\"%s\"}",
                step,
                change,
                servers,
                String.join(",", Collections.nCopies(workers, "\"w\"")),
                BEGUN.plusMillis(100 * step + 10));
    }

    /** A line of norms: of three layers that weigh and a norm, the gradient shorter by {@code decay} from each layer to the one before. */
    public static String norms(long step, double decay) {
        return String.format(
                Locale.ROOT,
                "{\"kind\":\"norms\",\"step\":%d,\"layers\":["
                        + "{\"layer\":\"conv1\",\"kind\":\"convolution\",\"gradient\":%.6f,\"update\":0.01},"
                        + "{\"layer\":\"bn1\",\"kind\":\"other\",\"gradient\":9.0,\"update\":9.0},"
                        + "{\"layer\":\"conv2\",\"kind\":\"convolution\",\"gradient\":%.6f,\"update\":null},"
                        + "{\"layer\":\"fc\",\"kind\":\"dense\",\"gradient\":1.0,\"update\":0.03}]}",
                step,
                decay * decay,
                decay);
    }

    /** A directory with a run file and these lines, of which the last may be cut off. */
    public static Path write(Path folder, String... lines) {
        try {
            Files.createDirectories(folder);
            Files.writeString(folder.resolve("run.yaml"), """
                    format: 1
                    name: drawn
                    runs: runs
                    seed: 7
                    network:
                      name: lenet5
                    schedule:
                      rate: 0.25
                    epochs: 3
                    data:
                      train: 'a | b <c>'
                      transforms:
                        - kind: flip
                    """);
            try (BufferedWriter out = Files.newBufferedWriter(folder.resolve("metrics.jsonl"))) {
                out.write(String.join("\n", lines));
                out.write(lines.length > 0 && lines[lines.length - 1].endsWith("}") ? "\n" : "");
            }
            return folder;
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }
}
