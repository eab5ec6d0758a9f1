package convoy.jobs.output;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.ObjectWriter;
import java.io.PrintWriter;

/** Maps, lists, numbers and texts for other programs: what {@code --json} prints, and files that nobody here reads again. */
public final class Json {
    private static final ObjectMapper MAPPER = new ObjectMapper();

    private Json() {}

    /** Prints what {@link #pretty} makes of a value, which has lines of its own. */
    public static void print(Object value, PrintWriter out) {
        out.print(pretty(value) + "\n");
        out.flush();
    }

    /** Indented, without a line break at the end. */
    public static String pretty(Object value) {
        return write(MAPPER.writerWithDefaultPrettyPrinter(), value);
    }

    /** On one line, without its end. */
    public static String line(Object value) {
        return write(MAPPER.writer(), value);
    }

    private static String write(ObjectWriter writer, Object value) {
        try {
            return writer.writeValueAsString(value);
        } catch (JsonProcessingException unwritable) {
            throw new IllegalArgumentException("not plain maps, lists, numbers and texts", unwritable);
        }
    }
}
