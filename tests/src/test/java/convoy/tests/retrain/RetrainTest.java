package convoy.tests.retrain;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import convoy.driver.lease.Lease;
import convoy.driver.lease.Lease.Territory;
import convoy.jobs.Main;
import convoy.parameterserver.time.Clock;
import convoy.worker.groups.LongTest;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.jsoup.Jsoup;
import org.jsoup.nodes.Document;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Days that come one after the other, in this process, from the command line to what serves. */
final class RetrainTest {
    private final Path directory;
    private final Days days;

    RetrainTest(@TempDir Path directory) throws Exception {
        this.directory = directory;
        days = new Days(directory);
    }

    private record Ran(int status, String out, String err) {}

    private static Ran convoy(String... words) {
        StringWriter out = new StringWriter();
        StringWriter err = new StringWriter();
        int status = Main.run(List.of(words), new PrintWriter(out, true), new PrintWriter(err, true));
        return new Ran(status, out.toString(), err.toString());
    }

    private static Ran retrain(Path pipeline, String... more) {
        List<String> words = new ArrayList<>(List.of("retrain", pipeline.toString()));
        words.addAll(List.of(more));
        return convoy(words.toArray(String[]::new));
    }

    @BeforeEach
    void onTwoCores() {
        System.setProperty("spark.master", "local[2]");
    }

    @AfterEach
    void asBefore() {
        System.clearProperty("spark.master");
    }

    private JsonNode history() throws Exception {
        Ran ran = convoy("registry", "history", days.registry().toString(), "--json");
        assertThat(ran.status()).as(ran.err()).isZero();
        return new ObjectMapper().readTree(ran.out());
    }

    private long champion() throws Exception {
        Ran ran = convoy("registry", "show", days.registry() + "#champion", "--json");
        assertThat(ran.status()).as(ran.err()).isZero();
        return new ObjectMapper().readTree(ran.out()).get("version").asLong();
    }

    @Test
    void dayAfterDayWhatIsBetterServes() throws Exception {
        Path told = directory.resolve("told.json");
        Path pipeline = days.pipeline("notify: [sh, -c, \"cat > " + told + "\"]\n");

        days.day("2026-11-20", 160);
        Ran first = retrain(pipeline, "--json");
        assertThat(first.status()).as(first.err()).isZero();
        JsonNode promoted = new ObjectMapper().readTree(first.out());
        assertThat(promoted.get("outcome").asText()).isEqualTo("promoted");
        assertThat(promoted.get("version").asLong()).isEqualTo(1);
        assertThat(promoted.get("figures").get("challenger-accuracy").asDouble())
                .isBetween(0.6, 1.0);
        assertThat(new ObjectMapper().readTree(told.toFile())).isEqualTo(promoted);
        assertThat(champion()).isEqualTo(1);

        Ran nothing = retrain(pipeline);
        assertThat(nothing.status()).as(nothing.err()).isZero();
        assertThat(nothing.out()).startsWith("Nothing is new.");

        days.swapped("2026-11-21", 160);
        Ran worse = retrain(pipeline, "--set", "window={kind: last, days: 1}");
        assertThat(worse.status()).as(worse.err()).isEqualTo(10);
        assertThat(worse.out())
                .startsWith("Version 2 was trained and does not serve.")
                .contains("Not promoted.", "It is not ahead.", "Class across is worse by");
        assertThat(champion()).isEqualTo(1);

        Ran again = retrain(pipeline, "--set", "window={kind: last, days: 1}");
        assertThat(again.status()).as("it is not tried twice: %s", again.err()).isZero();
        assertThat(again.out()).contains("was tried as version 2, which was not promoted");

        days.unbalanced("2026-11-22", 300);
        Ran refused = retrain(pipeline);
        assertThat(refused.status()).as(refused.err()).isEqualTo(11);
        assertThat(refused.out())
                .startsWith("The new data were refused, and nothing was trained.")
                .contains("Shares of the classes: population stability index");
        assertThat(champion()).isEqualTo(1);

        Ran forced = retrain(
                pipeline,
                "--set",
                "window={kind: last, days: 2}",
                "--set",
                "guards.drift.classes.refuse=null",
                "--force",
                "--because",
                "a test of what is forced");
        assertThat(forced.status()).as(forced.err()).isZero();
        assertThat(forced.out()).contains("is champion now, against the verdict.");
        assertThat(champion()).isEqualTo(3);

        Ran back = convoy("registry", "rollback", days.registry().toString(), "--because", "it was forced");
        assertThat(back.status()).as(back.err()).isZero();
        assertThat(champion()).isEqualTo(1);
        assertThat(history().toString())
                .contains("a test of what is forced", "it was forced", "Promoted: there is no champion yet.");
        requireCard(1, "Promoted: there is no champion yet.");
        Document second = requireCard(2, "Not promoted.");
        assertThat(second.select("#data").text())
                .contains("The new data, 160 rows, beside what the champion was trained on, 160 rows.");
        assertThat(second.select("#data figure")).hasSize(2);

        Ran scored = convoy(
                "score",
                "--model",
                days.registry() + "#champion",
                "--data",
                directory.resolve("held-out").toString(),
                "--to",
                directory.resolve("scores").toString());
        assertThat(scored.status()).as(scored.err()).isZero();
        assertThat(scored.out()).startsWith("300 rows in 1 file");

        Ran made = convoy(
                "reproduce",
                days.registry() + "#1",
                "--to",
                directory.resolve("made").toString());
        assertThat(made.status()).as(made.err()).isZero();
        assertThat(made.out()).contains("equal");
    }

