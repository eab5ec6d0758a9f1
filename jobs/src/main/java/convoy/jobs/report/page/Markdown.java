package convoy.jobs.report.page;

import convoy.records.text.Shown;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** Writes a report as Markdown that GitHub and CommonMark read alike. Whatever comes from outside is shown as it is. */
public final class Markdown {
    private static final Pattern SPECIAL = Pattern.compile("[\\\\`*_{}\\[\\]<>|#~!&$]");
    private static final Pattern FENCE = Pattern.compile("`{3,}");

    private final StringBuilder out = new StringBuilder();

    private Markdown() {}

    /** The whole page. */
    static String of(Page page) {
        Markdown markdown = new Markdown();
        markdown.heading(1, page.title());
        page.summary().forEach(markdown::paragraph);
        for (Page.Section section : page.sections()) {
            markdown.heading(2, section.title());
            section.blocks().forEach(block -> block.write(markdown));
        }
        return markdown.out.toString().stripTrailing() + "\n";
    }

    /** A text in which nothing is markup, on one line. */
    static String escape(String text) {
        return SPECIAL.matcher(Shown.name(text)).replaceAll("\\\\$0");
    }

    private void heading(int level, String text) {
        out.append("#".repeat(level)).append(' ').append(escape(text)).append("\n\n");
    }

    void paragraph(String text) {
        out.append(escape(text).strip()).append("\n\n");
    }

    void code(String text) {
        int longest = FENCE.matcher(text)
                .results()
                .mapToInt(found -> found.group().length())
                .max()
                .orElse(2);
        String fence = "`".repeat(longest + 1);
        out.append(fence).append('\n').append(Shown.lines(text).stripTrailing()).append('\n');
        out.append(fence).append("\n\n");
    }

    void table(Table table) {
        paragraph(table.caption());
        line(table.columns().stream().map(column -> escape(column.heading())).toList());
        line(table.columns().stream()
                .map(column -> column.isNumber() ? "---:" : "---")
                .toList());
        for (List<Table.Cell> row : table.rows()) {
            line(row.stream()
                    .map(cell -> cell.isStrong() ? "**" + escape(cell.shown()) + "**" : escape(cell.shown()))
                    .toList());
        }
        out.append('\n');
    }

    private void line(List<String> cells) {
        out.append(cells.stream().collect(Collectors.joining(" | ", "| ", " |\n")));
    }
}
