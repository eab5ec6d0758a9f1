package convoy.driver.resolved;

import convoy.architectures.edit.Edit;
import convoy.driver.configuration.FineTuning;
import convoy.driver.configuration.LossName;
import convoy.driver.configuration.Seeds;
import convoy.driver.configuration.WeightsChoice;
import convoy.parameterserver.update.UpdateRule;
import convoy.records.CanonicalKeys;
import convoy.records.annotation.Default;
import convoy.records.annotation.Flat;
import convoy.worker.data.batch.Mix;
import convoy.worker.data.order.Sampling;
import convoy.worker.data.split.Split;
import convoy.worker.data.transform.Transform;
import convoy.worker.engine.EngineChoice;
import convoy.worker.engine.Engines;
import convoy.worker.engine.LabelSmoothing;
import io.soabase.recordbuilder.core.RecordBuilder;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;

/**
 * Everything that decides the bits of a run's model, and nothing else. A manifest has it key by key ({@link CanonicalKeys}),
 * without what equals a default here: a component that is added needs one, which means what runs did before.
 *
 * @param seed of the run
 * @param seeds of single sources of chance, without those that are the run's seed
 * @param network that is trained
 * @param data that it is trained on
 * @param microBatch images of a micro-batch
 * @param microBatches of a step
 * @param rule by which the servers update, with a schedule in steps
 * @param labelSmoothing of the loss
 * @param loss what else decides it
 * @param fineTuning which tensors are trained
 * @param computation of the workers
 */
@RecordBuilder
public record Determinants(
        long seed,
        Seeds seeds,
        Trained network,
        Data data,
        int microBatch,
        int microBatches,
        @Flat UpdateRule rule,
        @Flat LabelSmoothing labelSmoothing,
        Loss loss,
        FineTuning fineTuning,
        @Flat Computation computation)
        implements DeterminantsBuilder.With {
    /** The key of {@link Computation#processor}. */
    public static final String PROCESSOR = "processor";

    /**
     * The network.
     *
     * @param name in the catalogue
     * @param fingerprint of what it computes
     * @param zeroInitializedBranches whether branches begin as the identity
     * @param weights that it starts from
     * @param initialization edits of it that say what initial values are drawn from
     */
    record Trained(
            String name,
            String fingerprint,
            @Default("false") boolean zeroInitializedBranches,
            Optional<WeightsChoice> weights,
            @Default(Default.EMPTY_LIST) List<Edit> initialization) {}

    /**
     * The training data.
     *
     * @param train fingerprint of the data set, wherever it lies
     * @param transforms with the figures of their normalization
     * @param mix of micro-batches
     * @param sampling of rows
     * @param split by which rows are held out; empty: none are
     */
    record Data(
            String train,
            List<Transform> transforms,
            @Default(Default.EMPTY_LIST) List<Mix> mix,
            @Default("shuffled") Sampling sampling,
            Optional<Split> split) {}

    /**
     * The loss.
     *
     * @param name which it is
     * @param classWeights of the classes in their order; none: all count alike
     */
    record Loss(LossName name, List<Double> classWeights) {
        static Loss defaults() {
            return new Loss(LossName.SOFTMAX_CROSS_ENTROPY, List.of());
        }
    }

    /**
     * What computes gradients. Where the run gives up determinism, what else would decide their bits is left out.
     *
     * @param choice of engine and kind of device: which of the GPUs it is decides nothing
     * @param engineRelease the release of the engine's libraries
     * @param threads of each worker's engine
     * @param processor of the workers, as {@link convoy.worker.engine.ProcessorKind} tells them apart; empty where it is not
     *     known yet
     */
    record Computation(
            @Flat EngineChoice choice,
            Optional<String> engineRelease,
            Optional<Integer> threads,
            Optional<String> processor) {
        static Computation of(EngineChoice choice, int threads) {
            Optional<Integer> held = choice.deterministic() ? Optional.of(threads) : Optional.empty();
            return new Computation(kind(choice), release(choice), held, Optional.empty());
        }

        /** The same by another engine, or on another device. */
        Computation on(EngineChoice other) {
            return new Computation(kind(other), release(other), threads, processor);
        }

        /** The same of workers with such a processor. */
        Computation of(Optional<String> workers) {
            return new Computation(choice, engineRelease, threads, choice.deterministic() ? workers : Optional.empty());
        }

        private static EngineChoice kind(EngineChoice choice) {
            int colon = choice.device().indexOf(':');
            return colon < 0 ? choice : choice.at(choice.device().substring(0, colon));
        }

        private static Optional<String> release(EngineChoice choice) {
            return choice.deterministic() ? Engines.release(choice.engine()) : Optional.empty();
        }
    }

    /** Key by key. */
    SortedMap<String, String> keys() {
        return CanonicalKeys.of(this);
    }

    /** The same of workers with such a processor. */
    Determinants with(Optional<String> workers) {
        return withComputation(computation.of(workers));
    }

    /** The same with another engine or device. */
    Determinants on(EngineChoice choice) {
        return withComputation(computation.on(choice));
    }
}
