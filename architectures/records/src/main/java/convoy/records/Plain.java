package convoy.records;

import convoy.records.text.Names;
import java.math.BigDecimal;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

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

    /** Of a class that is no record and no sealed interface. */
    static Schema ofClass(Class<?> type) {
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
            return Schema.text((String) value);
        }
    }

    /**
     * A whole number.
     *
     * @param limit the largest value that the component's type holds
     */
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
            return Schema.number(value.toString());
        }
    }

    /**
     * A number with a fraction. Only what this program wrote may be none, or infinite.
     *
     * @param single whether the component is a {@code float}
     */
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
                return Schema.text(text);
            }
            BigDecimal number = new BigDecimal(text).stripTrailingZeros();
            if (number.signum() == 0) {
                return Schema.number(text.startsWith("-") ? "-0.0" : "0.0");
            }
            boolean isShortWhole = number.scale() < 1 && number.precision() - number.scale() <= 9;
            return Schema.number((isShortWhole ? number.setScale(1) : number).toString());
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
     * @param constants by their names in a run file
     */
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
            return Schema.text(Names.kebab(((Enum<?>) value).name()));
        }
    }
}
