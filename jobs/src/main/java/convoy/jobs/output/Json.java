package convoy.jobs.output;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.ObjectWriter;
import java.io.PrintWriter;

/** Maps, lists, numbers and texts for other programs: what {@code --json} prints, and files that nobody here reads again. */
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
     * {@return a value as indented JSON, without a line break at the end}
     *
     * @param value maps, lists, numbers and texts
     */
    public static String pretty(Object value) {
        return write(MAPPER.writerWithDefaultPrettyPrinter(), value);
    }

    /**
     * {@return a value as JSON on one line, without its end}
     *
     * @param value maps, lists, numbers and texts
     */
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
