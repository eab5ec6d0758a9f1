package convoy.driver.coordination;

import convoy.architectures.Catalogue;
import convoy.architectures.families.NetworkArguments;
import convoy.architectures.families.Variant;
import convoy.architectures.graph.Network;
import convoy.architectures.tensor.Shape;
import convoy.worker.data.batch.ClassBalance;
import convoy.worker.data.batch.Mix;
import convoy.worker.data.transform.Transforms;
import convoy.worker.engine.EngineChoice;
import convoy.worker.engine.LabelSmoothing;
import java.util.List;
import java.util.Optional;

/**
 * What a worker has to know of a run; Spark broadcasts it.
 *
 * @param run the run's name at the servers and at the driver
 * @param seed of the run
 * @param network in the catalogue
 * @param classes of it
 * @param input {@code [channels, height, width]} of it
 * @param dropout whether its dropout nodes are there
 * @param variant of it
 * @param frozen tensors that are not trained
 * @param fixedNorms whether frozen batch norms normalize with their running statistics
 * @param others URI of the file that has what servers do not hold; empty if they hold all
 * @param train URI of the training data
 * @param trainFingerprint that it must still have
 * @param validation URI of the held-out data
 * @param transforms of training images
 * @param evaluationTransforms of held-out images
 * @param mixes of training images
 * @param balance what is done about classes of different size
 * @param microBatch images of a micro-batch
 * @param microBatches of a step
 * @param evaluations versions that are scored
 * @param readerThreads that decode and augment
 * @param lookAhead micro-batches prepared ahead
 * @param cacheMegabytes of row groups kept in memory
 * @param engine that computes, on the device as configured
 * @param threads of the engine
 * @param labelSmoothing of the loss
 * @param silenceMillis after which a server that does not answer counts as unreachable
 */
public record WorkerPlan(
        String run,
        long seed,
        String network,
        int classes,
        List<Integer> input,
        boolean dropout,
        Variant variant,
        List<String> frozen,
        boolean fixedNorms,
        Optional<String> others,
        String train,
        String trainFingerprint,
        Optional<String> validation,
        Transforms transforms,
        Transforms evaluationTransforms,
        List<Mix> mixes,
        ClassBalance balance,
        int microBatch,
        int microBatches,
        List<Long> evaluations,
        int readerThreads,
        int lookAhead,
        int cacheMegabytes,
        EngineChoice engine,
        int threads,
        LabelSmoothing labelSmoothing,
        long silenceMillis) {
    public WorkerPlan {
        input = List.copyOf(input);
        mixes = List.copyOf(mixes);
        frozen = List.copyOf(frozen);
        evaluations = List.copyOf(evaluations);
    }

    /** The network that the worker trains. */
    public Network build() {
        return Catalogue.build(
                network,
                new NetworkArguments(
                        Optional.of(classes),
                        Optional.of(new Shape.Image(input.get(0), input.get(1), input.get(2))),
                        Optional.of(dropout),
                        Optional.empty(),
                        variant));
    }
}
