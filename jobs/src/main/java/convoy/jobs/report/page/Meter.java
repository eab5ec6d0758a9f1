package convoy.jobs.report.page;

/**
 * A bar of how much of something is done.
 *
 * @param done of {@code all}
 * @param all one or more
 * @param text that says the same
 */
public record Meter(long done, long all, String text) implements Block {
    @Override
    public String template() {
        return "meter.jte";
    }

    @Override
    public void write(Markdown out) {
        out.paragraph(text);
    }
}
