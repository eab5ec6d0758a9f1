package convoy.jobs.report.page;

import java.util.List;

/** What a section is made of. */
public sealed interface Block permits Prose, Table, Figures, Pictures, Code, Meter, Link {
    /** The template that makes HTML of it. */
    String template();

    /** Writes it as Markdown. */
    void write(Markdown out);

    /** What of it is a table with a file of its own. */
    default List<Table> tables() {
        return List.of();
    }
}
