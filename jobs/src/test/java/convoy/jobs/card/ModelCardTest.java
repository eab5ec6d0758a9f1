package convoy.jobs.card;

import static org.assertj.core.api.Assertions.assertThat;

import convoy.architectures.tensor.Shape;
import convoy.driver.evaluation.Confusion;
import convoy.driver.model.ModelDescription;
import convoy.driver.profile.ClassProfile;
import convoy.driver.profile.DataProfile;
import convoy.jobs.report.page.ReportFiles;
import convoy.jobs.report.run.DrawnRun;
import convoy.jobs.report.run.RunData;
import convoy.jobs.report.run.RunReader;
import convoy.worker.data.batch.Thumbnail;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.LongStream;
import org.apache.hadoop.conf.Configuration;
import org.jsoup.Jsoup;
import org.jsoup.nodes.Document;
import org.jsoup.parser.Parser;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class ModelCardTest {
    private static final CardFacts FACTS = CardFactsBuilder.builder()
            .name("flowers <b>, version 12")
            .address("hdfs://host/registry of flowers#12")
            .model(ModelDescription.of("lenet5", 2, Shape.Image.parse("1x28x28"), List.of(0.5), List.of(0.25)))
            .licence("")
            .facts(List.of(new CardFacts.Fact("added at", "2026-11-28T03:04:05Z")))
            .data(List.of(new CardFacts.DataUse(
                    "train", "day=2026-11-20", "hdfs://host/data/day=2026-11-20", "sha256:0123", 5_000)))
            .ancestry(List.of())
            .drift(List.of("Shares of the classes: a warning."))
            .verdict(List.of("Not promoted.", "It is not ahead."))
            .mistakes(List.of(new CardFacts.Mistake(
                    17, "cat|dog", "<b>&", 0.987, new Thumbnail(1, 2, new byte[] {1, 2, 3, 4, 5, 6}))))
            .build();

    private final Path directory;

    ModelCardTest(@TempDir Path directory) {
        this.directory = directory;
    }

    private RunData run() throws IOException {
        String[] lines = LongStream.rangeClosed(1, 150).mapToObj(DrawnRun::step).toArray(String[]::new);
        Path run = DrawnRun.write(directory.resolve("run"), lines);
        Files.createDirectories(run.resolve(Confusion.FOLDER));
        Confusion confusion = new Confusion(
                150,
                "file:/x",
                "sha256:0123456789abcdef99",
                List.of("cat|dog", "<b>&"),
                List.of(new Confusion.Count(0, 0, 90), new Confusion.Count(0, 1, 10), new Confusion.Count(1, 1, 30)));
        Files.writeString(run.resolve(confusion.file()), confusion.toJson());
        return RunReader.read(new Configuration(), run.toString());
    }

    private static Document html(Map<String, String> files) {
        String html = files.getOrDefault("report.html", "");
        Parser parser = Parser.htmlParser().setTrackErrors(50);
        Document document = Jsoup.parse(html, "", parser);
        assertThat(parser.getErrors()).isEmpty();
        assertThat(html).as("it loads nothing").doesNotContain("http:", "https:");
        return document;
    }

    @Test
    void saysWhereAModelCameFromHowGoodItIsAndHowItIsMadeAgain() throws IOException {
        Map<String, String> files = ReportFiles.of(ModelCard.of(run(), FACTS));
        Document page = html(files);
        assertThat(page.select("h1").text()).isEqualTo("Model flowers <b>, version 12");
        assertThat(page.select("h2").eachText())
                .containsExactly(
                        "The model",
                        "Why it serves, or does not",
                        "Data and ancestry",
                        "Classes",
                        "Learning",
                        "Where it is wrong",
                        "What was trained, and how",
                        "To use it",
                        "To make it again");
        assertThat(page.text())
                .contains("licence none is named")
                .contains("added at 2026-11-28T03:04:05Z")
                .contains("Not promoted. It is not ahead.")
                .contains("It was trained from initial values that were drawn by its seed.")
                .contains("Of the new data this was found before training: Shares of the classes: a warning.")
                .contains("92.31 % of 130 images of file:/x right (95 % interval 86.42 % to 95.77 %)")
                .contains("It is cat|dog (id 17); the model gave 98.70 % to <b>&.");
        assertThat(page.select("img")).hasSize(1);
        assertThat(page.select(".heat")).isNotEmpty();
        assertThat(page.select("pre").eachText())
                .contains("./convoy predict --model 'hdfs://host/registry of flowers#12' picture.jpg")
                .contains("./convoy reproduce 'hdfs://host/registry of flowers#12'")
                .anyMatch(code -> code.contains("get_model(\"lenet5\", weights=None, num_classes=2)"));
        assertThat(page.select("#data").text())
                .contains("train day=2026-11-20 sha256:0123 hdfs://host/data/day=2026-11-20 5,000");
        assertThat(files.keySet()).as("nothing lies beside it").containsExactlyInAnyOrder("report.html", "report.md");
        assertThat(page.select("a[href$=.csv]")).isEmpty();
        assertThat(files.getOrDefault("report.md", "")).contains("## To make it again", "Taken for");
    }

    private static DataProfile profile(long cats, long dogs, int brightness, int size) {
        List<List<Long>> values = List.of(LongStream.range(0, 256)
                .mapToObj(value -> Math.max(0, 100 - Math.abs(value - brightness)))
                .toList());
        return new DataProfile(
                1,
                List.of(new ClassProfile("cat|dog", cats, values), new ClassProfile("<b>&", dogs, values)),
                LongStream.range(0, 32)
                        .mapToObj(at -> at == size ? cats + dogs : 0)
                        .toList());
    }

    @Test
    void newDataAreDrawnBesideTheChampions() throws IOException {
        CardFacts compared =
                FACTS.withCompared(Optional.of(new DataDrift(profile(300, 100, 60, 9), profile(10, 90, 120, 10))));
        Map<String, String> files = ReportFiles.of(ModelCard.of(run(), compared));
        Document data = Jsoup.parse(html(files).select("#data").outerHtml());
        assertThat(data.text()).contains("The new data, 100 rows, beside what the champion was trained on, 400 rows.");
        assertThat(data.select("figcaption").eachText())
                .satisfiesExactly(
                        title -> assertThat(title).startsWith("Shares of the classes"),
                        title -> assertThat(title).startsWith("Values of pixels"),
                        title -> assertThat(title).startsWith("Sizes of the pictures"));
        assertThat(data.select("figure").get(0).select("svg text").eachText())
                .containsSubsequence(
                        "champion's", "new data", "cat|dog", "75.0 %", "10.0 %", "<b>&", "25.0 %", "90.0 %");
        assertThat(data.select("figure").get(1).select("path[data-name]")).hasSize(2);
        assertThat(data.select("figure").get(2).select("svg text").eachText())
                .contains("from 512 pixels", "from 1,024 pixels", "100.0 %", "0.0 %");
        assertThat(files.getOrDefault("report.md", "")).contains("Chart in the page: Shares of the classes.");
    }

    @Test
    void ofManyClassesThoseAreDrawnThatMovedMost() {
        List<ClassProfile> before = new ArrayList<>();
        List<ClassProfile> after = new ArrayList<>();
        List<List<Long>> none = List.of(Collections.nCopies(256, 0L));
        for (int i = 0; i < 50; i++) {
            before.add(new ClassProfile("class " + i, 100, none));
            after.add(new ClassProfile("class " + i, 100 + i, none));
        }
        List<Long> sizes = Collections.nCopies(32, 0L);
        String drawn = new DataDrift(new DataProfile(1, before, sizes), new DataProfile(1, after, sizes))
                .blocks()
                .toString();
        assertThat(drawn)
                .contains("The 20 of 50 classes whose shares of the rows moved most.")
                .contains("class 49", "class 0<")
                .doesNotContain("class 24", "Sizes of the pictures");
    }

    @Test
    void whatIsNotKnownIsSaidToBeSo() throws IOException {
        CardFacts bare = FACTS.with()
                .licence("Apache-2.0")
                .verdict(List.of())
                .mistakes(List.of())
                .drift(List.of())
                .ancestry(List.of("Its weights are those of version 11."))
                .build();
        Document page = html(ReportFiles.of(ModelCard.of(run(), bare)));
        assertThat(page.text())
                .contains("licence Apache-2.0")
                .contains("It was not compared with another model.")
                .contains("No held-out rows are shown that it is wrong about.")
                .contains("Its weights are those of version 11.")
                .doesNotContain("before training:");
    }

    @Test
    void theSameModelHasTheSameCard() throws IOException {
        RunData run = run();
        assertThat(ReportFiles.of(ModelCard.of(run, FACTS))).isEqualTo(ReportFiles.of(ModelCard.of(run, FACTS)));
    }
}
