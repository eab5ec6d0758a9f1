package convoy.records;

import com.fasterxml.jackson.core.JsonParseException;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;

/**
 * Reads the one value of a text into {@link Value}s that know their lines.
 *
 * <p>Keys given twice, aliases of anchors and a second value are problems, since each of them would silently hide something
 * that the author wrote.
 */
public final class ValueReader {
    private static final int DEEPEST = 64;

    private final String source;
    private final boolean lines;
    private final Predicate<JsonParser> isAlias;
    private final Problems problems;

    /**
     * A reader of one text.
     *
     * @param source what messages call the text
     * @param lines whether messages name its lines
     * @param isAlias whether a parser stands at an alias
     * @param problems that gets what is wrong
     */
    public ValueReader(String source, boolean lines, Predicate<JsonParser> isAlias, Problems problems) {
        this.source = source;
        this.lines = lines;
        this.isAlias = isAlias;
        this.problems = problems;
    }

    /** Of a text of JSON in which messages name no lines. */
    static ValueReader json(String source, Problems problems) {
        return new ValueReader(source, false, parser -> false, problems);
    }

    /**
     * Reads the text.
     *
     * @param parser at the beginning of the text
     * @return the one value of the text
     * @throws JsonProcessingException if it is not of the parser's language
     */
    public Value read(JsonParser parser) throws IOException {
        if (parser.nextToken() == null) {
            return new Value.Nothing(place(1));
        }
        Value value = value(parser, 0);
        if (parser.nextToken() != null) {
            problems.add(here(parser), "a second value or document begins here; only one is read");
        }
        return value;
    }

    private Value value(JsonParser parser, int depth) throws IOException {
        Place place = here(parser);
        if (depth > DEEPEST) {
            throw new JsonParseException(
                    parser, "nested more than " + DEEPEST + " levels deep", parser.currentTokenLocation());
        }
        if (isAlias.test(parser)) {
            problems.add(place, "the alias *" + parser.getText() + " is not followed; write the value out");
            return new Value.Nothing(place);
        }
        JsonToken token = parser.currentToken();
        return switch (token) {
            case START_OBJECT -> mapping(parser, place, depth);
            case START_ARRAY -> sequence(parser, place, depth);
            case VALUE_NULL -> new Value.Nothing(place);
            case VALUE_STRING -> scalar(parser, Value.Scalar.Kind.TEXT, place);
            case VALUE_NUMBER_INT, VALUE_NUMBER_FLOAT -> scalar(parser, Value.Scalar.Kind.NUMBER, place);
            case VALUE_TRUE, VALUE_FALSE -> scalar(parser, Value.Scalar.Kind.FLAG, place);
            case END_OBJECT, END_ARRAY, FIELD_NAME, NOT_AVAILABLE, VALUE_EMBEDDED_OBJECT ->
                throw new IllegalStateException("token " + token + " where a value begins");
        };
    }

    private static Value scalar(JsonParser parser, Value.Scalar.Kind kind, Place place) throws IOException {
        return new Value.Scalar(parser.getText(), kind, place);
    }

    private Value mapping(JsonParser parser, Place place, int depth) throws IOException {
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
                        "the key " + key + " is given twice"
                                + (lines ? "; line " + first.key().line() + " has it already" : ""));
            }
        }
        return new Value.Mapping(entries, place);
    }

    private Value sequence(JsonParser parser, Place place, int depth) throws IOException {
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
}