    @Test
    void aShareIsHeldOutAndOldAndNewAreMixed() throws Exception {
        Path pipeline = days.pipeline("");
        Files.writeString(
                pipeline, Files.readString(pipeline).replaceFirst("held-out: .*", "held-out: {share: 0.25, seed: 3}"));
        days.day("2026-11-20", 160);
        Ran first = retrain(pipeline);
        assertThat(first.status()).as(first.err()).isZero();
        assertThat(first.out()).contains("of 40 held-out rows right");
        days.day("2026-11-21", 160);
        Ran second = retrain(
                pipeline, "--set", "window={kind: mixture, old: 0.2, new: 0.8}", "--set", "start=champion", "--json");
        assertThat(second.status()).as(second.err()).isIn(0, 10);
        JsonNode ended = new ObjectMapper().readTree(second.out());
        assertThat(ended.get("figures").get("rows").asInt()).isEqualTo(80);
        assertThat(second.err())
                .as("120 old rows once, 120 new ones four times")
                .contains("600 images");
        Ran shown = convoy("registry", "show", days.registry() + "#2", "--json");
        assertThat(new ObjectMapper().readTree(shown.out()).get("parent").asLong())
                .isEqualTo(1);
    }

    @Test
    void whatCannotBeIsRefusedAndNothingServes() throws Exception {
        Path pipeline = days.pipeline("");
        days.day("2026-11-20", 160);
        days.leaked("2026-11-21");
        Ran leaked = retrain(pipeline);
        assertThat(leaked.status()).as(leaked.err()).isEqualTo(11);
        assertThat(leaked.out())
                .contains("have 300 pictures in common")
                .contains("on what it was trained on every model looks good");
        refused(retrain(pipeline, "--set", "name=another"), "is 'stripes', not 'another'");
        try (Lease held = lease(days.registry().resolve("retraining"))) {
            Ran second = retrain(pipeline);
            assertThat(second.status()).as(second.err()).isEqualTo(75);
            assertThat(second.err()).contains("the retraining of 'stripes' is held by process");
            held.require();
        }
        Ran none = convoy("predict", "--model", days.registry() + "#champion", "picture.jpg");
        assertThat(none.status()).isEqualTo(2);
        assertThat(none.err()).contains("has no alias 'champion'");
    }

    private static Lease lease(Path directory) throws Exception {
        Territory territory = new Territory(
                FileSystem.getLocal(new Configuration()).getRaw(),
                new org.apache.hadoop.fs.Path(directory.toUri()),
                "the retraining of another test");
        return Lease.take(territory, Clock.system(), 1, line -> {});
    }

