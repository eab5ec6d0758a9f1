package convoy.architectures.file;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The layers that can be named from some place: those beside it, and those round it up to the block that it is in. A group or block is
 * named as its last layer is.
 */
final class LayerNames {
    private final Optional<LayerNames> above;

    /** What stands before a name here, as seen from above; empty, or ends with a dot. */
    private final String relative;

    /** The same as seen from the network. */
    private final String prefix;

    /** Whether nothing above can be named from here. */
    private final boolean closed;

    private final Map<String, String> nodes = new LinkedHashMap<>();

    private LayerNames(Optional<LayerNames> above, String relative, String prefix, boolean closed) {
        this.above = above;
        this.relative = relative;
        this.prefix = prefix;
        this.closed = closed;
    }

    static LayerNames ofNetwork() {
        return new LayerNames(Optional.empty(), "", "", true);
    }

    /** Those inside a group; of one without a name they are named as if it were not there. */
    LayerNames group(String name) {
        return new LayerNames(Optional.of(this), dotted(name), prefix + dotted(name), false);
    }

    /** Those inside a block, which sees what it is given alone. */
    LayerNames block(String name) {
        return new LayerNames(Optional.of(this), dotted(name), prefix + dotted(name), true);
    }

    private static String dotted(String name) {
        return name.isEmpty() ? "" : name + ".";
    }

    /** What a layer of this name is called in the network. */
    String whole(String name) {
        return prefix + name;
    }

    /** What is read here under a name, without being seen from above. */
    void read(String name, String node) {
        nodes.put(name, node);
    }

    /** Makes a name known here and above. */
    void define(String name, String node) {
        nodes.put(name, node);
        above.ifPresent(outer -> outer.define(relative + name, node));
    }

    Optional<String> node(String name) {
        String node = nodes.get(name);
        if (node != null) {
            return Optional.of(node);
        }
        return closed ? Optional.empty() : above.flatMap(outer -> outer.node(name));
    }

    /** All that can be named from here. */
    List<String> known() {
        List<String> known = new ArrayList<>(nodes.keySet());
        if (!closed) {
            above.ifPresent(outer -> known.addAll(outer.known()));
        }
        return known;
    }
}
