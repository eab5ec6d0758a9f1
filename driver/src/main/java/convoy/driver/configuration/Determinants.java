package convoy.driver.configuration;

import convoy.driver.configuration.RunConfiguration.WeightsChoice;
import convoy.parameterserver.update.Optimizer;
import convoy.parameterserver.update.Schedule;
import convoy.parameterserver.update.WeightDecay;
import convoy.records.CanonicalKeys;
import convoy.records.Default;
import convoy.worker.data.batch.Mix;
import convoy.worker.data.order.Sampling;
import convoy.worker.data.transform.Transform;
import convoy.worker.engine.EngineChoice;
import convoy.worker.engine.Engines;
import convoy.worker.engine.Precision;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;

/**
 * Everything that decides the bits of a run's model, and nothing else. A manifest has it key by key ({@link CanonicalKeys}),
 * without what equals a default here: a component that is added needs one, which means what runs did before.
 *
 * @param seed of the run
 * @param network that is trained
 * @param data that it is trained on
 * @param microBatch images of a micro-batch
 * @param microBatches of a step
 * @param optimizer of the servers
 * @param schedule of the learning rate, in steps
 * @param weightDecay of the servers
 * @param clipNorm of a step's gradient
 * @param labelSmoothing of the loss
 * @param loss what else decides it
 * @param fineTuning which tensors are trained
 * @param engine by name
 * @param engineRelease the release of its libraries; empty where the run gives up determinism
 * @param device {@code cpu} or {@code cuda}
 * @param precision of the engine
 * @param deterministic whether a gradient has the same bits each time
 * @param threads of each worker's engine; empty where the run gives up determinism
 * @param processor of the workers, as {@link convoy.worker.engine.ProcessorKind} tells them apart; empty where the run gives
 *     up determinism, or where it is not known yet
 */
public record Determinants(
        long seed,
        Trained network,
        Data data,
        int microBatch,
        int microBatches,
        Optimizer optimizer,
        Schedule schedule,
        WeightDecay weightDecay,
        Optional<Double> clipNorm,
        @Default("0") double labelSmoothing,
        Loss loss,
        FineTuning fineTuning,
        String engine,
        Optional<String> engineRelease,
        String device,
        @Default("fp32") Precision precision,
        @Default("true") boolean deterministic,
        Optional<Integer> threads,
        Optional<String> processor) {
    /** The key of {@link #processor}. */
    public static final String PROCESSOR = "processor";

    /**
     * The network.
     *
     * @param name in the catalogue
     * @param fingerprint of what it computes
     * @param zeroInitializedBranches whether branches begin as the identity
     * @param weights that it starts from
     */
    record Trained(
            String name,
            String fingerprint,
            @Default("false") boolean zeroInitializedBranches,
            Optional<WeightsChoice> weights) {}

    /**
     * The training data.
     *
     * @param train fingerprint of the data set, wherever it lies
     * @param transforms with the figures of their normalization
     * @param mix of micro-batches
     * @param sampling of rows
     */
    record Data(
            String train,
            List<Transform> transforms,
            @Default(Default.EMPTY_LIST) List<Mix> mix,
            @Default("shuffled") Sampling sampling) {}

    /**
     * The loss.
     *
     * @param classWeights of the classes in their order; none: all count alike
     */
    record Loss(List<Double> classWeights) {
        static Loss defaults() {
            return new Loss(List.of());
        }
    }

    /** Key by key. */
    SortedMap<String, String> keys() {
        return CanonicalKeys.of(this);
    }

    /** The same of workers with such a processor. */
    Determinants with(Optional<String> workers) {
        return new Determinants(
                seed,
                network,
                data,
                microBatch,
                microBatches,
                optimizer,
                schedule,
                weightDecay,
                clipNorm,
                labelSmoothing,
                loss,
                fineTuning,
                engine,
                engineRelease,
                device,
                precision,
                deterministic,
                threads,
                deterministic ? workers : Optional.empty());
    }

    /** The same with another engine or device. */
    Determinants on(EngineChoice choice) {
        return new Determinants(
                seed,
                network,
                data,
                microBatch,
                microBatches,
                optimizer,
                schedule,
                weightDecay,
                clipNorm,
                labelSmoothing,
                loss,
                fineTuning,
                choice.engine(),
                deterministic ? Engines.release(choice.engine()) : Optional.empty(),
                kind(choice.device()),
                precision,
                deterministic,
                threads,
                processor);
    }

    /** Which of the GPUs it is decides nothing. */
    static String kind(String device) {
        int colon = device.indexOf(':');
        return colon < 0 ? device : device.substring(0, colon);
    }
}
