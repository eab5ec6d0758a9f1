package convoy.jobs.report.chart;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.assertj.core.api.Assertions.withinPercentage;

import convoy.jobs.report.chart.Series.Look;
import convoy.jobs.report.chart.Series.Point;
import convoy.jobs.report.chart.Series.Span;
import java.io.StringReader;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import javax.xml.parsers.DocumentBuilderFactory;
import org.jsoup.Jsoup;
import org.jsoup.nodes.Element;
import org.jsoup.parser.Parser;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.w3c.dom.Document;
import org.w3c.dom.NamedNodeMap;
import org.w3c.dom.NodeList;
import org.xml.sax.InputSource;

/** Every chart, with names that would be markup if they were not escaped. */
final class ChartsTest {
    private static final String NASTY = "<script>a & \"b\"</script>\u0000\u001b\ud800]]>";
    private static final Pattern NUMBER = Pattern.compile("-?[0-9]+(\\.[0-9]+)?");

    /** As a screen of 390 pixels has them: letters of 14 in a picture of 480, in a wide font. */
    @Test
    void longNamesOfALegendCoverNoOtherAndTellTheirEnds() {
        List<Series> series = IntStream.range(0, 6)
                .mapToObj(i -> new Series(
                        "a-run-whose-name-is-so-long-that-nobody-would-type-it-" + i + ", held out",
                        i,
                        Look.LINE,
                        List.of(new Point(0, i), new Point(1, i + 1))))
                .toList();
        String svg = new LineChart("t", Axis.linear("x"), Axis.linear("y"), series, List.of()).svg();
        Matcher text = Pattern.compile("<text x=\"([0-9.]+)\" y=\"([0-9.]+)\" class=\"tick\">([^<]+held out)</text>")
                .matcher(svg);
        double below = -14;
        int found = 0;
        while (text.find()) {
            assertThat(Double.parseDouble(text.group(1)) + 8.4 * text.group(3).length())
                    .isLessThan(480);
            assertThat(Double.parseDouble(text.group(2))).isGreaterThan(below + 14);
            below = Double.parseDouble(text.group(2));
            assertThat(text.group(3)).contains("-" + found + ", held out");
            found++;
        }
        assertThat(found).isEqualTo(6);
    }

    static Stream<String> charts() {
        List<Point> points = IntStream.range(0, 50)
                .mapToObj(i -> new Point(i, Math.sin(i / 5.0)))
                .toList();
        List<Span> band = IntStream.range(0, 50)
                .mapToObj(i -> new Span(i, Math.sin(i / 5.0) - 0.2, Math.sin(i / 5.0) + 0.2))
                .toList();
        List<Mark> marks = IntStream.range(0, 400)
                .mapToObj(i -> new Mark(i / 8.0, i + 1, NASTY, i % 2 == 0))
                .toList();
        List<ScatterChart.Dot> dots = IntStream.range(0, 12)
                .mapToObj(i -> new ScatterChart.Dot(
                        NASTY + i,
                        i,
                        new Point(i / 100.0, i),
                        i % 2 == 0 ? Optional.empty() : Optional.of(new Span(i / 100.0, i - 1, i + 1)),
                        i % 3 == 0
                                ? ScatterChart.Look.FAILED
                                : i % 3 == 1 ? ScatterChart.Look.CHOSEN : ScatterChart.Look.PLAIN))
                .toList();
        return Stream.of(
                new LineChart(
                                NASTY,
                                Axis.linear(NASTY),
                                Axis.linear(NASTY),
                                List.of(
                                        new Series(NASTY, 0, Look.LINE, points).withBand(band),
                                        new Series("b", 1, Look.DASHED, points)),
                                marks)
                        .svg(),
                new LineChart("empty", Axis.linear("x"), Axis.logarithmic("y"), List.of(), List.of()).svg(),
                new LineChart(
                                "one point, and what is no number",
                                Axis.linear("x"),
                                Axis.logarithmic("y"),
                                List.of(new Series(
                                        "a",
                                        0,
                                        Look.LINE,
                                        List.of(
                                                new Point(1, Double.NaN),
                                                new Point(2, 1e-3),
                                                new Point(3, 0),
                                                new Point(4, Double.POSITIVE_INFINITY)))),
                                List.of())
                        .svg(),
                new StackedChart(
                                NASTY,
                                Axis.linear("x"),
                                Axis.fromZero("y"),
                                List.of(NASTY, "b"),
                                List.of(
                                        new StackedChart.Column(0, List.of(1.0, 2.0)),
                                        new StackedChart.Column(1, List.of(2.0, 0.0))),
                                marks)
                        .svg(),
                new IntervalChart(
                                NASTY,
                                Axis.linear("accuracy (%)"),
                                List.of(
                                        new IntervalChart.Row(NASTY, 0, 90, 89, 91, List.of(88.5, 91.5)),
                                        new IntervalChart.Row("no interval", 1, 91, Double.NaN, Double.NaN, List.of())),
                                Optional.of(0.0))
                        .svg(),
                new ScatterChart(NASTY, Axis.logarithmic("x"), Axis.linear("y"), dots).svg(),
                new HeatMap(
                                NASTY,
                                "is",
                                "taken for",
                                List.of(NASTY, "b"),
                                List.of(List.of(5L, 1L), List.of(0L, 7L)),
                                List.of(6L, 7L))
                        .svg());
    }

