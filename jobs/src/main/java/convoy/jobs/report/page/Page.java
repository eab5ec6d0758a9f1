package convoy.jobs.report.page;

import java.util.List;
import java.util.stream.Stream;

/**
 * A whole report.
 *
 * @param title its heading
 * @param summary what matters most, a paragraph for each sentence or few
 * @param sections in their order
 * @param attachments tables that are too long to show; they are written beside the page only
 */
public record Page(String title, List<String> summary, List<Section> sections, List<Table> attachments) {
    public Page {
        summary = List.copyOf(summary);
        sections = List.copyOf(sections);
        attachments = List.copyOf(attachments);
        List<String> names = Stream.concat(shown(sections), attachments.stream())
                .map(Table::id)
                .toList();
        if (names.stream().distinct().count() < names.size()) {
            throw new IllegalArgumentException("two tables of one name: " + names);
        }
    }

    /** {@return the same as one file, beside which no table lies} */
    public Page alone() {
        return new Page(
                title,
                summary,
                sections.stream()
                        .map(section -> new Section(
                                section.id(),
                                section.title(),
                                section.blocks().stream()
                                        .map(Block::withoutFiles)
                                        .toList()))
                        .toList(),
                List.of());
    }

    /** All tables, each of which has a file of its own. */
    List<Table> tables() {
        return Stream.concat(shown(sections), attachments.stream()).toList();
    }

    /** {@return whether it has a chart that can be zoomed into} */
    public boolean zooms() {
        return sections.stream().flatMap(section -> section.blocks().stream()).anyMatch(Block::zooms);
    }

    private static Stream<Table> shown(List<Section> sections) {
        return sections.stream()
                .flatMap(section -> section.blocks().stream())
                .flatMap(block -> block.tables().stream());
    }

    /**
     * A part of it with a heading.
     *
     * @param id that an address can end with: small letters and hyphens
     * @param title the heading
     * @param blocks from top to bottom
     */
    public record Section(String id, String title, List<Block> blocks) {
        public Section {
            blocks = List.copyOf(blocks);
        }
    }
}
