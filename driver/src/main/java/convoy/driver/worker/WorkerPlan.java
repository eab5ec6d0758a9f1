package convoy.driver.worker;

import convoy.architectures.Catalogue;
import convoy.architectures.families.NetworkArguments;
import convoy.architectures.families.Variant;
import convoy.architectures.graph.Network;
import convoy.architectures.tensor.Shape;
import convoy.driver.configuration.RunConfiguration;
import convoy.driver.configuration.Seeds;
import convoy.driver.resolved.Phase;
import convoy.driver.resolved.ResolvedRun;
import convoy.worker.data.DataSet;
import convoy.worker.data.batch.ClassBalance;
import convoy.worker.data.batch.Mix;
import convoy.worker.data.batch.OnBadRow;
import convoy.worker.data.split.RowSet;
import convoy.worker.data.transform.Transforms;
import convoy.worker.engine.EngineChoice;
import convoy.worker.engine.LabelSmoothing;
import convoy.worker.provided.ProviderChoice;
import io.soabase.recordbuilder.core.RecordBuilder;
import java.util.List;
import java.util.Optional;

/**
 * What a worker has to know of a run; Spark broadcasts it.
 *
 * @param run the run's name at the servers and at the driver
 * @param network that is trained
 * @param data that it is trained and scored on
 * @param steps how the data is cut
 * @param computing by which engine
 * @param silenceMillis after which a server that does not answer counts as unreachable
 */
