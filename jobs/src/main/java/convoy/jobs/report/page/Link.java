package convoy.jobs.report.page;

/**
 * Where more stands.
 *
 * @param text that says what
 * @param address of a page: of the network, or beside this one
 */
public record Link(String text, String address) implements Block {
    @Override
    public String template() {
        return "link.jte";
    }

    @Override
    public void write(Markdown out) {
        out.paragraph(text + ": " + address);
    }
}
