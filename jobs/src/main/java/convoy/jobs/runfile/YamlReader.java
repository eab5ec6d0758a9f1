package convoy.jobs.runfile;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import com.fasterxml.jackson.dataformat.yaml.YAMLParser;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.yaml.snakeyaml.error.MarkedYAMLException;

/**
 * Reads YAML into {@link Value}s that know their lines.
 *
 * <p>One document of plain YAML: keys given twice, anchors' aliases and a second document are problems, since each of
 * them would silently hide something that the author wrote.
 */
final class YamlReader {
    private static final YAMLFactory YAML = new YAMLFactory();
    private static final int DEEPEST = 64;

    private final String source;
    private final boolean lines;
    private final Problems problems;

    private YamlReader(String source, boolean lines, Problems problems) {
        this.source = source;
        this.lines = lines;
        this.problems = problems;
    }

    /** Reads a file's text; what is not YAML at all ends up in {@code problems} and an empty mapping is returned. */
    static Value readFile(String source, String text, Problems problems) {
        return new YamlReader(source, true, problems).read(text);
    }

    /** Reads the value of one override, which stands at no line. */
    static Value readOverride(String source, String text, Problems problems) {
        return new YamlReader(source, false, problems).read(text);
    }

    private Value read(String text) {
        try (YAMLParser parser = YAML.createParser(text)) {
            if (parser.nextToken() == null) {
                return new Value.Nothing(place(1));
            }
            Value value = value(parser, 0);
            if (parser.nextToken() != null) {
                problems.add(here(parser), "a second value or document begins here; only one is read");
            }
            return value;
        } catch (JsonProcessingException notYaml) {
            Place place = place(line(notYaml));
            problems.add(place, "is not YAML: " + what(notYaml));
            return new Value.Nothing(place);
        } catch (IOException impossible) {
            throw new UncheckedIOException(impossible);
        }
    }

    private Value value(YAMLParser parser, int depth) throws IOException {
        Place place = here(parser);
        if (depth > DEEPEST) {
            throw new com.fasterxml.jackson.core.JsonParseException(
                    parser, "nested more than " + DEEPEST + " levels deep", parser.currentTokenLocation());
        }
        if (parser.isCurrentAlias()) {
            problems.add(place, "the alias *" + parser.getText() + " is not followed; write the value out");
            return new Value.Nothing(place);
        }
        JsonToken token = parser.currentToken();
        return switch (token) {
            case START_OBJECT -> mapping(parser, place, depth);
            case START_ARRAY -> sequence(parser, place, depth);
            case VALUE_NULL -> new Value.Nothing(place);
            case VALUE_STRING, VALUE_NUMBER_INT, VALUE_NUMBER_FLOAT, VALUE_TRUE, VALUE_FALSE ->
                new Value.Scalar(parser.getText(), place);
            case END_OBJECT, END_ARRAY, FIELD_NAME, NOT_AVAILABLE, VALUE_EMBEDDED_OBJECT ->
                throw new IllegalStateException("token " + token + " where a value begins");
        };
    }

    private Value mapping(YAMLParser parser, Place place, int depth) throws IOException {
        Map<String, Value.Entry> entries = new LinkedHashMap<>();
        while (parser.nextToken() == JsonToken.FIELD_NAME) {
            String key = parser.currentName();
            Place keyPlace = here(parser);
            parser.nextToken();
            Value value = value(parser, depth + 1);
            Value.Entry first = entries.putIfAbsent(key, new Value.Entry(keyPlace, value));
            if (first != null) {
                problems.add(
                        keyPlace,
                        "the key " + key + " is given twice; line "
                                + first.key().line() + " has it already");
            }
        }
        return new Value.Mapping(entries, place);
    }

    private Value sequence(YAMLParser parser, Place place, int depth) throws IOException {
        List<Value> values = new ArrayList<>();
        while (parser.nextToken() != JsonToken.END_ARRAY) {
            values.add(value(parser, depth + 1));
        }
        return new Value.Sequence(values, place);
    }

    private Place here(JsonParser parser) {
        return place(parser.currentTokenLocation().getLineNr());
    }

    private Place place(int line) {
        return new Place(source, lines ? line : 0);
    }

    /** Where the trouble is, and not the last thing before it that was understood. */
    private static int line(JsonProcessingException notYaml) {
        if (notYaml.getCause() instanceof MarkedYAMLException marked && marked.getProblemMark() != null) {
            return marked.getProblemMark().getLine() + 1;
        }
        return notYaml.getLocation() == null ? 1 : notYaml.getLocation().getLineNr();
    }

    private static String what(JsonProcessingException notYaml) {
        if (notYaml.getCause() instanceof MarkedYAMLException marked && marked.getProblem() != null) {
            String doing = marked.getContext() == null ? "" : firstLine(marked.getContext()) + ": ";
            return doing + firstLine(marked.getProblem());
        }
        return firstLine(notYaml.getOriginalMessage());
    }

    private static String firstLine(String message) {
        return message.lines().findFirst().orElse(message);
    }
}
