package convoy.records;

import java.lang.reflect.ParameterizedType;
import java.lang.reflect.Type;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;

/**
 * What a value of a text must be, read off the component that it is for.
 *
 * <table>
 * <caption>Java and YAML or JSON</caption>
 * <tr><td>{@code String}</td><td>text</td></tr>
 * <tr><td>{@code int}, {@code long}</td><td>a whole number; {@code 1e6} counts as one</td></tr>
 * <tr><td>{@code float}, {@code double}</td><td>a finite number</td></tr>
 * <tr><td>{@code boolean}</td><td>{@code true} or {@code false}</td></tr>
 * <tr><td>an enum</td><td>a constant in kebab-case</td></tr>
 * <tr><td>{@code Optional<X>}</td><td>X, or {@code null} for empty</td></tr>
 * <tr><td>{@code List<X>}</td><td>a list of X</td></tr>
 * <tr><td>{@code Map<String, X>}, {@code SortedMap<String, X>}</td><td>a mapping from any keys to X</td></tr>
 * <tr><td>{@link Value}</td><td>anything: what it must be is said later, by whoever lays it over something else</td></tr>
 * <tr><td>a record</td><td>see {@link Structure}</td></tr>
 * <tr><td>a sealed interface of records</td><td>see {@link Variants}</td></tr>
 * </table>
 *
 * <p>A key may be left out if there is a default: the value that the enclosing default has there, or the one of the
 * enclosing record's {@code static R defaults()}, or what {@code Default} says, or empty for an {@code Optional}, or the {@code
 * static defaults()} of the component's own type.
 */
