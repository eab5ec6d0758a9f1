package convoy.architectures.file;

import convoy.architectures.file.expression.Datum;
import convoy.architectures.tensor.Shape.Image;
import convoy.records.Value;
import convoy.records.annotation.Default;
import convoy.records.annotation.Named;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A network file as it is written: its keys. What stands in layers is looked at when the network is built, as it may hang on parameters.
 *
 * @param name what the network is called
 * @param paper where it comes from, for people
 * @param input the images that it is made for
 * @param classes the number of classes that it is made for
 * @param parameters by their names: a value, which is the default, or what {@link ParameterText} says
 * @param blocks what may stand in several places, by name
 * @param layers of the network, in order
 * @param heads what is trained; none: the last layer alone
 * @param initialization what the tensors are before training
 */
record FileText(
        String name,
        Optional<String> paper,
        Image input,
        int classes,
        @Default(Default.EMPTY_MAPPING) Map<String, Value> parameters,
        @Default(Default.EMPTY_MAPPING) Map<String, BlockText> blocks,
        List<Value> layers,
        @Default(Default.EMPTY_LIST) List<HeadText> heads,
        Optional<Value> initialization) {
    FileText {
        parameters = Collections.unmodifiableMap(new LinkedHashMap<>(parameters));
        blocks = Collections.unmodifiableMap(new LinkedHashMap<>(blocks));
        layers = List.copyOf(layers);
        heads = List.copyOf(heads);
    }

    /**
     * Layers that may stand in several places.
     *
     * @param arguments by their names: the default, or nothing for one that has to be given
     * @param inputs what its layers call what it reads; one, called as the network calls its own, unless it says otherwise
     * @param layers of it, in order, of which the last is its output
     */
    record BlockText(
            @Default(Default.EMPTY_MAPPING) Map<String, Value> arguments,
            @Default(Default.EMPTY_LIST) List<String> inputs,
            List<Value> layers) {
        BlockText {
            arguments = Collections.unmodifiableMap(new LinkedHashMap<>(arguments));
            inputs = inputs.isEmpty() ? List.of("input") : List.copyOf(inputs);
            layers = List.copyOf(layers);
        }
    }

    /**
     * An output that is trained.
     *
     * @param name what metrics call it
     * @param from the layer whose logits it reads; empty: the last one
     * @param weight of its loss; 1 unless it says otherwise
     * @param auxiliary whether it only helps training: all but the one called {@code main}, unless it says otherwise
     * @param layers that have an output for each class, where that is not the last one alone
     * @param when whether it is there; it is unless it says otherwise
     */
    record HeadText(
            Value name,
            Optional<Value> from,
            Optional<Value> weight,
            Optional<Value> auxiliary,
            @Default(Default.EMPTY_LIST) List<String> layers,
            Optional<Value> when) {
        HeadText {
            layers = List.copyOf(layers);
        }
    }

    /**
     * A number, word, list, or true or false that whoever uses the file may change.
     *
     * @param standard what it is where nobody does
     * @param type what it may be; empty: what the default is
     * @param min the least number that it may be
     * @param max the largest
     * @param oneOf what it may be alone; none: anything of its type
     * @param about what it is for, for people
     */
    record ParameterText(
            @Named("default") Value standard,
            Optional<Type> type,
            Optional<Double> min,
            Optional<Double> max,
            @Default(Default.EMPTY_LIST) List<String> oneOf,
            Optional<String> about) {
        /** What a parameter may be. */
        enum Type {
            NUMBER(Datum.Kind.NUMBER),
            WHOLE(Datum.Kind.NUMBER),
            FLAG(Datum.Kind.FLAG),
            WORD(Datum.Kind.WORD),
            LIST(Datum.Kind.LIST);

            private final Datum.Kind kind;

            Type(Datum.Kind kind) {
                this.kind = kind;
            }

            /** The type that a value is of, where nothing is said of it. */
            static Type of(Datum value) {
                return Arrays.stream(values())
                        .filter(type -> type.kind == value.kind())
                        .findFirst()
                        .orElseThrow();
            }

            boolean has(Datum value) {
                return kind == value.kind() && (this != WHOLE || value.number() == Math.rint(value.number()));
            }

            String title() {
                return this == WHOLE ? "a whole number" : kind.title();
            }
        }

        ParameterText {
            oneOf = List.copyOf(oneOf);
        }
    }
}
