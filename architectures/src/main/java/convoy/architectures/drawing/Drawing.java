package convoy.architectures.drawing;

import convoy.architectures.graph.Network;
import convoy.records.text.Counts;
import java.util.Locale;

/**
 * A picture of a network, read from top to bottom. What follows a convolution, a dense layer or a pooling and belongs to
 * it (batch norm, activation, dropout) stands in its box; boxes whose names share a prefix stand in one frame; a run of
 * blocks that differ in nothing but their names is drawn once, with their number. Tall pictures stand in columns.
 */
public final class Drawing {
    private final Network network;
    private final Folding folded;

    private Drawing(Network network) {
        this.network = network;
        this.folded = Folding.of(Sketch.of(network));
    }

    /**
     * {@return the drawing of a network}
     *
     * @param network what is drawn
     */
    public static Drawing of(Network network) {
        return new Drawing(network);
    }

    /** {@return a complete SVG document; boxes have tooltips with their nodes' names, shapes and costs} */
    public String svg() {
        return SvgWriter.write(network.name(), subtitle(), Columns.of(Layout.of(folded)));
    }

    /** {@return the same boxes, frames and arrows in Graphviz's language} */
    public String dot() {
        return DotWriter.write(network.name(), subtitle(), folded);
    }

    private String subtitle() {
        String auxiliary = network.heads().size() == 1
                ? ""
                : String.format(
                        Locale.ROOT, " (%,d without auxiliary heads)", network.parameterCountWithoutAuxiliary());
        long multiplyAdds = network.multiplyAddsWithoutAuxiliary();
        boolean few = multiplyAdds < 50_000_000;
        return String.format(
                Locale.ROOT,
                "%s%s, %.3f %s multiply-adds an image of %s",
                Counts.of(network.parameterCount(), "parameter"),
                auxiliary,
                multiplyAdds / (few ? 1e6 : 1e9),
                few ? "M" : "G",
                network.input());
    }
}
