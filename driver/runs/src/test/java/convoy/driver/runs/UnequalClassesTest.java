package convoy.driver.runs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import convoy.driver.configuration.ClassWeights;
import convoy.driver.configuration.LossChoice;
import convoy.driver.configuration.RunConfiguration;
import convoy.driver.configuration.Validation;
import convoy.driver.fixture.DrawnData;
import convoy.driver.resolved.ResolvedRun;
import convoy.driver.runs.SmallRuns.Heard;
import convoy.driver.spark.RunSize;
import convoy.driver.spark.SparkApplication;
import convoy.driver.spark.training.SparkTraining;
import convoy.driver.training.TrainingOptions;
import convoy.driver.training.TrainingResult;
import convoy.records.BadInputException;
import convoy.worker.data.format.DatasetInfo;
import convoy.worker.data.format.Provenance;
import convoy.worker.data.order.Sampling;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Weighted and evenly drawn classes: what is refused, what is held fast, and the same bits whoever computes what. */
final class UnequalClassesTest {
    private final Path directory;
    private final SmallRuns runs;
    private final String unequal;

    UnequalClassesTest(@TempDir Path directory) throws IOException {
        this.directory = directory;
        this.runs = new SmallRuns(directory);
        this.unequal = DrawnData.write(directory.resolve("unequal"), 200, 1, UnequalClassesTest::unequal);
    }

    private RunConfiguration configuration(
            String name, int workers, String train, Sampling sampling, ClassWeights weights) {
        RunConfiguration plain = runs.configuration(name, workers, 1 + workers % 2);
        return SmallRuns.optimized(
                plain.withData(
                        plain.data().with().train(train).sampling(sampling).build()),
                optimization -> optimization.withLoss(LossChoice.defaults().withClassWeights(weights)));
    }

    /** 140, 40, 15 and 5 of 200 rows. */
    private static int unequal(int id) {
        int of = id % 40;
        return of == 0 ? 3 : of < 4 ? 2 : of < 12 ? 1 : 0;
    }

    private static ResolvedRun resolve(RunConfiguration configuration) {
        return ResolvedRun.resolve(new Configuration(), configuration);
    }

    private ResolvedRun resolve(Sampling sampling, ClassWeights weights) {
        return resolve(configuration("run", 1, unequal, sampling, weights));
    }

    private static ClassWeights given(Double... weights) {
        return new ClassWeights.Given(List.of(weights));
    }

    /** scikit-learn: {@code compute_class_weight("balanced", ...)} of 140, 40, 15 and 5 rows. */
    @Test
    void balancedWeightsAreRowsOverClassesOverCounts() {
        ResolvedRun run = resolve(Sampling.SHUFFLED, new ClassWeights.Balanced());
        assertThat(run.balance().lossWeights())
                .containsExactly(200 / (4.0 * 140), 200 / (4.0 * 40), 200 / (4.0 * 15), 200 / (4.0 * 5));
        assertThat(run.determinants(Optional.empty()))
                .containsEntry("loss.class-weights", "[0.35714285714285715, 1.25, " + "3.3333333333333335, 10.0]");
        assertThat(run.remarks())
                .containsExactly(
                        "loss.class-weights: from 0.3571 for class 0 (140 rows) to 10.00 for class 3 (5 rows)");
    }

    @Test
    void aClassWithoutPicturesIsToldOf(@TempDir Path directory) throws IOException {
        String uri = DrawnData.write(directory.resolve("data"), 200, 5, id -> id % 3);
        Path file = directory.resolve("data/dataset.json");
        Files.writeString(
                file,
                DatasetInfo.read(FileSystem.getLocal(new Configuration()), new org.apache.hadoop.fs.Path(file.toUri()))
                        .withProvenance(new Provenance(
                                "pets", Optional.empty(), List.of(67L, 67L, 66L, 0L), List.of(), List.of()))
                        .toJson());
        assertThat(resolve(configuration("run", 1, uri, Sampling.SHUFFLED, new ClassWeights.None()))
                        .remarks())
                .containsExactly("data set " + uri
                        + " has no picture of 1 of its 4 classes, as class 3: nothing can be learned of it");
    }

    @Test
    void anEvenDrawSaysWhatItReads() {
        ResolvedRun run = resolve(Sampling.BALANCED, new ClassWeights.None());
        assertThat(run.stepsPerEpoch())
                .isEqualTo(resolve(Sampling.SHUFFLED, new ClassWeights.None()).stepsPerEpoch());
        assertThat(run.remarks())
                .containsExactly(
                        "data.sampling = balanced: an epoch has 50 rows of each class, those of class 3 (5) 10.0 times;"
                                + " it reads the data 10 times at most, from memory where it fits in");
    }

    /** What an older run file began goes on, which does not name them. */
    @Test
    void bothDecideTheBitsAndAreHeldFast() {
        ResolvedRun plain = resolve(Sampling.SHUFFLED, new ClassWeights.None());
        assertThat(plain.determinants(Optional.empty())).doesNotContainKeys("loss.class-weights", "data.sampling");
        assertThat(plain.remarks()).isEmpty();
        assertThatThrownBy(() -> resolve(Sampling.BALANCED, given(1.0, 2.0, 3.0, 4.0))
                        .requireSameDeterminants(plain.determinants(Optional.empty()), "the checkpoint"))
                .isInstanceOf(BadInputException.class)
                .hasMessageContaining("data.sampling = balanced (it was shuffled), loss.class-weights = [1.0, 2.0, 3.0,"
                        + " 4.0] (it was []);");
        assertThatThrownBy(() -> plain.requireSameDeterminants(
                        resolve(Sampling.SHUFFLED, new ClassWeights.Balanced()).determinants(Optional.empty()),
                        "the checkpoint"))
                .hasMessageContaining("loss.class-weights = [] (it was [0.35714285714285715, 1.25,");
    }

