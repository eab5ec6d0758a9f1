package convoy.worker.engine.process;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** A process of its own: with its own environment, and where memory that a library has spoilt ends nobody else. */
public final class ChildJvm {
    private static final String CHECKS = "libc_malloc_debug.so.0";

    private ChildJvm() {}

    /** What has glibc check each block of memory when it is released; nothing where it lacks that. */
    public static Map<String, String> memoryChecks() {
        boolean there = Stream.of(
                        "/lib/x86_64-linux-gnu", "/usr/lib/x86_64-linux-gnu", "/lib64", "/usr/lib64", "/usr/lib")
                .anyMatch(directory -> Files.exists(Path.of(directory, CHECKS)));
        if (!there) {
            System.out.println("no " + CHECKS + " here: what is written past a block of memory is not noticed");
            return Map.of();
        }
        return Map.of("LD_PRELOAD", CHECKS, "MALLOC_CHECK_", "3");
    }

    /**
     * How a process ended.
     *
     * @param ended whether it did so by itself within its time
     * @param status what it ended with
     * @param lines what it printed
     */
    public record Outcome(boolean ended, int status, List<String> lines) {
        public boolean isWell() {
            return ended && status == 0;
        }
    }

    /**
     * What a main class prints.
     *
     * @param seconds after which it counts as hanging
     */
    public static List<String> run(
            Class<?> main, Map<String, String> environment, List<String> options, List<String> arguments, int seconds)
            throws IOException, InterruptedException {
        List<String> all = new ArrayList<>(List.of("-Xmx512m", "-XX:TieredStopAtLevel=1"));
        all.addAll(options);
        Outcome outcome = attempt(main, environment, all, arguments, seconds);
        List<String> lines = outcome.lines;
        assertThat(outcome.isWell())
                .as(
                        "%s %s with %s: %s; it said:%n%s",
                        main.getSimpleName(),
                        arguments,
                        environment,
                        outcome.ended ? "exit status " + outcome.status : "did not end in " + seconds + " s",
                        String.join("\n", lines.subList(Math.max(0, lines.size() - 40), lines.size())))
                .isTrue();
        return lines;
    }

    /** The same for one that may well crash or hang. */
    public static Outcome attempt(
            Class<?> main, Map<String, String> environment, List<String> options, List<String> arguments, int seconds)
            throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:+UseSerialGC",
                "-XX:ErrorFile=/dev/null",
                "-XX:-CreateCoredumpOnCrash"));
        command.addAll(options);
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), main.getName()));
        command.addAll(arguments);
        Path output = Files.createTempFile("child", ".txt");
        try {
            ProcessBuilder builder = new ProcessBuilder(command);
            builder.environment().putAll(environment);
            builder.redirectErrorStream(true);
            builder.redirectOutput(output.toFile());
            Process process = builder.start();
            boolean ended = process.waitFor(seconds, TimeUnit.SECONDS);
            if (!ended) {
                process.destroyForcibly().waitFor();
            }
            // What a library prints as it dies need not be UTF-8, at which readAllLines would fail.
            List<String> lines = new String(Files.readAllBytes(output), StandardCharsets.UTF_8)
                    .lines()
                    .toList();
            return new Outcome(ended, process.exitValue(), lines);
        } finally {
            Files.delete(output);
        }
    }
}
