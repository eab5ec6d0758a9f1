package convoy.jobs.report.page;

import convoy.records.text.Counts;
import java.util.ArrayList;
import java.util.List;

/**
 * A table that can be sorted, and its file of comma-separated values.
 *
 * @param id the name of that file: small letters and hyphens
 * @param caption what it is of
 * @param columns from left to right
 * @param rows with a cell for each column
 * @param hasFile whether there is that file; beside a page that goes on there is none
 */
public record Table(String id, String caption, List<Column> columns, List<List<Cell>> rows, boolean hasFile)
        implements Block {
    /**
     * A column.
     *
     * @param heading with its unit
     * @param isNumber whether its cells stand to the right
     */
    public record Column(String heading, boolean isNumber) {
        /**
         * {@return a column of words}
         *
         * @param heading of the column
         */
        public static Column words(String heading) {
            return new Column(heading, false);
        }

        /**
         * {@return a column of numbers}
         *
         * @param heading of the column
         */
        public static Column numbers(String heading) {
            return new Column(heading, true);
        }
    }

    /**
     * What stands in one place.
     *
     * @param shown to a person
     * @param exact what the file has, and what is sorted by
     * @param isNumber whether {@code exact} is a number
     * @param isStrong whether it is to be seen first
     */
    public record Cell(String shown, String exact, boolean isNumber, boolean isStrong) {
        /** Nothing is known. */
        public static final Cell NONE = new Cell("–", "", false, false);

        /**
         * {@return a cell of words}
         *
         * @param words as they are shown
         */
        public static Cell of(String words) {
            return new Cell(words, words, false, false);
        }

        /**
         * {@return a cell of a count}
         *
         * @param count as it is shown, with commas
         */
        public static Cell of(long count) {
            return new Cell(Numbers.count(count), Long.toString(count), true, false);
        }

        /**
         * {@return a cell of a number that is shown rounded; {@link #NONE} if it is none}
         *
         * @param value by which the column is sorted
         * @param shown the same, rounded
         */
        public static Cell of(double value, String shown) {
            return Double.isFinite(value) ? new Cell(shown, Double.toString(value), true, false) : NONE;
        }

        /** {@return the same, to be seen first} */
        public Cell strong() {
            return new Cell(shown, exact, isNumber, true);
        }
    }

    public Table {
        columns = List.copyOf(columns);
        rows = rows.stream().map(List::copyOf).toList();
        for (List<Cell> row : rows) {
            if (row.size() != columns.size()) {
                throw new IllegalArgumentException(id + ": " + Counts.plain(row.size(), "cell") + " for "
                        + Counts.plain(columns.size(), "column"));
            }
        }
        if (!id.matches("[a-z0-9-]+")) {
            throw new IllegalArgumentException("'" + id + "' names no file");
        }
    }

    /**
     * Begins a table.
     *
     * @param id the name of its file: small letters and hyphens
     * @param caption what it is of
     * @return a table without columns
     */
    public static Builder named(String id, String caption) {
        return new Builder(id, caption);
    }

    /** A table row by row. */
    public static final class Builder {
        private final String id;
        private final String caption;
        private final List<Column> columns = new ArrayList<>();
        private final List<List<Cell>> rows = new ArrayList<>();
        private boolean hasFile = true;

        private Builder(String id, String caption) {
            this.id = id;
            this.caption = caption;
        }

        /**
         * Adds columns of words.
         *
         * @param headings from left to right
         * @return this builder
         */
        public Builder words(String... headings) {
            for (String heading : headings) {
                columns.add(Column.words(heading));
            }
            return this;
        }

        /**
         * Adds columns of numbers.
         *
         * @param headings from left to right
         * @return this builder
         */
        public Builder numbers(String... headings) {
            for (String heading : headings) {
                columns.add(Column.numbers(heading));
            }
            return this;
        }

        /**
         * Adds a row.
         *
         * @param cells one for each column
         * @return this builder
         */
        public Builder row(Cell... cells) {
            return row(List.of(cells));
        }

        /**
         * Adds a row.
         *
         * @param cells one for each column
         * @return this builder
         */
        public Builder row(List<Cell> cells) {
            rows.add(cells);
            return this;
        }

        /**
         * Leaves out the file.
         *
         * @return this
         */
        public Builder withoutFile() {
            hasFile = false;
            return this;
        }

        /** {@return the table} */
        public Table build() {
            return new Table(id, caption, columns, rows, hasFile);
        }
    }

    @Override
    public String template() {
        return "table.jte";
    }

    @Override
    public void write(Markdown out) {
        out.table(this);
    }

    @Override
    public Block withoutFiles() {
        return new Table(id, caption, columns, rows, false);
    }

    @Override
    public List<Table> tables() {
        return hasFile ? List.of(this) : List.of();
    }
}
