package convoy.jobs.report.study;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import convoy.jobs.report.page.Page;
import convoy.jobs.report.page.ReportFiles;
import convoy.records.text.Sha256;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.stream.IntStream;
import org.jsoup.Jsoup;
import org.jsoup.nodes.Document;
import org.jsoup.parser.Parser;
import org.junit.jupiter.api.Test;

/** A drawn study of three variants and eight seeds. */
final class StudyPageTest {
    private static final List<String> NAMES = List.of("pooling", "all <conv> & strided", "all_cnn_c");

    private static Variant variant(int index) {
        String name = NAMES.get(index);
        double mean = 9.74 - 0.4 * index;
        List<Variant.Seed> seeds = IntStream.rangeClosed(1, 8)
                .mapToObj(seed -> new Variant.Seed(
                        seed,
                        seed == 8 && index == 1 ? Optional.empty() : Optional.of(mean + 0.04 * (seed * 5 % 8 - 4)),
                        IntStream.rangeClosed(1, 20)
                                .mapToObj(epoch -> new Variant.Reading(
                                        epoch, mean + 0.04 * (seed * 5 % 8 - 4) + 40.0 / (epoch * epoch)))
                                .toList(),
                        List.of(new Training(
                                "trial-" + index + "-" + seed,
                                Training.Place.ONLY,
                                seed == 8 && index == 1 ? StudyReport.Fate.CRASHED : StudyReport.Fate.FINISHED,
                                seed == 8 && index == 1 ? OptionalDouble.empty() : OptionalDouble.of(mean + 0.5),
                                OptionalDouble.empty(),
                                seed == 8 && index == 1 ? "trial.json says why" : ""))))
                .toList();
        List<Variant.Level> band = IntStream.rangeClosed(1, 20)
                .mapToObj(epoch -> {
                    double level = mean + 40.0 / (epoch * epoch);
                    return new Variant.Level(epoch, level, level - 0.3, level + 0.3);
                })
                .toList();
        return new Variant(
                name,
                new Variant.Cost(1_370_000 - 50_000L * index, 250_000_000 + 30_000_000L * index),
                Optional.of(new Variant.Estimate(mean, 0.15, mean - 0.12, mean + 0.12, index == 1 ? 7 : 8)),
                seeds,
                band,
                new Variant.Lost(index == 1 ? 1 : 0, 0));
    }

    static StudyReport drawn() {
        List<StudyReport.Trial> trials = new ArrayList<>();
        for (String name : NAMES) {
            for (int number = 1; number <= 8; number++) {
                double rate = 0.001 * (1 << number);
                StudyReport.Fate fate = number == 8
                        ? StudyReport.Fate.DIVERGED
                        : number == 5 ? StudyReport.Fate.CHOSEN : StudyReport.Fate.FINISHED;
                Map<String, String> settings = new LinkedHashMap<>();
                settings.put("schedule.rate", Double.toString(rate));
                settings.put("optimizer.kind", number % 2 == 0 ? "sgd" : "adam");
                trials.add(new StudyReport.Trial(
                        name,
                        number,
                        settings,
                        new Training(
                                "tried-" + number,
                                Training.Place.ONLY,
                                fate,
                                number == 8
                                        ? OptionalDouble.empty()
                                        : OptionalDouble.of(10 + Math.abs(number - 5) * 0.7),
                                OptionalDouble.empty(),
                                number == 8 ? "the loss of step 40 is 12 > 10" : "")));
            }
        }
        return new StudyReport(
                new StudyReport.Question(
                        "all-cnn-vs-pooling",
                        "Does a network without pooling do as well as one with it?",
                        List.of(
                                "all_cnn_c has the lower test error: by 0.80 points (95 % interval 0.62 to 0.98, p = 0.008)."),
                        new StudyReport.Outcome("test", "error", "%", 2)),
                IntStream.range(0, 3).mapToObj(StudyPageTest::variant).toList(),
                List.of(
                        new StudyReport.Comparison(
                                "all_cnn_c",
                                "pooling",
                                new StudyReport.Difference(-0.8, -0.98, -0.62),
                                new StudyReport.Test("Wilcoxon signed rank", 0.0078, 0.0156)),
                        new StudyReport.Comparison(
                                "all_cnn_c",
                                "all <conv> & strided",
                                new StudyReport.Difference(-0.4, -0.62, -0.18),
                                new StudyReport.Test("Wilcoxon signed rank", 0.0156, 0.0156))),
                trials,
                new StudyReport.Variance(
                        List.of("pooling: the variance comes from somewhere."),
                        List.of(
                                new StudyReport.VarianceSource(
                                        "pooling", "initial values", 0.1, 0.44, OptionalDouble.of(0.03)),
                                new StudyReport.VarianceSource(
                                        "pooling", "order", 0.11, 0.56, OptionalDouble.empty()))),
                new StudyReport.Repeat(
                        List.of("./convoy ablate study.yaml"), "question: <b>?\n", Map.of("seeds", "1 to 8")));
    }