    private static Document parse(String svg) throws Exception {
        return DocumentBuilderFactory.newInstance().newDocumentBuilder().parse(new InputSource(new StringReader(svg)));
    }

    @ParameterizedTest
    @MethodSource("charts")
    void isWellFormedAndHasNoMarkupOfAName(String svg) throws Exception {
        Document document = parse(svg);
        assertThat(document.getDocumentElement().getLocalName() == null ? "svg" : "")
                .isEqualTo("svg");
        assertThat(document.getElementsByTagName("script").getLength()).isZero();
        assertThat(svg).doesNotContain("NaN", "Infinity", "∞", "href");
    }

    @ParameterizedTest
    @MethodSource("charts")
    void drawsWithinItsPicture(String svg) throws Exception {
        Document document = parse(svg);
        List<Double> box = Pattern.compile(" ")
                .splitAsStream(document.getDocumentElement().getAttribute("viewBox"))
                .map(Double::valueOf)
                .toList();
        double width = box.get(2);
        double height = box.get(3);
        NodeList circles = document.getElementsByTagName("circle");
        for (int i = 0; i < circles.getLength(); i++) {
            var attributes = circles.item(i).getAttributes();
            assertThat(Double.parseDouble(attributes.getNamedItem("cx").getNodeValue()))
                    .isBetween(0.0, width);
            assertThat(Double.parseDouble(attributes.getNamedItem("cy").getNodeValue()))
                    .isBetween(0.0, height);
        }
        NodeList paths = document.getElementsByTagName("path");
        for (int i = 0; i < paths.getLength(); i++) {
            String path = paths.item(i).getAttributes().getNamedItem("d").getNodeValue();
            Matcher numbers = NUMBER.matcher(path.replaceAll("[a-z][-0-9. ]+", ""));
            while (numbers.find()) {
                assertThat(Double.parseDouble(numbers.group())).as(path).isBetween(-1.0, Math.max(width, height));
            }
        }
    }

    @Test
    void theSameChartHasTheSameBytes() {
        assertThat(charts().toList()).isEqualTo(charts().toList());
    }

    @Test
    void labelsOfPointsDoNotCoverEachOther() throws Exception {
        List<ScatterChart.Dot> crowd = IntStream.range(0, 30)
                .mapToObj(i -> new ScatterChart.Dot(
                        "network " + i,
                        0,
                        new Point(1 + i % 3 * 0.01, 1 + i % 7 * 0.01),
                        Optional.empty(),
                        ScatterChart.Look.PLAIN))
                .toList();
        Document document = parse(new ScatterChart("crowd", Axis.linear("x"), Axis.linear("y"), crowd).svg());
        NodeList texts = document.getElementsByTagName("text");
        List<double[]> labels = IntStream.range(0, texts.getLength())
                .mapToObj(texts::item)
                .filter(text -> text.getTextContent().startsWith("network"))
                .map(text -> new double[] {
                    Double.parseDouble(text.getAttributes().getNamedItem("x").getNodeValue()),
                    Double.parseDouble(text.getAttributes().getNamedItem("y").getNodeValue()),
                    Plane.LETTER * text.getTextContent().length()
                })
                .toList();
        assertThat(labels).hasSizeGreaterThan(5);
        for (int i = 0; i < labels.size(); i++) {
            for (int j = 0; j < i; j++) {
                double[] a = labels.get(i);
                double[] b = labels.get(j);
                boolean apart = a[0] + a[2] <= b[0] || b[0] + b[2] <= a[0] || Math.abs(a[1] - b[1]) >= 13;
                assertThat(apart).as("labels %s and %s", i, j).isTrue();
            }
        }
    }

