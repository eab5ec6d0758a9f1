package convoy.jobs.output;

import java.io.PrintWriter;
import java.util.Locale;
import java.util.regex.Pattern;

/**
 * Prints lines of text that a terminal takes for nothing else. Names of classes, files and keys come from outside: a control
 * character in one could clear the screen or write over what stands there, so that it is shown as its number, {@code \x1b}. What
 * draws on purpose ({@code TerminalProgress}, the colours of a help text) does so by {@link #print}.
 */
public final class LineWriter extends PrintWriter {
    /** All but the ends of lines and tabs; and what turns the direction of writing, or ends a line by another sign. */
    private static final Pattern CONTROLS =
            Pattern.compile("[\\x00-\\x08\\x0b-\\x1f\\x7f-\\x9f\\u200e\\u200f\\u2028-\\u202e\\u2066-\\u2069]");

    public LineWriter(PrintWriter to) {
        super(to, true);
    }

    /** A text with nothing in it that a terminal would obey. */
    public static String shown(String text) {
        return CONTROLS.matcher(text).replaceAll(found -> {
            int code = found.group().charAt(0);
            return String.format(Locale.ROOT, code < 0x100 ? "\\\\x%02x" : "\\\\u%04x", code);
        });
    }

    /** The same of a name, which ends no line either. */
    public static String inLine(String name) {
        return shown(name).replace("\n", "\\n").replace("\t", "\\t");
    }

    @Override
    public void println(String line) {
        super.println(shown(line));
    }

    @Override
    public void println(Object line) {
        println(String.valueOf(line));
    }
}
