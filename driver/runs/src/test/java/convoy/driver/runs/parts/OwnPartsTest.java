package convoy.driver.runs.parts;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpServer;
import convoy.driver.configuration.RunConfiguration;
import convoy.driver.evaluation.EvaluationResult;
import convoy.driver.metrics.TrainingListener;
import convoy.driver.runs.SmallRuns;
import convoy.driver.spark.Evaluation;
import convoy.driver.spark.RunSize;
import convoy.driver.spark.SparkApplication;
import convoy.driver.spark.training.SparkTraining;
import convoy.driver.training.TrainingOptions;
import convoy.driver.training.TrainingResult;
import convoy.records.BadInputException;
import convoy.worker.data.transform.PadCrop;
import convoy.worker.data.transform.Provided;
import convoy.worker.data.transform.Transforms;
import convoy.worker.provided.ProviderChoice;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The example of the guide with parts of one's own, in runs on a real Spark. */
final class OwnPartsTest {
    private static final ClassLoader BEFORE = Thread.currentThread().getContextClassLoader();
    private static final int AN_EPOCH = SmallRuns.STEPS / SmallRuns.EPOCHS;

    private static Path directory;
    private static SmallRuns runs;
    private static SparkApplication spark;

    @BeforeAll
    static void start(@TempDir Path folder) throws IOException {
        directory = folder;
        runs = new SmallRuns(folder);
        // Executors see what the thread sees that begins the application, as with --jars.
        Thread.currentThread()
                .setContextClassLoader(OwnParts.compiled(Files.createDirectory(folder.resolve("classes")), BEFORE));
        spark = SparkApplication.start(
                Optional.of("local[2]"), "own parts", Map.of("spark.ui.enabled", "false"), new RunSize(2, 1, 0));
    }

    @AfterAll
    static void stop() {
        spark.close();
        Thread.currentThread().setContextClassLoader(BEFORE);
    }

    private static RunConfiguration listened(String name, ProviderChoice... listeners) {
        RunConfiguration run = runs.configuration(name, 2, 1);
        return run.withOutputs(run.outputs().withListeners(List.of(listeners)));
    }

    private static TrainingResult train(RunConfiguration run, Optional<Long> until, Heard heard) {
        return SparkTraining.run(spark, run, new TrainingOptions(text -> "", until), heard);
    }

    private static ProviderChoice choice(String name, String... arguments) {
        Map<String, String> pairs = new TreeMap<>();
        for (int i = 0; i < arguments.length; i += 2) {
            pairs.put(arguments[i], arguments[i + 1]);
        }
        return new ProviderChoice(name, new TreeMap<>(pairs));
    }

    /** Keeps what people are told. */
    private static final class Heard implements TrainingListener {
        final List<String> lines = new ArrayList<>();

        @Override
        public void notice(String line) {
            lines.add(line);
        }
    }

    /** Takes posts until it is closed, and answers with a status. */
    private record Receiver(HttpServer server, List<String> posts) implements AutoCloseable {
        static Receiver answering(int status) throws IOException {
            HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
            List<String> posts = Collections.synchronizedList(new ArrayList<>());
            server.createContext("/", exchange -> {
                posts.add(new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8));
                exchange.sendResponseHeaders(status, -1);
                exchange.close();
            });
            server.start();
            return new Receiver(server, posts);
        }

        String url() {
            return "http://" + server.getAddress().getAddress().getHostAddress() + ":"
                    + server.getAddress().getPort() + "/";
        }

        List<String> told() {
            return posts.stream()
                    .map(post -> post.replaceAll("^\\{\"kind\":\"([a-z-]+)\".*\"step\":([0-9]+),.*", "$1 $2"))
                    .toList();
        }

