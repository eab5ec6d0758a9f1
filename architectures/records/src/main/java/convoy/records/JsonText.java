package convoy.records;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.util.DefaultPrettyPrinter;
import convoy.records.text.FirstLine;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;

/** Values as JSON. */
public final class JsonText {
    private static final JsonFactory JSON = new JsonFactory();

    private JsonText() {}

    /**
     * {@return the value on one line, without a line break}
     *
     * @param value to be written
     */
    public static String write(Value value) {
        return write(value, false);
    }

    /**
     * {@return the value, one key a line, with a line break at the end}
     *
     * @param value to be written
     */
    public static String writePretty(Value value) {
        return write(value, true) + "\n";
    }

    private static String write(Value value, boolean pretty) {
        StringWriter text = new StringWriter();
        try (JsonGenerator out = JSON.createGenerator(text)) {
            if (pretty) {
                out.setPrettyPrinter(new DefaultPrettyPrinter());
            }
            value.writeTo(out);
        } catch (IOException impossible) {
            throw new UncheckedIOException(impossible);
        }
        return text.toString();
    }

    /**
     * Reads one value.
     *
     * @param source what messages call the text
     * @param text one whole JSON value
     * @return the value, with the places of all its parts
     * @throws BadInputException if the text is not JSON, or has a key twice
     */
    public static Value read(String source, String text) {
        Problems problems = new Problems();
        try (JsonParser parser = JSON.createParser(text)) {
            Value value = ValueReader.json(source, problems).read(parser);
            problems.throwIfAny();
            return value;
        } catch (JsonProcessingException notJson) {
            throw new BadInputException(source + ": is not JSON: " + FirstLine.of(notJson.getOriginalMessage()));
        } catch (IOException impossible) {
            throw new UncheckedIOException(impossible);
        }
    }
}
