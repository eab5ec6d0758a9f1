package convoy.tests.study;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import convoy.jobs.Main;
import convoy.worker.engine.ProcessorKind;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jsoup.Jsoup;
import org.jsoup.nodes.Document;
import org.jsoup.parser.Parser;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A study in this process, from the command line to its report. */
final class AblateTest {
    private static final String THREE = """
            variants:
              low: {schedule.rate: 0.01}
              high: {schedule.rate: 0.05}
              wild: {schedule.rate: 1.0e+38}
            seeds: {values: [1, 2]}""";

    private final SmallStudy study;

    AblateTest(@TempDir Path directory) throws Exception {
        study = new SmallStudy(directory);
    }

    private record Ran(int status, String out, String err) {}

    private static Ran ablate(Path file, String... more) {
        List<String> words = new ArrayList<>(List.of("ablate", file.toString()));
        words.addAll(List.of(more));
        StringWriter out = new StringWriter();
        StringWriter err = new StringWriter();
        int status = Main.run(words, new PrintWriter(out, true), new PrintWriter(err, true));
        return new Ran(status, out.toString(), err.toString());
    }

    @BeforeEach
    void onTwoCores() {
        System.setProperty("spark.master", "local[2]");
    }

    @AfterEach
    void asBefore() {
        System.clearProperty("spark.master");
    }

    @Test
    void aStudyGoesFromItsFileToItsReportAndCanBeExtended() throws Exception {
        Path file = study.file("studies", THREE);
        Ran refused = ablate(file);
        assertThat(refused.status()).isEqualTo(2);
        assertThat(refused.err())
                .contains("seeds.values = [1, 2] has 2 < 7, with fewer of which the exact Wilcoxon signed-rank test"
                        + " cannot reject at level 0.05 over 2 comparisons, whatever the scores: give more seeds, or"
                        + " --anyway");
        assertThat(study.trials("studies")).isEmpty();

        Ran first = ablate(file, "--anyway", "--json");
        assertThat(first.status()).as(first.err()).isZero();
        JsonNode found = new ObjectMapper().readTree(first.out());
        assertThat(found.get("outcome").asText()).isEqualTo("test accuracy");
        assertThat(found.get("state").asText()).isEqualTo("completed");
        assertThat(found.get("variants")).hasSize(3);
        assertThat(found.get("variants").get(0).get("ended").asInt()).isEqualTo(2);
        assertThat(found.get("variants").get(0).get("mean").asDouble()).isBetween(0.3, 1.0);
        assertThat(found.get("variants").get(2).get("name").asText()).isEqualTo("wild");
        assertThat(found.get("variants").get(2).get("diverged").asInt()).isEqualTo(2);
        assertThat(found.get("variants").get(2).get("ended").asInt()).isZero();
        assertThat(found.get("trials").get(5).get("fate").asText()).isEqualTo("diverged");
        assertThat(found.get("trials").get(5).get("reason").asText()).matches("the loss of step [0-9]+ is NaN");
        assertThat(found.get("answer").get(1).asText()).contains("2 of 2 trials of wild diverged");
        requirePage(found);
        assertThat(Files.readAllLines(study.kept("studies").resolve("test-log.jsonl")))
                .hasSize(1);
        assertThat(study.trials("studies")).hasSize(6);
        Document live = Jsoup.parse(Files.readString(study.kept("studies").resolve("study.html")));
        assertThat(live.select("#progress").text()).contains("6 of 6 have ended", "The study has ended");
        assertThat(live.select("#trials tbody tr")).hasSize(6);
        assertThat(live.select("#failures tbody tr")).hasSize(2);

        Map<String, String> report = study.report("studies");
        Map<Path, FileTime> models = models();
        Ran again = ablate(file, "--anyway");
        assertThat(again.status()).as(again.err()).isZero();
        assertThat(again.err()).doesNotContain("after epoch");
        assertThat(study.report("studies")).isEqualTo(report);

        Ran dry = ablate(file, "--anyway", "--dry-run", "--set", "seeds.values=[1, 2, 3]");
        assertThat(dry.status()).as(dry.err()).isZero();
        assertThat(dry.out())
                .contains("left: 3 trials, about ", "images a second of one worker, as 2 trials of it were trained")
                .containsPattern(
                        "pace of wild: [0-9.e+]+ images a second of one worker, extrapolated from (low|high) by");

        Ran extended = ablate(file, "--anyway", "--set", "seeds.values=[1, 2, 3]");
        assertThat(extended.status()).as(extended.err()).isZero();
        assertThat(study.trials("studies")).hasSize(9);
        assertThat(extended.err().lines().filter(line -> line.contains("after epoch 2")))
                .hasSize(2);
        assertThat(models()).containsAllEntriesOf(models);
        assertThat(extended.out())
                .contains("The test set was read before 2 trials were added", "--read-test-again reads it for all");
        assertThat(Files.readAllLines(study.kept("studies").resolve("test-log.jsonl")))
                .hasSize(1);
    }