        @Override
        public void close() {
            server.stop(0);
        }
    }

    @Test
    void listenersHearARunAndWhatBecomesOfIt() throws IOException {
        Path file = directory.resolve("figures.csv");
        Heard heard = new Heard();
        try (Receiver receiver = Receiver.answering(204)) {
            RunConfiguration run =
                    listened("heard", choice("csv", "file", file.toString()), choice("webhook", "url", receiver.url()));
            long first = AN_EPOCH + 2;
            train(run, Optional.of(first), heard);
            assertThat(receiver.told()).startsWith("run-begun 0").endsWith("run-ended " + first);
            assertThat(receiver.told()).contains("epoch-ended " + AN_EPOCH, "evaluated " + AN_EPOCH);
            assertThat(receiver.told()).contains("checkpoint-committed 5", "checkpoint-committed " + first);
            assertThat(receiver.posts().get(receiver.posts().size() - 1)).contains("\"status\":\"stopped\"");

            receiver.posts().clear();
            TrainingResult result = train(run, Optional.empty(), heard);
            assertThat(receiver.told()).startsWith("run-begun " + first).endsWith("run-ended " + SmallRuns.STEPS);
            assertThat(receiver.told().stream().filter(told -> told.startsWith("epoch-ended")))
                    .containsExactly("epoch-ended " + 2 * AN_EPOCH, "epoch-ended " + 3 * AN_EPOCH);
            assertThat(receiver.posts().get(receiver.posts().size() - 1))
                    .contains("\"status\":\"completed\"", "model.safetensors");
            assertThat(Files.readAllLines(file)).hasSize(1 + 2 * SmallRuns.EPOCHS);
            assertThat(Files.readAllLines(file).get(1)).startsWith("heard," + AN_EPOCH + ",1.0,");
            assertThat(heard.lines).noneMatch(line -> line.contains("listener"));

            // What it heard changed no bit.
            assertThat(SmallRuns.sha256(result))
                    .isEqualTo(SmallRuns.sha256(train(listened("unheard"), Optional.empty(), new Heard())));

            receiver.posts().clear();
            train(run, Optional.empty(), heard);
            assertThat(receiver.told()).containsExactly("run-ended " + SmallRuns.STEPS);
            assertThat(receiver.posts().get(0)).contains("already-complete");
        }
    }

    @Test
    void oneThatFailsIsToldOfAndTheRunGoesOn() throws IOException {
        Heard heard = new Heard();
        try (Receiver receiver = Receiver.answering(500)) {
            TrainingResult result =
                    train(listened("unlucky", choice("webhook", "url", receiver.url())), Optional.of(3L), heard);
            assertThat(result.step()).isEqualTo(3);
            assertThat(heard.lines.stream().filter(line -> line.contains("listener")))
                    .containsExactly(
                            "listener webhook failed at run-begun of step 0: IOException: " + receiver.url()
                                    + " answers 500; the run goes on",
                            "listener webhook failed at " + receiver.posts().size() + " events in all");
        }
    }

    private static RunConfiguration posterized(String name, int workers, Map<String, String> arguments) {
        RunConfiguration run = runs.configuration(name, workers, 1);
        return run.withData(run.data()
                        .withTransforms(List.of(
                                new PadCrop(2), new Provided("posterize", Optional.empty(), new TreeMap<>(arguments)))))
                .withOutputs(
                        run.outputs().withEvaluation(run.outputs().evaluation().withMetrics(List.of(choice("brier")))));
    }

    @Test
    void aTransformAndAMetricHaveTheSameBitsOnAnyNumberOfWorkers() throws IOException {
        RunConfiguration alone = posterized("posterized", 1, Map.of("levels", "3"));
        TrainingResult result = train(alone, Optional.empty(), new Heard());
        TrainingResult several =
                train(posterized("posterized-2", 2, Map.of("levels", "3")), Optional.empty(), new Heard());
        assertThat(SmallRuns.sha256(several)).isEqualTo(SmallRuns.sha256(result));
        assertThat(several.evaluation()).isEqualTo(result.evaluation());
        double brier = result.evaluation().orElseThrow().metrics().getOrDefault("brier", Double.NaN);
        assertThat(brier).isBetween(0.0, 2.0);
        assertThat(Files.readString(runs.of("posterized").resolve("metrics.jsonl")))
                .contains("\"metrics\":{\"brier\":" + brier + "}");

        // Other arguments are other pixels, and so another run.
        assertThatThrownBy(
                        () -> train(posterized("posterized", 1, Map.of("levels", "4")), Optional.empty(), new Heard()))
                .isInstanceOf(BadInputException.class)
                .hasMessageContaining("data.transforms = ");

        // Evaluated as a run and as a file, with the metric and with what the file says of its transforms.
        Evaluation.Request request = Evaluation.Request.ofRun(
                result.directory(), alone, alone.data().validation().orElseThrow(), 4, 2);
        assertThat(Evaluation.run(spark, request, (done, of) -> {}))
                .isEqualTo(result.evaluation().orElseThrow());
        Evaluation.Request file =
                request.withTransforms(new Transforms(List.of())).withMetrics(List.of());
        EvaluationResult ofFile = Evaluation.run(spark, file, (done, of) -> {});
        assertThat(ofFile.loss()).isEqualTo(result.evaluation().orElseThrow().loss());
        assertThat(ofFile.metrics()).isEmpty();

        ClassLoader jars = Thread.currentThread().getContextClassLoader();
        Thread.currentThread().setContextClassLoader(BEFORE);
        try {
            assertThatThrownBy(() -> Evaluation.run(spark, file, (done, of) -> {}))
                    .isInstanceOf(BadInputException.class)
                    .hasMessage("transform posterize: no jar on the class path provides it; give the jar that does with"
                            + " --jars");
            assertThatThrownBy(() -> train(alone, Optional.empty(), new Heard()))
                    .isInstanceOf(BadInputException.class)
                    .hasMessageContaining("transform posterize: no jar");
        } finally {
            Thread.currentThread().setContextClassLoader(jars);
        }
    }

    @Test
    void oneThatCannotBeHadIsRefusedBeforeAnythingIsMade() {
        assertThatThrownBy(() -> train(listened("none", choice("mail")), Optional.empty(), new Heard()))
                .isInstanceOf(BadInputException.class)
                .hasMessage("listener mail: no jar on the class path provides it (there are csv, webhook); give the jar"
                        + " that does with --jars");
        assertThat(runs.of("none").resolve("metrics.jsonl")).doesNotExist();
    }
}
