package convoy.jobs.report.page;

/**
 * A paragraph.
 *
 * @param text sentences
 */
public record Prose(String text) implements Block {
    @Override
    public String template() {
        return "prose.jte";
    }

    @Override
    public void write(Markdown out) {
        out.paragraph(text);
    }
}
