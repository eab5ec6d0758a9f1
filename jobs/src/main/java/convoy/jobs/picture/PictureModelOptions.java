package convoy.jobs.picture;

import convoy.driver.evaluation.ClassNames;
import convoy.driver.evaluation.PictureModel;
import convoy.jobs.launch.Uris;
import convoy.jobs.registry.ModelReference;
import convoy.records.BadInputException;
import convoy.worker.data.pictures.Orientation;
import convoy.worker.engine.EngineChoice;
import convoy.worker.engine.Precision;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** The options that say which model looks at which pictures, and how. */
public final class PictureModelOptions {
    @Option(
            names = "--model",
            required = true,
            paramLabel = "RUN|FILE|URI#VERSION",
            description =
                    "A run's directory, a .safetensors file or index, or a version of a registry, as registry#champion.")
    private String model = "";

    @Parameters(
            arity = "1..*",
            paramLabel = "IMAGE",
            description = "JPEG, PNG, GIF, BMP or WebP files, here or on any Hadoop file system.")
    private List<String> images = List.of();

    @Option(
            names = "--network",
            paramLabel = "NAME",
            description = "The network of torchvision's weights, which do not say it.")
    private Optional<String> network = Optional.empty();

    @Option(
            names = "--classes",
            paramLabel = "FILE",
            description = "A file with the name of each class, one a line, in their order: torchvision's weights have"
                    + " none. They stand in place of names that the model has.")
    private Optional<String> classes = Optional.empty();

    @Option(
            names = "--engine",
            paramLabel = "NAME",
            description = "What computes: nd4j (the default), libtorch or auto.")
    private String engine = "nd4j";

    @Option(names = "--device", paramLabel = "DEVICE", description = "cpu (the default), cuda, cuda:N or auto.")
    private String device = "cpu";

    @Option(
            names = "--orientation",
            paramLabel = "WHAT",
            description =
                    "Pictures that a camera noted as turned (EXIF): as-stored (the default), or upright. Say what the"
                            + " import of the training data said.")
    private Orientation orientation = Orientation.AS_STORED;

    /** {@return the model as it was named} */
    public String model() {
        return model;
    }

    /** {@return the pictures as they were named} */
    public List<String> images() {
        return List.copyOf(images);
    }

    /**
     * Loads the model.
     *
     * @param precision that its engines compute in
     * @return it, with the names of its classes; to be closed
     * @throws BadInputException if there is none, or the names are not as many as its classes
     */
    public PictureModel open(Precision precision) {
        Optional<ClassNames> names = classes.isPresent()
                ? Optional.of(ClassNames.read(Uris.hadoop(), Uris.local(classes.get())))
                : Optional.empty();
        PictureModel opened = PictureModel.open(
                Uris.hadoop(),
                ModelReference.folder(Uris.hadoop(), model),
                network,
                new EngineChoice(engine, device).withPrecision(precision),
                orientation);
        return names.isPresent() ? opened.named(names.get()) : opened;
    }
}
