package convoy.driver.configuration;

import convoy.architectures.families.Variant;
import convoy.architectures.families.Wires;
import convoy.driver.checkpoint.RunDirectory;
import convoy.parameterserver.update.Optimizer;
import convoy.parameterserver.update.WeightDecay;
import convoy.records.BadInputException;
import convoy.records.Refusal;
import convoy.worker.data.batch.Mix;
import convoy.worker.data.order.Sampling;
import convoy.worker.data.transform.Transform;
import convoy.worker.engine.EngineChoice;
import convoy.worker.engine.Precision;
import convoy.worker.storage.HomeDirectory;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Everything that one training run is asked to do. The keys of a run file are the names of the components.
 *
 * @param name of the run and of its directory under {@code runs}
 * @param runs URI of the directory that holds runs, on any Hadoop file system
 * @param seed of initial values, the order of the data, augmentation and dropout
 * @param network what is trained
 * @param data what it is trained and scored on
 * @param epochs passes over the training data
 * @param microBatch images of one micro-batch: the unit of gradient work
 * @param microBatches micro-batches of a step (V); a step has {@code microBatch * microBatches} images
 * @param optimizer applied by the servers
 * @param schedule the learning rate
 * @param weightDecay how much, and on which tensors
 * @param clipNorm largest global norm of a step's gradient; empty: not clipped
 * @param labelSmoothing share of a label that is spread over all classes
 * @param loss what else decides it
 * @param fineTuning which tensors are trained, from when on and how fast
 * @param engine that computes gradients; {@code auto} leaves it to the machine that starts the run
 * @param device that the engine computes on: {@code cpu}, {@code cuda}, {@code cuda:N}, or {@code auto}
 * @param precision in what numbers it computes; parameters and the optimizer are single precision in any case
 * @param deterministic whether a gradient has the same bits each time on a GPU too
 * @param threads of the engine in each worker
 * @param workers tasks that compute gradients
 * @param servers that hold the parameters
 * @param checkpoint when to keep what
 * @param evaluation when to score the held-out data
 * @param onDivergence what becomes of a run whose loss is no number
 * @param export forms in which the trained model is written, beside {@code model.safetensors}
 * @param patience how long to wait for what
 */
