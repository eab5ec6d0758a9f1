package convoy.jobs.study.file;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import convoy.jobs.runfile.BaseRun;
import convoy.jobs.study.tuning.Draw;
import convoy.records.BadInputException;
import convoy.records.Value;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class StudyFileTest {
    private static final String WHOLE = """
            name: pooling
            question: Does it cost accuracy to replace pooling by strides?
            base: {epochs: 20, data: {train: data/train}}
            variants:
              all-cnn-c: {network: {name: all_cnn_c}}
              conv-pool-cnn-c: {network.name: conv_pool_cnn_c}
            baseline: conv-pool-cnn-c
            seeds: {values: [1, 2, 3, 4, 5, 6], vary: [initial, order]}
            validation: data/held-out
            tuning:
              trials: 8
              seed: 100
              space:
                schedule.rate: {kind: log, from: 0.001, to: 0.1}
                weight-decay.rate: [0.0001, 0.0005, 0.001]
                micro-batches: {kind: whole, from: 2, to: 8}
            budget: {epochs: 18}
            halving: {factor: 3, first-epochs: 2}
            diverged: {loss-above: 20}
            test: data/test
            """;

    private static Study read(String text) {
        return StudyFile.read("studies/pooling.yaml", text, List.of(), file -> {
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
    void aStudyIsRead() {
        Study study = read(WHOLE);
        assertThat(study.variants().orElseThrow().keySet()).containsExactly("all-cnn-c", "conv-pool-cnn-c");
        assertThat(study.seeds().of(3, List.of()))
                .containsOnly(Map.entry("seeds.initial", 3L), Map.entry("seeds.order", 3L));
        assertThat(study.validation().data()).contains("data/held-out");
        assertThat(study.tuning().orElseThrow().draw()).isEqualTo(Draw.SOBOL);
        assertThat(study.tuning().orElseThrow().points()).hasSize(8);
        assertThat(study.processors()).isEqualTo(Processors.ONE);
        assertThat(study.retries()).isEqualTo(2);
    }

    @Test
    void whatIsWrittenIsReadBack() {
        Study study = read(WHOLE);
        String text = StudyFile.write(study);
        assertThat(StudyFile.write(read(text))).isEqualTo(text);
        assertThat(text).startsWith("format: 1\nname: ");
        assertThat(StudyFile.write(read(text.replace("format: 1\n", "")))).isEqualTo(text);
        assertThatThrownBy(() -> read(text.replace("format: 1\n", "format: 2\n")))
                .isInstanceOf(BadInputException.class)
                .hasMessageContaining(":1: format = 2, this version reads format 1; use a newer convoy");
    }

    /** A base may be the file that a run kept. */
    @Test
    void theFormatOfTheBaseIsNoKeyOfIt() {
        String text = WHOLE.replaceFirst("base:.*", "base: run.yaml");
        Study study = StudyFile.read("a.yaml", text, List.of(), file -> "format: 1\nepochs: 3\n");
        assertThat(((Value.Mapping) study.base()).entries()).containsOnlyKeys("epochs");
        assertThatThrownBy(() -> StudyFile.read("a.yaml", text, List.of(), file -> "epochs: 3\nformat: 2\n"))
                .isInstanceOf(BadInputException.class)
                .hasMessage(
                        "run.yaml:2: format = 2, this version reads format 1; use a newer convoy, or leave the key out");
    }

    @Test
    void withoutSeedsThereAreSixOfTheWholeRun() {
        Study study = read(WHOLE.replaceFirst("seeds:.*\n", ""));
        assertThat(study.seeds().values()).containsExactly(1L, 2L, 3L, 4L, 5L, 6L);
        assertThat(study.seeds().of(3, List.of())).containsOnly(Map.entry("seed", 3L));
        assertThat(study.seeds().places()).containsExactly(List.of());
    }

    /** The first trial of a seed has the seed itself, all others seeds that nothing else has. */
    @Test
    void insideOfEachSeedOthersAreDrawn() {
        Seeds seeds = read(WHOLE.replace(
                        "vary: [initial, order]",
                        "vary: [initial], inside: [{vary: [order], repeats: 3}, {vary: [augmentation], repeats: 2}]"))
                .seeds();
        assertThat(seeds.places())
                .containsExactly(
                        List.of(0, 0), List.of(0, 1), List.of(1, 0), List.of(1, 1), List.of(2, 0), List.of(2, 1));
        assertThat(seeds.of(3, List.of(0, 0)))
                .isEqualTo(seeds.of(3, List.of()))
                .containsOnly(
                        Map.entry("seeds.initial", 3L),
                        Map.entry("seeds.order", 3L),
                        Map.entry("seeds.augmentation", 3L));
        Set<Long> orders = new HashSet<>();
        Set<Long> augmentations = new HashSet<>();
        for (long seed : seeds.values()) {
            for (List<Integer> place : seeds.places()) {
                Map<String, Long> of = seeds.of(seed, place);
                assertThat(of).containsEntry("seeds.initial", seed);
                assertThat(of.get("seeds.order"))
                        .isEqualTo(seeds.of(seed, place.subList(0, 1)).get("seeds.order"));
                orders.add(Objects.requireNonNull(of.get("seeds.order")));
                augmentations.add(Objects.requireNonNull(of.get("seeds.augmentation")));
            }
        }
        assertThat(orders).hasSize(6 * 3).allMatch(seed -> seed >= 0 && seed < 1L << 48);
        assertThat(augmentations).hasSize(6 * 3 * 2);
        assertThat(seeds.titles()).containsExactly("initial values", "order", "augmentation");
        assertThat(seeds.held()).containsExactly(Seeds.Source.DROPOUT);
    }

    @ParameterizedTest
    @CsvSource({
        "studies/a.yaml, run.yaml, studies/run.yaml",
        "a.yaml, run.yaml, run.yaml",
        "hdfs://host/s/a.yaml, base/run.yaml, hdfs://host/s/base/run.yaml",
        "studies/a.yaml, /runs/run.yaml, /runs/run.yaml",
        "studies/a.yaml, hdfs://host/run.yaml, hdfs://host/run.yaml",
        "studies/a.yaml, ~/run.yaml, ~/run.yaml"
    })
    void theBaseLiesBesideTheStudy(String source, String address, String file) {
        assertThat(BaseRun.beside(source, address)).isEqualTo(file);
        Study study = StudyFile.read(source, WHOLE.replaceFirst("base:.*", "base: " + address), List.of(), asked -> {
            assertThat(asked).isEqualTo(file);
            return "epochs: 3\n";
        });
        assertThat(((Value.Mapping) study.base()).entries()).containsOnlyKeys("epochs");
    }

    @Test
    void aBaseThatIsNoYamlIsToldWithItsPlace() {
        String text = WHOLE.replaceFirst("base:.*", "base: run.yaml");
        assertThatThrownBy(() -> StudyFile.read("a.yaml", text, List.of(), file -> "epochs: [3\n"))
                .isInstanceOf(BadInputException.class)
                .hasMessageStartingWith("run.yaml:2: is not YAML");
        assertThatThrownBy(() -> StudyFile.read("a.yaml", text, List.of(), file -> "- 3\n"))
                .isInstanceOf(BadInputException.class)
                .hasMessage("run.yaml:1: base is a list: give the address of a run file, or the keys of one");
    }

    @Test
    void allProblemsAreOneAnswer() {
        String text = WHOLE.replace("[1, 2, 3, 4, 5, 6]", "[1, 2, 1]")
                .replace("from: 0.001, to: 0.1", "from: 0.1, to: 0.001")
                .replace("{epochs: 18}", "{epochs: 0}")
                .replace("validation:", "validaton:")
                .replace("factor: 3", "factor: 1");
        assertThat(problems(text).lines())
                .containsExactly(
                        "studies/pooling.yaml:1: validation is missing; give text, or a mapping with share, folds, data",
                        "studies/pooling.yaml:8: seeds.values = [1, 2, 1] has 1 twice: a trial that is counted twice tells"
                                + " nothing more; give each one once",
                        "studies/pooling.yaml:9: validaton is no key here; did you mean validation?",
                        "studies/pooling.yaml:14: tuning.space.schedule.rate.from = 0.1 > to = 0.001: give the smaller"
                                + " number first",
                        "studies/pooling.yaml:17: budget.epochs = 0 < 1: train for one pass or more",
                        "studies/pooling.yaml:18: halving.factor = 1 < 2: at each rung one in 2 or more goes on");
    }

    @Test
    void twoVariantsOfOneNameAreRefused() {
        assertThat(problems(WHOLE.replace("  conv-pool-cnn-c:", "  all-cnn-c:")))
                .contains("studies/pooling.yaml:6: the key all-cnn-c is given twice; line 5 has it already");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "name: pooling| name: a/b| name = 'a/b' does not match",
                "test: data/test| grid: {network.name: [a, b]}| grid is given, and variants too",
                "seed: 100| seed: 3| tuning.seed = 3 is one of seeds.values too",
                "seed: 100| seeds: 0| tuning.seeds = 0 < 1",
                "seed: 100| seeds: 101| tuning.seeds = 101 > 100: a few show which settings a dead start would hide",
                "seed: 100| seeds: 3| tuning.seed = 0 with tuning.seeds = 3 comes to seed 1, one of seeds.values too",
                "validation: data/held-out| validation: {}| validation says nothing: give one of share",
                "validation: data/held-out| validation: {share: 0.1, folds: 5}| validation says more than one thing",
                "validation: data/held-out| validation: {share: 1.5}| validation.share = 1.5 is not in (0, 1)",
                "validation: data/held-out| validation: {folds: 1}| validation.folds = 1 < 2",
                "loss-above: 20| loss-above: -1| diverged.loss-above = -1.0 is not a positive number",
                "trials: 8| draw: grid, trials: 8| is not YAML",
                "trials: 8| draw: sobol| tuning.trials = null, and only a grid says by itself",
                "trials: 8| trials: 0| tuning.trials = 0 < 1",
                "vary: [initial, order]| vary: []| seeds.vary = [] has none",
                "vary: [initial, order]| vary: [initial, initial]| seeds.vary = [initial, initial] has initial twice",
                "vary: [initial, order]| inside: [{vary: [order], repeats: 2}]| seeds.inside.0.vary has order, which is varied outside of it too",
                "vary: [initial, order]| vary: [initial], inside: [{vary: [order], repeats: 1}]| seeds.inside.0.repeats = 1 < 2: a single one shows no variance",
                "vary: [initial, order]| vary: [initial], inside: [{vary: [order], repeats: 101}]| seeds.inside.0.repeats = 101 > 100",
                "vary: [initial, order]| vary: [initial], inside: [{vary: [], repeats: 2}]| seeds.inside.0.vary = [] has none",
                "vary: [initial, order]| vary: [initial], inside: [{vary: [order, order], repeats: 2}]| seeds.inside.0.vary = [order, order] has order twice",
                "vary: [initial, order]| vary: [initial], inside: [{vary: [rows], repeats: 2}]| = rows is not one of initial, order, augmentation, dropout",
                "vary: [initial, order]| vary: [initial], inside: [{vary: [order]}]| seeds.inside.0.repeats is missing",
                "vary: [initial, order]| vary: [initial], inside: [{vary: [order], repeats: 2}, {vary: [order], repeats: 2}]| seeds.inside.1.vary has order, which is varied outside of it too",
                "vary: [initial, order]| vary: [initial], inside: [{vary: [order], repeats: 2}, {vary: [dropout], repeats: 2}, {vary: [augmentation], repeats: 2}]| seeds.inside has 3 entries > 2",
                "'values: [1, 2, 3, 4, 5, 6], vary: [initial, order]'| 'values: [1], vary: [initial], inside: [{vary: [order], repeats: 2}]'| seeds.values = [1] is a single one, and inside is given",
                "values: [1, 2, 3, 4, 5, 6]| values: []| seeds.values = [] has none",
                "epochs: 18| epochs: 18, multiply-adds: 1e13| budget.epochs = 18, and multiply-adds = 1.0E13 too",
                "epochs: 18| multiply-adds: 0| budget.multiply-adds = 0.0 is not a positive number",
                "first-epochs: 2| first-epochs: 0| halving.first-epochs = 0 < 1",
                "test: data/test| retries: -1| retries = -1 < 0",
                "test: data/test| statistics: {level: 0}| statistics.level = 0.0 is not in (0, 1)",
                "test: data/test| statistics: {deviation: 0}| statistics.deviation = 0.0 is not a positive number",
                "draw| processors: some| processors = some is not one of one, blocked",
            })
    void whatCannotBeIsRefused(String old, String text, String said) {
        String changed = WHOLE.contains(old) ? WHOLE.replace(old, text) : WHOLE + text + "\n";
        assertThat(problems(changed)).contains(said);
    }

    @Test
    void halvingWithoutTuningIsRefused() {
        String text = WHOLE.substring(0, WHOLE.indexOf("tuning:")) + WHOLE.substring(WHOLE.indexOf("budget:"));
        assertThat(problems(text)).contains("halving is given, and there is no tuning");
    }
}
