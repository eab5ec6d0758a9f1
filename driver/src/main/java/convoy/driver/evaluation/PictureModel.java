package convoy.driver.evaluation;

import convoy.architectures.Catalogue;
import convoy.architectures.families.Entry;
import convoy.architectures.families.NetworkArguments;
import convoy.architectures.graph.Network;
import convoy.architectures.tensor.Shape;
import convoy.driver.checkpoint.Checkpoint;
import convoy.driver.checkpoint.Checkpoints;
import convoy.driver.checkpoint.RunDirectory;
import convoy.driver.model.ModelDescription;
import convoy.driver.model.StoredModel;
import convoy.records.BadInputException;
import convoy.worker.data.batch.Batch;
import convoy.worker.data.pictures.Orientation;
import convoy.worker.data.single.PictureReader;
import convoy.worker.data.transform.CenterCrop;
import convoy.worker.data.transform.Normalize;
import convoy.worker.data.transform.Resize;
import convoy.worker.data.transform.Transforms;
import convoy.worker.engine.Device;
import convoy.worker.engine.Engine;
import convoy.worker.engine.EngineChoice;
import convoy.worker.engine.EngineOptions;
import convoy.worker.engine.Engines;
import convoy.worker.engine.Frozen;
import convoy.worker.engine.LabelSmoothing;
import convoy.worker.storage.Storage;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;

/**
 * A model that looks at single pictures, in this process and without Spark: its values, and what makes its input of a file. Engines are
 * compiled for whoever asks.
 */
public final class PictureModel implements AutoCloseable {
    /** What torchvision's weights were trained on. */
    private static final List<Double> IMAGENET_MEAN = List.of(0.485, 0.456, 0.406);

    private static final List<Double> IMAGENET_STD = List.of(0.229, 0.224, 0.225);

    private final StoredModel model;
    private final Computing computing;
    private final PictureReader pictures;
    private final Optional<String> notice;

    /**
     * What computes.
     *
     * @param engine its name
     * @param options of it
     */
    private record Computing(String engine, EngineOptions options) {}

    private PictureModel(StoredModel model, Computing computing, PictureReader pictures, Optional<String> notice) {
        this.model = model;
        this.computing = computing;
        this.pictures = pictures;
        this.notice = notice;
    }

    /**
     * Loads a model.
     *
     * @param hadoop settings of the file systems
     * @param uri of a run's directory, of a safetensors file, or of an index of several
     * @param network of a file that does not say it: torchvision's weights, with ImageNet's normalization; else empty
     * @param engine that computes
     * @param orientation of pictures that a camera noted as turned: as the data set was imported
     * @return it; to be closed
     * @throws BadInputException if there is no model, or it does not say how its pictures are made
     */
    public static PictureModel open(
            Configuration hadoop, String uri, Optional<String> network, EngineChoice engine, Orientation orientation) {
        EngineChoice choice = engine.settle(true);
        EngineOptions options = choice.options(Device.parse(choice.device()), 1, LabelSmoothing.NONE, Frozen.NOTHING);
        StoredModel model = load(hadoop, uri, network);
        ModelDescription description = model.description();
        if (description.transforms().isEmpty()) {
            throw new BadInputException(
                    uri
                            + " does not say how its pictures are made: export the run anew, or name its network with --network");
        }
        PictureReader pictures = new PictureReader(
                hadoop,
                new Transforms(description.transforms()),
                description.input(),
                description.stored(),
                orientation);
        Optional<String> notice = isRunWithoutModel(hadoop, uri)
                ? Optional.empty()
                : StoredModel.notice(hadoop, uri, description.build());
        return new PictureModel(model, new Computing(choice.engine(), options), pictures, notice);
    }

    private static StoredModel load(Configuration hadoop, String uri, Optional<String> network) {
        if (isRunWithoutModel(hadoop, uri)) {
            RunDirectory directory = RunDirectory.existing(hadoop, uri);
            Checkpoint checkpoint = new Checkpoints(directory)
                    .newest()
                    .orElseThrow(() -> new BadInputException(uri
                            + " has neither a model.safetensors nor a whole checkpoint: give a run that was trained"));
            return StoredModel.read(hadoop, directory, checkpoint);
        }
        ModelDescription description = StoredModel.describe(hadoop, uri, network.map(PictureModel::ofTorchvision));
        network.filter(name -> !name.equals(description.network())).ifPresent(name -> {
            throw new BadInputException(
                    uri + " is of " + description.network() + ", not of " + name + ": leave --network out");
        });
        return StoredModel.read(hadoop, uri, description);
    }

    private static boolean isRunWithoutModel(Configuration hadoop, String uri) {
        Path path = Storage.path("model", uri);
        FileSystem files = Storage.of(hadoop, "model", path);
        try {
            return files.exists(new Path(path, "checkpoints")) && !files.exists(new Path(path, RunDirectory.MODEL));
        } catch (IOException failure) {
            throw Storage.explained(files, "model", path, failure);
        }
    }

