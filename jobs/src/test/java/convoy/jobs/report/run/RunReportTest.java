package convoy.jobs.report.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;
import static org.assertj.core.api.Assertions.within;

import convoy.driver.evaluation.Confusion;
import convoy.driver.metrics.MetricsLine;
import convoy.jobs.report.norms.MeasuredStep;
import convoy.jobs.report.norms.MeasuredSteps;
import convoy.jobs.report.page.Page;
import convoy.jobs.report.page.ReportFiles;
import convoy.records.BadInputException;
import java.io.BufferedWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.apache.hadoop.conf.Configuration;
import org.jsoup.Jsoup;
import org.jsoup.nodes.Document;
import org.jsoup.parser.Parser;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class RunReportTest {
    private final Path directory;

    RunReportTest(@TempDir Path directory) {
        this.directory = directory;
    }

    private RunData read(Path run) {
        return RunReader.read(new Configuration(), run.toString());
    }

    private static String[] lines(long steps, String... others) {
        return Stream.concat(LongStream.rangeClosed(1, steps).mapToObj(DrawnRun::step), Stream.of(others))
                .toArray(String[]::new);
    }

    private static Document parsed(Map<String, String> files) {
        String html = files.getOrDefault("report.html", "");
        Parser parser = Parser.htmlParser().setTrackErrors(50);
        Document document = Jsoup.parse(html, "", parser);
        assertThat(parser.getErrors()).isEmpty();
        assertThat(html).doesNotContain("http:", "https:");
        return document;
    }

    @Test
    void theFiguresAloneAreThereOfARunThatHasNotBegunToo() throws Exception {
        Path run = DrawnRun.write(directory.resolve("figures"), lines(50, DrawnRun.evaluation(50, 0.8)));
        RunLog log = RunReader.figures(new Configuration(), run.toString());
        assertThat(log.scored()).extracting(Scored::epoch, Scored::accuracy).containsExactly(tuple(1.0, 0.8));
        assertThat(log.ends().begun()).contains(DrawnRun.BEGUN.plusMillis(100));
        Files.delete(run.resolve("metrics.jsonl"));
        assertThat(RunReader.figures(new Configuration(), run.toString())).isEqualTo(RunLog.EMPTY);
        assertThatThrownBy(() -> RunReader.figures(new Configuration(), run + "-none"))
                .isInstanceOf(BadInputException.class)
                .hasMessageContaining("figures-none");
    }

    @Test
    void showsARunWithEverything() throws Exception {
        List<String> lines = new ArrayList<>(List.of(DrawnRun.membership(0, "both joined", 2, 2)));
        lines.addAll(List.of(lines(150)));
        lines.add(101, DrawnRun.membership(100, "worker 1 on b <was> lost", 1, 2));
        lines.add(102, DrawnRun.membership(100, "worker 1 on b joined", 2, 2));
        lines.add(DrawnRun.evaluation(50, 0.8));
        lines.add(DrawnRun.evaluation(100, 0.9));
        lines.add(DrawnRun.evaluation(150, 0.85));
        Path run = DrawnRun.write(directory.resolve("full"), lines.toArray(String[]::new));
        Files.createDirectories(run.resolve(Confusion.FOLDER));
        Confusion confusion = new Confusion(
                150,
                "file:/x",
                "sha256:0123456789abcdef99",
                List.of("cat|dog", "<b>&"),
                List.of(new Confusion.Count(0, 0, 90), new Confusion.Count(0, 1, 10), new Confusion.Count(1, 1, 30)));
        Files.writeString(run.resolve(confusion.file()), confusion.toJson());

        Map<String, String> files = ReportFiles.of(RunReport.of(List.of(read(run))));

        Document document = parsed(files);
        assertThat(document.select("h1").text()).isEqualTo("Run full");
        assertThat(document.select("h2").eachText())
                .containsExactly(
                        "Overview",
                        "Learning",
                        "Where the time went",
                        "Faults and membership",
                        "Classes",
                        "First-layer filters",
                        "What was trained, and how",
                        "To train it again");
        assertThat(document.select(".lead").text())
                .contains("Trained for 150 steps (3.00 epochs) in 15.0 s")
                .contains("85.00 % at the last evaluation; the best was 90.00 % after 2.00 epochs")
                .contains("no final model");
        assertThat(document.select("figure svg")).hasSize(7);
        assertThat(document.select(".mark.fault title").eachText())
                .containsExactly("2: worker 1 on b <was> lost", "2: worker 1 on b <was> lost");
        assertThat(document.select(".mark")).hasSize(4);
        assertThat(document.select("pre").text())
                .contains("./convoy train ")
                .contains("full/run.yaml --set name=drawn-again");
        assertThat(document.select(".heat.right")).hasSize(2);
        assertThat(document.select(".heat.wrong")).hasSize(1);
        assertThat(files.getOrDefault("classes.csv", ""))
                // The intervals were worked out by Wilson's formula in Python.
                .containsPattern("full,cat\\|dog,100,90,0\\.9,0\\.825634[0-9]*,0\\.944770[0-9]*,1\\.0,<b>&,10\r\n")
                .containsPattern("full,<b>&,30,30,1\\.0,0\\.886486[0-9]*,(1\\.0|0\\.9999[0-9]*),0\\.75,,\r\n");
        assertThat(files.getOrDefault("curves.csv", "").lines()).hasSize(151);
        assertThat(files.getOrDefault("settings.csv", ""))
                .contains("schedule.rate,0.25,", "seed,7,1")
                .doesNotContain("\r\nepochs,90", "format");
        assertThat(files.getOrDefault("workers.csv", "")).contains("worker 0 on a<b>&c,150,1.0,60.0,1.0,20.0");
        assertThat(files.getOrDefault("report.md", "")).contains("cat\\|dog", "a \\| b \\<c\\>");
    }

    @Test
    void drawsNormsOfSeveralRunsOverTheirLayers() {
        List<RunData> runs = new ArrayList<>();
        for (String name : List.of("plain", "residual")) {
            List<String> lines = new ArrayList<>();
            for (long step = 1; step <= 40; step++) {
                lines.add(DrawnRun.step(step));
                if (step % 2 == 0) {
                    lines.add(DrawnRun.norms(step, name.equals("plain") ? 0.1 : 0.9));
                }
            }
            runs.add(read(DrawnRun.write(directory.resolve(name), lines.toArray(String[]::new))));
        }
        Map<String, String> files = ReportFiles.of(RunReport.of(runs));
        Document document = parsed(files);
        assertThat(document.select("h2").eachText()).contains("Norms by layer");
        assertThat(document.select("figcaption").eachText())
                .contains(
                        "Gradient by depth",
                        "Update by depth",
                        "Gradient over epochs of plain",
                        "Update over epochs of residual");
        assertThat(document.select("path[data-name=plain, end]")).hasSize(2);
        // Three layers weigh; the norm layer's length of 9 is not in the chart.
        String path = document.select("path[data-name=plain, end]").get(0).attr("d");
        assertThat(path).matches("M[0-9. ]+L[0-9. ]+L[0-9. ]+");
        assertThat(files.getOrDefault("norms.csv", "").lines()).hasSize(1 + 2 * 20 * 4);
        assertThat(files.getOrDefault("norms.csv", ""))
                .contains("plain,conv1,convolution,2,0.04,0.01,0.01", "plain,conv2,convolution,2,0.04,0.1,\r\n");
    }

    @Test
    void measuredStepsAreKeptEvenlyAndAreNeverMany() {
        MeasuredSteps steps = new MeasuredSteps();
        for (long step = 1; step <= 10_000; step++) {
            steps.add(new MetricsLine.Norms(step, List.of()), (double) step);
            assertThat(steps.all()).hasSizeLessThan(256);
        }
        List<MeasuredStep> kept = steps.all();
        assertThat(kept).hasSizeGreaterThan(127);
        for (int i = 0; i < kept.size(); i++) {
            assertThat(kept.get(i).step()).isEqualTo(1 + 64L * i);
        }
    }

    @Test
    void theSameRunHasTheSameBytes() {
        Path run = DrawnRun.write(directory.resolve("a"), lines(60, DrawnRun.evaluation(60, 0.5)));
        assertThat(ReportFiles.of(RunReport.of(List.of(read(run)))))
                .isEqualTo(ReportFiles.of(RunReport.of(List.of(read(run)))));
    }

    @Test
    void showsRunsSideBySideAndTellsThoseOfOneNameApart() {
        Path a = DrawnRun.write(directory.resolve("a/run"), lines(60, DrawnRun.evaluation(60, 0.5)));
        Path b = DrawnRun.write(directory.resolve("b/run"), lines(30, DrawnRun.evaluation(30, 0.6)));
        Map<String, String> files = ReportFiles.of(RunReport.of(List.of(read(a), read(b))));
        assertThat(files.getOrDefault("runs.csv", "").lines().skip(1))
                .hasSize(2)
                .anyMatch(line -> line.startsWith(a + ",no final model"))
                .anyMatch(line -> line.startsWith(b + ",no final model"));
        assertThat(parsed(files).select("#runs, #overview td.strong").text()).isEqualTo("60.00 %");
        assertThatThrownBy(() -> RunReport.of(List.of(read(a), read(a))))
                .isInstanceOf(BadInputException.class)
                .hasMessage(a + " is given twice: name each run once");
    }

    @Test
    void whatARunDoesNotHaveIsSaid() throws Exception {
        Path empty = DrawnRun.write(directory.resolve("empty"));
        assertThat(parsed(ReportFiles.of(RunReport.of(List.of(read(empty))))).text())
                .contains("No step is written down yet.")
                .contains("There is nothing to draw")
                .contains("What was taken for what is not known")
                .contains("There is no checkpoint and no model yet");
        Path begun = DrawnRun.write(directory.resolve("begun"));
        Files.delete(begun.resolve("metrics.jsonl"));
        assertThat(parsed(ReportFiles.of(RunReport.of(List.of(read(begun))))).text())
                .contains("It has not begun: there is no metrics.jsonl.");
        Path one = DrawnRun.write(directory.resolve("one"), lines(1));
        assertThat(parsed(ReportFiles.of(RunReport.of(List.of(read(one))))).text())
                .contains("Trained for 1 step (0.02 epochs)")
                .contains("No held-out rows were scored");
    }

    @Test
    void aLastLineThatIsCutOffIsLeftOutAndSaid() {
        Path run = DrawnRun.write(
                directory.resolve("cut"), lines(20, DrawnRun.step(21).substring(0, 70)));
        RunData data = read(run);
        assertThat(data.log().steps()).isEqualTo(20);
        assertThat(RunReport.of(List.of(data)).summary().get(0))
                .contains("The last line of metrics.jsonl is cut off and is left out.");
    }

    @Test
    void aRunThatDivergedSaysWhereAndItsCurveHasAGap() {
        Path run = DrawnRun.write(
                directory.resolve("diverged"), lines(20, DrawnRun.step(21, "null", DrawnRun.BEGUN.plusSeconds(3))));
        RunData data = read(run);
        assertThat(RunReport.of(List.of(data)).summary().get(0))
                .contains("It diverged: the loss of step 21 is no number.");
        assertThat(data.log().course().get(20).mean(Measure.LOSS)).isNaN();
        assertThat(ReportFiles.of(RunReport.of(List.of(data))).getOrDefault("runs.csv", ""))
                .contains("diverged,diverged,");
    }

    @Test
    void timeBetweenTwoCallsIsLeftOut() throws Exception {
        Path run = DrawnRun.write(
                directory.resolve("resumed"),
                lines(
                        20,
                        DrawnRun.step(21, "1.0", DrawnRun.BEGUN.plusSeconds(36_000)),
                        DrawnRun.step(22, "1.0", DrawnRun.BEGUN.plusSeconds(36_002))));
        RunLog whole = read(run).log();
        assertThat(whole.seconds()).isCloseTo(36_001.9, within(1e-6));
        Files.writeString(run.resolve("events.out.tfevents." + DrawnRun.BEGUN.getEpochSecond() + ".convoy.0"), "");
        Files.writeString(
                run.resolve("events.out.tfevents."
                        + DrawnRun.BEGUN.plusSeconds(35_999).getEpochSecond() + ".convoy.20"),
                "");
        RunLog resumed = read(run).log();
        assertThat(resumed.ends().calls()).isEqualTo(2);
        assertThat(resumed.seconds()).isCloseTo(1.9 + 1 + 2, within(1e-6));
    }

    @Test
    void whereNothingWasDoneForLongTheLinesHaveAGap() {
        Path run = DrawnRun.write(
                directory.resolve("paused"),
                lines(
                        20,
                        DrawnRun.step(21, "1.0", DrawnRun.BEGUN.plusSeconds(60)),
                        DrawnRun.step(22, "1.0", DrawnRun.BEGUN.plusSeconds(61))));
        Document document = parsed(ReportFiles.of(RunReport.of(List.of(read(run)))));
        assertThat(document.select("#time figure path.line.c0").get(0).attr("d").split("M", -1))
                .hasSize(3);
        assertThat(document.select("#learning figure path.line.c0")
                        .get(1)
                        .attr("d")
                        .split("M", -1))
                .hasSize(2);
    }

    @Test
    void aLongRunMakesAPageThatStaysSmall() throws Exception {
        Path run = DrawnRun.write(directory.resolve("long"));
        long steps = 20_000;
        try (BufferedWriter out = Files.newBufferedWriter(run.resolve("metrics.jsonl"))) {
            for (long step = 1; step <= steps; step++) {
                out.write(DrawnRun.step(step, step == 12_345 ? "99.5" : "2.0", DrawnRun.BEGUN.plusMillis(100 * step)));
                out.write('\n');
            }
        }
        RunData data = read(run);
        assertThat(data.log().course()).hasSizeBetween(512, 1024);
        assertThat(data.log().course().stream()
                        .mapToLong(part -> part.count(Measure.LOSS))
                        .sum())
                .isEqualTo(steps);
        // One step of all of them, which thinning out by every n-th would lose.
        assertThat(data.log().course().stream()
                        .mapToDouble(part -> part.most(Measure.LOSS))
                        .max())
                .hasValue(99.5);
        Map<String, String> files = ReportFiles.of(RunReport.of(List.of(data)));
        assertThat(files.getOrDefault("report.html", "").length()).isLessThan(600_000);
        assertThat(files.getOrDefault("report.html", "")).contains("from the least to the largest of each 32 steps");
    }

    @Test
    void badInputIsOneLine() throws Exception {
        Path data = Files.createDirectories(directory.resolve("data"));
        Files.writeString(data.resolve("dataset.json"), "{}");
        assertRefused(data, "data is a data set and no run: give the directory of a run, as runs/my-run");
        Path other = Files.createDirectories(directory.resolve("other"));
        Files.writeString(other.resolve("a.txt"), "");
        assertRefused(other, "other is no run, for it has no run.yaml: give the directory of a run, as runs/my-run");
        assertRefused(directory.resolve("none"), "none does not exist: give the directory of a run, as runs/my-run");
        Path broken = DrawnRun.write(directory.resolve("broken"), DrawnRun.step(1), "{\"kind\":", DrawnRun.step(2));
        assertRefused(
                broken, "metrics.jsonl, line 2 is no JSON: no run writes such a line; restore the file, or remove");
        Path strange = DrawnRun.write(directory.resolve("strange"), "[1, 2]", DrawnRun.step(2));
        assertRefused(strange, "metrics.jsonl, line 1 has no kind and step: no run writes such a line;");
        Path late = DrawnRun.write(
                directory.resolve("late"), "{\"kind\":\"checkpoint\",\"step\":1,\"time\":\"noon\"}", DrawnRun.step(2));
        assertRefused(late, "metrics.jsonl, line 1 has time = \"noon\": no run writes such a line;");
        Path folder = DrawnRun.write(directory.resolve("folder"));
        Files.delete(folder.resolve("metrics.jsonl"));
        Files.createDirectories(folder.resolve("metrics.jsonl"));
        assertRefused(folder, "metrics.jsonl");
        Path scores = DrawnRun.write(directory.resolve("scores"), lines(2));
        Files.createDirectories(scores.resolve(Confusion.FOLDER));
        Files.writeString(scores.resolve(Confusion.FOLDER + "/x.json"), "{\"format\": 9}");
        assertRefused(scores, "format = 9, this version reads format 1; remove the file and score the run anew");
        Path yaml = DrawnRun.write(directory.resolve("yaml"), lines(2));
        Files.writeString(yaml.resolve("run.yaml"), "a: [1");
        assertRefused(yaml, "is not YAML");
    }

    private void assertRefused(Path run, String message) {
        assertThatThrownBy(() -> read(run))
                .isInstanceOf(BadInputException.class)
                .hasMessageContaining(message)
                .message()
                .hasLineCount(1);
    }

    @Test
    void moreRunsThanColoursAreRefused() {
        RunData run = read(DrawnRun.write(directory.resolve("a"), lines(2)));
        assertThatThrownBy(() -> RunReport.of(Collections.nCopies(9, run)))
                .isInstanceOf(BadInputException.class)
                .hasMessage("9 runs are more than 8, which one page can tell apart: give fewer");
    }

    @Test
    void damageOfTheModelIsSaidAndTheCurvesAreShown() throws Exception {
        Path run = DrawnRun.write(directory.resolve("damaged"), lines(5));
        Files.writeString(run.resolve("model.safetensors"), "no tensors");
        Page page = RunReport.of(List.of(read(run)));
        assertThat(parsed(ReportFiles.of(page)).select("#filters p").text())
                .startsWith("The model could not be read: ")
                .contains("model.safetensors");
    }
}