    @Test
    void manyMarksDoNotWriteTheirNumbersOverEachOther() throws Exception {
        List<Mark> marks = IntStream.range(0, 200)
                .mapToObj(i -> new Mark(i, i + 1, "gone", true))
                .toList();
        Document document = parse(new LineChart(
                        "marks",
                        Axis.linear("x"),
                        Axis.linear("y"),
                        List.of(new Series("", 0, Look.LINE, List.of(new Point(0, 0), new Point(200, 1)))),
                        marks)
                .svg());
        NodeList groups = document.getElementsByTagName("g");
        double before = -100;
        int written = 0;
        for (int i = 0; i < groups.getLength(); i++) {
            NodeList texts = ((org.w3c.dom.Element) groups.item(i)).getElementsByTagName("text");
            if (texts.getLength() > 0) {
                double x = Double.parseDouble(
                        texts.item(0).getAttributes().getNamedItem("x").getNodeValue());
                assertThat(x - before).isGreaterThanOrEqualTo(16 - 0.1);
                before = x;
                written++;
            }
        }
        assertThat(groups.getLength()).isEqualTo(200);
        assertThat(written).isBetween(10, 40);
    }

    /** As the page's script does it: the axes say what lies at their ends, and a path where its points lie between them. */
    @Test
    void valuesCanBeReadBackFromThePicture() {
        List<Point> points = List.of(new Point(0, 0.25), new Point(3, 0.5), new Point(10, 40));
        String svg = new LineChart(
                        "read back",
                        Axis.linear("x"),
                        Axis.logarithmic("y"),
                        List.of(new Series("a \"b\"", 3, Look.LINE, points)),
                        List.of())
                .svg();
        Element root = Jsoup.parse(svg, Parser.xmlParser());
        Element axis = root.expectFirst("path[data-across]");
        Element line = root.expectFirst("path[data-name]");
        assertThat(line.attr("data-name")).isEqualTo("a \"b\"");
        double[] ends = numbers(axis.attr("d"));
        String[] across = axis.attr("data-across").split(" ", -1);
        String[] up = axis.attr("data-up").split(" ", -1);
        assertThat(across[0]).isEqualTo("linear");
        assertThat(up[0]).isEqualTo("logarithmic");
        double[] places = numbers(line.attr("d"));
        for (int i = 0; i < points.size(); i++) {
            double x = (places[2 * i] - ends[0]) / (ends[3] - ends[0]);
            double y = (ends[2] - places[2 * i + 1]) / (ends[2] - ends[1]);
            double low = Double.parseDouble(across[1]);
            assertThat(low + x * (Double.parseDouble(across[2]) - low))
                    .isCloseTo(points.get(i).x(), within(0.005));
            double least = Double.parseDouble(up[1]);
            assertThat(least * Math.pow(Double.parseDouble(up[2]) / least, y))
                    .isCloseTo(points.get(i).y(), withinPercentage(0.3));
        }
    }

    private static double[] numbers(String path) {
        return NUMBER.matcher(path)
                .results()
                .mapToDouble(found -> Double.parseDouble(found.group()))
                .toArray();
    }

    /** Where one zooms each line has its name; the legend has those alone that tell lines apart. */
    @Test
    void whatIsInNoLegendHasItsNameStill() {
        List<Point> points = List.of(new Point(0, 0), new Point(1, 1));
        String svg = new LineChart(
                        "seeds",
                        Axis.linear("x"),
                        Axis.linear("y"),
                        List.of(
                                new Series("seed 1", 0, Look.LINE, points).unlisted(),
                                new Series("seed 2", 0, Look.LINE, points).unlisted()),
                        List.of())
                .svg();
        assertThat(svg).contains("data-name=\"seed 1\"", "data-name=\"seed 2\"").doesNotContain(">seed 1<");
    }

    @Test
    void pairedBarsHaveTheirFiguresAndFit() throws Exception {
        String svg = new PairedBars(
                        NASTY,
                        "before",
                        NASTY,
                        List.of(
                                new PairedBars.Row("a name that is longer than there is room for", 1, 0),
                                new PairedBars.Row(NASTY, 0.25, 0.123)))
                .svg();
        Document document = parse(svg);
        NodeList bars = document.getElementsByTagName("rect");
        // Two in the legend, two of each row.
        assertThat(bars.getLength()).isEqualTo(6);
        for (int i = 0; i < bars.getLength(); i++) {
            NamedNodeMap at = bars.item(i).getAttributes();
            double right = Double.parseDouble(at.getNamedItem("x").getNodeValue())
                    + Double.parseDouble(at.getNamedItem("width").getNodeValue());
            assertThat(right).isBetween(0.0, 480.0);
        }
        assertThat(svg).contains("100.0 %", "0.0 %", "25.0 %", "12.3 %", "a name that is longer…");
        new PairedBars("none", "a", "b", List.of()).svg();
        new PairedBars("nothing", "a", "b", List.of(new PairedBars.Row("x", 0, 0))).svg();
    }
}
