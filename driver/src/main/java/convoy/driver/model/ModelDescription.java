package convoy.driver.model;

import convoy.architectures.Catalogue;
import convoy.architectures.families.NetworkArguments;
import convoy.architectures.families.Variant;
import convoy.architectures.graph.Network;
import convoy.architectures.tensor.Shape;
import convoy.driver.resolved.ResolvedRun;
import convoy.records.BadInputException;
import convoy.records.Codec;
import convoy.records.JsonText;
import convoy.records.Place;
import convoy.records.Value;
import convoy.records.annotation.Default;
import convoy.records.text.Counts;
import convoy.records.text.Names;
import convoy.worker.data.format.DatasetInfo;
import convoy.worker.data.transform.Normalize;
import convoy.worker.data.transform.Transform;
import convoy.worker.data.transform.Transforms;
import io.soabase.recordbuilder.core.RecordBuilder;
import java.lang.reflect.RecordComponent;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * What a stored model says of itself beside its numbers, so that it can be used without the run file that made it.
 *
 * @param network what it is called: in the catalogue, unless {@code graph} has it
 * @param variant of it
 * @param classes that it tells apart
 * @param input of one image
 * @param mean that its images are normalized with, channel by channel; empty if they are normalized otherwise
 * @param std likewise
 * @param classNames in the order of the logits; empty if they are not known
 * @param transforms of an image that is scored, with the figures of their normalization; empty if they are not known
 * @param stored channels and size of the images before the transforms; empty if their sizes differed or are not known
 * @param graph all of a network that the catalogue has no name for; empty: it has one
 * @param severalLabels whether a picture may show several of the classes, each with the sigmoid of its logit for a
 *     probability
 */