    private static void refused(RunConfiguration configuration, String... parts) {
        assertThatThrownBy(() -> resolve(configuration))
                .isInstanceOf(BadInputException.class)
                .hasMessageContainingAll(parts)
                .hasMessageNotContaining("\n");
    }

    @Test
    void whatDoesNotFitTheDataIsRefusedInOneLine() throws IOException {
        refused(
                configuration("run", 1, unequal, Sampling.SHUFFLED, given(1.0, 2.0, 3.0)),
                "loss.class-weights has 3 weights, data set " + unequal + " has 4 classes: give one for each",
                "class 0, class 1, class 2, class 3");
        String three = DrawnData.write(directory.resolve("three"), 200, 1, id -> id % 3);
        for (RunConfiguration balanced : List.of(
                configuration("run", 1, three, Sampling.SHUFFLED, new ClassWeights.Balanced()),
                configuration("run", 1, three, Sampling.BALANCED, new ClassWeights.None()))) {
            refused(balanced, "data set " + three + " has no row of class 3, class 3, which so cannot be balanced");
        }
        // A weight of a class without rows is no matter, unless it is the only one.
        assertThat(resolve(configuration("run", 1, three, Sampling.SHUFFLED, given(1.0, 2.0, 3.0, 4.0)))
                        .balance()
                        .lossWeights())
                .hasSize(4);
        refused(
                configuration("run", 1, three, Sampling.SHUFFLED, given(0.0, 0.0, 0.0, 4.0)),
                "loss.class-weights gives 0 to every class that data set " + three + " has rows of");
        assertThatThrownBy(() -> configuration("run", 1, unequal, Sampling.BALANCED, new ClassWeights.Balanced()))
                .isInstanceOf(BadInputException.class)
                .hasStackTraceContaining("loss.class-weights = balanced, and data.sampling = balanced too");
        for (double bad : new double[] {-1, Double.NaN, Double.POSITIVE_INFINITY}) {
            assertThatThrownBy(() -> given(1.0, bad))
                    .isInstanceOf(BadInputException.class)
                    .hasMessageStartingWith(
                            "class-weights = [1.0, " + bad + "] holds one that is below 0 or no finite");
        }
        assertThatThrownBy(() -> given(0.0, 0.0)).hasMessageContaining("gives no class any weight");
        assertThatThrownBy(() -> given()).hasMessageContaining("gives no class any weight");
    }

    /** Although it names four. */
    @Test
    void dataWhoseRowsAreOfOneClassCannotBeTrainedOn() throws IOException {
        String one = DrawnData.write(directory.resolve("one"), 200, 1, id -> 2);
        refused(
                configuration("run", 1, one, Sampling.SHUFFLED, new ClassWeights.None()),
                "every row of data set " + one
                        + " (200 rows) is of class class 2, and a data set of one class cannot be trained" + " on");
        RunConfiguration plain = configuration("run", 1, unequal, Sampling.SHUFFLED, new ClassWeights.None());
        ResolvedRun run = resolve(plain.withData(plain.data().withValidation(Optional.of(Validation.at(one)))));
        assertThat(run.remarks())
                .containsExactly("every row of the held-out data set " + one
                        + " (200 rows) is of class class 2: its figures say nothing of the other classes");
    }

    /** And after a stop in the middle of an epoch. */
    @Test
    void theModelHasTheSameBitsOnAnyNumberOfWorkersAndAfterAStop() throws IOException {
        try (SparkApplication spark = SparkApplication.start(
                Optional.of("local[4]"),
                "unequal classes",
                Map.of("spark.ui.enabled", "false"),
                new RunSize(2, 1, 0))) {
            Set<String> models = new HashSet<>();
            models.add(SmallRuns.sha256(train(spark, "weighted", 1, Sampling.SHUFFLED, new ClassWeights.Balanced())));
            models.add(SmallRuns.sha256(train(spark, "drawn", 1, Sampling.BALANCED, new ClassWeights.None())));
            ClassWeights given = given(1.0, 0.0, 3.0, 4.0);
            String both = SmallRuns.sha256(train(spark, "both", 1, Sampling.BALANCED, given));
            models.add(both);
            assertThat(models).as("each decides the bits").hasSize(3);
            assertThat(SmallRuns.sha256(train(spark, "both-of-3", 3, Sampling.BALANCED, given)))
                    .isEqualTo(both);
            assertThat(runs.figures("both-of-3")).isEqualTo(runs.figures("both"));
            TrainingResult part = SparkTraining.run(
                    spark,
                    configuration("stopped", 1, unequal, Sampling.BALANCED, given),
                    new TrainingOptions(run -> "", Optional.of(12L)),
                    new Heard());
            assertThat(part.step()).isEqualTo(12);
            assertThat(SmallRuns.sha256(train(spark, "stopped", 2, Sampling.BALANCED, given)))
                    .as("stopped")
                    .isEqualTo(both);
            assertThat(runs.figures("stopped")).isEqualTo(runs.figures("both"));
        }
    }

    private TrainingResult train(
            SparkApplication spark, String name, int workers, Sampling sampling, ClassWeights weights) {
        Heard heard = new Heard();
        TrainingResult result = SparkTraining.run(
                spark, configuration(name, workers, unequal, sampling, weights), TrainingOptions.defaults(), heard);
        assertThat(heard.lines).containsAll(resolve(sampling, weights).remarks());
        return result;
    }
}
