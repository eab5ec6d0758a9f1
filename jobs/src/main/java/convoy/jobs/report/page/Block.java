package convoy.jobs.report.page;

import java.util.List;

/** What a section is made of. */
public sealed interface Block permits Prose, Table, Figures, Pictures, Code, Meter, Link {
    /** {@return the template that makes HTML of it} */
    String template();

    /**
     * Writes it as Markdown.
     *
     * @param out to which it is written
     */
    void write(Markdown out);

    /** {@return whether something of it can be zoomed into} */
    default boolean zooms() {
        return false;
    }

    /** {@return the same where no file can lie beside the page} */
    default Block withoutFiles() {
        return this;
    }

    /** {@return what of it is a table with a file of its own; none as a rule} */
    default List<Table> tables() {
        return List.of();
    }
}
