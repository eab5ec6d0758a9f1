package convoy.onnx.in;

import convoy.records.BadInputException;
import convoy.records.text.Counts;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** All that cannot be taken of a model: the same of several nodes in one line. */
final class Problems {
    private static final int SHOWN_NODES = 4;
    private static final int SHOWN_LINES = 40;

    private final Map<String, List<String>> nodes = new LinkedHashMap<>();

    void add(String operator, String node, String why) {
        nodes.computeIfAbsent(operator + ": " + why, any -> new ArrayList<>()).add(node);
    }

    boolean isEmpty() {
        return nodes.isEmpty();
    }

    /** {@return all of them as one refusal} */
    BadInputException refusal(String model) {
        List<String> lines = new ArrayList<>();
        for (Map.Entry<String, List<String>> problem : nodes.entrySet()) {
            List<String> named = problem.getValue();
            String more = named.size() > SHOWN_NODES ? " and " + (named.size() - SHOWN_NODES) + " more" : "";
            lines.add(model + ": node " + String.join(", ", named.subList(0, Math.min(SHOWN_NODES, named.size())))
                    + more + ", " + problem.getKey());
            if (lines.size() == SHOWN_LINES && nodes.size() > SHOWN_LINES) {
                lines.add(model + ": and " + Counts.plain(nodes.size() - SHOWN_LINES, "other kind")
                        + " of nodes that cannot be taken");
                break;
            }
        }
        return new BadInputException(lines);
    }
}