    @Test
    void theAnswerComesFirstAndEverythingElseIsThere() {
        Map<String, String> files = ReportFiles.of(StudyPage.of(drawn()));
        String html = files.getOrDefault("report.html", "");
        Parser parser = Parser.htmlParser().setTrackErrors(50);
        Document document = Jsoup.parse(html, "", parser);
        assertThat(parser.getErrors()).isEmpty();
        assertThat(html).doesNotContain("http:", "https:", "NaN");
        assertThat(document.select(".lead").eachText().get(1)).startsWith("all_cnn_c has the lower test error");
        assertThat(document.select("h2").eachText())
                .containsExactly(
                        "The variants",
                        "Seed by seed",
                        "Compared in pairs",
                        "Learning curves",
                        "What it costs",
                        "The tuning",
                        "Where the variance comes from",
                        "To repeat it");
        assertThat(document.select("figure svg")).hasSize(1 + 1 + 4 + 2 + 1);
        assertThat(document.select("#tuning .ring")).hasSize(3);
        assertThat(document.select("#tuning td.strong").eachText()).containsExactly("chosen", "chosen", "chosen");
        assertThat(files.keySet())
                .containsExactly(
                        "report.html",
                        "report.md",
                        "variants.csv",
                        "seeds.csv",
                        "comparisons.csv",
                        "trials.csv",
                        "variance.csv",
                        "facts.csv",
                        "curves.csv");
        assertThat(files.get("trials.csv"))
                .contains("pooling,8,diverged,,0.256,sgd,tried-8,the loss of step 40 is 12 > 10");
        assertThat(files.get("trials.csv")).startsWith("variant,trial,fate,validation error (%),");
        assertThat(files.get("curves.csv")).startsWith("variant,seed,epoch,validation error (%)");
        assertThat(files.get("seeds.csv"))
                .hasLineCount(1 + 3 * 8)
                .contains("all <conv> & strided,8,0,crashed,,,trial-1-8,trial.json says why");
        assertThat(files.get("comparisons.csv")).contains("Wilcoxon signed rank,0.0078,0.0156");
        assertThat(files.get("curves.csv")).hasLineCount(1 + 3 * 8 * 20);
    }

    /** To be changed where the page is meant to change. */
    @Test
    void theSameStudyHasTheSameBytesEverywhere() {
        MessageDigest digest = Sha256.begin();
        ReportFiles.of(StudyPage.of(drawn()))
                .forEach((name, text) -> digest.update((name + text).getBytes(StandardCharsets.UTF_8)));
        assertThat(Sha256.digits(digest)).isEqualTo("9f6a92241f64e269f5a019fee5bbaa57871779ad308fab0a73c3cb235f64c4c5");
    }

    @Test
    void aStudyOfWhichNothingCameIsAPageToo() {
        StudyReport whole = drawn();
        Variant lost = new Variant(
                "lost", new Variant.Cost(1, 1), Optional.empty(), List.of(), List.of(), new Variant.Lost(3, 2));
        StudyReport report = new StudyReport(
                whole.question(), List.of(lost), List.of(), List.of(), StudyReport.Variance.none(), whole.repeat());
        Page page = StudyPage.of(report);
        String html = ReportFiles.of(page).getOrDefault("report.html", "");
        assertThat(Jsoup.parse(html).text())
                .contains(
                        "Nothing was trained to be compared.",
                        "Nothing was compared in pairs.",
                        "No curve was recorded.",
                        "Nothing was tuned.");
        assertThat(ReportFiles.of(page).get("variants.csv")).contains("lost,,,,,0,3,2,1");
        assertThatThrownBy(() -> new StudyReport(
                        whole.question(),
                        List.of(lost, lost),
                        List.of(),
                        List.of(),
                        StudyReport.Variance.none(),
                        whole.repeat()))
                .isInstanceOf(IllegalArgumentException.class);
    }

    /** An axis without a line says nothing. */
    @Test
    void aVariantWithoutACurveHasNoFigure() {
        StudyReport whole = drawn();
        Variant broken = whole.variants().get(0);
        Variant silent =
                new Variant("silent", broken.cost(), Optional.empty(), List.of(), List.of(), new Variant.Lost(8, 0));
        StudyReport report = new StudyReport(
                whole.question(),
                List.of(broken, silent),
                List.of(),
                List.of(),
                StudyReport.Variance.none(),
                whole.repeat());
        Document page = Jsoup.parse(ReportFiles.of(StudyPage.of(report)).getOrDefault("report.html", ""));
        assertThat(page.select("#learning figure svg")).hasSize(2);
        assertThat(page.select("#learning").text()).doesNotContain("silent");
    }

    @Test
    void timesLieApart() {
        StudyTiming timing = new StudyTiming(
                List.of(new StudyTiming.Timed("pooling-1", "pooling", "2026-03-01T10:00:00Z", 12.5, 2)),
                List.of(new StudyTiming.TestReading("2026-03-01T11:00:00Z", List.of("pooling-1"))));
        assertThat(timing.json())
                .contains("\"seconds\" : 12.5", "\"attempts\" : 2", "\"at\" : \"2026-03-01T11:00:00Z\"");
        assertThat(ReportFiles.of(StudyPage.of(drawn()))).doesNotContainKey("timing.json");
    }
}
