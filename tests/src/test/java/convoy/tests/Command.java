package convoy.tests;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;

/**
 * A program that a test runs as a person would: in a process of its own, its output in two files.
 *
 * @param directory that it works in
 * @param environment set on top of this process's, less what would lead it astray
 * @param limit after which the program and all that it started are killed and the test fails
 */
record Command(Path directory, Map<String, String> environment, Duration limit) {
    /** What the build that runs this test was given, and no program that it starts should see. */
    private static final Set<String> ASTRAY = Set.of(
            "SPARK_LOCAL_IP",
            "SPARK_SUBMIT_OPTS",
            "OMP_NUM_THREADS",
            "HADOOP_CONF_DIR",
            "YARN_CONF_DIR",
            "SPARK_CONF_DIR",
            "SPARK_HOME",
            "MAVEN_OPTS");

    /**
     * For Java processes that are over before the optimizing compiler has paid for itself, and whose classes the tests' own process has
     * verified.
     */
    static final String SHORT_LIVED = "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC -XX:+UnlockDiagnosticVMOptions"
            + " -XX:-BytecodeVerificationRemote";

    /** What a program printed, and its exit status. */
    record Ran(int status, String out, String err) {}

    /** The same with one variable more. */
    Command with(String variable, String value) {
        Map<String, String> more = new HashMap<>(environment);
        more.put(variable, value);
        return new Command(directory, more, limit);
    }

    /** Runs a program to its end. */
    Ran run(String... words) throws InterruptedException {
        return start(words).await();
    }

    /** Starts a program. */
    Running start(String... words) {
        try {
            Path out = Files.createTempFile(directory, "out", ".txt");
            Path err = Files.createTempFile(directory, "err", ".txt");
            ProcessBuilder builder = new ProcessBuilder(new ArrayList<>(List.of(words)))
                    .directory(directory.toFile())
                    .redirectOutput(out.toFile())
                    .redirectError(err.toFile());
            ASTRAY.forEach(builder.environment()::remove);
            builder.environment().putAll(environment);
            return new Running(builder.start(), out, err, limit);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot start " + String.join(" ", words), e);
        }
    }

    /** A program under way. */
    record Running(Process process, Path out, Path err, Duration limit) {
        /** Waits until the program has printed the text, to either file. */
        void awaitText(String text) throws InterruptedException {
            long deadline = System.nanoTime() + limit.toNanos();
            while (!read(out).contains(text) && !read(err).contains(text)) {
                if (!process.isAlive() || System.nanoTime() > deadline) {
                    kill();
                    throw new AssertionError("never printed \"" + text + "\":\n" + read(out) + read(err));
                }
                Thread.sleep(50);
            }
        }

        Ran await() throws InterruptedException {
            if (!process.waitFor(limit.toMillis(), TimeUnit.MILLISECONDS)) {
                kill();
                throw new AssertionError("took more than " + limit + ":\n" + read(out) + read(err));
            }
            return new Ran(process.exitValue(), read(out), read(err));
        }

        private void kill() {
            process.descendants().forEach(ProcessHandle::destroyForcibly);
            process.destroyForcibly();
        }

        private static String read(Path file) {
            try {
                return Files.readString(file);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }
}
