package convoy.jobs.study.page;

import static org.assertj.core.api.Assertions.assertThat;

import convoy.jobs.study.page.LivePage.Course;
import convoy.jobs.study.page.LivePage.Moment;
import convoy.jobs.study.page.LivePage.Progress;
import convoy.jobs.study.plan.Cell;
import convoy.jobs.study.plan.Results;
import convoy.jobs.study.plan.ToyStudy;
import convoy.jobs.study.plan.Trial;
import convoy.jobs.study.plan.TrialRecord;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.jsoup.Jsoup;
import org.jsoup.nodes.Document;
import org.jsoup.nodes.Element;
import org.jsoup.parser.Parser;
import org.junit.jupiter.api.Test;

final class LivePageTest {
    private static final ToyStudy TOY = ToyStudy.of(ToyStudy.PLAIN);
    private static final Instant NOW = Instant.parse("2026-02-03T04:05:06.789Z");
    private static final Moment RUNNING = new Moment(NOW, Optional.of("http://driver:4040"), false);

    private static Trial trial(String variant, long seed) {
        return TOY.trial(Cell.of(variant, Optional.empty(), seed));
    }

    private static Document page(Results results, Progress progress, Moment moment) {
        String html = LivePage.of(TOY.design().study(), TOY.plan().state(results), progress, moment);
        Parser parser = Parser.htmlParser().setTrackErrors(50);
        Document page = Jsoup.parse(html, "", parser);
        assertThat(parser.getErrors()).isEmpty();
        assertThat(page.select("[src], link:not([rel=icon])"))
                .as("it loads nothing")
                .isEmpty();
        assertThat(page.text()).as("no table has a file").doesNotContain(".csv");
        return page;
    }

    private static List<String> row(Document page, String table, String trial) {
        for (Element row : page.select("#" + table + " tbody tr")) {
            List<String> cells = row.select("td").eachText();
            if (cells.get(0).equals(trial)) {
                return cells;
            }
        }
        throw new AssertionError(trial + " is in no row of " + page.select("#" + table));
    }

    @Test
    void everyTrialStandsWithWhatIsKnownOfIt() {
        Results results = Results.none()
                .with(trial("a", 1), TrialRecord.defaults().with(20, ToyStudy.score(trial("a", 1), 20)))
                .with(
                        trial("b", 1),
                        TrialRecord.defaults()
                                .withDiverged(
                                        Optional.of(new TrialRecord.Divergence(12, "the loss of step 12 is NaN"))))
                .with(
                        trial("b", 2),
                        TrialRecord.defaults()
                                .crashed("<lost>")
                                .crashed("again")
                                .crashed("for good"))
                .with(trial("a", 3), TrialRecord.defaults().crashed("an executor was lost"));
        Progress progress = new Progress(
                6,
                Optional.of(Duration.ofMinutes(80)),
                Map.of("a-s2", new Course(7.25, Optional.of(Duration.ofSeconds(90)))),
                Optional.of("1 of 2 at once by the memory of the executors"));
        Document page = page(results, progress, RUNNING);
        assertThat(page.select("progress").attr("value")).isEqualTo("3");
        assertThat(page.select("progress").attr("max")).isEqualTo("6");
        assertThat(page.select("#progress p").eachText())
                .contains(
                        "3 of 6 have ended, 1 being trained; about 1:20:00 left",
                        "Workers: 1 of 2 at once by the memory of the executors.",
                        "As of 2026-02-03T04:05:06Z; this page is renewed every 5 s, and stands still where the driver has"
                                + " died.");
        assertThat(page.select("meta[http-equiv=refresh]").attr("content")).isEqualTo("5");
        assertThat(page.select("#progress a").attr("href")).isEqualTo("http://driver:4040");
        double accuracy = 100 * ToyStudy.score(trial("a", 1), 20).accuracy();
        assertThat(row(page, "trials", "a-s1"))
                .startsWith("a-s1", "comparison", "finished", "1", "20.0", "20")
                .contains(String.format(Locale.ROOT, "%.2f %%", accuracy));
        assertThat(row(page, "trials", "a-s2"))
                .containsExactly("a-s2", "comparison", "being trained", "2", "7.3", "20", "–", "1:30");
        assertThat(row(page, "trials", "a-s3")).startsWith("a-s3", "comparison", "waits", "3", "0.0", "20", "–", "–");
        assertThat(row(page, "trials", "b-s1")).startsWith("b-s1", "comparison", "diverged");
        assertThat(row(page, "variants", "b")).containsExactly("b", "–", "0", "1", "1", "0");
        assertThat(page.select("#failures tbody tr").eachText())
                .containsExactly(
                        "a-s3 crashed an executor was lost",
                        "b-s1 diverged at step 12 the loss of step 12 is NaN",
                        "b-s2 crashed <lost>",
                        "b-s2 crashed again",
                        "b-s2 crashed, and is not tried again for good");
    }

    @Test
    void onceItIsOverItStandsStillAndLeadsToTheReport() {
        Progress nothing = new Progress(6, Optional.empty(), Map.of(), Optional.empty());
        Document ended = page(TOY.finish(Results.none()), nothing, new Moment(NOW, RUNNING.spark(), true));
        assertThat(ended.select("meta[http-equiv=refresh]")).isEmpty();
        assertThat(ended.select("#progress a").eachAttr("href")).containsExactly("report/report.html");
        assertThat(ended.select("#progress").text()).contains("The study has ended, at 2026-02-03T04:05:06Z.");
        assertThat(ended.select("#failures")).isEmpty();
        Document stopped = page(Results.none(), nothing, new Moment(NOW, RUNNING.spark(), true));
        assertThat(stopped.select("#progress").text()).contains("was stopped, at", "the same command goes on");
        assertThat(stopped.select("#progress a")).isEmpty();
    }

    @Test
    void trialsOfASearchSaySo() {
        ToyStudy tuned = ToyStudy.of(ToyStudy.HALVED);
        Document page = Jsoup.parse(LivePage.of(
                tuned.design().study(),
                tuned.plan().state(tuned.finish(Results.none())),
                new Progress(24, Optional.empty(), Map.of(), Optional.empty()),
                RUNNING));
        assertThat(page.select("#trials tbody tr")).hasSize(24);
        assertThat(page.select("#trials tbody tr").eachText())
                .filteredOn(row -> row.contains(" search stopped: others were better "))
                .hasSize(16);
    }
}
