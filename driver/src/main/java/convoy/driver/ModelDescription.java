package convoy.driver;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import convoy.architectures.BadInputException;
import convoy.architectures.Catalogue;
import convoy.architectures.Network;
import convoy.architectures.NetworkArguments;
import convoy.architectures.Shape;
import convoy.architectures.Variant;
import convoy.architectures.Wires;
import convoy.worker.data.DatasetInfo;
import convoy.worker.data.Transform;
import convoy.worker.data.Transforms;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * What a stored model says of itself beside its numbers, so that it can be used without the run file that made it.
 *
 * @param network in the catalogue
 * @param variant of it
 * @param classes that it tells apart
 * @param input of one image
 * @param mean that its images are normalized with, channel by channel; empty if they are normalized otherwise
 * @param std likewise
 * @param classNames in the order of the logits; empty if they are not known
 * @param transforms of an image that is scored, with the figures of their normalization; empty if they are not known
 * @param stored channels and size of the images before the transforms; empty if their sizes differed or are not known
 */
public record ModelDescription(
        String network,
        Variant variant,
        int classes,
        Shape.Image input,
        List<Double> mean,
        List<Double> std,
        List<String> classNames,
        List<Transform> transforms,
        Optional<Shape.Image> stored) {
    private static final String PREFIX = "convoy.";
    private static final String DENSE_TO_CONVOLUTION = "dense-to-convolution";
    private static final String WIRES = "wires.seed";
    private static final String WIRES_NODES = "wires.nodes";
    private static final String WIRES_CHANNELS = "wires.channels";
    private static final ObjectMapper JSON = new ObjectMapper();

    public ModelDescription {
        mean = List.copyOf(mean);
        std = List.copyOf(std);
        classNames = List.copyOf(classNames);
        transforms = List.copyOf(transforms);
        if (!classNames.isEmpty() && classNames.size() != classes) {
            throw new IllegalArgumentException(classNames.size() + " names for " + classes + " classes");
        }
    }

    /** What is known of a model whose file does not say it. */
    public ModelDescription(String network, int classes, Shape.Image input, List<Double> mean, List<Double> std) {
        this(network, Variant.none(), classes, input, mean, std, List.of(), List.of(), Optional.empty());
    }

    public static ModelDescription of(ResolvedRun run) {
        Optional<Transform.Normalize> normalize = run.transforms().normalize();
        DatasetInfo info = run.train().info();
        List<String> names = info.classes();
        return new ModelDescription(
                run.network().name(),
                run.configuration().network().variant(),
                run.network().classes(),
                (Shape.Image) run.network().input(),
                normalize.map(Transform.Normalize::mean).orElse(List.of()),
                normalize.map(Transform.Normalize::std).orElse(List.of()),
                names.size() == run.network().classes() ? names : List.of(),
                run.evaluationTransforms().forEvaluation().steps(),
                info.height() > 0 && info.width() > 0
                        ? Optional.of(new Shape.Image(info.channels(), info.height(), info.width()))
                        : Optional.empty());
    }

    /** The network that the numbers belong to. */
    public Network build() {
        return Catalogue.build(
                network,
                new NetworkArguments(
                        Optional.of(classes), Optional.of(input), Optional.empty(), Optional.empty(), variant));
    }

    /** The transforms with this model's normalization, unless they bring figures of their own. */
    Transforms normalize(Transforms transforms) {
        return transforms.normalizedBy(mean, std);
    }

    /** As a file of tensors holds it: texts by key. */
    public SortedMap<String, String> toMetadata() {
        SortedMap<String, String> metadata = new TreeMap<>();
        metadata.put(PREFIX + "network", network);
        if (variant.denseToConvolution()) {
            metadata.put(PREFIX + DENSE_TO_CONVOLUTION, "true");
        }
        variant.wires().ifPresent(wires -> {
            metadata.put(PREFIX + WIRES, Long.toString(wires.seed()));
            wires.nodes().ifPresent(nodes -> metadata.put(PREFIX + WIRES_NODES, Integer.toString(nodes)));
            wires.channels().ifPresent(channels -> metadata.put(PREFIX + WIRES_CHANNELS, Integer.toString(channels)));
        });
        metadata.put(PREFIX + "classes", Integer.toString(classes));
        metadata.put(PREFIX + "input", input.toString());
        metadata.put(PREFIX + "mean", numbers(mean));
        metadata.put(PREFIX + "std", numbers(std));
        if (!classNames.isEmpty()) {
            metadata.put(PREFIX + "class-names", JSON.valueToTree(classNames).toString());
        }
        if (!transforms.isEmpty()) {
            metadata.put(PREFIX + "transforms", TransformsJson.write(transforms));
        }
        stored.ifPresent(image -> metadata.put(PREFIX + "stored", image.toString()));
        return metadata;
    }

    /**
     * Reads what {@link #toMetadata} made; empty if there is nothing of it.
     *
     * @throws BadInputException if there is and cannot be read
     */
    static Optional<ModelDescription> fromMetadata(Map<String, String> metadata, String where) {
        if (!metadata.containsKey(PREFIX + "network")) {
            return Optional.empty();
        }
        try {
            return Optional.of(new ModelDescription(
                    need(metadata, "network"),
                    variant(metadata),
                    Integer.parseInt(need(metadata, "classes")),
                    Shape.Image.parse(need(metadata, "input")),
                    numbers(need(metadata, "mean")),
                    numbers(need(metadata, "std")),
                    names(metadata.getOrDefault(PREFIX + "class-names", "[]")),
                    TransformsJson.read(metadata.getOrDefault(PREFIX + "transforms", "[]")),
                    Optional.ofNullable(metadata.get(PREFIX + "stored")).map(Shape.Image::parse)));
        } catch (IllegalArgumentException | BadInputException malformed) {
            throw new BadInputException(
                    where + " says of itself what cannot be read: " + malformed.getMessage() + "; export it anew",
                    malformed);
        }
    }

    private static Variant variant(Map<String, String> metadata) {
        return new Variant(
                Optional.ofNullable(metadata.get(PREFIX + WIRES))
                        .map(seed -> new Wires(
                                Long.parseLong(seed),
                                Optional.ofNullable(metadata.get(PREFIX + WIRES_NODES))
                                        .map(Integer::valueOf),
                                Optional.ofNullable(metadata.get(PREFIX + WIRES_CHANNELS))
                                        .map(Integer::valueOf))),
                Boolean.parseBoolean(metadata.getOrDefault(PREFIX + DENSE_TO_CONVOLUTION, "false")));
    }

    private static String need(Map<String, String> metadata, String key) {
        String value = metadata.get(PREFIX + key);
        if (value == null) {
            throw new IllegalArgumentException(PREFIX + key + " is missing");
        }
        return value;
    }

    private static List<String> names(String json) {
        try {
            return List.of(JSON.readValue(json, String[].class));
        } catch (JsonProcessingException malformed) {
            throw new IllegalArgumentException("class-names is no list of texts", malformed);
        }
    }

    private static String numbers(List<Double> values) {
        return values.stream().map(value -> Double.toString(value)).collect(Collectors.joining(","));
    }

    private static List<Double> numbers(String text) {
        return text.isEmpty()
                ? List.of()
                : Arrays.stream(text.split(",", -1)).map(Double::valueOf).toList();
    }
}
