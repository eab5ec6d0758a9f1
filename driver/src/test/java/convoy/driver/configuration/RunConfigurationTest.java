package convoy.driver.configuration;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import convoy.records.BadInputException;
import convoy.worker.data.batch.Mix;
import convoy.worker.engine.Precision;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class RunConfigurationTest {
    private static RunConfiguration with(String key, String value) {
        RunConfiguration d = RunConfiguration.defaults();
        int number = value.matches("-?[0-9]+") ? Integer.parseInt(value) : 0;
        return new RunConfiguration(
                key.equals("name") ? value : d.name(),
                key.equals("runs") ? value : d.runs(),
                d.seed(),
                d.network(),
                key.equals("micro-batch") && number == 1 ? mixed(d.data()) : d.data(),
                key.equals("epochs") ? number : d.epochs(),
                key.equals("micro-batch") ? number : d.microBatch(),
                key.equals("micro-batches") ? number : d.microBatches(),
                d.optimizer(),
                d.schedule(),
                d.weightDecay(),
                key.equals("clip-norm") ? Optional.of(Double.parseDouble(value)) : Optional.empty(),
                key.equals("label-smoothing") ? Double.parseDouble(value) : 0,
                d.loss(),
                d.fineTuning(),
                key.equals("engine") ? value : d.engine(),
                key.equals("device") ? value : d.device(),
                key.equals("precision") ? Precision.valueOf(value.toUpperCase(Locale.ROOT)) : d.precision(),
                d.deterministic(),
                key.equals("threads") ? number : d.threads(),
                key.equals("workers") ? number : d.workers(),
                key.equals("servers") ? number : d.servers(),
                d.checkpoint(),
                d.evaluation(),
                d.onDivergence(),
                d.export(),
                d.patience());
    }

    /** One image to a micro-batch goes with anything but mixtures. */
    private static RunConfiguration.DataChoice mixed(RunConfiguration.DataChoice data) {
        return new RunConfiguration.DataChoice(
                data.train(),
                data.validation(),
                data.transforms(),
                data.evaluationTransforms(),
                List.of(Mix.Mixup.defaults()),
                data.readerThreads(),
                data.lookAhead());
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
        "servers, 0"
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
        assertThat(with("name", "run")).isEqualTo(RunConfiguration.defaults());
    }

    @Test
    void thePartsRefuseWhatCannotWork() {
        List<Consumer<Integer>> parts = List.of(
                bad -> new RunConfiguration.CheckpointPlan(Optional.of(bad), Optional.empty(), 1),
                bad -> new RunConfiguration.CheckpointPlan(Optional.empty(), Optional.of((long) bad), 1),
                bad -> new RunConfiguration.CheckpointPlan(Optional.empty(), Optional.empty(), bad),
                RunConfiguration.EvaluationPlan::new,
                bad -> new RunConfiguration.Patience(bad, 1, 1, 1, 1),
                bad -> new RunConfiguration.Patience(1, 1, 1, 1, bad),
                bad -> new RunConfiguration.DataChoice("x", Optional.empty(), List.of(), List.of(), List.of(), bad, 1),
                bad -> new RunConfiguration.DataChoice("x", Optional.empty(), List.of(), List.of(), List.of(), 1, bad),
                bad -> new RunConfiguration.NetworkChoice(
                        "x", Optional.of(bad), Optional.empty(), true, Optional.empty()));
        for (Consumer<Integer> part : parts) {
            assertThatThrownBy(() -> part.accept(0))
                    .isInstanceOf(BadInputException.class)
                    .hasMessageContaining("= 0");
        }
        assertThatThrownBy(() -> new RunConfiguration.Patience(10, 5, 1, 1, 1)).hasMessageContaining("patience.anyone");
        assertThatThrownBy(() -> new RunConfiguration.NetworkChoice(
                        "x",
                        Optional.empty(),
                        Optional.empty(),
                        true,
                        false,
                        true,
                        Optional.empty(),
                        Optional.of(RunConfiguration.WeightsChoice.defaults())))
                .hasMessageContaining("leave one of them out");
    }
}
