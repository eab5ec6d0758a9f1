package convoy.records;

import convoy.records.text.Names;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.Type;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import java.util.regex.Pattern;

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
 * <tr><td>a record</td><td>see {@link Structure}</td></tr>
 * <tr><td>a sealed interface of records</td><td>see {@link Variants}</td></tr>
 * </table>
 *
 * <p>A key may be left out if there is a default: the value that the enclosing default has there, or the one of the
 * enclosing record's {@code static R defaults()}, or what {@link Default} says, or empty for an {@code Optional}, or the {@code
 * static defaults()} of the component's own type.
 */
public sealed interface Schema permits Schema.Plain, Schema.Maybe, Schema.Sequence, Schema.Table, Structure, Variants {
    /** What a message asks for: "a whole number", "one of adam, sgd". */
    String describe();

    /** The value in Java; empty when something was wrong, which is then among the problems. */
    Optional<Object> bind(Given given);

    /** What {@link #bind} reads back to an equal value, with nothing left out. */
    Value write(Object value);

    /**
     * The same with everything left out that a default gives back.
     *
     * @param standard what the enclosing default has in this place
     */
    Value brief(Object value, Optional<Object> standard);

    /** The default that the type alone gives. */
    default Optional<Object> standard() {
        return Optional.empty();
    }

    /** The schema of a component, or of anything inside it. */
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

    /** A word that is written as text. */
    static Value.Scalar text(String text) {
        return new Value.Scalar(text, Value.Scalar.Kind.TEXT, Place.NOWHERE);
    }

    private static Value.Scalar number(String text) {
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

    /** What is written as one word. */
    sealed interface Plain extends Schema {
        @Override
        default Optional<Object> bind(Given given) {
            return given.scalar(this).flatMap(scalar -> read(scalar.text(), given));
        }

        Optional<Object> read(String text, Given given);

        @Override
        default Value brief(Object value, Optional<Object> standard) {
            return write(value);
        }

        private static Schema ofClass(Class<?> type) {
            if (type == String.class) {
                return new Text();
            }
            if (type == int.class || type == Integer.class) {
                return new Whole(Integer.MAX_VALUE);
            }
            if (type == long.class || type == Long.class) {
                return new Whole(Long.MAX_VALUE);
            }
            if (type == double.class || type == Double.class) {
                return new Real(false);
            }
            if (type == float.class || type == Float.class) {
                return new Real(true);
            }
            if (type == boolean.class || type == Boolean.class) {
                return new Flag();
            }
            if (type.isEnum()) {
                Map<String, Object> constants = new LinkedHashMap<>();
                for (Object constant : type.getEnumConstants()) {
                    constants.put(Names.kebab(((Enum<?>) constant).name()), constant);
                }
                return new Choice(constants);
            }
            throw new IllegalArgumentException("no text can hold a " + type);
        }
    }

    record Text() implements Plain {
        @Override
        public String describe() {
            return "text";
        }

        @Override
        public Optional<Object> read(String text, Given given) {
            return Optional.of(text);
        }

        @Override
        public Value write(Object value) {
            return text((String) value);
        }
    }

    /**
     * A whole number.
     *
     * @param limit the largest value that the component's type holds */
    record Whole(long limit) implements Plain {
        private static final Pattern FORM = Pattern.compile("[-+]?(0|[1-9][0-9_]*)(\\.0*)?(e[+]?[0-9]{1,2})?");

        @Override
        public String describe() {
            return "a whole number";
        }

        @Override
        public Optional<Object> read(String text, Given given) {
            if (!FORM.matcher(text).matches()) {
                given.notA(this);
                return Optional.empty();
            }
            BigDecimal number = new BigDecimal(text.replace("_", ""));
            if (number.abs().compareTo(BigDecimal.valueOf(limit)) > 0) {
                given.problem(given.path() + " = " + text + " is too large; the limit is " + limit);
                return Optional.empty();
            }
            if (limit == Integer.MAX_VALUE) {
                return Optional.of(number.intValueExact());
            }
            return Optional.of(number.longValueExact());
        }

        @Override
        public Value write(Object value) {
            return number(value.toString());
        }
    }

    /**
     * A number with a fraction. Only what this program wrote may be none, or infinite.
     *
     * @param single whether the component is a {@code float} */
    record Real(boolean single) implements Plain {
        private static final List<String> NOT_FINITE = List.of("NaN", "Infinity", "-Infinity");
        private static final Pattern FORM =
                Pattern.compile("[-+]?([0-9][0-9_]*\\.?[0-9]*|\\.[0-9]+)([eE][-+]?[0-9]{1,3})?");

        @Override
        public String describe() {
            return "a number";
        }

        @Override
        public Optional<Object> read(String text, Given given) {
            boolean isNotFinite = given.author() == Given.Author.PROGRAM && NOT_FINITE.contains(text);
            if (!isNotFinite && !FORM.matcher(text).matches()) {
                given.notA(this);
                return Optional.empty();
            }
            String digits = text.replace("_", "");
            double number = single ? Float.parseFloat(digits) : Double.parseDouble(digits);
            if (Double.isInfinite(number) && !isNotFinite) {
                given.problem(given.path() + " = " + text + " is too large; the limit is "
                        + (single ? Float.MAX_VALUE : Double.MAX_VALUE));
                return Optional.empty();
            }
            if (single) {
                return Optional.of((float) number);
            }
            return Optional.of(number);
        }

        @Override
        public Value write(Object value) {
            String text = value.toString();
            if (NOT_FINITE.contains(text)) {
                return text(text);
            }
            BigDecimal number = new BigDecimal(text).stripTrailingZeros();
            if (number.signum() == 0) {
                return number(text.startsWith("-") ? "-0.0" : "0.0");
            }
            boolean isShortWhole = number.scale() < 1 && number.precision() - number.scale() <= 9;
            return number((isShortWhole ? number.setScale(1) : number).toString());
        }
    }

    record Flag() implements Plain {
        @Override
        public String describe() {
            return "true or false";
        }

        @Override
        public Optional<Object> read(String text, Given given) {
            if (text.equals("true") || text.equals("false")) {
                return Optional.of(Boolean.parseBoolean(text));
            }
            given.notA(this);
            return Optional.empty();
        }

        @Override
        public Value write(Object value) {
            return new Value.Scalar(value.toString(), Value.Scalar.Kind.FLAG, Place.NOWHERE);
        }
    }

    /**
     * A constant of an enum.
     *
     * @param constants by their names in a run file */
    record Choice(Map<String, Object> constants) implements Plain {
        @Override
        public String describe() {
            return "one of " + String.join(", ", constants.keySet());
        }

        @Override
        public Optional<Object> read(String text, Given given) {
            Optional<Object> constant = Optional.ofNullable(constants.get(text));
            if (constant.isEmpty()) {
                given.notOneOf(constants);
            }
            return constant;
        }

        @Override
        public Value write(Object value) {
            return text(Names.kebab(((Enum<?>) value).name()));
        }
    }

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