    /** The page has everything that the findings have. */
    private void requirePage(JsonNode found) throws Exception {
        Map<String, String> files = study.report("studies");
        assertThat(files)
                .containsOnlyKeys(
                        "report.html",
                        "report.md",
                        "variants.csv",
                        "seeds.csv",
                        "comparisons.csv",
                        "facts.csv",
                        "curves.csv",
                        "study.json",
                        "timing.json");
        Parser parser = Parser.htmlParser().setTrackErrors(50);
        Document page = Jsoup.parse(files.getOrDefault("report.html", ""), "", parser);
        assertThat(parser.getErrors()).isEmpty();
        List<String> sentences = new ArrayList<>(List.of("Does the higher rate learn more?"));
        found.get("answer").forEach(sentence -> sentences.add(sentence.asText()));
        found.get("remarks").forEach(sentence -> sentences.add(sentence.asText()));
        assertThat(page.select(".lead").eachText()).containsExactlyElementsOf(sentences);
        assertThat(page.select("#variants td.strong").eachText()).contains("low", "high", "wild");
        assertThat(found.get("trials")).hasSize(6).allSatisfy(trial -> assertThat(
                        page.select("#seeds td").eachText())
                .contains(trial.get("trial").asText(), trial.get("fate").asText()));
        assertThat(page.select("#cost figure svg")).hasSize(2);
        assertThat(page.select("#repeat").text())
                .contains(
                        "./convoy ablate study.yaml --anyway",
                        "question: Does the higher rate learn more?",
                        "seeds 1, 2",
                        "kind of processor",
                        "fingerprint of the test data");
        // LeNet-5's of 12 x 12 images, and what its two variants came to after each of two epochs with each of two
        // seeds.
        assertThat(files.getOrDefault("variants.csv", "").lines().skip(1))
                .allMatch(line -> Long.parseLong(line.substring(line.lastIndexOf(',') + 1)) > 1000);
        assertThat(files.getOrDefault("curves.csv", "").lines().filter(line -> line.matches("(low|high),[12],[12].*")))
                .hasSize(8);
        JsonNode timing = new ObjectMapper().readTree(files.getOrDefault("timing.json", ""));
        assertThat(timing.get("trials"))
                .hasSize(6)
                .allSatisfy(trial -> assertThat(trial.get("begun").asText()).matches("20.*Z"));
        assertThat(timing.get("test-readings")).hasSize(1);
    }

    /** The models that were trained, and when. */
    private Map<Path, FileTime> models() throws Exception {
        Map<Path, FileTime> models = new HashMap<>();
        for (Path trial : study.trials("studies")) {
            Path model = trial.resolve("model.safetensors");
            if (Files.exists(model)) {
                models.put(model, Files.getLastModifiedTime(model));
            }
        }
        return models;
    }

    @Test
    void aDryRunTellsWhatItComesToAndBeginsNothing() throws Exception {
        Path file = study.file("dry", THREE.replace("[1, 2]", "[1, 2, 3, 4, 5, 6, 7]"));
        Ran ran = ablate(file, "--dry-run");
        assertThat(ran.status()).as(ran.err()).isZero();
        assertThat(ran.out())
                .contains("compared: schedule.rate", "21 trials, ", "2 at once on 2 slots", "The study can reject: ")
                .contains("no time is known: no trial has been trained");
        Ran measured = ablate(file, "--dry-run", "--measure", "--pace", "high=10");
        assertThat(measured.status()).as(measured.err()).isZero();
        assertThat(measured.out())
                .contains("pace of high: 10.0 images a second of one worker, as stated")
                .containsPattern("left: 21 trials, about [0-9:.]+( s)?; one worker alone would take [0-9:.]+")
                .containsPattern("pace of low: [0-9.e+]+ images a second of one worker, as measured on this machine, 2"
                        + " engines at once without data and servers");
        assertThat(study.kept("dry")).doesNotExist();
        Ran refused = ablate(file, "--measure");
        assertThat(refused.status()).isEqualTo(2);
        assertThat(refused.err())
                .contains("--measure is given without --dry-run, which alone tells a time before anything starts: add"
                        + " that, or leave it out");
    }

