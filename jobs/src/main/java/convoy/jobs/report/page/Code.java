package convoy.jobs.report.page;

import java.util.regex.Pattern;

/**
 * Lines to be copied.
 *
 * @param text as they are
 */
public record Code(String text) implements Block {
    private static final Pattern PLAIN = Pattern.compile("[A-Za-z0-9_@%+=:,./-]+");

    /**
     * {@return a word that a shell takes as it is}
     *
     * @param text any, of one line
     */
    public static String word(String text) {
        return PLAIN.matcher(text).matches() ? text : "'" + text.replace("'", "'\\''") + "'";
    }

    @Override
    public String template() {
        return "code.jte";
    }

    @Override
    public void write(Markdown out) {
        out.code(text);
    }
}