public record RunConfiguration(
        String name,
        String runs,
        long seed,
        NetworkChoice network,
        DataChoice data,
        int epochs,
        int microBatch,
        int microBatches,
        Optimizer optimizer,
        LearningRate schedule,
        WeightDecay weightDecay,
        Optional<Double> clipNorm,
        double labelSmoothing,
        LossChoice loss,
        FineTuning fineTuning,
        String engine,
        String device,
        Precision precision,
        boolean deterministic,
        int threads,
        int workers,
        int servers,
        CheckpointPlan checkpoint,
        EvaluationPlan evaluation,
        OnDivergence onDivergence,
        List<ExportFormat> export,
        Patience patience) {

    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{0,127}");

    public RunConfiguration {
        export = List.copyOf(export);
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
        atLeast("epochs", epochs, 1, "train for one pass or more");
        atLeast("micro-batch", microBatch, 1, "give each micro-batch an image or more");
        atLeast("micro-batches", microBatches, 1, "a step has one micro-batch or more");
        if (microBatches > 65_536) {
            throw new BadInputException(Refusal.of("micro-batches", microBatches)
                    .because("> 65536")
                    .instead("raise micro-batch instead, each micro-batch is a message to every server"));
        }
        if (clipNorm.isPresent() && !(clipNorm.get() > 0 && Double.isFinite(clipNorm.get()))) {
            throw new BadInputException(Refusal.of("clip-norm", clipNorm.get())
                    .because("is not a positive number")
                    .instead("give the largest norm allowed, or leave it out not to clip"));
        }
        if (!(labelSmoothing >= 0 && labelSmoothing < 1)) {
            throw new BadInputException(Refusal.of("label-smoothing", labelSmoothing)
                    .because("is not in [0, 1)")
                    .instead("0.1 is usual, 0 is none"));
        }
        if (engine.isBlank()) {
            throw new BadInputException(
                    Refusal.of("engine", "''").because("is empty").instead("auto takes the fastest that is installed"));
        }
        if (!data.mix().isEmpty() && microBatch < 2) {
            throw new BadInputException(Refusal.of("micro-batch", microBatch)
                    .because("has no two images to mix, and data.mix is given", "data")
                    .instead("raise micro-batch, or leave data.mix out"));
        }
        if (data.sampling() == Sampling.BALANCED && loss.classWeights() instanceof ClassWeights.Balanced) {
            throw new BadInputException(Refusal.of("loss.class-weights", "balanced")
                    .because(", and data.sampling = balanced too", "data")
                    .instead("rows of small classes would be drawn more often and count more as well; leave one of them"
                            + " out, or give the weights as a list"));
        }
        new EngineChoice(engine, device, precision, deterministic);
        atLeast("threads", threads, 1, "use one for each core of a worker");
        atLeast("workers", workers, 1, "one task or more computes gradients");
        atLeast("servers", servers, 1, "one server or more holds the parameters");
        if (workers > microBatches) {
            throw new BadInputException(
                    Refusal.of("workers", workers)
                            .because("> micro-batches = " + microBatches, "micro-batches")
                            .instead(
                                    "a worker computes one micro-batch of a step or more; raise micro-batches or lower workers"));
        }
    }

    /** What a run file need not say. */
    public static RunConfiguration defaults() {
        return new RunConfiguration(
                "run",
                "runs",
                1,
                NetworkChoice.of("resnet20_cifar"),
                DataChoice.of("data/train"),
                10,
                32,
                8,
                Optimizer.Nesterov.defaults(),
                LearningRate.defaults(),
                WeightDecay.defaults(),
                Optional.empty(),
                0,
                LossChoice.defaults(),
                FineTuning.defaults(),
                "nd4j",
                "cpu",
                Precision.FP32,
                true,
                1,
                1,
                1,
                CheckpointPlan.defaults(),
                EvaluationPlan.defaults(),
                OnDivergence.STOP,
                List.of(),
                Patience.defaults());
    }

    /** What computes its gradients, and how. */
    public EngineChoice choice() {
        return new EngineChoice(engine, device, precision, deterministic);
    }

    /** The same with another engine or device. */
    public RunConfiguration on(EngineChoice choice) {
        return new RunConfiguration(
                name,
                runs,
                seed,
                network,
                data,
                epochs,
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
                choice.device(),
                precision,
                deterministic,
                threads,
                workers,
                servers,
                checkpoint,
                evaluation,
                onDivergence,
                export,
                patience);
    }

    /** What becomes of a run once a loss is no number, or infinite. It changes no bits, so that a run may be resumed with the other. */
    public enum OnDivergence {
        /** It fails; the checkpoints of before are kept, and no model is exported. */
        STOP,
        /** It goes on to its end, with a warning. */
        CONTINUE
    }

    /** Forms of a trained model. */
    public enum ExportFormat {
        /** Torchvision's names and PyTorch's layouts; always written. */
        SAFETENSORS,
        /** DL4J's {@code ModelSerializer} zip. */
        DL4J
    }

    /**
     * The network.
     *
     * @param name in the catalogue
     * @param classes empty: as many as the training data has
     * @param input {@code CxHxW}; empty: what the transforms make of the training data
     * @param dropout whether dropout nodes drop; false trains without
     * @param denseToConvolution whether dense layers become convolutions, as large as what they read of an image of the
     *     catalogue's size
     * @param zeroInitializedBranches whether the last batch norm of every residual branch begins at scale 0
     * @param wires of a randomly wired network; empty: the catalogue's
     * @param weights trained ones to start from; empty: drawn from the seed
     */
    public record NetworkChoice(
            String name,
            Optional<Integer> classes,
            Optional<String> input,
            boolean dropout,
            boolean denseToConvolution,
            boolean zeroInitializedBranches,
            Optional<Wires> wires,
            Optional<WeightsChoice> weights) {
        public NetworkChoice {
            if (zeroInitializedBranches && weights.isPresent()) {
                throw new BadInputException(Refusal.of("network.zero-initialized-branches", "true")
                        .because(", and network.weights gives the scales of all batch norms", "weights")
                        .instead("leave one of them out"));
            }
            if (classes.isPresent()) {
                atLeast("network.classes", classes.get(), 2, "a classifier tells two classes or more apart");
            }
        }

        /** One that the catalogue has. */
        public NetworkChoice(
                String name,
                Optional<Integer> classes,
                Optional<String> input,
                boolean dropout,
                Optional<WeightsChoice> weights) {
            this(name, classes, input, dropout, false, false, Optional.empty(), weights);
        }

        /** A network of the catalogue that fits the data. */
        public static NetworkChoice of(String name) {
            return new NetworkChoice(name, Optional.empty(), Optional.empty(), true, Optional.empty());
        }

        /** What of this makes another network of the catalogue's. */
        public Variant variant() {
            return new Variant(wires, denseToConvolution);
        }

        public static NetworkChoice defaults() {
            return of("resnet20_cifar");
        }
    }

    /**
     * Trained weights to start from.
     *
     * @param from URI of a safetensors file, of an index of several ({@code ….safetensors.index.json}), or of a directory with
     *     {@code model.safetensors} or such an index, a run's for example; torchvision's names
     * @param head what becomes of the last layer before the logits
     * @param input what becomes of the layers that read the images
     */
    public record WeightsChoice(String from, HeadWeights head, InputWeights input) {
        public WeightsChoice {
            from = HomeDirectory.uri("network.weights.from", from);
            if (from.isBlank()) {
                throw new BadInputException(Refusal.of("network.weights.from", "''")
                        .because("is empty")
                        .instead("give the URI of a model.safetensors, or leave weights out"));
            }
        }

        public static WeightsChoice defaults() {
            return new WeightsChoice(RunDirectory.MODEL, HeadWeights.KEPT, InputWeights.KEPT);
        }
    }

    /** What becomes of the last layers of trained weights. */
    public enum HeadWeights {
        /** As stored. */
        KEPT,
        /** Drawn from the seed, for these classes; what is stored is not looked at. */
        FRESH
    }

    /** What becomes of the layers of trained weights that read images, where these have another number of channels. */
    public enum InputWeights {
        /** As stored: the number of channels must be the same. */
        KEPT,
        /** Every channel's filter is the mean of the stored ones. */
        MEAN,
        /** Likewise, scaled so that channels that are all alike give what the stored filters give for them. */
        SUM,
        /** Drawn from the seed; what is stored is not looked at. */
        FRESH
    }

    /**
     * What decides the loss beside label smoothing.
     *
     * @param classWeights what an example of each class counts
     */
    public record LossChoice(ClassWeights classWeights) {
        public static LossChoice defaults() {
            return new LossChoice(ClassWeights.defaults());
        }
    }

    /**
     * The data.
     *
     * @param train URI of the data set that is trained on
     * @param validation URI of the data set that is scored; empty: none is
     * @param transforms of training images, in order
     * @param evaluationTransforms of scored images, in order; none: those of training without what is random
     * @param mix of training images: each micro-batch gets one of these mixtures, drawn evenly; none: no mixtures
     * @param sampling which training rows an epoch has
     * @param readerThreads that decode and augment, in each worker
     * @param lookAhead micro-batches prepared ahead, in each worker
     */
    public record DataChoice(
            String train,
            Optional<String> validation,
            List<Transform> transforms,
            List<Transform> evaluationTransforms,
            List<Mix> mix,
            Sampling sampling,
            int readerThreads,
            int lookAhead) {
        public DataChoice {
            train = HomeDirectory.uri("data.train", train);
            validation = validation.map(uri -> HomeDirectory.uri("data.validation", uri));
            transforms = List.copyOf(transforms);
            evaluationTransforms = List.copyOf(evaluationTransforms);
            mix = List.copyOf(mix);
            if (train.isBlank()) {
                throw new BadInputException(Refusal.of("data.train", "''")
                        .because("is empty")
                        .instead("give the directory of a data set that import wrote"));
            }
            atLeast("data.reader-threads", readerThreads, 1, "one thread or more prepares batches");
            atLeast("data.look-ahead", lookAhead, 1, "prepare one micro-batch or more ahead");
        }

        /** Of which an epoch has every training row once. */
        public DataChoice(
                String train,
                Optional<String> validation,
                List<Transform> transforms,
                List<Transform> evaluationTransforms,
                List<Mix> mix,
                int readerThreads,
                int lookAhead) {
            this(train, validation, transforms, evaluationTransforms, mix, Sampling.SHUFFLED, readerThreads, lookAhead);
        }

        /** A data set as it is, nothing held out. */
        public static DataChoice of(String train) {
            return new DataChoice(train, Optional.empty(), List.of(), List.of(), List.of(), 1, 4);
        }

        public static DataChoice defaults() {
            return of("data/train");
        }
    }

    /**
     * When checkpoints are written. The end of the run always is one.
     *
     * @param everyEpochs empty: not by epochs
     * @param everySteps empty: not by steps
     * @param keep newest whole checkpoints that are kept
     */
    public record CheckpointPlan(Optional<Integer> everyEpochs, Optional<Long> everySteps, int keep) {
        public CheckpointPlan {
            if (everyEpochs.isPresent()) {
                atLeast(
                        "checkpoint.every-epochs",
                        everyEpochs.get(),
                        1,
                        "leave it out not to keep checkpoints by epochs");
            }
            if (everySteps.isPresent()) {
                atLeast("checkpoint.every-steps", everySteps.get(), 1, "leave it out not to keep checkpoints by steps");
            }
            atLeast("checkpoint.keep", keep, 1, "the newest checkpoint is always kept");
        }

        public static CheckpointPlan defaults() {
            return new CheckpointPlan(Optional.of(1), Optional.empty(), 2);
        }
    }

    /**
     * When the held-out data is scored. The end of the run always is, where there is such data.
     *
     * @param everyEpochs epochs between
     */
    public record EvaluationPlan(int everyEpochs) {
        public EvaluationPlan {
            atLeast("evaluation.every-epochs", everyEpochs, 1, "leave data.validation out not to evaluate");
        }

        public static EvaluationPlan defaults() {
            return new EvaluationPlan(1);
        }
    }

    /**
     * How long to wait for what, in seconds. None of it changes the trained model.
     *
     * @param start for all workers and servers asked for, before beginning with those that are there
     * @param anyone for a first worker and server, before giving up
     * @param silent without a sign of life from a worker, before its micro-batches are given to others
     * @param lost without a sign of life from a server, before its ranges are restored elsewhere
     * @param failures of one worker in a row, with nothing done in between, that end the run
     */
    public record Patience(double start, double anyone, double silent, double lost, int failures) {
        public Patience {
            positive("patience.start", start);
            positive("patience.anyone", anyone);
            positive("patience.silent", silent);
            positive("patience.lost", lost);
            atLeast("patience.failures", failures, 1, "a run ends when a worker fails this often in a row");
            if (anyone < start) {
                throw new BadInputException(Refusal.of("patience.anyone", anyone)
                        .because("< patience.start = " + start, "start")
                        .instead("giving up comes after beginning with those that are there; raise patience.anyone"));
            }
        }

        public static Patience defaults() {
            return new Patience(10, 300, 3, 15, 3);
        }

        /** After which a request that a server does not answer is made again. */
        public Duration silence() {
            return Duration.ofMillis(Math.max(1000, (long) (lost * 1000 / 3)));
        }

        private static void positive(String key, double seconds) {
            if (!(seconds > 0 && Double.isFinite(seconds))) {
                throw new BadInputException(Refusal.of(key, seconds).because("is not a positive number of seconds"));
            }
        }
    }

    private static void atLeast(String key, long value, long least, String remedy) {
        if (value < least) {
            throw new BadInputException(Refusal.below(key, value, least, remedy));
        }
    }
}
