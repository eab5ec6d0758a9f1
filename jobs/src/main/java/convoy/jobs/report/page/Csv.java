package convoy.jobs.report.page;

import convoy.records.text.Shown;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * A table as comma-separated values (RFC 4180): exact numbers, headings first. Spreadsheets compute what begins like a formula; words
 * that do get an apostrophe in front, which they show nothing of.
 */
final class Csv {
    private static final Pattern FORMULA = Pattern.compile("^[\\s]*[=+\\-@|%]");
    private static final Pattern QUOTED = Pattern.compile("[\",\\r\\n;]|^\\s|\\s$");

    private Csv() {}

    static String of(Table table) {
        StringBuilder out = new StringBuilder();
        line(
                out,
                table.columns().stream().map(column -> words(column.heading())).toList());
        for (List<Table.Cell> row : table.rows()) {
            line(
                    out,
                    row.stream()
                            .map(cell -> cell.isNumber() ? cell.exact() : words(cell.exact()))
                            .toList());
        }
        return out.toString();
    }

    private static String words(String text) {
        String shown = Shown.lines(text);
        String safe = FORMULA.matcher(shown).find() ? "'" + shown : shown;
        return QUOTED.matcher(safe).find() ? '"' + safe.replace("\"", "\"\"") + '"' : safe;
    }

    private static void line(StringBuilder out, List<String> cells) {
        out.append(cells.stream().collect(Collectors.joining(","))).append("\r\n");
    }
}
