package convoy.driver.resolved;

import convoy.architectures.edit.Edit;
import convoy.architectures.graph.Network;
import convoy.architectures.tensor.Shape;
import convoy.driver.configuration.LossName;
import convoy.driver.configuration.NetworkChoice;
import convoy.driver.configuration.Optimization;
import convoy.driver.configuration.RunConfiguration;
import convoy.driver.configuration.Steps;
import convoy.driver.configuration.Validation;
import convoy.driver.network.KeptNetwork;
import convoy.driver.network.RunNetwork;
import convoy.parameterserver.range.SnapshotPlan;
import convoy.parameterserver.update.UpdateRule;
import convoy.parameterserver.update.UpdateRuleBuilder;
import convoy.records.BadInputException;
import convoy.records.CanonicalKeys;
import convoy.worker.data.DataSet;
import convoy.worker.data.batch.ClassBalance;
import convoy.worker.data.split.RowSet;
import convoy.worker.data.transform.Transform;
import convoy.worker.data.transform.Transforms;
import convoy.worker.engine.EngineChoice;
import io.soabase.recordbuilder.core.RecordBuilder;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeSet;
import org.apache.hadoop.conf.Configuration;

/**
 * A run's configuration with everything filled in that the data decides, and checked against it.
 *
 * @param configuration as asked for
 * @param network that is trained
 * @param keptNetwork what the run's directory keeps of it, where the catalogue has no name for it
 * @param phases in which the same of its tensors are trained
 * @param data that it is trained and scored on
 * @param transforms of training images, normalized by figures
 * @param evaluationTransforms of held-out images, with the same normalization
 * @param balance what is done about classes of different size
 * @param stepsPerEpoch of the training data
 * @param steps of the whole run
 * @param rule by which the servers update
 * @param identity everything that decides the trained bits but the workers' processor
 */
