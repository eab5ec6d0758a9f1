package convoy.jobs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import convoy.architectures.Catalogue;
import convoy.jobs.catalogue.ModelChart;
import convoy.jobs.report.run.DrawnRun;
import convoy.jobs.report.run.RunReader;
import convoy.records.BadInputException;
import java.awt.geom.Rectangle2D;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.apache.hadoop.conf.Configuration;
import org.jsoup.Jsoup;
import org.jsoup.nodes.Document;
import org.jsoup.nodes.Element;
import org.jsoup.parser.Parser;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class ModelChartTest {
    /** Of 12 pixels in DejaVu Sans, which is a wide font: the mean of small letters, digits and underscores. */
    private static final double LETTER = 7.3;

    private static Document document(Path chart) throws Exception {
        Parser parser = Parser.xmlParser().setTrackErrors(10);
        Document document = Jsoup.parse(Files.readString(chart), "", parser);
        assertThat(parser.getErrors()).isEmpty();
        return document;
    }

    @Test
    void drawsEveryNetworkAndNoNameCoversAnother(@TempDir Path directory) throws Exception {
        Path chart = directory.resolve("models.svg");
        Ran ran = Ran.convoy("models", "--chart", chart.toString());
        assertThat(ran.status()).isZero();
        assertThat(ran.out()).isEqualTo("the chart is " + chart + "\n");
        Document document = document(chart);
        assertThat(document.select("circle")).hasSize(Catalogue.all().size());
        assertThat(document.select("g > title").eachText())
                .contains("resnet50 at 3x224x224: 25.56 million parameters, 4.089 billion multiply-adds");
        List<Rectangle2D> names = new ArrayList<>();
        for (Element name : document.select("text.name")) {
            Rectangle2D box = new Rectangle2D.Double(
                    Double.parseDouble(name.attr("x")),
                    Double.parseDouble(name.attr("y")) - 10,
                    LETTER * name.text().length(),
                    13);
            assertThat(names).noneMatch(box::intersects);
            names.add(box);
        }
        assertThat(names)
                .as("names that found room")
                .hasSizeGreaterThan(Catalogue.all().size() * 9 / 10);
        assertThat(document.select("style").text()).contains("prefers-color-scheme: dark");
    }

    @Test
    void whatCannotBeComparedIsRefused(@TempDir Path directory) {
        Configuration hadoop = new Configuration();
        Path unscored = DrawnRun.write(directory.resolve("unscored"), DrawnRun.step(1));
        Path scored = DrawnRun.write(directory.resolve("scored"), DrawnRun.step(1), DrawnRun.evaluation(1, 0.5));
        assertThatThrownBy(() -> ModelChart.ofRuns(List.of(RunReader.read(hadoop, unscored.toString()))))
                .isInstanceOf(BadInputException.class)
                .hasMessage("run unscored has no accuracy: no held-out rows were scored; give data.validation, or leave"
                        + " the run out");
        assertThatThrownBy(() -> ModelChart.ofRuns(List.of(RunReader.read(hadoop, scored.toString()))))
                .isInstanceOf(BadInputException.class)
                .hasMessage("run scored has no checkpoint yet: train it further, or leave it out");
        assertThat(Ran.convoy("models", "--run", scored.toString()).err())
                .startsWith("convoy models: --run is given without --chart, which draws the accuracy of runs");
    }

    @Test
    void runsOfTwoDataSetsAreRefused(@TempDir Path directory) throws Exception {
        Path one = DrawnRun.write(directory.resolve("one"), DrawnRun.step(1), DrawnRun.evaluation(1, 0.5));
        Path other = DrawnRun.write(directory.resolve("other"), DrawnRun.step(1), DrawnRun.evaluation(1, 0.5));
        Path settings = other.resolve("run.yaml");
        Files.writeString(settings, Files.readString(settings).replace("a | b <c>", "elsewhere"));
        Configuration hadoop = new Configuration();
        assertThatThrownBy(() -> ModelChart.ofRuns(
                        List.of(RunReader.read(hadoop, other.toString()), RunReader.read(hadoop, one.toString()))))
                .isInstanceOf(BadInputException.class)
                .hasMessage("data.train of one is a | b <c>, of other elsewhere: accuracies on different data are no"
                        + " comparison; give runs of one");
    }
}