    private static ModelDescription ofTorchvision(String name) {
        Entry entry = Catalogue.find(name);
        Shape.Image input =
                (Shape.Image) entry.build(NetworkArguments.defaults()).input();
        if (input.channels() != IMAGENET_MEAN.size()) {
            throw new BadInputException("--network " + name + " takes " + input
                    + ", which no weights of torchvision's do: give a model that says how its pictures are made");
        }
        return ModelDescription.of(entry.name(), entry.classes(), input, IMAGENET_MEAN, IMAGENET_STD)
                .withTransforms(List.of(
                        new Resize(input.height() * 256 / 224),
                        new CenterCrop(input.height()),
                        new Normalize(IMAGENET_MEAN, IMAGENET_STD)));
    }

    /**
     * {@return the same model with other names of its classes, to be closed in place of this one}
     *
     * @param names one for each class
     * @throws BadInputException if they are not as many; this model is closed then
     */
    public PictureModel named(ClassNames names) {
        ModelDescription description = model.description();
        try {
            names.require(description.classes());
        } catch (BadInputException refused) {
            close();
            throw refused;
        }
        StoredModel named = new StoredModel(
                description.withClassNames(names.names()), model.step(), model.values(), model.origin());
        return new PictureModel(named, computing, pictures, notice);
    }

    /** {@return the model} */
    public StoredModel stored() {
        return model;
    }

    /** {@return what of the model's file was taken otherwise than it is written, for a person to know; empty if nothing was} */
    public Optional<String> notice() {
        return notice;
    }

    /**
     * {@return what the network is fed with: a batch of one example, whose label says nothing}
     *
     * @param hadoop settings of the file systems
     * @param image URI of a picture file
     * @throws BadInputException if it cannot be read, or is no picture of a size that the model can take
     */
    public Batch read(Configuration hadoop, String image) {
        return pictures.read(PictureFile.read(hadoop, image), image);
    }

    /**
     * {@return an engine for a network, without parameters yet; to be closed}
     *
     * @param network the model's, or one made of it
     */
    public Engine compile(Network network) {
        return Engines.find(computing.engine(), computing.options().device()).compile(network, computing.options());
    }

    /**
     * {@return what the model gives each class, by its logits}
     *
     * @param logits of one example, at least as many as there are classes
     * @param image named if they are no numbers
     * @throws BadInputException if they are no numbers
     */
    public List<Guess> guesses(float[] logits, String image) {
        int classes = model.description().classes();
        if (model.description().severalLabels()) {
            return sigmoids(logits, image);
        }
        double largest =
                IntStream.range(0, classes).mapToDouble(i -> logits[i]).max().orElseThrow();
        double[] weights = IntStream.range(0, classes)
                .mapToDouble(i -> Math.exp(logits[i] - largest))
                .toArray();
        double sum = Arrays.stream(weights).sum();
        if (!Double.isFinite(sum)) {
            throw new BadInputException("the model's scores of " + image
                    + " are no numbers: its training diverged; use another checkpoint");
        }
        List<String> names = model.description().classNames();
        List<Guess> guesses = new ArrayList<>();
        for (int i = 0; i < weights.length; i++) {
            guesses.add(new Guess(i, names.isEmpty() ? Integer.toString(i) : names.get(i), weights[i] / sum));
        }
        guesses.sort(Comparator.comparingDouble(Guess::probability).reversed());
        return guesses;
    }

    /** Of classes of which a picture may show several: each by itself. */
    private List<Guess> sigmoids(float[] logits, String image) {
        List<String> names = model.description().classNames();
        List<Guess> guesses = new ArrayList<>();
        for (int i = 0; i < model.description().classes(); i++) {
            if (Float.isNaN(logits[i])) {
                throw new BadInputException("the model's scores of " + image
                        + " are no numbers: its training diverged; use another checkpoint");
            }
            double small = Math.exp(-Math.abs((double) logits[i]));
            double probability = logits[i] >= 0 ? 1 / (1 + small) : small / (1 + small);
            guesses.add(new Guess(i, names.isEmpty() ? Integer.toString(i) : names.get(i), probability));
        }
        guesses.sort(Comparator.comparingDouble(Guess::probability).reversed());
        return guesses;
    }

    /**
     * One class and how much the model is for it.
     *
     * @param index of the class
     * @param name of it; its index where the model does not know names
     * @param probability the softmax of the logits; the sigmoid of its own where a picture may show several classes
     */
    public record Guess(int index, String name, double probability) {}

    /** Gives back native memory. */
    @Override
    public void close() {
        pictures.close();
    }
}
