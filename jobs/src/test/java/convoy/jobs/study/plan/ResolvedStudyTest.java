package convoy.jobs.study.plan;

import static org.assertj.core.api.Assertions.assertThat;

import convoy.driver.configuration.RunConfiguration;
import convoy.driver.configuration.Validation;
import convoy.jobs.study.file.Study;
import convoy.jobs.study.file.StudyFile;
import convoy.records.BadInputException;
import convoy.worker.data.format.ImageRow;
import convoy.worker.data.format.RawData;
import convoy.worker.engine.EngineChoice;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.stream.IntStream;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class ResolvedStudyTest {
    @TempDir
    private Path directory = Path.of("");

    private String study = "";

    @BeforeEach
    void writeData() throws IOException {
        write("train", 1, 64);
        write("held-out", 2, 16);
        write("test", 3, 16);
        study = """
                name: small
                studies: %1$s/studies
                question: Which one is better?
                base:
                  network: {name: all_cnn_c}
                  data: {train: %1$s/train}
                  epochs: 4
                  micro-batch: 4
                  micro-batches: 2
                variants:
                  a: {network: {name: all_cnn_c}}
                  b: {network: {name: convpool_cnn_c}}
                seeds: {values: [1, 2, 3, 4, 5, 6]}
                validation: %1$s/held-out
                test: %1$s/test
                """.formatted(directory.toUri().toString().replaceAll("/$", ""));
    }

    private void write(String name, long seed, int count) throws IOException {
        write(name, seed, count, 32, List.of("cat", "dog"));
    }

    private void write(String name, long seed, int count, int side, List<String> classes) throws IOException {
        Random random = new Random(seed);
        List<ImageRow> rows = new ArrayList<>();
        for (int id = 0; id < count; id++) {
            byte[] planes = new byte[3 * side * side];
            random.nextBytes(planes);
            rows.add(new ImageRow(id, planes, id % 2, side, side, 3));
        }
        RawData.write(directory.resolve(name), classes, rows, 32);
    }

    private static Study read(String text) {
        return StudyFile.read("study.yaml", text, List.of(), file -> "");
    }

    private static ResolvedStudy resolve(String text) {
        return ResolvedStudy.of(read(text), new Configuration(), choice -> choice.by("nd4j"));
    }

    private static String problems(String text) {
        try {
            resolve(text);
        } catch (BadInputException refused) {
            return String.valueOf(refused.getMessage());
        }
        throw new AssertionError("nothing was refused");
    }

    private static Trial trial(ResolvedStudy resolved, String variant, Optional<Integer> point, long seed) {
        return resolved.trials().apply(Cell.of(variant, point, seed));
    }

    @Test
    void trialsAreRunsOfTheirOwn() {
        ResolvedStudy resolved = resolve(study);
        Trial trial = trial(resolved, "b", Optional.empty(), 5);
        assertThat(trial.id()).matches("b-[0-9a-f]{12}");
        assertThat(trial.configuration().name()).isEqualTo(trial.id());
        assertThat(trial.configuration().runs()).endsWith("/studies/small/trials");
        assertThat(trial.configuration().seed()).isEqualTo(5);
        assertThat(trial.configuration().network().name()).isEqualTo("convpool_cnn_c");
        assertThat(trial.configuration().data().validation().orElseThrow().uri().orElseThrow())
                .endsWith("/held-out");
        assertThat(trial.epochs()).isEqualTo(4);
        assertThat(trial.stepsPerEpoch()).isEqualTo(8);
        assertThat(trial.cost().images()).isEqualTo(64);
        assertThat(trial.cost().multiplyAdds())
                .isGreaterThan(trial(resolved, "a", Optional.empty(), 5).cost().multiplyAdds());
    }

    /** Whatever their seeds; of the folds each is another one. */
    @Test
    void allTrialsHoldOutTheSameRows() {
        ResolvedStudy shared = resolve(study.replaceFirst("validation: .*", "validation: {share: 0.25}"));
        for (String variant : List.of("a", "b")) {
            Trial trial = trial(shared, variant, Optional.empty(), 5);
            assertThat(trial.configuration().data().validation()).contains(Validation.ofShare(0.25));
            assertThat(trial.cost().images()).isEqualTo(48);
            assertThat(trial.stepsPerEpoch()).isEqualTo(6);
        }
        ResolvedStudy folded = resolve(study.replaceFirst("validation: .*", "validation: {folds: 4}"));
        assertThat(IntStream.range(0, 4).mapToObj(fold -> folded.trials()
                        .apply(new Cell("a", Optional.empty(), 5, List.of(), fold))
                        .configuration()
                        .data()
                        .validation()
                        .orElseThrow()))
                .containsExactly(
                        Validation.ofFold(4, 0),
                        Validation.ofFold(4, 1),
                        Validation.ofFold(4, 2),
                        Validation.ofFold(4, 3));
        assertThat(problems(study.replaceFirst("validation: .*", "validation: {folds: 40}")))
                .contains("data.validation.folds = 40 leaves class 0, cat, of data set");
    }

    @Test
    void seedsThatVaryAreThoseOfTheirSourcesAlone() {
        ResolvedStudy some = resolve(study.replace("4, 5, 6]}", "4, 5, 6], vary: [initial, dropout]}"));
        RunConfiguration run = trial(some, "a", Optional.empty(), 5).configuration();
        assertThat(run.seed()).isEqualTo(1);
        assertThat(run.eachSeed().initial()).isEqualTo(5);
        assertThat(run.eachSeed().order()).isEqualTo(1);
        assertThat(run.eachSeed().augmentation()).isEqualTo(1);
        assertThat(run.eachSeed().dropout()).isEqualTo(5);
    }

    /** The trials inside of one seed are runs of their own; the first is the one that a study without them would have. */
    @Test
    void trialsInsideOfASeedDifferInWhatVariesThere() {
        ResolvedStudy plain = resolve(study.replace("4, 5, 6]}", "4, 5, 6], vary: [initial]}"));
        ResolvedStudy nested = resolve(
                study.replace("4, 5, 6]}", "4, 5, 6], vary: [initial], inside: [{vary: [order], repeats: 2}]}"));
        Set<String> ids = new HashSet<>();
        for (int index = 0; index < 2; index++) {
            Trial trial = nested.trials().apply(new Cell("a", Optional.empty(), 5, List.of(index), 0));
            assertThat(trial.configuration().eachSeed().initial()).isEqualTo(5);
            assertThat(trial.configuration().eachSeed().dropout()).isEqualTo(1);
            Trial other = nested.trials().apply(new Cell("b", Optional.empty(), 5, List.of(index), 0));
            assertThat(other.configuration().eachSeed())
                    .isEqualTo(trial.configuration().eachSeed());
            ids.add(trial.id());
        }
        assertThat(ids)
                .hasSize(2)
                .contains(trial(nested, "a", Optional.empty(), 5).id())
                .doesNotContain(trial(plain, "a", Optional.empty(), 5).id());
    }

    /** What decides a score decides the name, and nothing else does. */
    @ParameterizedTest
    @CsvSource({
        "false, micro-batches: 2, micro-batches: 2\\n  servers: 3",
        "false, micro-batches: 2, micro-batches: 2\\n  checkpoint: {keep: 5}",
        "false, '[1, 2, 3, 4, 5, 6]', '[5, 1]'",
        "false, name: small, name: other",
        "true, micro-batches: 2, micro-batches: 4",
        "true, micro-batch: 4, micro-batch: 8",
        "true, epochs: 4, epochs: 5",
        "true, /held-out, /test2"
    })
    void whatDecidesAScoreDecidesTheName(boolean decides, String old, String text) throws IOException {
        write("test2", 9, 16);
        String changed = study.replace(old, text.replace("\\n", "\n"));
        assertThat(changed).isNotEqualTo(study);
        String before = trial(resolve(study), "a", Optional.empty(), 1).id();
        String after = trial(resolve(changed), "a", Optional.empty(), 1).id();
        assertThat(!after.equals(before)).isEqualTo(decides);
    }

    @Test
    void theEngineIsSettledOnceForAllTrials() {
        List<EngineChoice> asked = new ArrayList<>();
        ResolvedStudy resolved = ResolvedStudy.of(
                read(study.replace("  epochs: 4", "  epochs: 4\n  engine: auto")), new Configuration(), choice -> {
                    asked.add(choice);
                    return choice.by("nd4j");
                });
        assertThat(asked).extracting(EngineChoice::engine).containsExactly("auto");
        assertThat(resolved.choice().engine()).isEqualTo("nd4j");
        assertThat(trial(resolved, "b", Optional.empty(), 1)
                        .configuration()
                        .computation()
                        .engine())
                .isEqualTo("nd4j");
    }

    @Test
    void tunedPointsAreLaidOverTheVariant() {
        ResolvedStudy resolved = resolve(study
                + "tuning: {trials: 4, seed: 100, space: {schedule.rate: {kind: log, from: 0.01, to: 0.1},"
                + " optimizer: [adam, {kind: nesterov, momentum: 0.8}]}}\n");
        assertThat(resolved.roles().scientific()).containsExactly("network.name");
        assertThat(resolved.roles().nuisance()).containsExactlyInAnyOrder("schedule.rate", "optimizer");
        assertThat(resolved.design().points()).containsExactly(0, 1, 2, 3);
        for (int point : resolved.design().points()) {
            Trial a = trial(resolved, "a", Optional.of(point), 100);
            Trial b = trial(resolved, "b", Optional.of(point), 100);
            assertThat(a.configuration().optimization())
                    .isEqualTo(b.configuration().optimization());
            assertThat(a.configuration().optimization().schedule().rate()).isBetween(0.01, 0.1);
        }
    }

    /** A cheaper network is trained for longer, within the same budget. */
    @Test
    void aBudgetOfMultiplyAddsGivesEachVariantItsEpochs() {
        ResolvedStudy plain = resolve(study);
        double dear = trial(plain, "b", Optional.empty(), 1).cost().multiplyAdds();
        double cheap = trial(plain, "a", Optional.empty(), 1).cost().multiplyAdds();
        ResolvedStudy resolved = resolve(study + "budget: {multiply-adds: " + 10.5 * dear + "}\n");
        assertThat(trial(resolved, "b", Optional.empty(), 1).epochs()).isEqualTo(10);
        assertThat(trial(resolved, "a", Optional.empty(), 1).epochs()).isEqualTo((int) (10.5 * dear / cheap));
        assertThat(problems(study + "budget: {multiply-adds: 1000}\n"))
                .contains(
                        "variant a: budget.multiply-adds = 1000.0 < ",
                        ", which one epoch takes: give more, or budget.epochs");
    }

    @Test
    void aGridMakesVariants() {
        String grid = study.substring(0, study.indexOf("variants:"))
                + "grid: {network.name: [all_cnn_c, convpool_cnn_c], optimizer: [adam, {kind: sgd}]}\n"
                + study.substring(study.indexOf("seeds:"));
        assertThat(resolve(grid).design().variants())
                .containsExactly(
                        "all_cnn_c-adam", "all_cnn_c-kind-sgd", "convpool_cnn_c-adam", "convpool_cnn_c-kind-sgd");
        assertThat(problems(grid.replace("adam, {kind: sgd}", "adam, {kind: adam}")))
                .contains("train the same");
        assertThat(problems(grid.replace("[adam, {kind: sgd}]", "[[adam], adam]")))
                .contains("two variants are called all_cnn_c-adam");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "name: x| variants.a sets name, which a study gives itself: trials are named after their variant",
                "seed: 3| variants.a sets seed, which a study gives itself: seeds says them",
                "data.validation: x| variants.a sets data.validation, which a study gives itself: validation says it",
                "data: null| variants.a sets data, which a study gives itself: validation says it",
                "epochs: 3| variants.a sets epochs, which a study gives itself: budget says it",
                "engine: libtorch| variants.a sets engine, and all trials of a study have the same engine: set it in base",
                "precision: bf16| variants.a sets precision, and all trials of a study have the same precision",
                "network.name: x| variants.a gives network.name twice: give it once",
                "networks: {name: x}| variant a: study.yaml:11: networks is no key here; did you mean network?",
                "micro-batch: 0| variant a: study.yaml:11: micro-batch = 0 < 1",
                "schedule: {rate: 0}| variant a: study.yaml:11: schedule.rate = 0.0 is not a positive number",
            })
    void aVariantThatCannotBeIsTold(String setting, String said) {
        assertThat(problems(study.replace(
                        "a: {network: {name: all_cnn_c}}", "a: {network: {name: all_cnn_c}, " + setting + "}")))
                .contains(said);
    }

    @Test
    void aNetworkThatCannotBeBuiltIsToldOfItsVariant() {
        assertThat(problems(study.replace("convpool_cnn_c", "no_such_cnn")))
                .startsWith("variant b: ")
                .contains("no_such_cnn")
                .doesNotContain("variant a");
    }

    @Test
    void allProblemsAreOneAnswer() {
        String text = study.replace("convpool_cnn_c", "no_such_net")
                .replace("a: {network: {name: all_cnn_c}}", "a: {network: {name: all_cnn_c}, micro-batch: 0}")
                .replace("/test\n", "/train\n");
        assertThat(problems(text).lines())
                .hasSize(2)
                .anyMatch(line -> line.startsWith("variant a: study.yaml:11:"))
                .anyMatch(line -> line.startsWith("variant b: ") && line.contains("no_such_net"));
    }

    @Test
    void whatIsWrongWithTheBaseIsToldOnce() {
        assertThat(problems(study.replace("  epochs: 4", "  epochs: 0\n  optimiser: adam"))
                        .lines())
                .containsExactly(
                        "base: study.yaml:7: epochs = 0 < 1: train for one pass or more",
                        "base: study.yaml:8: optimiser is no key here; did you mean optimizer?");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "test: FOLDER/train| is what is trained on, FOLDER/train: such a score says nothing",
                "test: FOLDER/../FOLDER_NAME/./train/| is what is trained on, FOLDER/train: such a score says nothing",
                "test: FOLDER/copy| is what is trained on, FOLDER/train: such a score says nothing",
                "test: FOLDER/held-out| is what settings are chosen by, FOLDER/held-out: give data",
                "test: FOLDER/none| /none does not exist: check the address",
            })
    void aTestSetThatWasSeenIsRefused(String setting, String said) throws IOException {
        Files.createDirectory(directory.resolve("copy"));
        for (String file : List.of(RawData.FILE, "dataset.json")) {
            Files.copy(
                    directory.resolve("train").resolve(file),
                    directory.resolve("copy").resolve(file));
        }
        String folder = directory.toUri().toString().replaceAll("/$", "");
        String name = String.valueOf(directory.getFileName());
        String text = setting.replace("FOLDER_NAME", name).replace("FOLDER", folder);
        assertThat(problems(study.replaceFirst("test: .*", text)).replace(directory.toString(), "FOLDER"))
                .contains(said.replace("FOLDER", folder).replace(directory.toString(), "FOLDER"));
    }

    /** Which would else be told when all trials have been trained. */
    @Test
    void aTestSetThatCannotBeScoredIsRefused() throws IOException {
        write("three", 4, 16, 32, List.of("cat", "dog", "eel"));
        assertThat(problems(study.replace("/test\n", "/three\n")).lines())
                .singleElement()
                .asString()
                .startsWith("test: data set ")
                .contains("/three has 3 classes, ", "/train has 2");
        write("swapped", 4, 16, 32, List.of("dog", "cat"));
        assertThat(problems(study.replace("/test\n", "/swapped\n")))
                .startsWith("test: class 0 of data set ")
                .contains("/swapped is dog, of ", "it is cat");
        write("large", 4, 16, 40, List.of("cat", "dog"));
        assertThat(problems(study.replace("/test\n", "/large\n")).lines())
                .hasSize(2)
                .allMatch(line -> line.startsWith("test: the transforms make 3x40x40 of the images of "))
                .allMatch(line -> line.contains("_cnn_c takes 3x32x32: import it with pictures as those"));
    }

    /** What lies there is read once for a study, however many trials are made of it. */
    @Test
    void dataIsOpenedOnceForAllTrials() throws IOException {
        ResolvedStudy resolved = resolve(study);
        Trial first = trial(resolved, "a", Optional.empty(), 1);
        Files.delete(directory.resolve("train").resolve("dataset.json"));
        Trial other = trial(resolved, "a", Optional.empty(), 2);
        assertThat(other.cost()).isEqualTo(first.cost());
        assertThat(other.id()).isNotEqualTo(first.id());
        assertThat(problems(study)).contains("/train");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "  a: {network: {name: all_cnn_c}}\\n| ''| variants has one variant: a study compares two or more",
                "a: {network: {name: all_cnn_c}}| a: 3| study.yaml:11: variants.a is text; give keys of the run file",
                "test:| baseline: c\\ntest:| baseline = c is no variant: the variants are a, b",
                "b: {network: {name: convpool_cnn_c}}| b: {network: {name: all_cnn_c}}| variants a and b train the same",
                "test:| tuning: {trials: 2, space: {network.name: [a, b]}}\\ntest:| tuning.space has network.name, and a"
                        + " variant gives network.name: what is compared is not tuned",
                "test:| tuning: {trials: 2, space: {network: [a, b]}}\\ntest:| tuning.space has network, and a variant gives"
                        + " network.name",
                "test:| tuning: {trials: 2, space: {seed: [1, 2]}}\\ntest:| tuning.space sets seed, which a study gives itself",
                "test:| tuning: {trials: 2, space: {workers: [1, 2]}}\\ntest:| tuning.space has workers, which changes no model",
                "test:| tuning: {trials: 2, space: {optimizer: [adam], optimizer.beta1: [0.8]}}\\ntest:| tuning.space has"
                        + " optimizer.beta1 and optimizer, and one holds the other",
                "test:| tuning: {trials: 2, space: {schedule.rate: [0, 0.1]}}\\ntest:| variant a: ",
            })
    void aStudyThatCannotBeIsTold(String old, String text, String said) {
        String changed = study.replace(old.replace("\\n", "\n"), text.replace("\\n", "\n"));
        assertThat(changed).isNotEqualTo(study);
        assertThat(problems(changed)).contains(said);
    }

    @Test
    void anEmptyStudyIsRefused() {
        assertThat(problems(study.replaceAll("(?s)variants:.*?seeds:", "variants: {}\nseeds:")))
                .isEqualTo(
                        "variants has no variant: a study compares two or more; give them as variants, or as a grid of"
                                + " settings");
    }

    @Test
    void aRungAtWhichNothingIsScoredIsRefused() {
        String halved = study.replace("  epochs: 4", "  epochs: 9\n  evaluation: {every-epochs: 2}")
                + "tuning: {trials: 9, seed: 100, space: {schedule.rate: {kind: log, from: 0.01, to: 0.1}}}\nhalving: {}\n";
        assertThat(problems(halved).lines())
                .containsExactly(
                        "variant a: halving judges it at epoch 1, and base.evaluation.every-epochs = 2, which scores it at others:"
                                + " set that to 1",
                        "variant b: halving judges it at epoch 1, and base.evaluation.every-epochs = 2, which scores it at others:"
                                + " set that to 1");
        assertThat(resolve(halved.replace("every-epochs: 2", "every-epochs: 1"))
                        .design()
                        .judgedAt(9))
                .containsExactly(1, 3, 9);
    }
}
