package convoy.records.text;

import java.util.Locale;
import java.util.regex.Pattern;

/**
 * Text from outside as a person is shown it. Names of classes, files and keys may hold any character: one that ends a line would
 * make a second sentence of the rest, and one that a terminal obeys could clear the screen or write over what stands there. Both
 * are shown by their names: {@code \n}, {@code \x1b}.
 */
public final class Shown {
    /** All but line feeds and tabs; and what turns the direction of writing, or ends a line by another sign. */
    private static final Pattern CONTROLS =
            Pattern.compile("[\\x00-\\x08\\x0b-\\x1f\\x7f-\\x9f\\u200e\\u200f\\u2028-\\u202e\\u2066-\\u2069]");

    private Shown() {}

    /**
     * {@return several lines, with nothing in them that a terminal would obey}
     *
     * @param text of any number of lines
     */
    public static String lines(String text) {
        return CONTROLS.matcher(text).replaceAll(found -> {
            int code = found.group().charAt(0);
            return String.format(Locale.ROOT, code < 0x100 ? "\\\\x%02x" : "\\\\u%04x", code);
        });
    }

    /**
     * {@return the sentence, with nothing in it that a terminal would obey, in one line, whatever names are in it} What
     * was shown so once stays as it is.
     *
     * @param sentence with names from outside
     */
    public static String line(String sentence) {
        return lines(sentence).replace("\n", "\\n");
    }

    /**
     * {@return the same of a name that stands in a table, where a tab would be a column}
     *
     * @param name from outside
     */
    public static String name(String name) {
        return line(name).replace("\t", "\\t");
    }
}
