package convoy.tests.simulation;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import javax.tools.JavaCompiler;
import javax.tools.ToolProvider;
import org.apache.logging.log4j.Level;
import org.apache.logging.log4j.core.config.Configurator;

/**
 * A fault that is put into a rule on purpose.
 *
 * @param type the class that it is put into, below {@code convoy}, with slashes
 * @param what it is
 * @param from what its source has once
 * @param to what takes its place
 */
record Planted(String type, String what, String from, String to) {
    private static final Map<String, String> MODULES =
            Map.of("parameterserver", "parameter-server", "worker", "worker", "driver", "driver");

    /** All that are listed in {@code planted.txt}. */
    static List<Planted> all() {
        try (InputStream in = Planted.class.getResourceAsStream("planted.txt")) {
            String text = new String(in.readAllBytes(), StandardCharsets.UTF_8);
            return Stream.of(Pattern.compile("\n\n").split(text.strip()))
                    .skip(1)
                    .map(Planted::of)
                    .toList();
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    private static Planted of(String block) {
        List<String> lines = block.lines().toList();
        if (lines.size() != 4) {
            throw new IllegalArgumentException(lines.size() + " lines instead of 4: " + block);
        }
        return new Planted(
                lines.get(0),
                lines.get(1),
                lines.get(2).replace("\\n", "\n"),
                lines.get(3).replace("\\n", "\n"));
    }

    private Path source(Path root) {
        String module = MODULES.get(type.substring(0, type.indexOf('/')));
        return root.resolve(module + "/src/main/java/convoy/" + type + ".java");
    }

    /** How often its place is there. */
    int places(Path root) throws IOException {
        String text = Files.readString(source(root));
        int places = 0;
        for (int at = text.indexOf(from); at >= 0; at = text.indexOf(from, at + 1)) {
            places++;
        }
        return places;
    }

    /** Compiles the class with the fault into a folder; against the class path of the tests. */
    void compileTo(Path folder, Path root, String classPath) throws IOException {
        Path source = source(root);
        String text = Files.readString(source);
        Path changed = folder.resolve("source").resolve(source.getFileName().toString());
        Files.createDirectories(changed.getParent());
        Files.writeString(changed, text.replace(from, to));
        Path classes = Files.createDirectories(folder.resolve("classes"));
        JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
        int status = compiler.run(
                null,
                null,
                null,
                "-proc:none",
                "-nowarn",
                "--release",
                "17",
                "-cp",
                classPath,
                "-d",
                classes.toString(),
                changed.toString());
        if (status != 0) {
            throw new IllegalArgumentException("\"" + to + "\" does not compile in " + source);
        }
    }

    /**
     * Runs schedules in this process, in which a class may be another than it should be, and says of each how it went.
     *
     * @param arguments the first seed, and how many
     */
    public static void main(String[] arguments) throws Exception {
        Configurator.setLevel("convoy", Level.OFF);
        Setting.prepare(Files.createTempDirectory("planted"));
        long first = Long.parseLong(arguments[0]);
        for (long seed = first; seed < first + Long.parseLong(arguments[1]); seed++) {
            Simulation.Outcome outcome = Simulation.run(Schedule.of(seed));
            System.out.println("seed " + seed + ": "
                    + outcome.problem()
                            .map(problem -> problem.lines().findFirst().orElse(""))
                            .orElse("sound"));
        }
        // Threads of what hangs would go on.
        System.exit(0);
    }
}
