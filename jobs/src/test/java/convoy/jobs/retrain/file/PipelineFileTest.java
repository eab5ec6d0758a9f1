package convoy.jobs.retrain.file;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import convoy.driver.importing.ImportConfiguration.OnBad;
import convoy.records.BadInputException;
import convoy.records.Value;
import convoy.worker.data.split.Split;
import java.time.LocalDate;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class PipelineFileTest {
    private static final String WHOLE = """
            name: traffic-signs
            registry: hdfs://host/models/signs
            base: {epochs: 20, network: {name: resnet20_cifar}}
            data:
              kind: partitions
              uri: hdfs://host/data/day={date}
            window: {kind: mixture, old: 0.7, new: 0.3}
            held-out: hdfs://host/data/held-out
            start: champion
            guards:
              minimum-rows: 1000
              unknown-classes: warn
              lost-classes: refuse
              drift: {level: 0.001, classes: {warn: 0.2, refuse: null}}
            promotion: {level: 0.01, margin: 0.5, class-limit: 2}
            notify: [./tell, --channel, models]
            """;

    private static Pipeline read(String text) {
        return PipelineFile.read("pipelines/signs.yaml", text, List.of(), file -> {
            throw new AssertionError(file + " is not named");
        });
    }

    private static String problems(String text) {
        try {
            read(text);
        } catch (BadInputException refused) {
            return String.valueOf(refused.getMessage());
        }
        throw new AssertionError("nothing was refused");
    }

    @Test
    void aPipelineIsRead() {
        Pipeline pipeline = read(WHOLE);
        assertThat(pipeline.data()).isEqualTo(new DataPlan.Partitions("hdfs://host/data/day={date}"));
        assertThat(pipeline.window()).isEqualTo(new Window.Mixture(0.7, 0.3));
        assertThat(pipeline.heldOut().data()).contains("hdfs://host/data/held-out");
        assertThat(pipeline.heldOut().split()).isEmpty();
        assertThat(pipeline.start()).isEqualTo(Start.CHAMPION);
        assertThat(pipeline.guards().drift().classes()).isEqualTo(new Limits(Optional.of(0.2), Optional.empty()));
        assertThat(pipeline.guards().drift().pixels()).isEqualTo(Limits.defaults());
        assertThat(pipeline.promotion()).isEqualTo(new PromotionRules(0.01, 0.5, 2));
        assertThat(pipeline.notifying()).containsExactly("./tell", "--channel", "models");
        assertThat(PipelineFile.run(pipeline).steps().epochs()).isEqualTo(20);
    }

    @Test
    void littleHasToBeSaid() {
        Pipeline pipeline = read("""
                name: signs
                registry: models
                base: {epochs: 3}
                data: {kind: manifest, uri: data/list.json}
                held-out: {share: 0.1}
                """);
        assertThat(pipeline.start()).isEqualTo(Start.SCRATCH);
        assertThat(pipeline.guards()).isEqualTo(Guards.defaults());
        assertThat(pipeline.promotion()).isEqualTo(PromotionRules.defaults());
        assertThat(pipeline.notifying()).isEmpty();
        assertThat(pipeline.window()).isEqualTo(new Window.All());
        assertThat(pipeline.heldOut().split()).contains(new Split.Share(0.1, 0));
    }

    @Test
    void whatIsWrittenIsReadBack() {
        String text = PipelineFile.write(read(WHOLE));
        assertThat(text).startsWith("format: 1\nname: ");
        assertThat(PipelineFile.write(read(text))).isEqualTo(text);
        assertThatThrownBy(() -> read(text.replace("format: 1\n", "format: 2\n")))
                .isInstanceOf(BadInputException.class)
                .hasMessageContaining(":1: format = 2, this version reads format 1; use a newer convoy");
    }

    @Test
    void theBaseMayLieInAFileBesideIt() {
        Pipeline pipeline = PipelineFile.read(
                "pipelines/signs.yaml", WHOLE.replaceFirst("base:.*", "base: run.yaml"), List.of(), file -> {
                    assertThat(file).isEqualTo("pipelines/run.yaml");
                    return "format: 1\nepochs: 7\n";
                });
        assertThat(((Value.Mapping) pipeline.base()).entries()).containsOnlyKeys("epochs");
    }

    @Test
    void allProblemsAreOneAnswer() {
        String text = WHOLE.replace("held-out:", "heldout:")
                .replace("old: 0.7", "old: 0.8")
                .replace("minimum-rows: 1000", "minimum-rows: 0")
                .replace("unknown-classes: warn", "unknown-classes: warm")
                .replace("level: 0.001", "level: 2")
                .replace("margin: 0.5", "margin: -1")
                .replace("start: champion", "start: best");
        assertThat(problems(text).lines())
                .containsExactlyInAnyOrder(
                        "pipelines/signs.yaml:1: held-out is missing; give text, or a mapping with data, share, seed",
                        "pipelines/signs.yaml:7: window.old = 0.8 and new = 0.3 do not add up to 1: give the share of"
                                + " each, as {old: 0.7, new: 0.3}",
                        "pipelines/signs.yaml:8: heldout is no key here; did you mean held-out?",
                        "pipelines/signs.yaml:9: start = best is not one of scratch, champion",
                        "pipelines/signs.yaml:11: guards.minimum-rows = 0 < 1: with 1 every new row is trained on",
                        "pipelines/signs.yaml:12: guards.unknown-classes = warm is not one of ignore, warn, refuse; did you"
                                + " mean warn?",
                        "pipelines/signs.yaml:14: guards.drift.level = 2.0 is not in (0, 1): 0.01 is usual",
                        "pipelines/signs.yaml:15: promotion.margin = -1.0 is not in [0, 100): give percentage points, 0.5 for"
                                + " example; 0 asks for any lead that is no chance");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "name: traffic-signs| name: a/b| name = 'a/b' does not match",
                "registry: hdfs://host/models/signs| registry: ''| registry = '' is empty: give the directory that holds",
                "registry: hdfs://host/models/signs| x: 1| registry is missing",
                "'{epochs: 20, network: {name: resnet20_cifar}}'| [1]| base is a list: give the address of a run file",
                "epochs: 20| epochs: 0| epochs = 0 < 1",
                "epochs: 20| epoch: 20| epoch is no key here; did you mean epochs?",
                "kind: partitions| kind: iceberg, table: t| is not YAML",
                "day={date}| day=today| data.uri = 'hdfs://host/data/day=today' does not have {date} once, in its last part",
                "day={date}| day={date}/x={date}| does not have {date} once",
                "hdfs://host/data/day={date}| \"{date}\"| data.uri = '{date}' does not have {date} once",
                "kind: mixture, old: 0.7, new: 0.3| kind: last, days: 0| window.days = 0 < 1",
                "kind: mixture, old: 0.7, new: 0.3| kind: first, days: 3| window.kind = first is not one of all, last, mixture",
                "kind: mixture, old: 0.7, new: 0.3| kind: mixture, old: 0, new: 1| window.old = 0.0 is not in (0, 1)",
                "kind: mixture, old: 0.7, new: 0.3| kind: mixture, old: 0.5| window.new is missing",
                "held-out: hdfs://host/data/held-out| held-out: {}| held-out says nothing: give data",
                "held-out: hdfs://host/data/held-out| held-out: ''| held-out.data = '' is empty",
                "held-out: hdfs://host/data/held-out| held-out: {data: a, share: 0.1}| held-out says more than one thing",
                "held-out: hdfs://host/data/held-out| held-out: {share: 1}| held-out.share = 1.0 is not in (0, 1)",
                "hdfs://host/data/held-out| hdfs://host/data/day=2026-11-20| held-out.data = hdfs://host/data/day=2026-11-20 is one of the days that are trained on",
                "minimum-rows: 1000| minimum-rows: many| guards.minimum-rows = many is not a whole number",
                "lost-classes: refuse| lost-classes: 1| guards.lost-classes = 1 is not one of ignore, warn, refuse",
                "warn: 0.2, refuse: null| warn: 0.3| guards.drift.classes.warn = 0.3 > refuse = 0.25: a warning comes first",
                "warn: 0.2, refuse: null| warn: 0| guards.drift.classes.warn = 0.0 is not a positive number",
                "warn: 0.2, refuse: null| refuse: -1, warn: null| guards.drift.classes.refuse = -1.0 is not a positive number",
                "level: 0.01| level: 1| promotion.level = 1.0 is not in (0, 1): 0.05 is usual",
                "class-limit: 2| class-limit: 100| promotion.class-limit = 100.0 is not in [0, 100)",
                "'[./tell, --channel, models]'| ['']| notify = [] begins with no command",
                "'[./tell, --channel, models]'| ./tell| notify = ./tell is not a list",
            })
    void whatCannotBeIsRefused(String old, String text, String said) {
        assertThat(WHOLE).contains(old);
        assertThat(problems(WHOLE.replace(old, text))).contains(said);
    }

    @Test
    void aTableIsRead() {
        String text = WHOLE.replace("kind: partitions", "kind: iceberg");
        assertThat(read(text.replace("uri: hdfs://host/data/day={date}", "table: hdfs://host/table"))
                        .data())
                .isEqualTo(new DataPlan.Iceberg("hdfs://host/table", "image", "label", List.of(), 3, OnBad.FAIL));
        assertThat(read(text.replace(
                                "uri: hdfs://host/data/day={date}",
                                "table: t\n  image: picture.bytes\n  label: kind\n  classes: [stop, go]\n  channels: 1\n"
                                        + "  on-bad: skip"))
                        .data())
                .isEqualTo(new DataPlan.Iceberg("t", "picture.bytes", "kind", List.of("stop", "go"), 1, OnBad.SKIP));
        assertThat(problems(text.replace("uri: hdfs://host/data/day={date}", "table: ''\n  channels: 2")))
                .contains("data.table = '' is empty: give the address of the table's folder");
        assertThat(problems(text.replace("uri: hdfs://host/data/day={date}", "table: t\n  channels: 2")))
                .contains("data.channels = 2 is neither 1 nor 3: 1 reads pictures as grey, 3 as coloured");
    }

    /** Of days that there are, and no others. */
    @ParameterizedTest
    @CsvSource({
        "day=2026-11-20.done, 2026-11-20",
        "day=2024-02-29.done, 2024-02-29",
        "day=2026-02-29.done,",
        "day=2026-1-2.done,",
        "day=12026-11-20.done,",
        "day=2026-11-20 .done,",
        "day=.done,",
    })
    void daysAreReadStrictly(String name, @Nullable String day) {
        DayPattern pattern = DayPattern.of("data/day={date}.done");
        assertThat(pattern.isMeant(name)).isTrue();
        assertThat(pattern.day(name).map(LocalDate::toString)).isEqualTo(Optional.ofNullable(day));
    }

    @Test
    void namesOfOtherKindsAreNotMeant() {
        DayPattern pattern = DayPattern.of("data/day={date}.done");
        assertThat(pattern.folder()).isEqualTo("data");
        assertThat(pattern.isMeant("day=2026-11-20")).isFalse();
        assertThat(pattern.isMeant("2026-11-20.done")).isFalse();
        assertThat(DayPattern.of("data/a{date}a").isMeant("a")).isFalse();
    }
}