@RecordBuilder
public record WorkerPlan(
        String run, NetworkPlan network, DataPlan data, StepPlan steps, EnginePlan computing, long silenceMillis) {

    /**
     * The network.
     *
     * @param name in the catalogue, unless {@code graph} has it
     * @param classes of it
     * @param input {@code [channels, height, width]} of it
     * @param dropout whether its dropout nodes are there
     * @param variant of it
     * @param graph all of a network that the catalogue has no name for; empty: it has one
     * @param fixed what of it is not trained
     */
    @RecordBuilder
    public record NetworkPlan(
            String name,
            int classes,
            List<Integer> input,
            boolean dropout,
            Variant variant,
            Optional<Network> graph,
            FixedPart fixed) {
        public NetworkPlan {
            input = List.copyOf(input);
        }

        /** {@return the network itself} */
        public Network build() {
            return graph.orElseGet(() -> Catalogue.build(
                    name,
                    new NetworkArguments(
                            Optional.of(classes),
                            Optional.of(new Shape.Image(input.get(0), input.get(1), input.get(2))),
                            Optional.of(dropout),
                            variant)));
        }
    }

    /**
     * What is not trained.
     *
     * @param tensors by name, sorted
     * @param norms whether frozen batch norms normalize with their running statistics
     * @param others URI of the file that has what servers do not hold; empty if they hold all
     */
    @RecordBuilder
    public record FixedPart(List<String> tensors, boolean norms, Optional<String> others) {
        public FixedPart {
            tensors = List.copyOf(tensors);
        }
    }

    /**
     * The data.
     *
     * @param train URI of the training data
     * @param trainFingerprint that it must still have
     * @param validation URI of the held-out data, if it is a data set of its own
     * @param heldOut which rows of the training data are held out, if it is these
     * @param images what is done to them
     * @param reading how they are read
     */
    @RecordBuilder
    public record DataPlan(
            String train,
            String trainFingerprint,
            Optional<String> validation,
            Optional<RowSet> heldOut,
            ImagePlan images,
            ReadingPlan reading) {}

    /**
     * What is done to images.
     *
     * @param transforms of training images
     * @param evaluationTransforms of held-out images
     * @param mixes of training images
     * @param balance what is done about classes of different size
     */
    @RecordBuilder
    public record ImagePlan(
            Transforms transforms, Transforms evaluationTransforms, List<Mix> mixes, ClassBalance balance) {
        public ImagePlan {
            mixes = List.copyOf(mixes);
        }
    }

    /**
     * How data is read.
     *
     * @param threads that decode and augment
     * @param lookAhead micro-batches prepared ahead
     * @param cacheMegabytes of row groups kept in memory
     * @param onBad what to do about a row whose picture cannot be decoded
     */
    @RecordBuilder
    public record ReadingPlan(int threads, int lookAhead, int cacheMegabytes, OnBadRow onBad) {}

    /**
     * How the data is cut into steps.
     *
     * @param seeds of each source of chance
     * @param microBatch images of a micro-batch
     * @param microBatches of a step
     * @param evaluations versions that are scored, rising
     * @param metrics of one's own of these
     */
    @RecordBuilder
    public record StepPlan(
            Seeds.Each seeds, int microBatch, int microBatches, List<Long> evaluations, List<ProviderChoice> metrics) {
        public StepPlan {
            evaluations = List.copyOf(evaluations);
            metrics = List.copyOf(metrics);
        }
    }

    /**
     * What computes.
     *
     * @param choice of engine and device, as configured
     * @param threads of the engine
     * @param labelSmoothing of the loss
     */
    @RecordBuilder
    public record EnginePlan(EngineChoice choice, int threads, LabelSmoothing labelSmoothing) {}

    /**
     * {@return the plan of a phase}
     *
     * @param run the run's name at the servers and at the driver
     * @param resolved the run
     * @param phase of it
     * @param others URI of the file that has what servers do not hold
     * @param evaluations versions that are scored, rising
     * @param cacheMegabytes of row groups that each worker may keep in memory
     */
    public static WorkerPlan of(
            String run, ResolvedRun resolved, Phase phase, String others, List<Long> evaluations, int cacheMegabytes) {
        RunConfiguration configuration = resolved.configuration();
        return WorkerPlanBuilder.builder()
                .run(run)
                .network(WorkerPlanNetworkPlanBuilder.builder()
                        .name(resolved.network().name())
                        .graph(resolved.keptNetwork().map(kept -> resolved.network()))
                        .classes(resolved.network().classes())
                        .input(input(resolved.network()))
                        .dropout(configuration.network().dropout())
                        .variant(configuration.network().variant())
                        .fixed(WorkerPlanFixedPartBuilder.builder()
                                .tensors(phase.frozen().tensors().stream()
                                        .sorted()
                                        .toList())
                                .norms(phase.frozen().inference())
                                .others(
                                        phase.leftOut(resolved.network()).isEmpty()
                                                ? Optional.empty()
                                                : Optional.of(others))
                                .build())
                        .build())
                .data(WorkerPlanDataPlanBuilder.builder()
                        .train(resolved.train().uri())
                        .trainFingerprint(resolved.train().info().fingerprint())
                        .validation(
                                resolved.heldOut().isPresent()
                                        ? Optional.empty()
                                        : resolved.validation().map(DataSet::uri))
                        .heldOut(resolved.heldOut())
                        .images(WorkerPlanImagePlanBuilder.builder()
                                .transforms(resolved.transforms())
                                .evaluationTransforms(resolved.evaluationTransforms())
                                .mixes(configuration.data().mix())
                                .balance(resolved.balance())
                                .build())
                        .reading(WorkerPlanReadingPlanBuilder.builder()
                                .threads(configuration.data().readerThreads())
                                .lookAhead(configuration.data().lookAhead())
                                .cacheMegabytes(cacheMegabytes)
                                .onBad(configuration.data().onBad())
                                .build())
                        .build())
                .steps(WorkerPlanStepPlanBuilder.builder()
                        .seeds(configuration.eachSeed())
                        .microBatch(configuration.steps().microBatch())
                        .microBatches(configuration.steps().microBatches())
                        .evaluations(evaluations)
                        .metrics(configuration.outputs().evaluation().metrics())
                        .build())
                .computing(WorkerPlanEnginePlanBuilder.builder()
                        .choice(configuration.computation())
                        .threads(configuration.resources().threads())
                        .labelSmoothing(configuration.optimization().labelSmoothing())
                        .build())
                .silenceMillis(configuration.patience().silence().toMillis())
                .build();
    }

    private static List<Integer> input(Network network) {
        Shape.Image image = (Shape.Image) network.input();
        return List.of(image.channels(), image.height(), image.width());
    }
}
