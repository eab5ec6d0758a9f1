package convoy.jobs.output;

import convoy.records.text.Counts;
import java.util.ArrayList;
import java.util.List;

/** Rows of text under headings, in columns as wide as their widest cell. */
public final class TextTable {
    private final List<Column> columns = new ArrayList<>();
    private final List<List<String>> rows = new ArrayList<>();

    private record Column(String heading, boolean right) {}

    /**
     * Adds a column of words.
     *
     * @param heading of the column
     * @return this table
     */
    public TextTable left(String heading) {
        columns.add(new Column(heading, false));
        return this;
    }

    /**
     * Adds a column of numbers.
     *
     * @param heading of the column
     * @return this table
     */
    public TextTable right(String heading) {
        columns.add(new Column(heading, true));
        return this;
    }

    /**
     * Adds one row with a cell for every column.
     *
     * @param cells one for every column
     */
    public void row(String... cells) {
        if (cells.length != columns.size()) {
            throw new IllegalArgumentException(
                    Counts.plain(cells.length, "cell") + " for " + Counts.plain(columns.size(), "column"));
        }
        rows.add(List.of(cells));
    }

    /** {@return the lines, headings first, two spaces between columns and none at the end of a line} */
    public List<String> lines() {
        List<List<String>> all = new ArrayList<>();
        all.add(columns.stream().map(Column::heading).toList());
        all.addAll(rows);
        List<String> lines = new ArrayList<>();
        for (List<String> row : all) {
            StringBuilder line = new StringBuilder();
            for (int i = 0; i < columns.size(); i++) {
                int column = i;
                int width = all.stream()
                        .mapToInt(cells -> cells.get(column).length())
                        .max()
                        .orElse(0);
                String padding = " ".repeat(width - row.get(i).length());
                line.append(i == 0 ? "" : "  ");
                line.append(columns.get(i).right() ? padding + row.get(i) : row.get(i) + padding);
            }
            lines.add(line.toString().stripTrailing());
        }
        return lines;
    }
}