@RecordBuilder
public record ModelDescription(
        String network,
        Variant variant,
        int classes,
        Shape.Image input,
        @Default(Default.EMPTY_LIST) List<Double> mean,
        @Default(Default.EMPTY_LIST) List<Double> std,
        @Default(Default.EMPTY_LIST) List<String> classNames,
        @Default(Default.EMPTY_LIST) List<Transform> transforms,
        Optional<Shape.Image> stored,
        Optional<Network> graph,
        @Default("false") boolean severalLabels)
        implements ModelDescriptionBuilder.With {
    private static final String PREFIX = "convoy.";
    private static final String FORMAT = PREFIX + "format";
    /** Goes up when a component is renamed or removed, or added without a default: only this one is read. */
    private static final int NUMBER = 2;

    private static final Codec<ModelDescription> CODEC = Codec.of(ModelDescription.class);

    public ModelDescription {
        mean = List.copyOf(mean);
        std = List.copyOf(std);
        classNames = List.copyOf(classNames);
        transforms = List.copyOf(transforms);
        if (!classNames.isEmpty() && classNames.size() != classes) {
            throw new IllegalArgumentException(
                    Counts.plain(classNames.size(), "name") + " for " + Counts.plain(classes, "class", "classes"));
        }
        if (graph.isPresent()
                && (graph.get().classes() != classes || !graph.get().input().equals(input))) {
            throw new IllegalArgumentException("the network takes "
                    + graph.get().input() + " and has "
                    + Counts.plain(graph.get().classes(), "class", "classes") + ", where the model is for " + input
                    + " and " + classes);
        }
    }

    /**
     * {@return what is known of a model whose file does not say it}
     *
     * @param network in the catalogue
     * @param classes that it tells apart
     * @param input of one image
     * @param mean that images are normalized with, channel by channel
     * @param std likewise
     */
    public static ModelDescription of(
            String network, int classes, Shape.Image input, List<Double> mean, List<Double> std) {
        return ModelDescriptionBuilder.builder()
                .network(network)
                .variant(Variant.none())
                .classes(classes)
                .input(input)
                .mean(mean)
                .std(std)
                .classNames(List.of())
                .transforms(List.of())
                .build();
    }

    /**
     * {@return the model that a run trains}
     *
     * @param run with its network
     */
    public static ModelDescription of(ResolvedRun run) {
        Optional<Normalize> normalize = run.transforms().normalize();
        DatasetInfo info = run.train().info();
        List<String> names = info.classes();
        return ModelDescriptionBuilder.builder()
                .network(run.network().name())
                .variant(
                        run.keptNetwork().isPresent()
                                ? Variant.none()
                                : run.configuration().network().variant())
                .graph(run.keptNetwork().map(kept -> run.network()))
                .severalLabels(!info.labelSets().isEmpty())
                .classes(run.network().classes())
                .input((Shape.Image) run.network().input())
                .mean(normalize.map(Normalize::mean).orElse(List.of()))
                .std(normalize.map(Normalize::std).orElse(List.of()))
                .classNames(names.size() == run.network().classes() ? names : List.of())
                .transforms(run.evaluationTransforms().forEvaluation().steps())
                .stored(
                        info.height() > 0 && info.width() > 0
                                ? Optional.of(new Shape.Image(info.channels(), info.height(), info.width()))
                                : Optional.empty())
                .build();
    }

    /** {@return the network that the numbers belong to} */
    public Network build() {
        return graph.orElseGet(() -> Catalogue.build(
                network, new NetworkArguments(Optional.of(classes), Optional.of(input), Optional.empty(), variant)));
    }

    /**
     * {@return the transforms with this model's normalization, unless they bring figures of their own}
     *
     * @param transforms of a data set's images
     */
    public Transforms normalize(Transforms transforms) {
        return transforms.normalizedBy(mean, std);
    }

    /**
     * {@return it as a file of tensors holds it: texts by key} Each component has one, behind {@code convoy.}: words and numbers as they
     * are, lists and what has parts as JSON.
     */
    public SortedMap<String, String> toMetadata() {
        SortedMap<String, String> metadata = new TreeMap<>();
        metadata.put(FORMAT, Integer.toString(NUMBER));
        Value.Mapping description = (Value.Mapping) CODEC.write(this);
        description.entries().forEach((key, entry) -> {
            if (entry.value() instanceof Value.Scalar scalar) {
                metadata.put(PREFIX + key, scalar.text());
            } else if (!(entry.value() instanceof Value.Nothing)) {
                metadata.put(PREFIX + key, JsonText.write(entry.value()));
            }
        });
        return metadata;
    }

    /**
     * Reads what {@link #toMetadata} made.
     *
     * @param metadata of a file of tensors, with whatever else is there
     * @param where it comes from, for the message
     * @return the description; empty if there is nothing of it
     * @throws BadInputException if there is and cannot be read
     */
    public static Optional<ModelDescription> fromMetadata(Map<String, String> metadata, String where) {
        if (!metadata.containsKey(PREFIX + "network")) {
            return Optional.empty();
        }
        String format = metadata.getOrDefault(FORMAT, "1");
        if (!format.equals(Integer.toString(NUMBER))) {
            throw new BadInputException(where + " says of itself what cannot be read: " + FORMAT + " = " + format
                    + ", this version reads format " + NUMBER + "; export it anew");
        }
        try {
            Map<String, Value.Entry> entries = new LinkedHashMap<>();
            for (RecordComponent component : ModelDescription.class.getRecordComponents()) {
                String key = Names.kebab(component.getName());
                Place place = new Place(PREFIX + key, 0);
                Optional.ofNullable(metadata.get(PREFIX + key))
                        .ifPresent(text -> entries.put(key, new Value.Entry(place, value(text, place))));
            }
            return Optional.of(CODEC.read(new Value.Mapping(entries, new Place(PREFIX + "*", 0))));
        } catch (BadInputException malformed) {
            throw new BadInputException(
                    where + " says of itself what cannot be read: "
                            + String.valueOf(malformed.getMessage()).lines().collect(Collectors.joining("; "))
                            + "; export it anew",
                    malformed);
        }
    }

    private static Value value(String text, Place place) {
        boolean isJson = text.startsWith("[") || text.startsWith("{");
        return isJson ? JsonText.read(place.toString(), text) : new Value.Scalar(text, Value.Scalar.Kind.TEXT, place);
    }
}
