package convoy.architectures.inspection;

import convoy.architectures.graph.Head;
import convoy.architectures.graph.LayerTable;
import convoy.architectures.graph.Network;
import convoy.architectures.tensor.Shape;
import convoy.architectures.tensor.Shape.Image;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A network layer by layer: what each puts out and costs, what it sees of the picture and what bytes it takes, as text for people
 * and as plain data for programs.
 */
public final class Inspection {
    private final LayerTable table;
    private final Fields.Found found;
    private final Footprint.Use use;
    private final Footprint footprint;

    private Inspection(LayerTable table, Fields.Found found, Footprint.Use use, Footprint footprint) {
        this.table = table;
        this.found = found;
        this.use = use;
        this.footprint = footprint;
    }

    /**
     * {@return what can be said of a network}
     *
     * @param network which is looked at
     * @param use for what its bytes are counted
     */
    public static Inspection of(Network network, Footprint.Use use) {
        return new Inspection(LayerTable.of(network), Fields.of(network), use, Footprint.of(network, use));
    }

    /** {@return the bytes that the network takes at least} */
    public Footprint footprint() {
        return footprint;
    }

    /** {@return the pixels that layers never read, in the order of the nodes; for most networks none} */
    public List<Unread> unread() {
        return List.copyOf(found.unread());
    }

    /** {@return aligned columns, a line for each node, the totals below, and the bytes below these} */
    public String text() {
        return new InspectionText(table, found.byName(), use, footprint).text();
    }

    /**
     * {@return the table as maps, lists, strings and numbers, for any JSON writer: {@code name}, {@code input} and each
     * layer's {@code output} as lists of extents, totals, {@code heads}, {@code memory}, {@code unread} and {@code layers}}
     */
    public Map<String, Object> data() {
        Network network = table.network();
        Map<String, Object> data = new LinkedHashMap<>();
        data.put("name", network.name());
        data.put("input", extents(network.input()));
        data.put("classes", network.classes());
        data.put("parameters", network.parameterCount());
        data.put("parameters-without-auxiliary", network.parameterCountWithoutAuxiliary());
        data.put("multiply-adds", network.multiplyAdds());
        data.put("multiply-adds-without-auxiliary", network.multiplyAddsWithoutAuxiliary());
        data.put("activations", network.activations());
        data.put("memory", memory());
        data.put("unread", found.unread().stream().map(Inspection::data).toList());
        data.put("heads", network.heads().stream().map(Inspection::data).toList());
        data.put("layers", table.rows().stream().map(this::data).toList());
        return data;
    }

    private Map<String, Object> memory() {
        Map<String, Object> data = new LinkedHashMap<>();
        data.put("micro-batch", use.images());
        data.put("bytes-of-a-number", use.bytes());
        data.put("values", footprint.values());
        data.put("copies", footprint.copies());
        data.put("activations-inference", footprint.inference());
        data.put("activations-kept", footprint.kept());
        data.put("activation-gradients", footprint.passing());
        data.put("gradients", footprint.gradients());
        data.put("optimizer", footprint.optimizer());
        data.put("inference", footprint.predicting());
        data.put("training", footprint.training());
        return data;
    }

    private static Map<String, Object> data(Unread unread) {
        Map<String, Object> data = new LinkedHashMap<>();
        data.put("layer", unread.node());
        data.put("rows", unread.rows());
        data.put("columns", unread.columns());
        data.put("pixels", unread.pixels());
        return data;
    }

    private static Map<String, Object> data(Head head) {
        Map<String, Object> data = new LinkedHashMap<>();
        data.put("name", head.name());
        data.put("output", head.output());
        data.put("weight", head.weight());
        data.put("auxiliary", head.auxiliary());
        return data;
    }

    private Map<String, Object> data(LayerTable.Row row) {
        Map<String, Object> data = new LinkedHashMap<>();
        data.put("name", row.name());
        data.put("operation", row.operation());
        data.put("inputs", row.inputs());
        data.put("output", extents(row.output()));
        data.put("parameters", row.parameters());
        data.put("multiply-adds", row.multiplyAdds());
        data.put("activation-bytes", (long) row.output().size() * use.images() * use.bytes());
        data.put("parameter-bytes", (long) row.parameters() * Footprint.SINGLE);
        ReceptiveField field = found.byName().get(row.name());
        if (field != null) {
            data.put(
                    "receptive-field",
                    List.of(field.rows().size(), field.columns().size()));
            data.put("outside", field.outside());
            if (row.output() instanceof Image) {
                data.put("stride", List.of(field.rows().jump(), field.columns().jump()));
                data.put("one-stride", field.rows().isEven() && field.columns().isEven());
                data.put(
                        "first-centre",
                        List.of(field.rows().firstCentre(), field.columns().firstCentre()));
            }
        }
        return data;
    }

    private static List<Integer> extents(Shape shape) {
        return shape instanceof Image image
                ? List.of(image.channels(), image.height(), image.width())
                : List.of(shape.size());
    }
}
