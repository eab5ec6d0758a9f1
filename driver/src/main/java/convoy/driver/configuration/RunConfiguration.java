package convoy.driver.configuration;

import convoy.records.BadInputException;
import convoy.records.Refusal;
import convoy.records.annotation.Flat;
import convoy.worker.data.order.Sampling;
import convoy.worker.engine.EngineChoice;
import convoy.worker.storage.HomeDirectory;
import io.soabase.recordbuilder.core.RecordBuilder;
import java.util.regex.Pattern;

/**
 * Everything that one training run is asked to do. The keys of a run file are the names of the components, and of those of
 * components that lie flat here. Each part checks itself; what two parts must agree on is checked here.
 *
 * @param name of the run and of its directory under {@code runs}
 * @param runs URI of the directory that holds runs, on any Hadoop file system
 * @param seed of initial values, the order of the data, augmentation and dropout
 * @param seeds of single ones of these, where they are to differ
 * @param network what is trained
 * @param data what it is trained and scored on
 * @param steps how long, and in what pieces
 * @param optimization what is minimized, and how
 * @param fineTuning which tensors are trained, from when on and how fast
 * @param computation what computes gradients; {@code auto} leaves it to the machine that starts the run
 * @param resources how many take part
 * @param outputs what is kept, and when
 * @param patience how long to wait for what
 */
@RecordBuilder
public record RunConfiguration(
        String name,
        String runs,
        long seed,
        Seeds seeds,
        NetworkChoice network,
        DataChoice data,
        @Flat Steps steps,
        @Flat Optimization optimization,
        FineTuning fineTuning,
        @Flat EngineChoice computation,
        @Flat Resources resources,
        @Flat Outputs outputs,
        Patience patience)
        implements RunConfigurationBuilder.With {

    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{0,127}");

    public RunConfiguration {
        runs = HomeDirectory.uri("runs", runs);
        if (!NAME.matcher(name).matches()) {
            throw new BadInputException(Refusal.of("name", "'" + name + "'")
                    .because("does not match " + NAME.pattern())
                    .instead("it becomes a directory; use letters, digits, '.', '_', '-'"));
        }
        if (runs.isBlank()) {
            throw new BadInputException(Refusal.of("runs", "''")
                    .because("is empty")
                    .instead("give a directory, as file:///tmp/runs or hdfs://host/runs"));
        }
        if (!data.mix().isEmpty() && steps.microBatch() < 2) {
            throw new BadInputException(Refusal.of("micro-batch", steps.microBatch())
                    .because("has no two images to mix, and data.mix is given", "data")
                    .instead("raise micro-batch, or leave data.mix out"));
        }
        if (data.sampling() == Sampling.BALANCED
                && optimization.loss().classWeights() instanceof ClassWeights.Balanced) {
            throw new BadInputException(Refusal.of("loss.class-weights", "balanced")
                    .because(", and data.sampling = balanced too", "data")
                    .instead("rows of small classes would be drawn more often and count more as well; leave one of them"
                            + " out, or give the weights as a list"));
        }
        if (optimization.loss().name() == LossName.SIGMOID_CROSS_ENTROPY) {
            requireOfSeveralLabels(data, optimization);
        }
        if (resources.workers() > steps.microBatches()) {
            throw new BadInputException(
                    Refusal.of("workers", resources.workers())
                            .because("> micro-batches = " + steps.microBatches(), "micro-batches")
                            .instead(
                                    "a worker computes one micro-batch of a step or more; raise micro-batches or lower workers"));
        }
    }

    /** Refuses what goes by the one class of a picture, where it may show several. */
    private static void requireOfSeveralLabels(DataChoice data, Optimization optimization) {
        String several = ", and loss.name = sigmoid-cross-entropy is of pictures that may show several classes";
        if (!(optimization.loss().classWeights() instanceof ClassWeights.None)) {
            throw new BadInputException(Refusal.of("loss.class-weights")
                    .because("are of the one class of each picture" + several, "loss.name")
                    .instead("leave them out"));
        }
        if (optimization.labelSmoothing().share() > 0) {
            throw new BadInputException(
                    Refusal.of("label-smoothing", optimization.labelSmoothing().share())
                            .because("shares a target out among the other classes" + several, "loss.name")
                            .instead("leave it out"));
        }
        if (data.sampling() == Sampling.BALANCED) {
            throw new BadInputException(Refusal.of("data.sampling", "balanced")
                    .because("goes by the one class of each picture" + several, "loss.name")
                    .instead("leave it out"));
        }
        if (!data.mix().isEmpty()) {
            throw new BadInputException(Refusal.of("data.mix")
                    .because("gives each picture shares of two classes" + several, "loss.name")
                    .instead("leave it out"));
        }
        if (data.validation().flatMap(Validation::split).isPresent()) {
            throw new BadInputException(Refusal.of("data.validation")
                    .because("takes rows of each class" + several, "loss.name")
                    .instead("give it the URI of a data set"));
        }
    }

    /** {@return the seed of each source of chance} */
    public Seeds.Each eachSeed() {
        return seeds.orElse(seed);
    }

    /** {@return what a run file need not say} */
    public static RunConfiguration defaults() {
        return RunConfigurationBuilder.builder()
                .name("run")
                .runs("runs")
                .seed(1)
                .seeds(Seeds.defaults())
                .network(NetworkChoice.defaults())
                .data(DataChoice.defaults())
                .steps(Steps.defaults())
                .optimization(Optimization.defaults())
                .fineTuning(FineTuning.defaults())
                .computation(new EngineChoice("nd4j", "cpu"))
                .resources(Resources.defaults())
                .outputs(Outputs.defaults())
                .patience(Patience.defaults())
                .build();
    }
}
