package convoy.driver.configuration;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import convoy.records.BadInputException;
import convoy.worker.data.batch.Mix;
import convoy.worker.data.order.Sampling;
import convoy.worker.engine.EngineChoice;
import convoy.worker.engine.LabelSmoothing;
import convoy.worker.engine.Precision;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Consumer;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class RunConfigurationTest {
    private static final RunConfiguration DEFAULTS = RunConfiguration.defaults();

    /** The parts are made with their values: whatever checks a key, it is refused. */
    private static RunConfiguration with(String key, String value) {
        Steps steps = DEFAULTS.steps();
        Optimization optimization = DEFAULTS.optimization();
        EngineChoice computation = DEFAULTS.computation();
        Resources resources = DEFAULTS.resources();
        return switch (key) {
            case "name" -> DEFAULTS.withName(value);
            case "runs" -> DEFAULTS.withRuns(value);
            case "epochs" -> DEFAULTS.withSteps(steps.withEpochs(Integer.parseInt(value)));
            case "micro-batch" ->
                DEFAULTS.withData(DEFAULTS.data().withMix(List.of(Mix.Mixup.defaults())))
                        .withSteps(steps.withMicroBatch(Integer.parseInt(value)));
            case "micro-batches" -> DEFAULTS.withSteps(steps.withMicroBatches(Integer.parseInt(value)));
            case "clip-norm" ->
                DEFAULTS.withOptimization(optimization.withClipNorm(Optional.of(Double.parseDouble(value))));
            case "label-smoothing" ->
                DEFAULTS.withOptimization(
                        optimization.withLabelSmoothing(new LabelSmoothing(Double.parseDouble(value))));
            case "engine" -> DEFAULTS.withComputation(computation.by(value));
            case "device" -> DEFAULTS.withComputation(computation.at(value));
            case "precision" ->
                DEFAULTS.withComputation(new EngineChoice(computation.engine(), computation.device())
                        .with()
                        .precision(Precision.valueOf(value.toUpperCase(Locale.ROOT)))
                        .deterministic(true)
                        .build());
            case "threads" -> DEFAULTS.withResources(resources.withThreads(Integer.parseInt(value)));
            case "workers" -> DEFAULTS.withResources(resources.withWorkers(Integer.parseInt(value)));
            case "servers" -> DEFAULTS.withResources(resources.withServers(Integer.parseInt(value)));
            case "least-workers" -> DEFAULTS.withResources(resources.withLeastWorkers(Integer.parseInt(value)));
            case "patience.trouble" ->
                DEFAULTS.withPatience(DEFAULTS.patience().withTrouble(Double.parseDouble(value)));
            default -> throw new IllegalArgumentException(key);
        };
    }

    @ParameterizedTest
    @CsvSource({
        "name, a/b",
        "name, ''",
        "name, ..",
        "runs, ''",
        "epochs, 0",
        "micro-batch, 0",
        "micro-batch, 1",
        "micro-batches, 0",
        "micro-batches, 70000",
        "clip-norm, -1",
        "clip-norm, NaN",
        "label-smoothing, 1",
        "label-smoothing, NaN",
        "engine, ''",
        "device, gpu",
        "precision, bf16",
        "precision, tf32",
        "threads, 0",
        "workers, 0",
        "workers, 9",
        "servers, 0",
        "least-workers, 0",
        "least-workers, 2",
        "patience.trouble, 0.0",
        "patience.trouble, NaN",
        "patience.trouble, Infinity"
    })
    void whatCannotWorkIsRefusedWithKeyAndValue(String key, String value) {
        assertThatThrownBy(() -> with(key, value))
                .isInstanceOf(BadInputException.class)
                .hasMessageContaining(key + " = ")
                .hasMessageContaining(value)
                .hasMessageNotContaining("\n");
    }

    @Test
    void theDefaultsWork() {
        assertThat(with("name", "run")).isEqualTo(DEFAULTS);
    }

    /** Before anything is read. */
    @Test
    void whatGoesByOneClassIsRefusedWhereAPictureMayShowSeveral() {
        Optimization several =
                DEFAULTS.optimization().withLoss(LossChoice.defaults().withName(LossName.SIGMOID_CROSS_ENTROPY));
        RunConfiguration run = DEFAULTS.withOptimization(several);
        String and = ", and loss.name = sigmoid-cross-entropy is of pictures that may show several classes: ";
        refused(
                () -> DEFAULTS.withOptimization(
                        several.withLoss(several.loss().withClassWeights(new ClassWeights.Balanced()))),
                "loss.class-weights are of the one class of each picture" + and + "leave them out");
        refused(
                () -> DEFAULTS.withOptimization(several.withLabelSmoothing(new LabelSmoothing(0.1))),
                "label-smoothing = 0.1 shares a target out among the other classes" + and + "leave it out");
        refused(
                () -> run.withData(run.data().withSampling(Sampling.BALANCED)),
                "data.sampling = balanced goes by the one class of each picture" + and + "leave it out");
        refused(
                () -> run.withData(run.data().withMix(List.of(Mix.Mixup.defaults()))),
                "data.mix gives each picture shares of two classes" + and + "leave it out");
        refused(
                () -> run.withData(run.data().withValidation(Optional.of(Validation.ofShare(0.1)))),
                "data.validation takes rows of each class" + and + "give it the URI of a data set");
    }

    private static void refused(ThrowingCallable made, String message) {
        assertThatThrownBy(made).isInstanceOf(BadInputException.class).hasMessage(message);
    }

    @Test
    void mirrorsAreMadeAfterSoManyStepsOrNever() {
        refused(
                () -> CheckpointPlan.defaults().with().mirrorSteps(-1).build(),
                "checkpoint.mirror-steps = -1 < 0: 0 restores lost servers from the last checkpoint alone");
        assertThat(CheckpointPlan.defaults().with().mirrorSteps(0).build().mirrorSteps())
                .isZero();
    }

    @Test
    void thePartsRefuseWhatCannotWork() {
        List<Consumer<Integer>> parts = List.of(
                bad -> CheckpointPlan.defaults()
                        .with()
                        .everyEpochs(Optional.of(bad))
                        .keep(1)
                        .build(),
                bad -> CheckpointPlan.defaults()
                        .with()
                        .everyEpochs(Optional.empty())
                        .everySteps(Optional.of((long) bad))
                        .keep(1)
                        .build(),
                bad -> CheckpointPlan.defaults()
                        .with()
                        .everyEpochs(Optional.empty())
                        .keep(bad)
                        .build(),
                every -> new EvaluationPlan(every, List.of()),
                bad -> Patience.defaults()
                        .with()
                        .start(bad)
                        .anyone(1)
                        .silent(1)
                        .lost(1)
                        .failures(1)
                        .build(),
                bad -> Patience.defaults()
                        .with()
                        .start(1)
                        .anyone(1)
                        .silent(1)
                        .lost(1)
                        .failures(bad)
                        .build(),
                bad -> DataChoice.of("x").withReaderThreads(bad),
                bad -> DataChoice.of("x").withLookAhead(bad),
                bad -> NetworkChoice.of("x").withClasses(Optional.of(bad)));
        for (Consumer<Integer> part : parts) {
            assertThatThrownBy(() -> part.accept(0))
                    .isInstanceOf(BadInputException.class)
                    .hasMessageContaining("= 0");
        }
        assertThatThrownBy(() -> Patience.defaults()
                        .with()
                        .start(10)
                        .anyone(5)
                        .silent(1)
                        .lost(1)
                        .failures(1)
                        .build())
                .hasMessageContaining("patience.anyone");
        assertThatThrownBy(() -> NetworkChoice.of("x")
                        .with()
                        .zeroInitializedBranches(true)
                        .weights(Optional.of(WeightsChoice.defaults()))
                        .build())
                .hasMessageContaining("leave one of them out");
    }
}