    @Test
    @LongTest
    void labelsThatMeanNothingAreNeverPromotedInAHundredTries() throws Exception {
        Path pipeline = days.pipeline("");
        LocalDate first = LocalDate.of(2026, 1, 1);
        days.day(first.toString(), 160);
        assertThat(retrain(pipeline).status()).isZero();
        for (int day = 1; day <= 100; day++) {
            days.permuted(first.plusDays(day).toString(), 160, day);
            Ran ran = retrain(
                    pipeline,
                    "--set",
                    "window={kind: last, days: 1}",
                    "--set",
                    "guards.drift={level: 0.01, classes: {warn: null, refuse: null}, sizes: {warn: null, refuse: null}, pixels:"
                            + " {warn: null, refuse: null}}");
            assertThat(ran.status())
                    .as("day %s: %s%s", day, ran.out(), ran.err())
                    .isEqualTo(10);
            assertThat(champion()).isEqualTo(1);
        }
    }

    /** Waits for up to a minute. */
    @Test
    @LongTest
    void itStartsByATimetableAndAFailureEndsOnlyItsOwnStart() throws Exception {
        Path pipeline = days.pipeline("");
        Ran ran = retrain(pipeline, "--schedule", "* * * * *", "--zone", "UTC", "--starts", "1");
        assertThat(ran.status()).as(ran.err()).isEqualTo(2);
        assertThat(ran.err())
                .contains("the next start is at ", " UTC")
                .contains("partitions ", "the start of ", "ended with status 2");
    }

    /** A version's card has figures by class, pictures that are wrong, and how it is made again. */
    private Document requireCard(long version, String verdict) throws Exception {
        Ran ran = convoy("registry", "show", days.registry() + "#" + version, "--json");
        Path folder = Path.of(java.net.URI.create(
                new ObjectMapper().readTree(ran.out()).get("folder").asText()));
        Document card = Jsoup.parse(Files.readString(folder.resolve("card.html")));
        assertThat(card.select("h1").text()).isEqualTo("Model stripes, version " + version);
        assertThat(card.text()).contains(verdict, "licence CC0-1.0", "across", "down");
        assertThat(card.select(".heat")).isNotEmpty();
        assertThat(card.select("pre").text()).contains("./convoy reproduce ");
        assertThat(Files.readString(folder.resolve("card.md"))).contains("## To make it again");
        return card;
    }

    @Test
    void wordsThatDoNotGoTogetherAreRefused() throws Exception {
        Path pipeline = days.pipeline("");
        refused(retrain(pipeline, "--force"), "--force is given without --because");
        refused(retrain(pipeline, "--because", "x"), "--because is given without --force");
        refused(retrain(pipeline, "--force", "--because", " "), "--because = '' says nothing");
        refused(retrain(pipeline, "--zone", "UTC"), "--zone is given without --schedule");
        refused(retrain(pipeline, "--starts", "2"), "--starts is given without --schedule");
        refused(retrain(pipeline, "--schedule", "0 3 * * *", "--starts", "0"), "--starts = 0 < 1");
        refused(retrain(pipeline, "--schedule", "0 3 31 2 *"), "never fires");
        refused(retrain(pipeline, "--schedule", "0 3 * * *", "--zone", "Nowhere/Else"), "--zone = 'Nowhere/Else'");
        refused(
                retrain(pipeline, "--schedule", "0 3 * * *", "--force", "--because", "x"),
                "--force is given with --schedule");
        Ran check = retrain(pipeline, "--check");
        assertThat(check.status()).as(check.err()).isZero();
        assertThat(check.out()).contains("name: stripes", "licence: CC0-1.0", "minimum-rows: 100");
    }

    private static void refused(Ran ran, String part) {
        assertThat(ran.status()).as(ran.out() + ran.err()).isEqualTo(2);
        assertThat(ran.err()).contains(part);
        assertThat(ran.err().lines()).hasSize(1);
    }
}
