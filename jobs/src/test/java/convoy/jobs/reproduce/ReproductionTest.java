package convoy.jobs.reproduce;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import convoy.driver.checkpoint.RunDirectory;
import convoy.driver.fixture.ToyEngineProvider;
import convoy.jobs.Main;
import convoy.records.BadInputException;
import convoy.worker.data.format.RawData;
import convoy.worker.groups.LongTest;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Models are made again on clusters of other shapes, and whatever is not what it was is named. */
final class ReproductionTest {
    private static final String STEPS = "schedule.curve={kind: multi-step, milestones: [0.5], factor: 0.1}";
    private static final String SEEDS = "seeds={order: 11, dropout: 12, augmentation: 13}";

    private static Workshop workshop;
    private static Path plain;
    private static Path parent;
    private static Path whole;

    @BeforeAll
    static void train(@TempDir Path directory) throws IOException {
        workshop = new Workshop(directory);
        plain = workshop.train("plain");
        parent = workshop.train("parent", "seed=3");
        whole = workshop.train("whole", "network={file: '" + workshop.uri("own.yaml") + "'}");
    }

    @AfterAll
    static void end() {
        ToyEngineProvider.beforeEachGradient(key -> {});
        workshop.close();
    }

    static Stream<Arguments> recipes() {
        return Stream.of(
                recipe("augmented", "data.transforms=[color-jitter, random-affine, random-erasing]"),
                recipe("grey", "data.transforms=[random-grayscale, gaussian-noise]"),
                recipe("mixed", "data.mix=[mixup, cutmix]"),
                recipe("sgd", "optimizer=sgd", "clip-norm=null"),
                recipe("momentum", "optimizer=momentum", "weight-decay.scope=all"),
                recipe("rms-prop", "optimizer=rms-prop", "schedule.rate=0.001"),
                recipe("adam", "optimizer=adam", "schedule.rate=0.001"),
                recipe("adam-w", "optimizer=adam-w", "schedule.rate=0.001"),
                recipe("constant", "schedule.curve=constant", "schedule.warm-up=0"),
                recipe("stepped", "schedule.warm-up=0", STEPS),
                recipe("share", "data.validation={share: 0.25}"),
                recipe("fold", "data.validation={folds: 4, fold: 2}"),
                recipe("unscored", "data.validation=null"),
                recipe("weighted", "loss.class-weights=[1, 2, 0.5, 3]"),
                recipe("balanced", "data.sampling=balanced"),
                recipe("seeded", SEEDS),
                recipe("identity", "network.zero-initialized-branches=true", "label-smoothing=0"),
                recipe("warm", "network.weights={from: PARENT}"),
                recipe("frozen", "fine-tuning.freeze=[conv1, bn1, layer1]"));
    }

    /** The same, several in one run. */
    static Stream<Arguments> recipesTogether() {
        return Stream.of(
                recipe(
                        "augmented-momentum-share-seeded",
                        "data.transforms=[color-jitter, random-affine, random-erasing]",
                        "optimizer=momentum",
                        "weight-decay.scope=all",
                        "data.validation={share: 0.25}",
                        SEEDS),
                recipe(
                        "grey-rms-prop-constant-fold",
                        "data.transforms=[random-grayscale, gaussian-noise]",
                        "optimizer=rms-prop",
                        "schedule={rate: 0.001, warm-up: 0, curve: constant}",
                        "data.validation={folds: 4, fold: 2}"),
                recipe(
                        "mixed-adam-stepped",
                        "data.mix=[mixup, cutmix]",
                        "optimizer=adam",
                        "schedule.rate=0.001",
                        "schedule.warm-up=0",
                        STEPS),
                recipe(
                        "sgd-weighted-identity-unscored",
                        "optimizer=sgd",
                        "clip-norm=null",
                        "loss.class-weights=[1, 2, 0.5, 3]",
                        "network.zero-initialized-branches=true",
                        "label-smoothing=0",
                        "data.validation=null"),
                recipe("adam-w-balanced", "optimizer=adam-w", "schedule.rate=0.001", "data.sampling=balanced"),
                recipe("warm-frozen", "network.weights={from: PARENT}", "fine-tuning.freeze=[conv1, bn1, layer1]"),
                recipe(
                        "remade",
                        "network={file: OWN, auxiliary-heads: false, dense-to-convolution: true, classes: 4,"
                                + " weights: {from: WHOLE}}"),
                recipe(
                        "unfrozen",
                        "epochs=2",
                        "network.weights={from: PARENT, head: fresh}",
                        "fine-tuning.freeze=[layer1, layer2]",
                        "fine-tuning.unfreeze=[{tensors: layer2, epoch: 1}]",
                        "fine-tuning.rates=[{tensors: layer2, factor: 0.5}]"));
    }

