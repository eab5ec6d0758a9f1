package convoy.architectures.file;

import convoy.architectures.operations.Activation;
import convoy.architectures.operations.AdaptiveAveragePool;
import convoy.architectures.operations.ChannelOperation.ChannelShuffle;
import convoy.architectures.operations.ChannelOperation.ChannelSlice;
import convoy.architectures.operations.ChannelOperation.PadChannels;
import convoy.architectures.operations.Convolution;
import convoy.architectures.operations.Dense;
import convoy.architectures.operations.Normalization.BatchNorm;
import convoy.architectures.operations.Normalization.EvoNormB0;
import convoy.architectures.operations.Normalization.EvoNormS0;
import convoy.architectures.operations.Normalization.LayerNorm;
import convoy.architectures.operations.Normalization.LocalResponseNorm;
import convoy.architectures.operations.Operation;
import convoy.architectures.operations.Pooling;
import convoy.architectures.operations.Regularization.Dropout;
import convoy.architectures.operations.Regularization.SpatialDropout;
import convoy.architectures.operations.Regularization.StochasticDepth;
import convoy.architectures.operations.Scale;
import convoy.records.Codec;
import convoy.records.Place;
import convoy.records.Problems;
import convoy.records.Schema;
import convoy.records.Structure;
import convoy.records.Value;
import convoy.records.Variants;
import convoy.records.text.Names;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;

/**
 * An operation as a person writes it: the kinds and arguments are those that it is stored with, read off the operations themselves.
 * Beside them there are short ways to say the same: {@code relu} for an activation of that function, {@code max-pool} for a pooling of
 * that kind, {@code kernel: 3} and {@code kernel: [3, 1]} for what has a height and a width; and what PyTorch has as a default may be
 * left out.
 */
final class OperationText {
    static final String KIND = "kind";

    private static final String POOL = "-pool";
    private static final String HEIGHT = "-height";
    private static final String WIDTH = "-width";

    private static final Codec<Operation> CODEC = Codec.of(Operation.class);
    private static final Map<String, Structure> KINDS = ((Variants) Schema.of(Operation.class)).kinds();

    /** What PyTorch's defaults make of each kind that has arguments, those that it requires set to anything. */
    private static final Map<String, Operation> USUAL = usual(
            Convolution.window(1, 1, 1),
            new Dense(1, true),
            BatchNorm.standard(),
            new LayerNorm(1e-5),
            new LocalResponseNorm(1, 1e-4, 0.75, 1),
            new EvoNormS0(1, 1e-5),
            new EvoNormB0(1e-5, 0.1),
            Pooling.window(Pooling.Kind.MAX, 1, 1),
            AdaptiveAveragePool.global(),
            new ChannelSlice(0, 1),
            new ChannelShuffle(1),
            new PadChannels(0, 0),
            new Activation(Activation.Function.RELU),
            new Scale(1),
            new Dropout(0.5),
            new SpatialDropout(0.5),
            new StochasticDepth(0.5));

    /** Arguments that have to be given, though the usual operation has some value there. */
    private static final Set<String> REQUIRED = Set.of(
            "convolution.out",
            "convolution.kernel-height",
            "convolution.kernel-width",
            "dense.out",
            "local-response-norm.size",
            "evo-norm-s0.groups",
            "pooling.of",
            "pooling.kernel-height",
            "pooling.kernel-width",
            "channel-slice.end",
            "channel-shuffle.groups",
            "activation.function",
            "scale.factor",
            "dropout.probability",
            "spatial-dropout.probability",
            "stochastic-depth.probability");

    /** The stored components that a short kind stands for. */
    private static final Map<String, Map<String, String>> SHORT = shortWays();

    /** What arguments are that may be left out, by kind. */
    private static final Map<String, Map<String, Value.Entry>> OPTIONAL = optional();

    private OperationText() {}

    private static Map<String, Operation> usual(Operation... examples) {
        Map<String, Operation> usual = new LinkedHashMap<>();
        Arrays.stream(examples).forEach(example -> usual.put(kind(example), example));
        return usual;
    }

