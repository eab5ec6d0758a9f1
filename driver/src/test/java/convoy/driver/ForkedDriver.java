package convoy.driver;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** A driver in a process of its own, on this test's class path. */
final class ForkedDriver {
    private final Process process;
    private final Path out;
    private final Path err;

    private ForkedDriver(Process process, Path out, Path err) {
        this.process = process;
        this.out = out;
        this.err = err;
    }

    static ForkedDriver start(Path directory, Class<?> main, String... arguments) throws IOException {
        Path home = directory.resolve("spark");
        // Executors get this class path too; but the folder has to be there.
        Files.createDirectories(home.resolve("jars"));
        List<String> command = new ArrayList<>();
        command.add(ProcessHandle.current().info().command().orElse("java"));
        command.add("-Xmx700m");
        command.addAll(List.of(System.getProperty("spark.jvm.options", "").split(" ")));
        command.addAll(List.of("-cp", System.getProperty("java.class.path", ""), main.getName()));
        command.addAll(List.of(arguments));
        ProcessBuilder builder = new ProcessBuilder(command);
        builder.environment().put("SPARK_HOME", home.toString());
        builder.environment().put("SPARK_SCALA_VERSION", "2.12");
        builder.environment().put("SPARK_LOCAL_IP", "127.0.0.1");
        builder.directory(Files.createDirectories(directory.resolve("work")).toFile());
        File out = directory.resolve("out").toFile();
        File err = directory.resolve("err").toFile();
        Process process = builder.redirectOutput(out).redirectError(err).start();
        return new ForkedDriver(process, out.toPath(), err.toPath());
    }

    /** Waits until it has printed that line. */
    void awaitLine(String line) throws IOException, InterruptedException {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(120);
        while (!Files.readAllLines(out).contains(line)) {
            assertThat(process.isAlive() && System.nanoTime() < deadline)
                    .as("it prints '%s'; so far %s, and %s", line, Files.readString(out), Files.readString(err))
                    .isTrue();
            Thread.sleep(20);
        }
    }

    /** Asks it to end, as a resource manager does. */
    void terminate() {
        process.destroy();
    }

    /** Waits for its end and returns what it printed. */
    List<String> await(int exitStatus) throws IOException, InterruptedException {
        boolean ended = process.waitFor(240, TimeUnit.SECONDS);
        process.descendants().forEach(ProcessHandle::destroyForcibly);
        process.destroyForcibly();
        List<String> printed = Files.readAllLines(out);
        assertThat(ended)
                .as("it ends; printed %s, and %s", printed, Files.readString(err))
                .isTrue();
        assertThat(process.exitValue())
                .as("printed %s, and %s", printed, Files.readString(err))
                .isEqualTo(exitStatus);
        return printed;
    }
}
