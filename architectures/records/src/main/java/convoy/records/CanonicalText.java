package convoy.records;

import convoy.records.text.Sha256;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * The one text of a value, by which values are told apart: {@code nesterov}, {@code {kind: rms-prop, alpha: 0.9}}.
 *
 * <p>It is YAML on one line. Keys are the components' names in kebab-case, sorted, {@code kind} first; what equals its default
 * is left out, so that a component added with a default changes no text; numbers have the form that a run file is written
 * with; texts stand in quotation marks, with JSON's escapes, unless they are plain words.
 *
 * <p>What must not change without another {@link #FORMAT}: these rules, the names of components, kinds and constants, and the
 * defaults of what exists already. Another default gives the same text another meaning.
 */
public final class CanonicalText {
    /** Goes up when any text changes its form or its meaning. */
    public static final int FORMAT = 1;

    private static final Pattern WORD = Pattern.compile("[A-Za-z][A-Za-z0-9_./-]*");

    private CanonicalText() {}

    /**
     * {@return the text of a record or of one of a sealed type's}
     *
     * @param value what has a {@link Schema}
     */
    public static String of(Object value) {
        return text(Schema.of(declared(value.getClass())).brief(value, Optional.empty()));
    }

    /**
     * {@return the text of a value as it was written: nothing is known of defaults, so that all of it is said}
     *
     * @param value read from YAML or JSON
     */
    public static String ofWritten(Value value) {
        return text(value);
    }

    /**
     * {@return a fingerprint, in 64 hexadecimal digits: SHA-256 of what it is of, the format, and the value's text}
     *
     * @param what so that two sorts of things never have one fingerprint
     * @param value what {@link #of} makes a text of
     */
    public static String fingerprint(String what, Object value) {
        return Sha256.digits(what + " " + FORMAT + "\n" + of(value));
    }

    /** The sealed type that a record is one of, for its kind to be said; otherwise the record itself. */
    private static Class<?> declared(Class<?> type) {
        for (Class<?> above : type.getInterfaces()) {
            if (above.isSealed()) {
                return declared(above);
            }
        }
        return type;
    }

    static String text(Value value) {
        if (value instanceof Value.Mapping mapping) {
            Map<String, Value.Entry> sorted = new TreeMap<>(mapping.entries());
            StringBuilder text = new StringBuilder("{");
            Optional.ofNullable(sorted.remove(Variants.KIND))
                    .ifPresent(kind -> text.append(Variants.KIND).append(": ").append(text(kind.value())));
            sorted.forEach((key, entry) -> text.append(text.length() > 1 ? ", " : "")
                    .append(word(key))
                    .append(": ")
                    .append(text(entry.value())));
            return text.append('}').toString();
        }
        if (value instanceof Value.Sequence sequence) {
            return sequence.values().stream().map(CanonicalText::text).collect(Collectors.joining(", ", "[", "]"));
        }
        if (value instanceof Value.Scalar scalar) {
            return switch (scalar.kind()) {
                case TEXT -> word(scalar.text());
                case NUMBER, FLAG -> scalar.text();
            };
        }
        return "null";
    }

    private static String word(String text) {
        return WORD.matcher(text).matches() && !isReserved(text) ? text : quoted(text);
    }

    private static String quoted(String text) {
        StringBuilder quoted = new StringBuilder("\"");
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            switch (c) {
                case '"', '\\' -> quoted.append('\\').append(c);
                default -> quoted.append(c >= ' ' && c < 0x7F ? String.valueOf(c) : String.format("\\u%04x", (int) c));
            }
        }
        return quoted.append('"').toString();
    }

    /** What YAML reads as something else than text. */
    private static boolean isReserved(String text) {
        return switch (text.toLowerCase(Locale.ROOT)) {
            case "null", "true", "false", "yes", "no", "on", "off", "y", "n" -> true;
            default -> false;
        };
    }
}
