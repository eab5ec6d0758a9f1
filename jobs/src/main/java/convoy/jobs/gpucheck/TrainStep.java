package convoy.jobs.gpucheck;

import convoy.jobs.benchmark.Deadline;
import convoy.jobs.benchmark.TemporaryFolder;
import convoy.records.Codec;
import convoy.records.JsonText;
import convoy.records.Problems;
import convoy.records.Value;
import convoy.records.annotation.Default;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** Whole runs on Spark, in a process of its own: that needs other options of the JVM. */
record TrainStep(Subject subject) implements Step {
    private static final String CACHE = "org.bytedeco.javacpp.cachedir";

    private static final Codec<Told> TOLD = Codec.of(Told.class);

    /** What is looked at in a row of that process; the rest is handed on as it is. */
    private record Told(
            String text,
            @Default("") String row,
            @Default("true") boolean passed,
            @Default("false") boolean last) {}

    @Override
    public String name() {
        return "train";
    }

    @Override
    public Duration estimate() {
        return Duration.ofSeconds(subject.gpu() ? 46 : 40);
    }

    @Override
    public void run(Rows rows) throws InterruptedException {
        try {
            Class.forName("org.apache.spark.api.java.JavaSparkContext", false, TrainStep.class.getClassLoader());
        } catch (ClassNotFoundException missing) {
            rows.skip("train", "Spark is not on the class path");
            return;
        }
        rows.attempt("train", Duration.ZERO, () -> {
            try (TemporaryFolder folder = TemporaryFolder.create("convoy-gpu-check")) {
                train(rows, folder.path());
            }
        });
    }

    private void train(Rows rows, Path directory) throws InterruptedException {
        Path complaints = directory.resolve("errors.log");
        try {
            Process process = new ProcessBuilder(command(directory))
                    .redirectError(complaints.toFile())
                    .start();
            boolean complete = false;
            boolean late;
            try (Deadline deadline = new Deadline(process, rows.budget().left());
                    BufferedReader lines = process.inputReader(StandardCharsets.UTF_8)) {
                for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                    complete |= tell(rows, line);
                }
                late = deadline.hasPassed();
            }
            int status = process.waitFor();
            if (late) {
                rows.skip("what of it has not been told", "its time is over");
            } else if (status != 0 || !complete) {
                throw new IllegalStateException("the process that trains ended with status " + status
                        + "; its last words: " + lastOf(complaints));
            }
        } catch (IOException e) {
            throw new UncheckedIOException("cannot run the process that trains", e);
        }
    }

    private List<String> command(Path directory) {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home", ""), "bin", "java").toString());
        command.addAll(options());
        // Where this process has its native libraries unpacked: they are 1 GB.
        Optional.ofNullable(System.getProperty(CACHE)).ifPresent(cache -> command.add("-D" + CACHE + "=" + cache));
        command.addAll(List.of(
                "-Dspark.master=local[4]",
                "-Dspark.ui.showConsoleProgress=false",
                "-Dspark.driver.host=127.0.0.1",
                "-Dspark.driver.bindAddress=127.0.0.1",
                "-cp",
                System.getProperty("java.class.path", ""),
                GpuCheckTraining.class.getName(),
                subject.device().toString(),
                directory.toString(),
                Integer.toString(subject.gpu() ? 5000 : 600)));
        return command;
    }

    /** What Spark needs of a JVM: beside the class path's settings, or this process has it. */
    private static List<String> options() {
        try (InputStream file = TrainStep.class.getResourceAsStream("/spark-jvm.options")) {
            Stream<String> words = file == null
                    ? ManagementFactory.getRuntimeMXBean().getInputArguments().stream()
                    : Stream.of(new String(file.readAllBytes(), StandardCharsets.UTF_8).split("\\s+"));
            return words.filter(word -> word.startsWith("--add-opens=")
                            || word.startsWith("-XX:+IgnoreUnrecognized")
                            || word.startsWith("-Djdk.reflect")
                            || word.startsWith("-Dorg.bytedeco"))
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read spark-jvm.options", e);
        }
    }

    /** Returns whether that was the last row. */
    private static boolean tell(Rows rows, String line) {
        if (!line.startsWith("{\"text\":")) {
            return false;
        }
        Value value = JsonText.read("a row of the process that trains", line);
        Told told = TOLD.readOfOthers(value, new Problems());
        rows.tell(told.text(), fields(value));
        if (!told.passed()) {
            rows.wrong(told.row());
        }
        return told.last();
    }

    /** Keys and values in turn, without the text. */
    private static Object[] fields(Value row) {
        return row instanceof Value.Mapping mapping
                ? mapping.entries().entrySet().stream()
                        .filter(field -> !field.getKey().equals("text"))
                        .flatMap(field ->
                                Stream.of(field.getKey(), plain(field.getValue().value())))
                        .toArray()
                : new Object[0];
    }

    /** A number, a text or a flag, which is all that {@link GpuCheckTraining} tells. */
    private static Object plain(Value value) {
        if (!(value instanceof Value.Scalar scalar)) {
            throw new IllegalStateException("a row of the process that trains has " + value.form());
        }
        return switch (scalar.kind()) {
            case TEXT -> scalar.text();
            case NUMBER -> new BigDecimal(scalar.text());
            case FLAG -> Boolean.valueOf(scalar.text());
        };
    }

    private static String lastOf(Path complaints) throws IOException {
        return Files.readString(complaints, StandardCharsets.ISO_8859_1)
                .lines()
                .filter(line -> !line.isBlank() && !line.startsWith("\tat "))
                .reduce("nothing", (before, after) -> after);
    }
}
