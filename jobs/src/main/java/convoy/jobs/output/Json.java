package convoy.jobs.output;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.PrintWriter;

/** What {@code --json} prints. */
public final class Json {
    private static final ObjectMapper MAPPER = new ObjectMapper();

    private Json() {}

    /**
     * Prints what {@link #pretty} makes of a value, which has lines of its own.
     *
     * @param value maps, lists, numbers and texts
     * @param out on which it is printed
     */
    public static void print(Object value, PrintWriter out) {
        out.print(pretty(value) + "\n");
        out.flush();
    }

    /**
     * {@return a value as indented JSON}
     *
     * @param value maps, lists, numbers and texts
     */
    public static String pretty(Object value) {
        try {
            return MAPPER.writerWithDefaultPrettyPrinter().writeValueAsString(value);
        } catch (JsonProcessingException unwritable) {
            throw new IllegalArgumentException("not plain maps, lists, numbers and texts", unwritable);
        }
    }
}
