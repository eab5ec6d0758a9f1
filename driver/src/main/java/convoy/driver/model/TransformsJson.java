package convoy.driver.model;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import convoy.worker.data.transform.Transform;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * Transforms as a stored model has them: a list like a run file's, {@code [{"kind":"resize","side":256}, …]}, with the
 * components' names as they are in Java.
 */
final class TransformsJson {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String KIND = "kind";

    private TransformsJson() {}

    static String write(List<Transform> steps) {
        ArrayNode array = JSON.createArrayNode();
        for (Transform step : steps) {
            ObjectNode object = array.addObject();
            object.put(KIND, kind(step.getClass()));
            object.setAll((ObjectNode) JSON.valueToTree(step));
        }
        return array.toString();
    }

    /** @throws IllegalArgumentException if it is not what {@link #write} writes */
    static List<Transform> read(String text) {
        try {
            List<Transform> steps = new ArrayList<>();
            for (JsonNode node : JSON.readTree(text)) {
                if (!(node instanceof ObjectNode object)) {
                    throw new IllegalArgumentException("a transform is " + node + ", expected an object");
                }
                String kind = object.path(KIND).asText();
                object.remove(KIND);
                steps.add(JSON.treeToValue(object, type(kind)));
            }
            return List.copyOf(steps);
        } catch (JsonProcessingException malformed) {
            throw new IllegalArgumentException(
                    "transforms cannot be read: "
                            + malformed.getOriginalMessage().lines().findFirst().orElse(""),
                    malformed);
        }
    }

    private static Class<? extends Transform> type(String kind) {
        for (Class<?> type : Transform.class.getPermittedSubclasses()) {
            if (kind(type).equals(kind)) {
                return type.asSubclass(Transform.class);
            }
        }
        throw new IllegalArgumentException("transform '" + kind + "' is not known to this version");
    }

    private static String kind(Class<?> type) {
        return type.getSimpleName().replaceAll("(?<=[a-z])(?=[A-Z])", "-").toLowerCase(Locale.ROOT);
    }
}