    private static Map<String, Map<String, Value.Entry>> optional() {
        Map<String, Map<String, Value.Entry>> all = new LinkedHashMap<>();
        USUAL.forEach((kind, example) -> {
            Map<String, Value.Entry> usual = new LinkedHashMap<>(components(example, new Place("", 0)));
            usual.remove(KIND);
            usual.keySet().removeIf(key -> REQUIRED.contains(kind + "." + key));
            all.put(kind, usual);
        });
        return all;
    }

    private static String kind(Operation operation) {
        return Names.kebab(operation.getClass().getSimpleName());
    }

    /** All that a layer's kind can be, short ways included. */
    static List<String> kinds() {
        List<String> kinds = new ArrayList<>(KINDS.keySet());
        SHORT.keySet().forEach(kinds::add);
        return kinds;
    }

    private static Map<String, Map<String, String>> shortWays() {
        Map<String, Map<String, String>> kinds = new LinkedHashMap<>();
        for (Activation.Function function : Activation.Function.values()) {
            String name = Names.kebab(function.name());
            kinds.put(name, Map.of(KIND, "activation", "function", name));
        }
        for (Pooling.Kind kind : Pooling.Kind.values()) {
            String name = Names.kebab(kind.name());
            kinds.put(name + POOL, Map.of(KIND, "pooling", "of", name));
        }
        return kinds;
    }

    /** The operations that take several inputs, by their kinds. */
    static boolean isKind(String kind) {
        return KINDS.containsKey(kind) || SHORT.containsKey(kind);
    }

    /** Of arguments that are computed already. Whatever is wrong is among the problems, behind the layer's name. */
    static Optional<Operation> read(String layer, Value.Mapping arguments, Problems problems) {
        return CODEC.readPart(layer, whole(arguments), problems);
    }

    /** With all that may be left out or said in a shorter way. */
    private static Value.Mapping whole(Value.Mapping arguments) {
        Map<String, Value.Entry> given = new LinkedHashMap<>(arguments.entries());
        if (!(valueOf(given, KIND) instanceof Value.Scalar kind)) {
            return arguments;
        }
        String name = kind.text();
        Map<String, String> meant = SHORT.getOrDefault(name, Map.of());
        meant.forEach((key, text) -> given.put(key, new Value.Entry(kind.place(), word(text, kind.place()))));
        String stored = meant.getOrDefault(KIND, name);
        Structure structure = KINDS.get(stored);
        if (structure == null) {
            return arguments;
        }
        Map<String, Value.Entry> all = new LinkedHashMap<>();
        given.forEach((key, entry) -> {
            boolean isPair = !structure.members().containsKey(key)
                    && structure.members().containsKey(key + HEIGHT)
                    && structure.members().containsKey(key + WIDTH);
            if (!isPair) {
                all.put(key, entry);
            } else if (entry.value() instanceof Value.Sequence sides
                    && sides.values().size() == 2) {
                all.put(
                        key + HEIGHT,
                        new Value.Entry(entry.key(), sides.values().get(0)));
                all.put(key + WIDTH, new Value.Entry(entry.key(), sides.values().get(1)));
            } else {
                all.put(key + HEIGHT, entry);
                all.put(key + WIDTH, entry);
            }
        });
        leftOut(stored, all).forEach(all::putIfAbsent);
        return new Value.Mapping(all, arguments.place());
    }

    /** What arguments are that may be left out. */
    private static Map<String, Value.Entry> leftOut(String kind, Map<String, Value.Entry> given) {
        Map<String, Value.Entry> usual = new LinkedHashMap<>(OPTIONAL.getOrDefault(kind, Map.of()));
        if (kind.equals("pooling")) {
            // As PyTorch's: windows lie side by side.
            for (String side : List.of(HEIGHT, WIDTH)) {
                Optional.ofNullable(given.get("kernel" + side)).ifPresent(kernel -> usual.put("stride" + side, kernel));
            }
        }
        return usual;
    }

