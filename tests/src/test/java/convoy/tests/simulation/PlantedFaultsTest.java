package convoy.tests.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import convoy.worker.groups.LongTest;
import java.io.File;
import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Plants faults in the rules, one at a time, and has schedules look for each. {@code -Dsimulation.planted=200} says how many schedules,
 * {@code -Dsimulation.plant=PendingSums} which faults. The table is printed, and lies in {@code target/planted.md}.
 */
final class PlantedFaultsTest {
    private static final int SCHEDULES = Integer.getInteger("simulation.planted", 300);
    private static final String WHICH = System.getProperty("simulation.plant", "");

    /** A fault may have everybody wait for a lock for ever, which is found as well. */
    private static final long SECONDS = Long.getLong("simulation.planted.seconds", 300);

    private static final int LEAST = 40;

    @Test
    void thePlaceOfEachIsThereOnce() throws IOException {
        List<Planted> all = Planted.all();
        assertThat(all).hasSizeGreaterThanOrEqualTo(LEAST).doesNotHaveDuplicates();
        for (Planted planted : all) {
            assertThat(planted.places(Path.of("..")))
                    .as("\"%s\" in %s", planted.from(), planted.type())
                    .isEqualTo(1);
        }
    }

    private static String classPath() {
        return System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"));
    }

    @LongTest
    @Test
    @Timeout(36_000)
    void everyPlantedFaultIsFound(@TempDir Path folder) throws Exception {
        List<String> table = new ArrayList<>(List.of("| fault | in | found by | first |", "|---|---|---|---|"));
        List<String> missed = new ArrayList<>();
        List<Planted> all = Planted.all().stream()
                .filter(planted -> (planted.type() + planted.what()).contains(WHICH))
                .toList();
        for (int i = 0; i < all.size(); i++) {
            Planted planted = all.get(i);
            Path own = folder.resolve("" + i);
            planted.compileTo(Files.createDirectories(own), Path.of(".."), classPath());
            List<String> lines = run(own.resolve("classes"), own.resolve("output"));
            List<String> found =
                    lines.stream().filter(line -> !line.endsWith(": sound")).toList();
            boolean hangs = lines.size() < SCHEDULES;
            String row = "| " + planted.what() + " | `" + planted.type() + "` | " + found.size() + " of " + lines.size()
                    + (hangs ? ", then it hung" : "") + " | "
                    + found.stream().findFirst().orElse("").replace("|", "/")
                    + " |";
            System.out.println(row);
            table.add(row);
            if (found.isEmpty() && !hangs) {
                missed.add(planted.what());
            }
            Files.write(Path.of("target", "planted.md"), table);
        }
        assertThat(missed).as("missed by %d schedules", SCHEDULES).isEmpty();
    }

    /** How each schedule went with a class that is put before the others. */
    private static List<String> run(Path classes, Path output) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(
                List.of(Path.of(System.getProperty("java.home"), "bin", "java").toString()));
        ManagementFactory.getRuntimeMXBean().getInputArguments().stream()
                .filter(argument -> argument.startsWith("--add-") || argument.startsWith("-XX:"))
                .forEach(command::add);
        command.addAll(List.of(
                "-Xmx1g",
                "-cp",
                classes + File.pathSeparator + classPath(),
                Planted.class.getName(),
                "0",
                Integer.toString(SCHEDULES)));
        Process process = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(Redirect.to(output.toFile()))
                .start();
        if (!process.waitFor(SECONDS, TimeUnit.SECONDS)) {
            process.destroyForcibly().waitFor();
        }
        return Files.readAllLines(output).stream()
                .filter(line -> line.startsWith("seed "))
                .toList();
    }
}
