package convoy.tests.integration;

import static org.assertj.core.api.Assertions.assertThat;

import convoy.jobs.Main;
import convoy.worker.groups.LongTest;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Models of both engines, made again by the command: the longer form of what small runs of a toy engine show. */
final class ReproducedModelsTest {
    @LongTest
    @ParameterizedTest(name = "{0} by {1}")
    @CsvSource({
        "resnet20_cifar, nd4j, '{kind: adam-w}'",
        "resnet20_cifar, libtorch, '{kind: nesterov}'",
        "googlenet, nd4j, '{kind: momentum}'",
        "googlenet, libtorch, '{kind: rms-prop}'",
        "nin_cifar, libtorch, '{kind: adam}'"
    })
    void hasTheSameBytesOnAnotherNumberOfWorkersAndServers(
            String network, String engine, String optimizer, @TempDir Path directory) throws IOException {
        DrawnData.write(directory.resolve("train"), 64, 1);
        Path file =
                Files.writeString(directory.resolve("run.yaml"), """
                        name: first
                        runs: %1$s/runs
                        network: {name: %2$s}
                        data: {train: %1$s/train, validation: {share: 0.25}, transforms: [pad-crop, flip], mix: [mixup]}
                        epochs: 2
                        micro-batch: 4
                        micro-batches: 4
                        optimizer: %4$s
                        schedule: {rate: 0.001, curve: cosine}
                        engine: %3$s
                        device: cpu
                        """.formatted(directory, network, engine, optimizer));
        assertThat(run("train", file.toString())).contains("trained to step");
        String run = directory.resolve("runs/first").toString();
        assertThat(run("reproduce", run, "--workers", "3", "--servers", "2")).contains("equal: the same bytes");
        assertThat(run("reproduce", run, "--check")).contains("can be made again here");
    }

    private static String run(String... words) {
        StringWriter out = new StringWriter();
        StringWriter err = new StringWriter();
        int status = Main.run(List.of(words), new PrintWriter(out, true), new PrintWriter(err, true));
        assertThat(status).as(err + "").isZero();
        return out.toString();
    }
}
