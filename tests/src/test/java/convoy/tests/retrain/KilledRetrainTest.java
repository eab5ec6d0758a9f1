package convoy.tests.retrain;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import convoy.driver.fixture.ForkedDriver;
import convoy.jobs.Main;
import convoy.worker.groups.LongTest;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A retraining whose process is killed again and again, and given the same command again. */
final class KilledRetrainTest {
    private static final String FIRST = "2026-11-20";
    private static final String SECOND = "2026-11-21";

    private final Path directory;

    KilledRetrainTest(@TempDir Path directory) {
        this.directory = directory;
    }

    @Test
    @LongTest
    void killedThirtyTimesItHasTheVersionsOfOneThatWasNot() throws Exception {
        Path quiet = Files.createDirectories(directory.resolve("quiet"));
        List<String> wanted = retrained(quiet, 0);
        List<String> killed = retrained(Files.createDirectories(directory.resolve("killed")), 30);
        assertThat(killed).isEqualTo(wanted).hasSize(3);
    }

    /** Two days, with so many kills; what the registry has at the end: versions with the digests of their models, and the champion. */
    private static List<String> retrained(Path place, int kills) throws Exception {
        Days days = new Days(place);
        Path pipeline = days.pipeline("");
        Random random = new Random(7);
        for (String day : List.of(FIRST, SECOND)) {
            if (day.equals(FIRST)) {
                days.day(day, 160);
            } else {
                // So that nothing is promoted by it.
                days.swapped(day, 160);
            }
            for (int kill = 0; kill < kills / 2; kill++) {
                Process process = start(place, pipeline);
                if (!process.waitFor(1000 + random.nextInt(9000), TimeUnit.MILLISECONDS)) {
                    process.destroyForcibly().waitFor();
                }
                requireOneChampionAtMost(days);
            }
            Process last = start(place, pipeline);
            assertThat(last.waitFor(3, TimeUnit.MINUTES)).isTrue();
            assertThat(last.exitValue())
                    .as(Files.readString(place.resolve("err.txt")))
                    .isIn(0, 10);
        }
        return stands(days);
    }

    private static void requireOneChampionAtMost(Days days) throws Exception {
        if (!Files.exists(days.registry().resolve("history"))) {
            return;
        }
        JsonNode aliases =
                convoy("registry", "list", days.registry().toString()).get("aliases");
        aliases.fieldNames().forEachRemaining(alias -> assertThat(alias).isEqualTo("champion"));
        assertThat(aliases.size()).isLessThanOrEqualTo(1);
    }

    private static List<String> stands(Days days) throws Exception {
        List<String> all = new ArrayList<>();
        for (int version = 1; version <= 2; version++) {
            JsonNode shown = convoy("registry", "show", days.registry() + "#" + version);
            all.add(version + " "
                    + shown.get("files").get("model.safetensors").get("sha256").asText());
        }
        all.add("champion "
                + convoy("registry", "show", days.registry() + "#champion").get("version"));
        return all;
    }

    private static JsonNode convoy(String... words) throws Exception {
        List<String> all = new ArrayList<>(List.of(words));
        all.add("--json");
        StringWriter out = new StringWriter();
        StringWriter err = new StringWriter();
        int status = Main.run(all, new PrintWriter(out, true), new PrintWriter(err, true));
        assertThat(status).as(err.toString()).isZero();
        return new ObjectMapper().readTree(out.toString());
    }

    private static Process start(Path place, Path pipeline) throws IOException {
        List<String> command = new ArrayList<>();
        command.add(ProcessHandle.current().info().command().orElse("java"));
        command.addAll(List.of("-Xmx700m", "-Dspark.master=local[2]"));
        command.addAll(List.of(ForkedDriver.SHORT_LIVED.split(" ", -1)));
        command.addAll(
                List.of(System.getProperty("spark.jvm.options", "").trim().split("\\s+")));
        command.addAll(List.of("-cp", System.getProperty("java.class.path", ""), Main.class.getName()));
        command.addAll(List.of("retrain", pipeline.toString(), "--set", "window={kind: last, days: 1}"));
        return new ProcessBuilder(command)
                .redirectOutput(place.resolve("out.txt").toFile())
                .redirectError(place.resolve("err.txt").toFile())
                .start();
    }
}
