package convoy.jobs.report.page;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import convoy.jobs.report.chart.Axis;
import convoy.jobs.report.chart.IntervalChart;
import convoy.jobs.report.chart.LineChart;
import convoy.jobs.report.chart.Series;
import convoy.jobs.report.page.Table.Cell;
import convoy.records.BadInputException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.jsoup.Jsoup;
import org.jsoup.nodes.Document;
import org.jsoup.parser.Parser;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class PageTest {
    private static final String NASTY = "</td><script>alert('1')</script>&amp; \"x\" | *a* `b` [c](d) \u001b[2J\nline";

    private static Page page() {
        Table table = Table.named("nasty", NASTY)
                .words(NASTY)
                .numbers("n")
                .row(Cell.of(NASTY), Cell.of(1234))
                .row(Cell.of("=1+2"), Cell.of(-0.123456, "−0.12").strong())
                .row(Cell.of("plain, with \"quotes\""), Cell.of(Double.NaN, "x"))
                .build();
        return new Page(
                NASTY,
                List.of(NASTY),
                List.of(new Page.Section(
                        "one",
                        NASTY,
                        List.of(
                                new Prose(NASTY),
                                table,
                                new Code("a `` ``` b\n" + NASTY),
                                new Figures(
                                        List.of(new Figures.Figure(NASTY, "<svg viewBox=\"0 0 1 1\"></svg>", NASTY))),
                                new Pictures(List.of(Pictures.Picture.of(NASTY, new byte[] {1, 2, 3}, 3, NASTY)))))),
                List.of(Table.named("more", "more").words("a").build()));
    }

    private static String file(String name) {
        return ReportFiles.of(page()).getOrDefault(name, "");
    }

    @Test
    void htmlParsesWithoutAnErrorAndShowsNamesAsTheyAre() {
        String html = file("report.html");
        Parser parser = Parser.htmlParser().setTrackErrors(50);
        Document document = Jsoup.parse(html, "", parser);
        assertThat(parser.getErrors()).isEmpty();
        assertThat(document.select("script")).hasSize(1);
        assertThat(document.select("h1").text()).startsWith("</td><script>alert('1')</script>&amp; \"x\"");
        assertThat(document.select("td").eachText().get(0)).startsWith("</td><script>");
        assertThat(document.select("img").attr("alt")).isEqualTo(NASTY);
        assertThat(document.select("td.n")).hasSize(3);
        assertThat(document.select("td.strong").text()).isEqualTo("−0.12");
        assertThat(document.select("svg")).hasSize(1);
    }

    /** Of something that goes on: a bar, a way to more, and a browser that looks again. */
    @Test
    void aLivePageIsLookedAtAgainUntilItIsOver() {
        Page page = new Page(
                "live",
                List.of(),
                List.of(new Page.Section(
                        "one", "one", List.of(new Meter(3, 12, NASTY), new Link(NASTY, "report/report.html")))),
                List.of());
        Document live = Jsoup.parse(ReportFiles.live(page, 5));
        assertThat(live.select("meta[http-equiv=refresh]").attr("content")).isEqualTo("5");
        assertThat(live.select("progress").attr("value")).isEqualTo("3");
        assertThat(live.select("progress").attr("max")).isEqualTo("12");
        assertThat(live.select("progress").attr("aria-label")).isEqualTo(NASTY);
        assertThat(live.select("main a").attr("href")).isEqualTo("report/report.html");
        assertThat(live.select("main a").text()).startsWith("</td><script>");
        assertThat(ReportFiles.live(page, 0))
                .doesNotContain("refresh")
                .isEqualTo(ReportFiles.of(page).get("report.html"));
        assertThat(ReportFiles.of(page).get("report.md")).contains("report/report.html");
    }

    @Test
    void thePageLoadsNothing() {
        String html = file("report.html");
        Document document = Jsoup.parse(html);
        assertThat(document.select("[src], [href]").stream()
                        .map(element -> element.hasAttr("src") ? element.attr("src") : element.attr("href")))
                .isNotEmpty()
                .allSatisfy(address -> assertThat(address).matches("data:.*|#.*"));
        assertThat(html).doesNotContain("http:", "https:", "@import", "url(");
    }

    /** A page whose charts have lines brings the library that one zooms by, its licence with it, and still loads nothing. */
    @Test
    void chartsWithLinesBringWhatOneZoomsByAndOthersDoNot() {
        String line = new LineChart(
                        "line",
                        Axis.linear("x"),
                        Axis.linear("y"),
                        List.of(new Series(
                                "a", 0, Series.Look.LINE, List.of(new Series.Point(0, 1), new Series.Point(1, 2)))),
                        List.of())
                .svg();
        String bars = new IntervalChart(
                        "bars",
                        Axis.linear("x"),
                        List.of(new IntervalChart.Row("a", 0, 1, 0, 2, List.of())),
                        Optional.empty())
                .svg();
        String zooming = withFigure(line);
        String plain = withFigure(bars);
        assertThat(plain).doesNotContain("uPlot");
        assertThat(zooming)
                .contains("Copyright (c) 2022 Leon Sorokin", "var uPlot=", ".u-legend", "Drag over a part")
                .doesNotContain("http:", "https:", "@import", "url(");
        assertThat(Jsoup.parse(zooming).select("script")).hasSize(2);
        assertThat(zooming.length() - line.length() - (plain.length() - bars.length()))
                .as("letters that it costs a page")
                .isLessThan(65_000);
    }

    private static String withFigure(String svg) {
        Page page = new Page(
                "t",
                List.of(),
                List.of(new Page.Section(
                        "one", "one", List.of(new Figures(List.of(new Figures.Figure("f", svg, "")))))),
                List.of());
        return ReportFiles.of(page).getOrDefault("report.html", "");
    }

    @Test
    void markdownShowsNamesAsTheyAre() {
        String markdown = file("report.md");
        List<String> rows =
                markdown.lines().filter(line -> line.startsWith("| ")).toList();
        assertThat(rows).hasSize(5);
        // Bars that are no border are escaped: each row has three borders.
        assertThat(rows)
                .allSatisfy(row -> assertThat(row.replace("\\|", "").chars().filter(sign -> sign == '|'))
                        .hasSize(3));
        assertThat(markdown)
                .contains("\\<script\\>", "\\*a\\*", "\\`b\\`", "\\[c\\](d)", "\\\\x1b", "\n````\na `` ``` b\n")
                .doesNotContain("\u001b")
                .endsWith("\n");
    }

    @Test
    void spreadsheetsComputeNothing() {
        String csv = file("nasty.csv");
        assertThat(csv)
                .contains("\r\n'=1+2,-0.123456\r\n", "\"plain, with \"\"quotes\"\"\",\r\n")
                .doesNotContain("\u001b");
    }

    @ParameterizedTest
    @CsvSource({"=a", "+a", "-a", "@a", "' =a'"})
    void whatBeginsLikeAFormulaGetsAnApostrophe(String formula) {
        Table table = Table.named("t", "").words("a").row(Cell.of(formula)).build();
        assertThat(Csv.of(table)).isEqualTo("a\r\n" + ("'" + formula) + "\r\n");
    }

    @Test
    void theSamePageHasTheSameBytes() {
        assertThat(ReportFiles.of(page())).isEqualTo(ReportFiles.of(page()));
    }

    @Test
    void writesEveryTableAndLeavesOtherFilesAlone(@TempDir Path folder) throws Exception {
        Path out = folder.resolve("a/b");
        Files.createDirectories(out);
        Files.writeString(out.resolve("mine.txt"), "mine");
        Files.writeString(out.resolve("report.md"), "old");
        assertThat(ReportFiles.write(page(), out))
                .extracting(path -> path.getFileName().toString())
                .containsExactly("report.html", "report.md", "nasty.csv", "more.csv");
        assertThat(out.resolve("mine.txt")).hasContent("mine");
        assertThat(Files.readAllBytes(out.resolve("report.md")))
                .isEqualTo(file("report.md").getBytes(StandardCharsets.UTF_8));
    }

    @Test
    void aFileIsNoFolder(@TempDir Path folder) throws Exception {
        Path file = Files.writeString(folder.resolve("file"), "");
        assertThatThrownBy(() -> ReportFiles.write(page(), file))
                .isInstanceOf(BadInputException.class)
                .hasMessage("--out = " + file + " is a file: name a folder, which is made if need be");
        assertThatThrownBy(() -> ReportFiles.write(page(), file.resolve("below")))
                .isInstanceOf(BadInputException.class)
                .hasMessageStartingWith("--out = " + file.resolve("below") + " cannot be written: ");
    }

    @Test
    void tablesHaveNamesOfTheirOwnAndWholeRows() {
        Table table = Table.named("t", "").words("a").build();
        assertThatThrownBy(() -> new Page("", List.of(), List.of(), List.of(table, table)))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> Table.named("t", "").words("a").row(List.of()).build())
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> Table.named("../t", "").build()).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void numbersAreShort() {
        assertThat(Numbers.large(269_722)).isEqualTo("270 k");
        assertThat(Numbers.large(40_600_000)).isEqualTo("40.6 M");
        assertThat(Numbers.large(999)).isEqualTo("999");
        assertThat(Numbers.large(999_999)).isEqualTo("1.00 M");
        assertThat(Numbers.significant(0.00123456)).isEqualTo("0.001235");
        assertThat(Numbers.significant(12_345.678)).isEqualTo("12,346");
        assertThat(Numbers.percent(0.9355)).isEqualTo("93.55 %");
        assertThat(Numbers.probability(0.0000001)).isEqualTo("< 0.001");
        assertThat(Numbers.fixed(Double.NaN, 2)).isEqualTo("–");
    }

    @Test
    void aShellTakesAnyWordAsItIs() {
        assertThat(Code.word("runs/a-b_1.yaml")).isEqualTo("runs/a-b_1.yaml");
        assertThat(Code.word("my run's $HOME")).isEqualTo("'my run'\\''s $HOME'");
    }
}