    private static Arguments recipe(String name, String... settings) {
        return Arguments.of(name, List.of(settings));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("recipes")
    @LongTest
    void eachHasTheSameBytesOnAnyCluster(String name, List<String> recipe) throws Exception {
        hasTheSameBytesOnAnyCluster(name, recipe);
    }

    /** One worker and one server of then are four and three now, and the other way round. */
    @ParameterizedTest(name = "{0}")
    @MethodSource("recipesTogether")
    void hasTheSameBytesOnAnyCluster(String name, List<String> recipe) throws Exception {
        boolean first = name.length() % 2 == 0;
        String[] then = first ? new String[] {"workers=1", "servers=1"} : new String[] {"workers=4", "servers=3"};
        String[] now = first ? new String[] {"workers=4", "servers=3"} : new String[] {"workers=2", "servers=1"};
        List<String> settings = recipe.stream()
                .map(setting -> setting.replace("PARENT", parent.toUri().toString())
                        .replace("WHOLE", whole.toUri().toString())
                        .replace("OWN", workshop.uri("own.yaml")))
                .toList();
        Path run = workshop.train(
                name, Stream.concat(settings.stream(), Stream.of(then)).toArray(String[]::new));
        SortedMap<String, String> before = Workshop.contents(run);

        Report report = workshop.reproduce(run, now);
        assertThat(report.lines()).as(name).contains("equal: the same bytes");
        assertThat(report.outcome()).isEqualTo(Outcome.EQUAL);
        Path made = workshop.run(name + "-reproduced-1");
        assertThat(Workshop.sha256(made)).isEqualTo(Workshop.sha256(run));
        assertThat(Workshop.contents(run)).as("the original").isEqualTo(before);

        Figures figures = Figures.read(workshop.hadoop(), run.toUri().toString());
        assertThat(figures.tensors()).isNotEmpty();
        assertThat(Figures.read(workshop.hadoop(), made.toUri().toString()))
                .as("losses and checksums of tensors")
                .isEqualTo(figures);
    }

    /** Not even the directory's own words change the file. */
    @Test
    void whatAModelIsMadeOfSaysNoPlace() throws Exception {
        Path run = workshop.train("somewhere", "network.weights={from: " + parent.toUri() + "}");
        Path moved = workshop.directory.resolve("moved parent");
        copy(parent, moved);
        Path other = workshop.train("elsewhere", "network.weights={from: '" + moved.toUri() + "'}", "workers=2");
        assertThat(Workshop.sha256(other)).isEqualTo(Workshop.sha256(run));
    }

    private static void copy(Path from, Path to) throws IOException {
        try (Stream<Path> all = Files.walk(from)) {
            for (Path file : all.toList()) {
                Files.copy(file, to.resolve(from.relativize(file).toString()), StandardCopyOption.REPLACE_EXISTING);
            }
        }
    }

    private static void assertNotHere(Report report, String... lines) {
        assertThat(report.outcome()).isEqualTo(Outcome.NOT_HERE);
        assertThat(report.outcome().status()).isEqualTo(21);
        List<String> told = report.parts().get(0).differences();
        assertThat(told).hasSize(lines.length);
        for (int i = 0; i < lines.length; i++) {
            assertThat(told.get(i)).matches(lines[i]);
        }
    }

    @Test
    void whatCanBeMadeAgainIsSaidToBe() throws Exception {
        Path run = workshop.train("possible");
        Report report = workshop.check(run, "workers=4", "servers=2", "data.reader-threads=2");
        assertThat(report.outcome()).isEqualTo(Outcome.POSSIBLE);
        assertThat(report.lines()).last().isEqualTo("can be made again here: what decides its bits is what it was");
        assertThat(workshop.run("possible-reproduced-1")).doesNotExist();
    }

    @Test
    void anotherThreadCountIsNamed() throws Exception {
        assertNotHere(workshop.check(plain, "threads=2"), "threads = 2 \\(it was 1\\)");
    }

    @Test
    void anotherEngineIsNamed() throws Exception {
        assertNotHere(
                workshop.check(plain, "engine=nd4j"),
                "engine = \"?nd4j\"? \\(it was toy\\)",
                "engine-release = .+ \\(it was .+\\)");
    }

    @Test
    void anotherReleaseIsNamed() throws Exception {
        Path run = workshop.train("released");
        workshop.claim(run, "engine-release", "\"0.9.9\"");
        assertNotHere(workshop.check(run), "engine-release = .+ \\(it was \"0\\.9\\.9\"\\)");
    }

    @Test
    void anotherProcessorIsNamed() throws Exception {
        Path run = workshop.train("computed-elsewhere");
        workshop.claim(run, "processor", "toy-2");
        assertNotHere(workshop.check(run), "processor = toy-1 \\(it was toy-2\\)");
    }

    @Test
    void aModelOfTheMiddleOfARunIsNoneOfItsEnd() throws Exception {
        Path run = workshop.train("halfway");
        workshop.age(run, 2);
        assertNotHere(workshop.check(run), "the model is of step 2, and its run ends at step 6: .*");
    }

    @Test
    void otherWeightsAreNamed() throws Exception {
        Path weights = workshop.directory.resolve("weights");
        copy(parent, weights);
        Path run = workshop.train("begun-with-others", "network.weights={from: " + weights.toUri() + "}");
        Files.copy(
                plain.resolve("model.safetensors"),
                weights.resolve("model.safetensors"),
                StandardCopyOption.REPLACE_EXISTING);
        assertNotHere(
                workshop.check(run),
                "weights .*/weights/? have the SHA-256 " + Workshop.sha256(plain) + " \\(it was "
                        + Workshop.sha256(parent) + "\\)");
    }

    /** With its {@code dataset.json}, which says what the file was, and imported again, so that it says what it is. */
    @Test
    void onePixelIsNamedByItsFileAndRow() throws Exception {
        workshop.draw("pixels", 5, -1);
        Path run = workshop.train("pixels", "data.train=" + workshop.uri("pixels"));
        workshop.draw("changed", 5, 17);
        Path data = workshop.directory.resolve("pixels");
        String name = Workshop.contents(data).keySet().stream()
                .filter(file -> file.matches("[a-z].*\\.parquet"))
                .findFirst()
                .orElseThrow();
        Files.copy(
                workshop.directory.resolve("changed").resolve(name),
                data.resolve(name),
                StandardCopyOption.REPLACE_EXISTING);
        assertNotHere(
                workshop.check(run),
                "data set .*/pixels/? was changed: " + name
                        + " has the SHA-256 [0-9a-f]{64} \\(it was [0-9a-f]{64}\\); 1 row of 48 differs: row 17, whose id is 17");

        Report anyway = workshop.reproduce(run, false, request -> request.withAnyway(true));
        assertThat(anyway.outcome()).isEqualTo(Outcome.DIFFERS);
        assertThat(anyway.outcome().status()).isEqualTo(20);
        assertThat(anyway.parts().get(0).differences())
                .anyMatch(line -> line.matches("at step \\d+ tensor \\S+ differs first, by up to .*"))
                .anyMatch(line -> line.matches("the loss of step \\d+ differs first: .* \\(it was .*\\)"))
                .anyMatch(line -> line.matches("at the end \\d+ of \\d+ tensors differ, .* the most, by up to .*"))
                .anyMatch(line -> line.contains("was changed: " + name));

        workshop.draw("pixels", 5, 17);
        assertNotHere(
                workshop.check(run),
                "data\\.train = \"sha256:[0-9a-f]{64}\" \\(it was \"sha256:[0-9a-f]{64}\"\\), of .*/pixels/?: " + name
                        + " has the SHA-256 [0-9a-f]{64} \\(it was [0-9a-f]{64}\\); 1 row of 48 differs: row 17, whose id is 17");
        Files.delete(run.resolve("data.crc32c"));
        assertNotHere(
                workshop.check(run),
                "data\\.train = .*; which of its rows differs is not known, as there are no checksums of them");
        Files.delete(run.resolve("data.json"));
        assertNotHere(workshop.check(run), "data\\.train = .*: which of its files differs is not known, .*");
    }

    @Test
    void rowsThatCannotBeReadAreNamed() throws Exception {
        workshop.draw("damaged", 6, -1);
        Path run = workshop.train("damaged", "data.train=" + workshop.uri("damaged"));
        Path file = workshop.directory.resolve("damaged").resolve(RawData.FILE);
        byte[] bytes = Files.readAllBytes(file);
        // The second of four row groups.
        bytes[bytes.length * 3 / 8] ^= 1;
        Files.write(file, bytes);
        assertNotHere(
                workshop.check(run),
                "data set .* was changed: .*; 1 row group of 4 cannot be read, the first has the rows 12 to 23");
        workshop.draw("damaged", 7, -1);
        Path rows = workshop.directory.resolve("damaged/rows.crc32c");
        Files.delete(rows);
        assertNotHere(workshop.check(run), "data\\.train = .*; 48 rows of 48 differ, the first: row 0, whose id is 0");
    }

    @Test
    void dataThatMovedIsFound() throws Exception {
        workshop.draw("old/train", 6, -1);
        Path run = workshop.train("moved", "data.train=" + workshop.uri("old/train"));
        Files.move(workshop.directory.resolve("old"), workshop.directory.resolve("new"));
        assertThatThrownBy(() -> workshop.check(run))
                .isInstanceOf(BadInputException.class)
                .hasMessageContaining("old/train")
                .hasMessageContaining("does not exist");
        Moves moves = Moves.parse(List.of(workshop.uri("old") + "=" + workshop.directory.resolve("new")));
        Report report = workshop.reproduce(run, false, request -> request.withMoves(moves));
        assertThat(report.outcome()).isEqualTo(Outcome.EQUAL);

        Moves none = Moves.parse(List.of("/no/such=" + workshop.directory.resolve("new")));
        assertThatThrownBy(() -> workshop.reproduce(run, true, request -> request.withMoves(none)))
                .isInstanceOf(BadInputException.class)
                .hasMessageContaining("nothing of run 'moved' lies at /no/such");
    }

    @Test
    void whatIsComputedOtherwiseDiffersAndIsShown() throws Exception {
        Report report = workshop.reproduce(
                plain, false, request -> request.withAnyway(true).withOverrides(List.of("seed=8", "workers=2")));
        assertThat(report.outcome()).isEqualTo(Outcome.DIFFERS);
        Part part = report.parts().get(0);
        assertThat(part.differences())
                .anyMatch(line -> line.startsWith("at step 2 tensor conv1.weight differs first"))
                .contains("seed = 8 (it was 7)");
        Marker marker = Marker.read(
                        RunDirectory.existing(workshop.hadoop(), part.made().orElseThrow()))
                .orElseThrow();
        assertThat(marker.outcome()).contains("differs");
        assertThat(marker.sha256()).isEqualTo(Workshop.sha256(plain));
    }

    /** The toy's bits do not depend on threads; the file says that there were two. */
    @Test
    void otherWordsWithTheSameNumbersAreEqual() throws Exception {
        Path run = workshop.train("said-otherwise");
        Report report = workshop.reproduce(
                run, false, request -> request.withAnyway(true).withOverrides(List.of("threads=2")));
        assertThat(report.outcome()).isEqualTo(Outcome.SAME_NUMBERS);
        assertThat(report.parts().get(0).differences())
                .containsExactly(
                        "the files say other things of themselves: convoy.determinants", "threads = 2 (it was 1)");
    }

    @Test
    void whatPromisedNoBitsIsRefusedOrComparedByTolerance() throws Exception {
        Path run = workshop.train("free", "deterministic=false");
        assertNotHere(workshop.check(run), "the run has deterministic = false, .* give --tolerance to compare numbers");
        Report within = workshop.reproduce(
                run, false, request -> request.withTolerance(Optional.of(1e-3)).withOverrides(List.of("workers=2")));
        assertThat(within.outcome())
                .as("the toy gives the same bits all the same")
                .isEqualTo(Outcome.EQUAL);
        Report apart = workshop.reproduce(run, false, request -> request.withTolerance(Optional.of(1e-9))
                .withAnyway(true)
                .withOverrides(List.of("schedule.rate=0.10001")));
        assertThat(apart.outcome()).isEqualTo(Outcome.DIFFERS);
        Report near = workshop.reproduce(run, false, request -> request.withTolerance(Optional.of(10.0))
                .withAnyway(true)
                .withOverrides(List.of("schedule.rate=0.10001")));
        assertThat(near.outcome()).isEqualTo(Outcome.WITHIN_TOLERANCE);
    }

    /** It fails at its fourth step, and the same command goes on from the second. */
    @Test
    void whatWasCutOffGoesOnInTheSameDirectory() throws Exception {
        Path run = workshop.train("cut-off");
        ToyEngineProvider.beforeEachGradient(key -> {
            if (key.step() >= 4) {
                throw new IllegalStateException("cut off");
            }
        });
        assertThatThrownBy(() -> workshop.reproduce(run, "workers=2")).hasMessageContaining("cut off");
        ToyEngineProvider.beforeEachGradient(key -> {});
        Path made = workshop.run("cut-off-reproduced-1");
        assertThat(made.resolve("checkpoints")).isNotEmptyDirectory();
        Report report = workshop.reproduce(run, "workers=3", "servers=2");
        assertThat(report.outcome()).isEqualTo(Outcome.EQUAL);
        assertThat(report.parts().get(0).made())
                .hasValueSatisfying(uri -> assertThat(uri).endsWith("/cut-off-reproduced-1"));
        assertThat(Figures.read(workshop.hadoop(), made.toUri().toString()).tensors())
                .isEqualTo(
                        Figures.read(workshop.hadoop(), run.toUri().toString()).tensors());

        assertThat(workshop.reproduce(run).parts().get(0).made())
                .as("what ended is not begun again")
                .hasValueSatisfying(uri -> assertThat(uri).endsWith("/cut-off-reproduced-2"));
    }

    @Test
    void ancestorsAreMadeFirst() throws Exception {
        Path grandmother = workshop.train("grandmother");
        Path mother = workshop.train("mother", "seed=8", "network.weights={from: " + grandmother.toUri() + "}");
        Path child = workshop.train(
                "child",
                "seed=9",
                "network.weights={from: " + mother.resolve("model.safetensors").toUri() + "}");
        Report report = workshop.reproduce(
                child, false, request -> request.withAncestors(true).withOverrides(List.of("workers=2", "servers=2")));
        assertThat(report.outcome()).isEqualTo(Outcome.EQUAL);
        assertThat(report.parts())
                .extracting(part -> part.made().orElseThrow().replaceAll(".*/", ""))
                .containsExactly("grandmother-reproduced-1", "mother-reproduced-1", "child-reproduced-1");
        assertThat(workshop.run("child-reproduced-1").resolve("run.yaml"))
                .content()
                .contains("/mother-reproduced-1");
        assertThat(report.summary()).contains("3 models: equal");

        Files.delete(grandmother.resolve("run.yaml"));
        Report without = workshop.reproduce(child, true, request -> request.withAncestors(true));
        assertThat(without.parts()).hasSize(2);
        assertThat(without.lines())
                .first()
                .asString()
                .contains("SHA-256 " + Workshop.sha256(grandmother) + ", are taken as they are");
    }

    /** The runs are gone, and the registry has all that is needed. */
    @Test
    void versionsOfARegistryAreMadeAgainWithTheirAncestors() throws Exception {
        Path mother = workshop.train("first-version");
        Path child = workshop.train(
                "second-version",
                "seed=9",
                "network.weights={from: " + mother.resolve("model.safetensors").toUri() + "}");
        Path registry = workshop.directory.resolve("registry");
        for (Path run : List.of(mother, child)) {
            assertThat(Main.run(
                            List.of("registry", "add", registry.toString(), run.toString()),
                            new PrintWriter(Writer.nullWriter()),
                            new PrintWriter(Writer.nullWriter())))
                    .isZero();
            Workshop.delete(run);
        }
        SortedMap<String, String> before = Workshop.contents(registry);
        Path second = Path.of(registry + "#2");
        assertThat(workshop.check(second, "threads=2").parts().get(0).differences())
                .containsExactly("threads = 2 (it was 1)");
        Report report = workshop.reproduce(
                second, false, request -> request.withAncestors(true).withOverrides(List.of("workers=3", "servers=2")));
        assertThat(report.outcome()).as(report.lines() + "").isEqualTo(Outcome.EQUAL);
        assertThat(report.parts())
                .extracting(part -> part.made().orElseThrow().replaceAll(".*/", ""))
                .containsExactly("first-version-reproduced-1", "second-version-reproduced-1");
        assertThat(workshop.reproduce(second).outcome())
                .as("from the weights of the registry's first version")
                .isEqualTo(Outcome.EQUAL);
        assertThat(Workshop.contents(registry)).isEqualTo(before);
    }

    @Test
    void aModelThatStandsAloneNeedsItsRunFile() throws Exception {
        Path alone = Files.createDirectories(workshop.directory.resolve("alone"));
        Path model = Files.copy(plain.resolve("model.safetensors"), alone.resolve("a.safetensors"));
        assertThatThrownBy(() -> workshop.check(model))
                .isInstanceOf(BadInputException.class)
                .hasMessageContaining("stands alone, without a run.yaml beside it: give the run file");
        Optional<String> runFile = Optional.of(plain.resolve("run.yaml").toString());
        Report report = workshop.reproduce(model, false, request -> request.withRunFile(runFile));
        assertThat(report.outcome()).isEqualTo(Outcome.EQUAL);
        assertThat(alone.resolve("plain-reproduced-1")).isDirectory();
        Optional<String> other = Optional.of(parent.resolve("run.yaml").toString());
        assertNotHere(
                workshop.reproduce(model, true, request -> request.withRunFile(other)), "seed = 3 \\(it was 7\\)");
    }

    /** A model of before says nothing of its making; its checkpoint does, and without that what can be is compared. */
    @Test
    void whatAnEarlierVersionExportedIsMadeAgainToo() throws Exception {
        Path run = workshop.train("earlier");
        workshop.forget(run);
        assertThat(workshop.check(run, "threads=2").outcome()).isEqualTo(Outcome.NOT_HERE);
        Report report = workshop.reproduce(run);
        assertThat(report.outcome()).isEqualTo(Outcome.SAME_NUMBERS);
        Workshop.delete(run.resolve("checkpoints"));
        Report unsaid = workshop.check(run, "threads=2");
        assertThat(unsaid.outcome()).isEqualTo(Outcome.POSSIBLE);
        assertThat(unsaid.lines()).last().asString().startsWith("  not known: what decided the model's bits, but");
    }

    @Test
    void whatLiesElsewhereIsNotWrittenOver() throws Exception {
        for (String occupied : List.of("parent", "plain")) {
            Optional<String> to = Optional.of(workshop.run(occupied).toString());
            assertThatThrownBy(() -> workshop.reproduce(plain, true, request -> request.withTo(to)))
                    .isInstanceOf(BadInputException.class)
                    .hasMessageContaining("holds something else than the reproduction of ");
        }
        Path file = Files.writeString(workshop.directory.resolve("file"), "x");
        assertThatThrownBy(() -> workshop.reproduce(plain, true, request -> request.withTo(Optional.of("" + file))))
                .hasMessageContaining("holds something else");
        Path empty = Files.createDirectories(workshop.directory.resolve("empty"));
        Report report = workshop.reproduce(plain, false, request -> request.withTo(Optional.of(empty + "/")));
        assertThat(report.outcome()).isEqualTo(Outcome.EQUAL);
        assertThat(Workshop.sha256(empty)).isEqualTo(Workshop.sha256(plain));
        Report again = workshop.reproduce(plain, false, request -> request.withTo(Optional.of(empty.toString())));
        assertThat(again.outcome()).as("compared again").isEqualTo(Outcome.EQUAL);
    }
}
