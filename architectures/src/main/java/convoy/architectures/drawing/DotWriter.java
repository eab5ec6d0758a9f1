package convoy.architectures.drawing;

import convoy.architectures.drawing.Item.Group;
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
        out.append(items(folding.root(), "  "));
        for (Arrow arrow : folding.arrows()) {
            out.append("  n")
                    .append(arrow.from())
                    .append(" -> n")
                    .append(arrow.to())
                    .append(";\n");
        }
        out.append("}\n");
    }

    private String items(Group frame, String indent) {
        StringBuilder text = new StringBuilder();
        for (Item item : frame.items()) {
            String line = item.match(
                    leaf -> box(leaf.box(), frame.first(), indent), group -> cluster(group, frame.first(), indent));
            text.append(line);
        }
        return text.toString();
    }

    private String cluster(Group group, String frame, String indent) {
        return indent + "subgraph cluster_" + clusters++ + " {\n"
                + indent + "  label=" + quoted(group.titleIn(frame))
                + "; labeljust=l; style=rounded; color=\"#94a3b8\";\n"
                + items(group, indent + "  ")
                + indent + "}\n";
    }

    private static String box(Box box, String frame, String indent) {
        String label = String.join(
                "\n",
                List.of(box.title(), box.detail(), box.caption(frame)).stream()
                        .filter(line -> !line.isEmpty())
                        .toList());
        return indent + 'n' + box.id() + " [label=" + quoted(label)
                + ", fillcolor=" + quoted(box.kind().fill)
                + ", color=" + quoted(box.kind().line)
                + ", fontcolor=" + quoted(box.kind().ink)
                + ", tooltip=" + quoted(box.tooltip()) + "];\n";
    }

    private static String quoted(String text) {
        return "\"" + text.replace("\\", "\\\\").replace("\"", "\\\"").replace("\n", "\\n") + "\"";
    }
}
