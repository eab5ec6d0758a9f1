package convoy.driver.evaluation;

import convoy.architectures.Catalogue;
import convoy.architectures.families.Entry;
import convoy.architectures.families.NetworkArguments;
import convoy.architectures.tensor.Shape;
import convoy.driver.checkpoint.Checkpoint;
import convoy.driver.checkpoint.Checkpoints;
import convoy.driver.checkpoint.RunDirectory;
import convoy.driver.model.ModelDescription;
import convoy.driver.model.StoredModel;
import convoy.records.BadInputException;
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
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;

/** A model that names single pictures, in this process and without Spark. */
public final class Prediction implements AutoCloseable {
    /** What torchvision's weights were trained on. */
    private static final List<Double> IMAGENET_MEAN = List.of(0.485, 0.456, 0.406);

    private static final List<Double> IMAGENET_STD = List.of(0.229, 0.224, 0.225);

    private final Configuration hadoop;
    private final StoredModel model;
    private final Engine engine;
    private final PictureReader pictures;
    private final Optional<String> notice;

    /**
     * One class and how much the model is for it.
     *
     * @param index of the class
     * @param name of it; its index where the model does not know names
     * @param probability the softmax of the logits
     */
    public record Guess(int index, String name, double probability) {}

    private Prediction(
            Configuration hadoop, StoredModel model, Engine engine, PictureReader pictures, Optional<String> notice) {
        this.notice = notice;
        this.hadoop = hadoop;
        this.model = model;
        this.engine = engine;
        this.pictures = pictures;
    }

    /**
     * Loads a model.
     *
     * @param hadoop settings of the file systems
     * @param uri of a run's directory, of a safetensors file, or of an index of several
     * @param network of a file that does not say it: torchvision's weights, with ImageNet's normalization; else empty
     * @param engine that computes
     * @param orientation of pictures that a camera noted as turned: as the data set was imported
     * @return it, ready to predict; to be closed
     * @throws BadInputException if there is no model, or it does not say how its pictures are made
     */
    public static Prediction open(
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
        Engine compiled = Engines.find(choice.engine(), options.device()).compile(description.build(), options);
        compiled.setParameters(model.values());
        Optional<String> notice = isRunWithoutModel(hadoop, uri)
                ? Optional.empty()
                : StoredModel.notice(hadoop, uri, description.build());
        return new Prediction(hadoop, model, compiled, pictures, notice);
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
        ModelDescription description = StoredModel.describe(hadoop, uri, network.map(Prediction::ofTorchvision));
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

    /** {@return what the model is} */
    public ModelDescription model() {
        return model.description();
    }

    /** {@return what of the model's file was taken otherwise than it is written, for a person to know; empty if nothing was} */
    public Optional<String> notice() {
        return notice;
    }

    /** {@return updates that the model went through; -1 if it does not say} */
    public long step() {
        return model.step();
    }

    /**
     * {@return the classes that the model is most for, the best first; of equal ones the lower first}
     *
     * @param image URI of a picture file
     * @param most how many at most
     * @throws BadInputException if it cannot be read, or is no picture of a size that the model can take
     */
    public List<Guess> predict(String image, int most) {
        float[] logits = engine.predict(pictures.read(PictureFile.read(hadoop, image), image));
        double largest = IntStream.range(0, logits.length)
                .mapToDouble(i -> logits[i])
                .max()
                .orElseThrow();
        double[] weights = IntStream.range(0, logits.length)
                .mapToDouble(i -> Math.exp(logits[i] - largest))
                .toArray();
        double sum =
                IntStream.range(0, weights.length).mapToDouble(i -> weights[i]).sum();
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
        return List.copyOf(guesses.subList(0, Math.min(most, guesses.size())));
    }

    /** Releases the engine. */
    @Override
    public void close() {
        pictures.close();
        engine.close();
    }
}