    /** On the one kind that there is here; what is kept of it is what checkpoints say. */
    @Test
    void trialsArePlacedOnKindsOfProcessors() throws Exception {
        Path file = study.file(
                "placed",
                THREE.replace("1.0e+38", "0.02").replace("[1, 2]", "[1]")
                        + "\nbudget: {epochs: 1}\nprocessors: blocked");
        Ran ran = ablate(file, "--anyway");
        assertThat(ran.status()).as(ran.err()).isZero();
        JsonNode placed = new ObjectMapper()
                .readTree(study.kept("placed").resolve("processors.json").toFile());
        String kind = placed.get("seeds").get("1").asText();
        assertThat(ProcessorKind.values()).extracting(ProcessorKind::toString).contains(kind);
        assertThat(study.report("placed").getOrDefault("report.md", "")).contains(kind);
    }

    /** Three trainings of the one seed, each scored on rows of its own: one score, which is no pair to test by. */
    @Test
    void foldsAreTrainedEachAndCountedTogether() throws Exception {
        Path file = study.file("folds", SmallStudy.TWO + "seeds: {values: [1]}", "{folds: 3}");
        Ran refused = ablate(file);
        assertThat(refused.status()).isEqualTo(2);
        assertThat(refused.err()).contains("seeds.values = [1] has 1 < 6");

        Ran ran = ablate(file, "--anyway", "--json");
        assertThat(ran.status()).as(ran.err()).isZero();
        JsonNode found = new ObjectMapper().readTree(ran.out());
        assertThat(found.get("outcome").asText()).isEqualTo("validation accuracy");
        assertThat(found.get("trials")).hasSize(2 * 3);
        for (int variant = 0; variant < 2; variant++) {
            long rows = 0;
            double sum = 0;
            for (int fold = 0; fold < 3; fold++) {
                JsonNode trial = found.get("trials").get(3 * variant + fold);
                assertThat(trial.get("split").asInt()).isEqualTo(fold);
                JsonNode last = trial.get("reached").get(trial.get("reached").size() - 1);
                rows += last.get("rows").asLong();
                sum += last.get("accuracy").asDouble();
            }
            assertThat(rows).as("every row is held out once").isEqualTo(96);
            assertThat(found.get("variants").get(variant).get("ended").asInt()).isOne();
            assertThat(found.get("variants").get(variant).get("mean").asDouble())
                    .isCloseTo(sum / 3, within(1e-12));
        }
        assertThat(found.get("comparisons").get(0).get("pairs").asInt()).isOne();
        assertThat(found.get("remarks").get(0).asText()).contains("not counted as trials");
        assertThat(study.report("folds")
                        .getOrDefault("seeds.csv", "")
                        .lines()
                        .filter(line -> line.matches("low,1,[012],finished,.*")))
                .hasSize(3);
    }

    /** The same rows are held out of every trial, and orders are varied inside each seed of initial values. */
    @Test
    void aShareIsHeldOutAndTheVarianceIsSplit() throws Exception {
        Path file = study.file(
                "share",
                SmallStudy.TWO + "seeds: {values: [1, 2], vary: [initial], inside: [{vary: [order], repeats: 2}]}",
                "{share: 0.25}");
        Ran ran = ablate(file, "--anyway", "--json");
        assertThat(ran.status()).as(ran.err()).isZero();
        JsonNode found = new ObjectMapper().readTree(ran.out());
        assertThat(found.get("trials")).hasSize(2 * 2 * 2).allSatisfy(trial -> {
            assertThat(trial.get("fate").asText()).isEqualTo("finished");
            assertThat(trial.get("reached").get(0).get("rows").asLong()).isEqualTo(24);
        });
        assertThat(found.get("comparisons").get(0).get("pairs").asInt()).isEqualTo(2);
        JsonNode sources = found.get("variants").get(1).get("sources");
        assertThat(sources).hasSize(2);
        assertThat(sources.get(0).get("source").asText()).isEqualTo("initial values");
        assertThat(sources.get(1).get("source").asText()).isEqualTo("order");
        assertThat(study.trials("share")).hasSize(8);
        assertThat(study.report("share").getOrDefault("report.html", ""))
                .contains("high: The variance of accuracy", "Not varied: augmentation and dropout.");
    }

    /** A bound ends a trial whose loss is still a number. */
    @Test
    void aLossBeyondTheBoundIsDivergence() throws Exception {
        Path file = study.file(
                "bound", THREE.replace("1.0e+38", "0.02").replace("[1, 2]", "[1]") + "\ndiverged: {loss-above: 0.01}");
        Ran ran = ablate(file, "--anyway", "--json");
        assertThat(ran.status()).as(ran.err()).isZero();
        JsonNode found = new ObjectMapper().readTree(ran.out());
        assertThat(found.get("trials")).hasSize(3);
        for (JsonNode trial : found.get("trials")) {
            assertThat(trial.get("fate").asText()).isEqualTo("diverged");
            assertThat(trial.get("diverged-step").asInt()).isEqualTo(1);
            assertThat(trial.get("reason").asText())
                    .matches("the loss of step 1 is [0-9.]+ > diverged.loss-above = 0.01");
        }
    }
}