public sealed interface Schema
        permits Plain, Schema.Anything, Schema.Maybe, Schema.Sequence, Schema.Table, Structure, Variants {
    /** {@return what a message asks for: "a whole number", "one of adam, sgd"} */
    String describe();

    /**
     * {@return the value in Java; empty when something was wrong, which is then among the problems}
     *
     * @param given the value with its path, and where problems go
     */
    Optional<Object> bind(Given given);

    /**
     * {@return what {@link #bind} reads back to an equal value, with nothing left out}
     *
     * @param value of the type that the schema is of
     */
    Value write(Object value);

    /**
     * The same with everything left out that a default gives back.
     *
     * @param value of the type that the schema is of
     * @param standard what the enclosing default has in this place
     * @return what {@link #bind} reads back to an equal value below that default
     */
    Value brief(Object value, Optional<Object> standard);

    /**
     * The default that the type alone gives.
     *
     * @return it, or empty if the type has none
     */
    default Optional<Object> standard() {
        return Optional.empty();
    }

    /**
     * {@return the schema of a component, or of anything inside it}
     *
     * @param type of the component, with its type arguments
     */
    static Schema of(Type type) {
        Schema known = Known.SCHEMAS.get(type);
        if (known == null) {
            known = make(type);
            Known.SCHEMAS.put(type, known);
        }
        return known;
    }

    /** Schemas that were read off their types already. */
    final class Known {
        private static final Map<Type, Schema> SCHEMAS = new ConcurrentHashMap<>();

        private Known() {}
    }

    /**
     * {@return a word that is written as text}
     *
     * @param text the word
     */
    static Value.Scalar text(String text) {
        return new Value.Scalar(text, Value.Scalar.Kind.TEXT, Place.NOWHERE);
    }

    /**
     * {@return a number that is written as its digits}
     *
     * @param text the digits
     */
    static Value.Scalar number(String text) {
        return new Value.Scalar(text, Value.Scalar.Kind.NUMBER, Place.NOWHERE);
    }

    private static Schema make(Type type) {
        if (type instanceof ParameterizedType parameterized) {
            Type[] arguments = parameterized.getActualTypeArguments();
            if (parameterized.getRawType() == Optional.class) {
                return new Maybe(of(arguments[0]));
            }
            if (parameterized.getRawType() == List.class) {
                return new Sequence(of(arguments[0]));
            }
            if (parameterized.getRawType() == Map.class && arguments[0] == String.class) {
                return new Table(of(arguments[1]), false);
            }
            if (parameterized.getRawType() == SortedMap.class && arguments[0] == String.class) {
                return new Table(of(arguments[1]), true);
            }
        }
        if (type instanceof Class<?> plain) {
            if (plain == Value.class) {
                return new Anything();
            }
            if (plain.isRecord()) {
                return new Structure(plain.asSubclass(Record.class));
            }
            if (plain.isSealed() && plain.isInterface()) {
                return Variants.of(plain);
            }
            return Plain.ofClass(plain);
        }
        throw new IllegalArgumentException("no text can hold a " + type);
    }

    /** A value that stays as it was written. */
    record Anything() implements Schema {
        @Override
        public String describe() {
            return "anything";
        }

        @Override
        public Optional<Object> bind(Given given) {
            return Optional.of(given.value());
        }

        @Override
        public Value write(Object value) {
            return (Value) value;
        }

        @Override
        public Value brief(Object value, Optional<Object> standard) {
            return (Value) value;
        }
    }

    /**
     * Of an {@code Optional}.
     *
     * @param of what may be in it
     */
    record Maybe(Schema of) implements Schema {
        @Override
        public String describe() {
            return of.describe() + ", or null";
        }

        @Override
        public Optional<Object> bind(Given given) {
            if (given.value() instanceof Value.Nothing) {
                return Optional.of(Optional.empty());
            }
            return of.bind(given.withStandard(inside(given.standard()))).map(Optional::of);
        }

        @Override
        public Value write(Object value) {
            Optional<?> optional = (Optional<?>) value;
            return optional.isPresent() ? of.write(optional.get()) : new Value.Nothing(Place.NOWHERE);
        }

        @Override
        public Value brief(Object value, Optional<Object> standard) {
            Optional<?> optional = (Optional<?>) value;
            return optional.isPresent() ? of.brief(optional.get(), inside(standard)) : new Value.Nothing(Place.NOWHERE);
        }

        private static Optional<Object> inside(Optional<Object> standard) {
            return standard.flatMap(optional -> ((Optional<?>) optional).map(Object.class::cast));
        }

        @Override
        public Optional<Object> standard() {
            return Optional.of(Optional.empty());
        }
    }

    /**
     * Of a {@code List}.
     *
     * @param of what every element must be
     */
    record Sequence(Schema of) implements Schema {
        @Override
        public String describe() {
            return "a list";
        }

        @Override
        public Optional<Object> bind(Given given) {
            if (!(given.value() instanceof Value.Sequence sequence)) {
                given.wrongType(this);
                return Optional.empty();
            }
            List<Object> bound = new ArrayList<>();
            for (int i = 0; i < sequence.values().size(); i++) {
                Given element =
                        given.below(Integer.toString(i), sequence.values().get(i), Optional.empty());
                of.bind(element).ifPresent(bound::add);
            }
            return bound.size() == sequence.values().size() ? Optional.of(List.copyOf(bound)) : Optional.empty();
        }

        @Override
        public Value write(Object value) {
            return sequence(value, of::write);
        }

        @Override
        public Value brief(Object value, Optional<Object> standard) {
            return sequence(value, element -> of.brief(element, Optional.empty()));
        }

        private static Value sequence(Object value, Function<Object, Value> write) {
            List<Value> values = new ArrayList<>();
            ((List<?>) value).forEach(element -> values.add(write.apply(element)));
            return new Value.Sequence(values, Place.NOWHERE);
        }
    }

    /**
     * Values by keys of any name.
     *
     * @param of what every value must be
     * @param sorted by their keys, or in the order of the text
     */
    record Table(Schema of, boolean sorted) implements Schema {
        @Override
        public String describe() {
            return "a mapping";
        }

        @Override
        public Optional<Object> bind(Given given) {
            if (!(given.value() instanceof Value.Mapping mapping)) {
                given.wrongType(this);
                return Optional.empty();
            }
            Map<String, Object> bound = sorted ? new TreeMap<>() : new LinkedHashMap<>();
            mapping.entries().forEach((key, entry) -> of.bind(given.below(key, entry.value(), Optional.empty()))
                    .ifPresent(part -> bound.put(key, part)));
            return bound.size() == mapping.entries().size() ? Optional.of(bound) : Optional.empty();
        }

        @Override
        public Value write(Object value) {
            return mapping(value, of::write);
        }

        @Override
        public Value brief(Object value, Optional<Object> standard) {
            return mapping(value, part -> of.brief(part, Optional.empty()));
        }

        private static Value mapping(Object value, Function<Object, Value> write) {
            Map<String, Value.Entry> entries = new LinkedHashMap<>();
            ((Map<?, ?>) value)
                    .forEach((key, part) ->
                            entries.put((String) key, new Value.Entry(Place.NOWHERE, write.apply(part))));
            return new Value.Mapping(entries, Place.NOWHERE);
        }
    }
}
