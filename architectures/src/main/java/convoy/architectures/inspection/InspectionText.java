package convoy.architectures.inspection;

import convoy.architectures.graph.LayerTable;
import convoy.architectures.graph.Network;
import convoy.architectures.tensor.Shape.Image;
import convoy.records.text.Counts;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * An inspection in aligned columns.
 *
 * @param table of the network
 * @param fields of its nodes; none if it reads no picture
 * @param use for what bytes are counted
 * @param footprint in all
 */
record InspectionText(LayerTable table, Map<String, ReceptiveField> fields, Footprint.Use use, Footprint footprint) {
    private static final List<String> TITLES = List.of(
            "name",
            "operation",
            "output",
            "parameters",
            "multiply-adds",
            "activations",
            "sees",
            "stride",
            "first at",
            "outside");

    String text() {
        Network network = table.network();
        List<List<String>> cells = new ArrayList<>();
        cells.add(TITLES);
        cells.add(filled(List.of(Network.INPUT, "", network.input().toString())));
        table.rows().forEach(row -> cells.add(cells(row)));
        List<String> totals = filled(List.of(
                "total",
                Counts.plain(table.rows().size(), "node"),
                "",
                grouped(network.parameterCount()),
                grouped(network.multiplyAdds())));
        cells.add(totals);
        if (network.heads().size() > 1) {
            cells.add(filled(List.of(
                    "inference",
                    "without auxiliary heads",
                    "",
                    grouped(network.parameterCountWithoutAuxiliary()),
                    grouped(network.multiplyAddsWithoutAuxiliary()))));
        }
        return aligned(cells, totals) + memory();
    }

    private List<String> cells(LayerTable.Row row) {
        List<String> cells = new ArrayList<>(List.of(
                row.name(),
                row.operation(),
                row.output().toString(),
                row.parameters() == 0 ? "" : grouped(row.parameters()),
                row.multiplyAdds() == 0 ? "" : grouped(row.multiplyAdds()),
                bytes((long) row.output().size() * use.images() * use.bytes())));
        ReceptiveField field = fields.get(row.name());
        if (field != null) {
            Span rows = field.rows();
            Span columns = field.columns();
            boolean placed = row.output() instanceof Image;
            cells.add(rows.size() + "x" + columns.size());
            cells.add(placed ? pair(stride(rows), stride(columns)) : "");
            cells.add(placed ? pair(centre(rows), centre(columns)) : "");
            cells.add(String.format(Locale.ROOT, "%.0f %%", 100 * field.outside()));
        }
        return filled(cells);
    }

    private static String stride(Span span) {
        return span.isEven() ? Long.toString(span.jump()) : "~" + span.jump();
    }

    private static String centre(Span span) {
        double centre = span.firstCentre();
        return centre == Math.rint(centre) ? Long.toString((long) centre) : Double.toString(centre);
    }

    private static String pair(String rows, String columns) {
        return rows.equals(columns) ? rows : rows + "x" + columns;
    }

    private String memory() {
        return String.format(
                Locale.ROOT,
                "\nAt least, for %s of %s a number:\n"
                        + "inference  %s: parameters and statistics %s, activations %s\n"
                        + "training   %s: parameters and statistics %s, their gradients %s, activations %s, gradients of"
                        + " these %s\n"
                        + "servers    state of the optimizer %s\n",
                Counts.of(use.images(), "image"),
                Counts.of(use.bytes(), "byte"),
                bytes(footprint.predicting()),
                bytes(footprint.values() + footprint.copies()),
                bytes(footprint.inference()),
                bytes(footprint.training()),
                bytes(footprint.values() + footprint.copies()),
                bytes(footprint.gradients()),
                bytes(footprint.kept()),
                bytes(footprint.passing()),
                bytes(footprint.optimizer()));
    }

    private static List<String> filled(List<String> cells) {
        List<String> all = new ArrayList<>(cells);
        while (all.size() < TITLES.size()) {
            all.add("");
        }
        return all;
    }

    private static String aligned(List<List<String>> cells, List<String> totals) {
        int[] widths = new int[TITLES.size()];
        for (List<String> row : cells) {
            for (int i = 0; i < widths.length; i++) {
                widths[i] = Math.max(widths[i], row.get(i).length());
            }
        }
        String rule = "-".repeat(2 * (widths.length - 1) + Arrays.stream(widths).sum());
        StringBuilder text = new StringBuilder();
        for (List<String> row : cells) {
            if (row == totals) {
                text.append(rule).append('\n');
            }
            StringBuilder line = new StringBuilder();
            for (int i = 0; i < widths.length; i++) {
                String padding = " ".repeat(widths[i] - row.get(i).length());
                boolean number = i >= 3;
                line.append(number ? padding + row.get(i) : row.get(i) + padding)
                        .append("  ");
            }
            text.append(line.toString().stripTrailing()).append('\n');
            if (row == cells.get(0)) {
                text.append(rule).append('\n');
            }
        }
        return text.toString();
    }

    private static String grouped(long number) {
        return String.format(Locale.ROOT, "%,d", number);
    }

    /** In units of 1,000, three digits at least: {@code 123 kB}, {@code 1.5 MB}. */
    private static String bytes(long bytes) {
        String[] units = {"B", "kB", "MB", "GB", "TB", "PB", "EB"};
        double number = bytes;
        int unit = 0;
        while (number >= 999.5) {
            number /= 1000;
            unit++;
        }
        return String.format(Locale.ROOT, unit == 0 || number >= 99.95 ? "%.0f %s" : "%.1f %s", number, units[unit]);
    }
}
