package convoy.jobs.study.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import convoy.driver.lease.HeldByAnotherException;
import convoy.jobs.study.file.Study;
import convoy.jobs.study.file.StudyFile;
import convoy.jobs.study.plan.Cell;
import convoy.jobs.study.plan.Results;
import convoy.jobs.study.plan.Score;
import convoy.jobs.study.plan.ToyStudy;
import convoy.jobs.study.plan.Trial;
import convoy.jobs.study.plan.TrialRecord;
import convoy.jobs.study.schedule.TrialPlace;
import convoy.parameterserver.time.Clock;
import convoy.records.BadInputException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class StudyDirectoryTest {
    private final Configuration hadoop = new Configuration();
    private final Path studies;

    StudyDirectoryTest(@TempDir Path studies) {
        this.studies = studies;
    }

    private Study study(String text) {
        return StudyFile.read("toy.yaml", text + "studies: " + studies.toUri() + "\n", List.of(), file -> "");
    }

    private StudyDirectory open(String text) {
        return StudyDirectory.open(hadoop, study(text), Clock.system());
    }

    private static Trial trial(long seed) {
        return ToyStudy.of(ToyStudy.PLAIN).trial(Cell.of("a", Optional.empty(), seed));
    }

    @Test
    void oneDriverAtATimeHoldsIt() throws InterruptedException {
        try (StudyDirectory held = open(ToyStudy.PLAIN).hold(line -> {})) {
            assertThatThrownBy(() -> open(ToyStudy.PLAIN).hold(line -> {}))
                    .isInstanceOf(HeldByAnotherException.class)
                    .hasMessageContaining("study 'toy'");
            held.keep(trial(1), TrialRecord.defaults().crashed("once"));
        }
        try (StudyDirectory next = open(ToyStudy.PLAIN).hold(line -> {})) {
            assertThat(next.results().of(trial(1)).crashes()).containsExactly("once");
        }
    }

    @Test
    void whatIsKeptIsThereAgain() {
        StudyDirectory directory = open(ToyStudy.PLAIN);
        assertThat(directory.results()).isEqualTo(Results.none());
        TrialRecord first =
                TrialRecord.defaults().with(2, new Score(10, 5, 1.5)).with(20, new Score(10, 7, 0.5));
        TrialRecord second = TrialRecord.defaults()
                .with(2, new Score(10, 5, Double.NaN))
                .withDiverged(Optional.of(new TrialRecord.Divergence(30, "the loss of step 30 is NaN")));
        TrialRecord third = TrialRecord.defaults().crashed("an executor was lost");
        directory.keep(trial(1), TrialRecord.defaults().crashed("once"));
        directory.keep(trial(1), first);
        directory.keep(trial(2), second);
        directory.keep(trial(3), third);
        directory.keepTest(Map.of("a-s1", new Score(100, 80, 0.25)));
        Results expected = Results.none()
                .with(trial(1), first)
                .with(trial(2), second)
                .with(trial(3), third)
                .withTest(Map.of("a-s1", new Score(100, 80, 0.25)));
        assertThat(directory.results()).isEqualTo(expected);
        assertThat(open(ToyStudy.PLAIN).results()).isEqualTo(expected);
    }

    @Test
    void whatIsRecordedIsReadWithoutAStudyBeingBegun() {
        assertThat(StudyDirectory.recorded(hadoop, study(ToyStudy.PLAIN), Clock.system()))
                .isEqualTo(Results.none());
        assertThat(studies).isEmptyDirectory();
        TrialRecord record = TrialRecord.defaults().with(2, new Score(10, 5, 1.5));
        open(ToyStudy.PLAIN).keep(trial(1), record);
        assertThat(StudyDirectory.recorded(hadoop, study(ToyStudy.PLAIN), Clock.system()))
                .isEqualTo(Results.none().with(trial(1), record));
        Study other = study(ToyStudy.PLAIN.replace("epochs: 20", "epochs: 21"));
        assertThatThrownBy(() -> StudyDirectory.recorded(hadoop, other, Clock.system()))
                .isInstanceOf(BadInputException.class);
    }

    @Test
    void whereSeedsAreComputedIsKept() throws IOException {
        StudyDirectory directory = open(ToyStudy.PLAIN);
        assertThat(directory.placed()).isEmpty();
        Map<Long, TrialPlace> places = Map.of(-7L, new TrialPlace("avx2"), 12L, new TrialPlace("amx"));
        directory.keepPlaced(places);
        assertThat(open(ToyStudy.PLAIN).placed()).isEqualTo(places);
        Path file = studies.resolve("toy").resolve("processors.json");
        String text = Files.readString(file);
        Files.writeString(file, text.replace("-7", "seven"));
        assertThatThrownBy(directory::placed)
                .isInstanceOf(BadInputException.class)
                .hasMessageContaining("has a place for seed 'seven', which is no number: restore it");
        Files.writeString(file, text.substring(0, text.length() / 2));
        assertThatThrownBy(directory::placed)
                .isInstanceOf(BadInputException.class)
                .hasMessageContaining("processors.json");
    }

    @Test
    void everyReadingOfTheTestSetIsLogged() throws IOException {
        StudyDirectory directory = open(ToyStudy.PLAIN);
        directory.beginTest(List.of(trial(1), trial(2)));
        open(ToyStudy.PLAIN).beginTest(List.of(trial(1)));
        List<String> lines = Files.readAllLines(studies.resolve("toy/test-log.jsonl"));
        assertThat(lines).hasSize(2);
        assertThat(lines.get(0)).matches("\\{\"format\":1,\"at\":\"20[0-9]{2}-.*Z\",\"trials\":\\[\"a-s1\",\"a-s2\"]}");
        assertThat(lines.get(1)).endsWith("\"trials\":[\"a-s1\"]}");
        assertThat(directory.readings())
                .extracting(StudyDirectory.Reading::trials)
                .containsExactly(List.of("a-s1", "a-s2"), List.of("a-s1"));
        assertThat(directory.readings().get(0).at()).matches("20[0-9]{2}-.*Z");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "[1, 2, 3]| [1, 2, 3, 4]",
                "b: {network.name: b}| b: {network.name: b}, c: {network.name: c}",
                ", b: {network.name: b}| ''",
                "trials: 9| trials: 12",
                "Which one is better?| Which of the two is better?",
            })
    void aStudyMayBeExtended(String old, String text) {
        open(ToyStudy.TUNED);
        assertThat(ToyStudy.TUNED).contains(old);
        open(ToyStudy.TUNED.replace(old, text));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "base: {epochs: 20}| base: {epochs: 21}| base.epochs = 21 (it was 20)",
                "base: {epochs: 20}| base: {epochs: 20, micro-batch: 8}| base.micro-batch = 8 (it was its default)",
                "network.name: b| network.name: c| variants.b.network.name = c (it was b)",
                "seed: 100| seed: 101| tuning.seed = 101 (it was 100)",
                "to: 0.1| to: 0.2| tuning.space.schedule.rate = {kind: log, from: 0.001, to: 0.2} (it was {kind: log,"
                        + " from: 0.001, to: 0.1})",
                "validation: data/held-out| validation: {share: 0.1}| validation.data = its default (it was data/held-out)",
            })
    void aDirectoryOfAnotherStudyIsRefused(String old, String text, String said) {
        open(ToyStudy.TUNED);
        assertThat(ToyStudy.TUNED).contains(old);
        assertThatThrownBy(() -> open(ToyStudy.TUNED.replace(old, text)))
                .isInstanceOf(BadInputException.class)
                .hasMessageStartingWith("the directory file:" + studies + "/toy is of another study: ")
                .hasMessageContaining(said)
                .hasMessageEndingWith("; put that back to go on with it, or give this study another name");
    }

    @Test
    void aRecordThatIsBrokenIsOneSentence() throws IOException {
        StudyDirectory directory = open(ToyStudy.PLAIN);
        directory.keep(trial(1), TrialRecord.defaults());
        Path file = studies.resolve("toy/trials/a-s1/trial.json");
        Files.writeString(file, Files.readString(file).substring(0, 20));
        assertThatThrownBy(directory::results)
                .isInstanceOf(BadInputException.class)
                .hasMessageContaining("trial.json")
                .hasMessageEndingWith("; remove it, and the trial is judged anew from its checkpoint");
        Files.writeString(file, "{\"format\": 2}");
        assertThatThrownBy(directory::results)
                .isInstanceOf(BadInputException.class)
                .hasMessageContaining("format = 2, this version reads format 1; use the version that wrote it");
    }

    /** One that says no format is of the first. */
    @Test
    void aLogOfReadingsOfAnotherFormatIsRefused() throws IOException {
        StudyDirectory directory = open(ToyStudy.PLAIN);
        Path log = studies.resolve("toy/test-log.jsonl");
        Files.writeString(log, "{\"at\": \"2026-03-01T10:00:00Z\", \"trials\": [\"a-s1\"]}\n");
        assertThat(directory.readings())
                .containsExactly(new StudyDirectory.Reading("2026-03-01T10:00:00Z", List.of("a-s1")));
        Files.writeString(log, "{\"format\": 2, \"at\": \"2026-03-01T10:00:00Z\", \"trials\": []}\n");
        assertThatThrownBy(directory::readings)
                .isInstanceOf(BadInputException.class)
                .hasMessageEndingWith("format = 2, this version reads format 1; use the version that wrote it");
    }

    @ParameterizedTest
    @ValueSource(strings = {"{\"at\": \"2026", "{\"at\": \"2026-03-01T10:00:00Z\"}", "none"})
    void aLogOfReadingsThatIsBrokenIsOneSentence(String line) throws IOException {
        StudyDirectory directory = open(ToyStudy.PLAIN);
        assertThat(directory.readings()).isEmpty();
        Files.writeString(studies.resolve("toy/test-log.jsonl"), line + "\n");
        assertThatThrownBy(directory::readings)
                .isInstanceOf(BadInputException.class)
                .hasMessageContaining("test-log.jsonl")
                .hasMessageEndingWith("; restore that line, or remove it, and the report lacks that reading")
                .hasMessageMatching("[^\n]*");
    }

    @Test
    void studiesThatAreAFileAreToldInOneSentence() throws IOException {
        Path file = Files.writeString(studies.resolve("file"), "");
        Study study =
                StudyFile.read("toy.yaml", ToyStudy.PLAIN + "studies: " + file.toUri() + "\n", List.of(), none -> "");
        assertThatThrownBy(() -> StudyDirectory.open(hadoop, study, Clock.system()))
                .isInstanceOf(BadInputException.class)
                .hasMessage("studies = 'file:" + file + "' is a file: name the folder that studies shall lie in");
    }
}