    /** All components of an operation, with its kind. */
    static Map<String, Value.Entry> components(Operation operation, Place place) {
        return CODEC.write(operation) instanceof Value.Mapping components
                ? components.entries()
                : Map.of(KIND, new Value.Entry(place, word(kind(operation), place)));
    }

    /** Whether an operation has an argument of this key, or a pair of that name. */
    static boolean has(Operation operation, String key) {
        Map<String, Value.Entry> components = components(operation, new Place("", 0));
        return !key.equals(KIND)
                && (components.containsKey(key)
                        || (components.containsKey(key + HEIGHT) && components.containsKey(key + WIDTH)));
    }

    /** Whether an operation is of a kind, be it a short one. */
    static boolean isOfKind(Operation operation, String kind) {
        Map<String, Value.Entry> components = components(operation, new Place("", 0));
        return SHORT.getOrDefault(kind, Map.of(KIND, kind)).entrySet().stream()
                .allMatch(part -> text(valueOf(components, part.getKey())).equals(part.getValue()));
    }

    /** Arguments by the keys that they are stored with. */
    static Map<String, Value> stored(Operation operation, Map<String, Value> arguments) {
        Map<String, Value.Entry> components = components(operation, new Place("", 0));
        Map<String, Value> stored = new LinkedHashMap<>();
        arguments.forEach((key, value) -> {
            if (components.containsKey(key) || !components.containsKey(key + HEIGHT)) {
                stored.put(key, value);
            } else if (value instanceof Value.Sequence sides && sides.values().size() == 2) {
                stored.put(key + HEIGHT, sides.values().get(0));
                stored.put(key + WIDTH, sides.values().get(1));
            } else {
                stored.put(key + HEIGHT, value);
                stored.put(key + WIDTH, value);
            }
        });
        return stored;
    }

    /** The shortest way to write an operation: its kind, and then its arguments by their keys. */
    static Map<String, Value> write(Operation operation) {
        Value written = CODEC.write(operation);
        Map<String, Value> shortest = new LinkedHashMap<>();
        if (!(written instanceof Value.Mapping components)) {
            shortest.put(KIND, written);
            return shortest;
        }
        Map<String, Value.Entry> left = new LinkedHashMap<>(components.entries());
        String stored = kind(operation);
        leftOut(stored, left).forEach((key, usual) -> {
            if (text(usual.value()).equals(text(valueOf(left, key)))) {
                left.remove(key);
            }
        });
        Map.Entry<String, Map<String, String>> brief = SHORT.entrySet().stream()
                .filter(each -> each.getValue().entrySet().stream()
                        .allMatch(part -> text(valueOf(components.entries(), part.getKey()))
                                .equals(part.getValue())))
                .findFirst()
                .orElse(Map.entry(stored, Map.of(KIND, stored)));
        shortest.put(KIND, word(brief.getKey(), components.place()));
        left.keySet().removeAll(brief.getValue().keySet());
        left.forEach((key, entry) -> {
            String both = key.endsWith(HEIGHT) ? key.substring(0, key.length() - HEIGHT.length()) : key;
            String other = both + WIDTH;
            if (both.equals(key) || !components.entries().containsKey(other)) {
                if (!key.endsWith(WIDTH) || !shortest.containsKey(key.substring(0, key.length() - WIDTH.length()))) {
                    shortest.put(key, entry.value());
                }
            } else if (text(valueOf(components.entries(), other)).equals(text(entry.value()))) {
                shortest.put(both, entry.value());
            } else {
                shortest.put(
                        both,
                        new Value.Sequence(
                                List.of(entry.value(), valueOf(components.entries(), other)), components.place()));
            }
        });
        return shortest;
    }

    private static Value valueOf(Map<String, Value.Entry> entries, String key) {
        Value.Entry entry = entries.get(key);
        return entry == null ? new Value.Nothing(new Place("", 0)) : entry.value();
    }

    private static String text(Value value) {
        return value instanceof Value.Scalar scalar ? scalar.text() : Objects.toString(value);
    }

    static Value.Scalar word(String text, Place place) {
        return new Value.Scalar(text, Value.Scalar.Kind.TEXT, place);
    }
}
