package convoy.architectures.drawing;

import convoy.architectures.drawing.Item.Group;
import convoy.architectures.drawing.Item.Leaf;
import java.util.List;

/** Writes boxes, frames and arrows in the DOT language: {@code dot -Tsvg network.dot -o network.svg}. */
final class DotWriter {
    private final StringBuilder out = new StringBuilder();
    private int clusters;

    private DotWriter() {}

    static String write(String title, String subtitle, Folding folding) {
        DotWriter writer = new DotWriter();
        writer.graph(title, subtitle, folding);
        return writer.out.toString();
    }

    private void graph(String title, String subtitle, Folding folding) {
        out.append("digraph ").append(quoted(title)).append(" {\n");
        out.append("  label=").append(quoted(title + "\n" + subtitle)).append("; labelloc=t;\n");
        out.append("  node [shape=box, style=\"rounded,filled\", fontname=\"Helvetica\", fontsize=11];\n");
        out.append("  graph [fontname=\"Helvetica\", fontsize=12];\n");
        items(folding.root(), "  ");
        for (Arrow arrow : folding.arrows()) {
            out.append("  n")
                    .append(arrow.from())
                    .append(" -> n")
                    .append(arrow.to())
                    .append(";\n");
        }
        out.append("}\n");
    }

    private void items(Group frame, String indent) {
        for (Item item : frame.items()) {
            if (item instanceof Leaf leaf) {
                box(leaf.box(), frame.first(), indent);
            } else if (item instanceof Group group) {
                out.append(indent)
                        .append("subgraph cluster_")
                        .append(clusters++)
                        .append(" {\n");
                out.append(indent).append("  label=").append(quoted(group.titleIn(frame.first())));
                out.append("; labeljust=l; style=rounded; color=\"#94a3b8\";\n");
                items(group, indent + "  ");
                out.append(indent).append("}\n");
            }
        }
    }

    private void box(Box box, String frame, String indent) {
        String label = String.join(
                "\n",
                List.of(box.title(), box.detail(), box.caption(frame)).stream()
                        .filter(line -> !line.isEmpty())
                        .toList());
        out.append(indent).append('n').append(box.id()).append(" [label=").append(quoted(label));
        out.append(", fillcolor=").append(quoted(box.kind().fill));
        out.append(", color=").append(quoted(box.kind().line));
        out.append(", fontcolor=").append(quoted(box.kind().ink));
        out.append(", tooltip=").append(quoted(box.tooltip())).append("];\n");
    }

    private static String quoted(String text) {
        return "\"" + text.replace("\\", "\\\\").replace("\"", "\\\"").replace("\n", "\\n") + "\"";
    }
}