@RecordBuilder
public record ResolvedRun(
        RunConfiguration configuration,
        Network network,
        Optional<KeptNetwork> keptNetwork,
        List<Phase> phases,
        RunData data,
        Transforms transforms,
        Transforms evaluationTransforms,
        ClassBalance balance,
        long stepsPerEpoch,
        long steps,
        UpdateRule rule,
        Determinants identity)
        implements ResolvedRunBuilder.With {
    /** So many characters of a value are told. */
    private static final int MOST_SAID = 200;

    /**
     * Opens the data and fits everything together.
     *
     * @param hadoop settings of the file systems
     * @param configuration as asked for
     * @return the run with everything filled in
     * @throws BadInputException if something does not fit
     */
    public static ResolvedRun resolve(Configuration hadoop, RunConfiguration configuration) {
        return resolve(new OpenData(hadoop), configuration);
    }

    /**
     * The same for one of many runs.
     *
     * @param opened what they share
     * @param given the configuration of the run; what jars provide is held to the versions that are here
     * @return the run, made out
     * @throws BadInputException if something does not fit
     */
    public static ResolvedRun resolve(OpenData opened, RunConfiguration given) {
        RunConfiguration configuration = given.withData(given.data().settled());
        RunData data = opened.of(configuration.data());
        DataSet train = data.train();
        Optional<DataSet> validation = data.validation();

        LossName loss = configuration.optimization().loss().name();
        LabelsOfAnImage.require(train, loss, configuration.outputs().evaluation());
        validation.ifPresent(heldOut ->
                LabelsOfAnImage.require(heldOut, loss, configuration.outputs().evaluation()));

        // Wherever the training data lies: what whitens by it is told by its fingerprint.
        Transforms anywhere = new Transforms(configuration.data().transforms())
                .normalizedBy(train.info().mean(), train.info().std());
        Transforms transforms = anywhere.whitenedBy(train.uri());
        Transforms evaluationTransforms =
                configuration.data().evaluationTransforms().isEmpty()
                        ? transforms.forEvaluation()
                        : new Transforms(configuration.data().evaluationTransforms())
                                .normalizedBy(train.info().mean(), train.info().std())
                                .whitenedBy(train.uri());
        train.requireWhitening(transforms);
        validation.ifPresent(heldOut -> heldOut.requireWhitening(evaluationTransforms));
        Shape.Image image = transforms.output(train.info());
        validation.ifPresent(heldOut -> requireSame(image, evaluationTransforms.output(heldOut.info()), heldOut));

        NetworkChoice choice = configuration.network();
        choice.input()
                .map(Shape.Image::parse)
                .filter(asked -> !asked.equals(image))
                .ifPresent(asked -> {
                    throw new BadInputException(
                            "network.input = " + asked + ", the transforms make " + image + " of the images of "
                                    + train.uri() + ": leave network.input out, or change data.transforms");
                });
        int classes = choice.classes().orElse(train.info().classes().size());
        train.requireClasses(classes, choice.called());
        RunNetwork made = RunNetwork.of(opened.hadoop(), configuration, classes, image);
        Network network = made.network();

        ClassBalance balance = Balancing.of(configuration, train);
        Steps steps = configuration.steps();
        long stepsPerEpoch = train.order(configuration.eachSeed().order(), steps.microBatches(), steps.microBatch())
                .stepsPerEpoch();
        long total = Math.multiplyExact(stepsPerEpoch, (long) steps.epochs());
        Optimization optimization = configuration.optimization();
        UpdateRule rule = UpdateRuleBuilder.builder()
                .optimizer(optimization.optimizer())
                .weightDecay(optimization.weightDecay())
                .schedule(optimization.schedule().schedule(stepsPerEpoch, total))
                .clipNorm(optimization.clipNorm())
                .build();
        return ResolvedRunBuilder.builder()
                .configuration(configuration)
                .network(network)
                .keptNetwork(made.kept())
                .phases(Phase.of(network, configuration.fineTuning(), steps.epochs(), stepsPerEpoch))
                .data(data)
                .transforms(transforms)
                .evaluationTransforms(evaluationTransforms)
                .balance(balance)
                .stepsPerEpoch(stepsPerEpoch)
                .steps(total)
                .rule(rule)
                .identity(determinants(configuration, network, train, anywhere.steps(), balance, rule))
                .build();
    }

    private static void requireSame(Shape.Image training, Shape.Image evaluation, DataSet data) {
        if (!training.equals(evaluation)) {
            throw new BadInputException("data.evaluation-transforms make " + evaluation + " of the images of "
                    + data.uri() + ", data.transforms make " + training + " for training: make them alike");
        }
    }

    private static Determinants determinants(
            RunConfiguration configuration,
            Network network,
            DataSet train,
            List<Transform> transforms,
            ClassBalance balance,
            UpdateRule rule) {
        NetworkChoice choice = configuration.network();
        return DeterminantsBuilder.builder()
                .seed(configuration.seed())
                .seeds(configuration.seeds().otherThan(configuration.seed()))
                .network(new Determinants.Trained(
                        network.name(),
                        network.fingerprint(),
                        choice.zeroInitializedBranches(),
                        choice.startingWeights(),
                        choice.edits().stream()
                                .filter(Edit.Initialize.class::isInstance)
                                .toList()))
                .data(new Determinants.Data(
                        train.info().fingerprint(),
                        transforms,
                        configuration.data().mix(),
                        balance.sampling(),
                        configuration.data().validation().flatMap(Validation::split)))
                .microBatch(configuration.steps().microBatch())
                .microBatches(configuration.steps().microBatches())
                .rule(rule)
                .labelSmoothing(configuration.optimization().labelSmoothing())
                .loss(new Determinants.Loss(configuration.optimization().loss().name(), balance.lossWeights()))
                .fineTuning(configuration.fineTuning())
                .computation(Determinants.Computation.of(
                        configuration.computation(), configuration.resources().threads()))
                .build();
    }

    /**
     * {@return everything that decides the trained bits: values as canonical text, by key}
     *
     * @param processor of the workers; empty if it decides nothing
     */
    public SortedMap<String, String> determinants(Optional<String> processor) {
        return identity.with(processor).keys();
    }

    /** {@return what whoever starts the run should know of its data, one line each} */
    public List<String> remarks() {
        List<String> remarks = new ArrayList<>(data.remarks());
        remarks.addAll(Balancing.remarks(balance, train()));
        return remarks;
    }

    /** {@return the training data: without the rows that are held out of it} */
    public DataSet train() {
        return data.train();
    }

    /** {@return the held-out data; empty if nothing is scored} */
    public Optional<DataSet> validation() {
        return data.validation();
    }

    /** {@return which rows of the training data set the held-out data is; empty if it is no part of it} */
    public Optional<RowSet> heldOut() {
        return data.heldOut();
    }

    /**
     * {@return the same with another engine or device}
     *
     * @param choice with nothing left open
     */
    public ResolvedRun on(EngineChoice choice) {
        return with().configuration(configuration.withComputation(choice))
                .identity(identity.on(choice))
                .build();
    }

    /**
     * Refuses to go on from what another configuration began. What the workers compute on is not known here: they are asked as
     * they join.
     *
     * @param before the determinants of what was begun
     * @param where they come from, for the message
     * @throws BadInputException naming every key that differs
     */
    public void requireSameDeterminants(SortedMap<String, String> before, String where) {
        SortedMap<String, String> now = identity.keys();
        SortedMap<String, String> standards = CanonicalKeys.standards(Determinants.class);
        SortedSet<String> keys = new TreeSet<>(before.keySet());
        keys.addAll(now.keySet());
        keys.remove(Determinants.PROCESSOR);
        List<String> differences = keys.stream()
                .filter(key -> !Objects.equals(now.get(key), before.get(key)))
                .map(key -> key + " = " + said(key, now, standards) + " (it was " + said(key, before, standards) + ")")
                .toList();
        if (!differences.isEmpty()) {
            throw new BadInputException("run '" + configuration.name() + "' was begun with another configuration, as "
                    + where + " says: " + String.join(", ", differences)
                    + "; put that back to resume it, or give the new"
                    + " run another name" + goingOn(before, now));
        }
    }

    /** A key's value, or its default, or nothing; the first of it where it is long. */
    private static String said(String key, SortedMap<String, String> keys, SortedMap<String, String> standards) {
        String text = keys.getOrDefault(key, standards.getOrDefault(key, "nothing"));
        return text.length() <= MOST_SAID ? text : text.substring(0, MOST_SAID) + "…";
    }

    /** How a new run of the same network goes on with what this one has learned: a schedule that ends with its run gets no longer. */
    private String goingOn(SortedMap<String, String> before, SortedMap<String, String> now) {
        String network = "network.fingerprint";
        boolean sameNetwork = Objects.equals(before.get(network), now.get(network));
        boolean otherSchedule = !Objects.equals(before.get("schedule"), now.get("schedule"));
        if (!sameNetwork || !otherSchedule) {
            return "";
        }
        String runs = configuration.runs();
        return ", which begins with what this one has learned by network.weights.from: " + runs
                + (runs.endsWith("/") ? "" : "/") + configuration.name()
                + " (its learning rates follow from its epochs and schedule, so that a run that has ended cannot be made"
                + " longer)";
    }

    /**
     * {@return the phase that goes on from a version; of the last version the last one}
     *
     * @param version from 0 to the last
     */
    public Phase phaseFrom(long version) {
        return phases.stream()
                .filter(phase -> version < phase.end())
                .findFirst()
                .orElse(phases.get(phases.size() - 1));
    }

    /**
     * {@return the phase that a version was reached in, whose layout its checkpoint has}
     *
     * @param version from 0 to the last
     */
    public Phase phaseOf(long version) {
        return phases.stream()
                .filter(phase -> version <= phase.end())
                .findFirst()
                .orElse(phases.get(phases.size() - 1));
    }

    /** {@return whether some tensor is not trained from the beginning, so that checkpoints lack it} */
    public boolean leavesOut() {
        return !phases.get(0).leftOut(network).isEmpty();
    }

    /** {@return versions after which the held-out data is scored, rising; none without such data} */
    public SortedSet<Long> evaluations() {
        SortedSet<Long> versions = new TreeSet<>();
        if (validation().isPresent()) {
            long every = stepsPerEpoch * configuration.outputs().evaluation().everyEpochs();
            for (long version = every; version < steps; version += every) {
                versions.add(version);
            }
            versions.add(steps);
        }
        return versions;
    }

    /**
     * {@return the first version after {@code after} of which a checkpoint is kept; at {@code until} there always is one}
     *
     * @param after a version
     * @param until the version at which the servers stop
     */
    public long nextCheckpoint(long after, long until) {
        long next = until;
        for (long every : checkpointEvery()) {
            next = Math.min(next, (after / every + 1) * every);
        }
        return next;
    }

    /**
     * {@return when the servers write themselves down: a plan of theirs, so that no step waits for the driver to ask}
     *
     * @param directory in which checkpoints are
     * @param from the version that the servers begin with
     * @param until the version at which they stop
     */
    public SnapshotPlan snapshots(String directory, long from, long until) {
        List<Long> every = checkpointEvery();
        List<Long> versions = new ArrayList<>();
        versions.add(until);
        if (every.size() == 2) {
            for (long version = (from / every.get(1) + 1) * every.get(1); version < until; version += every.get(1)) {
                versions.add(version);
            }
        }
        return SnapshotPlan.to(directory)
                .withEvery(every.isEmpty() ? 0 : every.get(0))
                .withVersions(versions);
    }

    private List<Long> checkpointEvery() {
        List<Long> every = new ArrayList<>();
        configuration.outputs().checkpoint().everySteps().ifPresent(every::add);
        configuration.outputs().checkpoint().everyEpochs().ifPresent(epochs -> every.add(epochs * stepsPerEpoch));
        return every;
    }

    /**
     * {@return among how many classes a label has a rank: those of the network; 1 where a picture may show several, and there is
     * no best}
     */
    public int rankedClasses() {
        return train().info().labelSets().isEmpty() ? network.classes() : 1;
    }

    /**
     * {@return the learning rate of a step}
     *
     * @param step from 0
     */
    public double learningRate(long step) {
        return rule.schedule().rate(step);
    }
}
