package convoy.tests.study;

import static org.assertj.core.api.Assertions.assertThat;

import convoy.driver.fixture.ForkedDriver;
import convoy.jobs.Main;
import convoy.worker.groups.LongTest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A study whose driver is killed again and again, and given the same command again. */
final class KilledStudyTest {
    private static final String TWO = """
            variants:
              low: {schedule.rate: 0.01}
              high: {schedule.rate: 0.05}
            seeds: {values: [1, 2, 3]}""";

    private static final Pattern ENDED = Pattern.compile("^trial (\\S+) after epoch [0-9]+:", Pattern.MULTILINE);

    @TempDir
    private Path directory = Path.of("");

    @Test
    void killedTwiceItHasTheReportOfOneThatWasNot() throws Exception {
        kill(2, 12, 11);
    }

    @Test
    @LongTest
    void killedFiftyTimesItHasTheReportOfOneThatWasNot() throws Exception {
        kill(50, 200, 12);
    }

    /** As Ctrl-C does: each trial that is under way writes a checkpoint, from which it goes on. */
    @Test
    void askedToEndItStopsWithCheckpoints() throws Exception {
        SmallStudy study = new SmallStudy(directory);
        Path file = study.file("stopped", TWO + "\nbudget: {epochs: 400}");
        Process driver = start(file, 0);
        while (driver.isAlive() && steps(study) < 20) {
            Thread.sleep(50);
        }
        driver.destroy();
        assertThat(driver.waitFor(2, TimeUnit.MINUTES)).isTrue();
        assertThat(driver.exitValue()).as(err(0)).isEqualTo(143);
        assertThat(err(0)).contains(" has stopped with a checkpoint");
        assertThat(study.trials("stopped")).isNotEmpty();
        for (Path trial : study.trials("stopped")) {
            assertThat(trial.resolve("checkpoints")).isNotEmptyDirectory();
            assertThat(trial.resolve("trial.json")).doesNotExist();
        }
    }

    /** Lines of figures of that one of both trials under way that has fewer: one that has not begun leaves no checkpoint. */
    private static long steps(SmallStudy study) throws IOException {
        long fewest = Long.MAX_VALUE;
        List<Path> trials = study.trials("stopped");
        for (Path trial : trials) {
            Path figures = trial.resolve("metrics.jsonl");
            long steps = 0;
            if (Files.exists(figures)) {
                try (Stream<String> lines = Files.lines(figures)) {
                    steps = lines.count();
                }
            }
            fewest = Math.min(fewest, steps);
        }
        return trials.size() < 2 ? 0 : fewest;
    }

    private void kill(int times, int epochs, long seed) throws Exception {
        SmallStudy study = new SmallStudy(directory);
        String text = TWO + "\nbudget: {epochs: " + epochs + "}";
        Path undisturbed = study.file("undisturbed", text);
        Process whole = start(undisturbed, 0);
        assertThat(whole.waitFor(10, TimeUnit.MINUTES)).isTrue();
        assertThat(whole.exitValue()).as(err(0)).isZero();

        Path killed = study.file("killed", text);
        Random random = new Random(seed);
        int died = 0;
        for (int kill = 1; kill <= times; kill++) {
            Process driver = start(killed, kill);
            // One in three anywhere between the start of its process and its first trials, the others soon after those
            // have begun: how much of the study is done between two kills does not follow the machine's speed.
            long begun = System.nanoTime();
            long most = kill % 3 == 0 ? TimeUnit.MILLISECONDS.toNanos(random.nextInt(5000)) : Long.MAX_VALUE;
            while (driver.isAlive() && !err(kill).contains("study small") && System.nanoTime() - begun < most) {
                Thread.sleep(20);
            }
            if (kill % 3 != 0) {
                driver.waitFor(random.nextInt(800), TimeUnit.MILLISECONDS);
            }
            died += driver.isAlive() ? 1 : 0;
            driver.destroyForcibly().waitFor();
        }
        assertThat(died).as("drivers that were killed at work").isGreaterThan((times - 1) / 2);
        Process last = start(killed, times + 1);
        assertThat(last.waitFor(10, TimeUnit.MINUTES)).isTrue();
        assertThat(last.exitValue()).as(err(times + 1)).isZero();

        Map<String, String> report = study.lastingReport("killed");
        assertThat(report)
                .containsKeys("report.html", "report.md", "study.json", "seeds.csv", "curves.csv", "facts.csv")
                .containsOnlyKeys(study.lastingReport("undisturbed").keySet());
        study.lastingReport("undisturbed")
                .forEach((name, lines) -> assertThat(report.get(name)).as(name).isEqualTo(lines));
        assertThat(study.report("killed")).containsKey("timing.json");
        assertThat(study.trials("killed").stream().map(Path::getFileName))
                .isEqualTo(study.trials("undisturbed").stream()
                        .map(Path::getFileName)
                        .toList())
                .hasSize(6);
        Map<String, Integer> ends = new HashMap<>();
        for (int driver = 1; driver <= times + 1; driver++) {
            Matcher ended = ENDED.matcher(err(driver));
            while (ended.find()) {
                ends.merge(ended.group(1), 1, Integer::sum);
            }
        }
        assertThat(ends.values()).allMatch(count -> count == 1);
    }

    private Process start(Path file, int number) throws IOException {
        List<String> command = new ArrayList<>();
        command.add(ProcessHandle.current().info().command().orElse("java"));
        command.addAll(List.of("-Xmx700m", "-Dspark.master=local[2]"));
        command.addAll(List.of(ForkedDriver.SHORT_LIVED.split(" ", -1)));
        command.addAll(
                List.of(System.getProperty("spark.jvm.options", "").trim().split("\\s+")));
        command.addAll(List.of("-cp", System.getProperty("java.class.path", ""), Main.class.getName()));
        command.addAll(List.of("ablate", file.toString(), "--anyway"));
        ProcessBuilder builder = new ProcessBuilder(command);
        builder.environment().put("SPARK_LOCAL_IP", "127.0.0.1");
        builder.redirectOutput(directory.resolve("out-" + number).toFile());
        builder.redirectError(directory.resolve("err-" + number).toFile());
        return builder.start();
    }

    private String err(int number) throws IOException {
        return Files.readString(directory.resolve("err-" + number));
    }
}
