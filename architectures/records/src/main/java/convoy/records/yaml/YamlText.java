package convoy.records.yaml;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import com.fasterxml.jackson.dataformat.yaml.YAMLGenerator;
import com.fasterxml.jackson.dataformat.yaml.YAMLParser;
import convoy.records.Place;
import convoy.records.Problems;
import convoy.records.Value;
import convoy.records.ValueReader;
import convoy.records.text.FirstLine;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import org.yaml.snakeyaml.error.MarkedYAMLException;

/** One document of plain YAML as {@link Value}s that know their lines, and such values as YAML. */
public final class YamlText {
    private static final YAMLFactory YAML = YAMLFactory.builder()
            // A key without a value has none: the builder, unlike the constructor, does not begin with this.
            .enable(YAMLParser.Feature.EMPTY_STRING_AS_NULL)
            .disable(YAMLGenerator.Feature.WRITE_DOC_START_MARKER)
            .disable(YAMLGenerator.Feature.SPLIT_LINES)
            .enable(YAMLGenerator.Feature.MINIMIZE_QUOTES)
            .enable(YAMLGenerator.Feature.ALWAYS_QUOTE_NUMBERS_AS_STRINGS)
            .enable(YAMLGenerator.Feature.INDENT_ARRAYS_WITH_INDICATOR)
            .build();

    private YamlText() {}

    /**
     * Reads a file's text; what is not YAML at all ends up in {@code problems}.
     *
     * @param source what messages call the text, usually the file's name
     * @param text one document
     * @param problems gets what is wrong
     * @return the document; nothing if it is not YAML at all
     */
    public static Value readFile(String source, String text, Problems problems) {
        return read(source, text, true, problems);
    }

    /**
     * Reads a text that stands at no line, as one word of a command line does.
     *
     * @param source what messages call the text
     * @param text one document
     * @param problems gets what is wrong
     * @return the document; nothing if it is not YAML at all
     */
    public static Value readWord(String source, String text, Problems problems) {
        return read(source, text, false, problems);
    }

    /**
     * {@return the value as YAML, which {@link #readFile} reads}
     *
     * @param value to be written
     */
    public static String write(Value value) {
        StringWriter text = new StringWriter();
        try (JsonGenerator out = YAML.createGenerator(text)) {
            value.writeTo(out);
        } catch (IOException impossible) {
            throw new UncheckedIOException(impossible);
        }
        return text.toString();
    }

    private static Value read(String source, String text, boolean lines, Problems problems) {
        try (JsonParser parser = YAML.createParser(text)) {
            return new ValueReader(source, lines, YamlText::isAlias, problems).read(parser);
        } catch (JsonProcessingException notYaml) {
            Place place = new Place(source, lines ? line(notYaml) : 0);
            problems.add(place, "is not YAML: " + what(notYaml));
            return new Value.Nothing(place);
        } catch (IOException impossible) {
            throw new UncheckedIOException(impossible);
        }
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
            String doing = marked.getContext() == null ? "" : FirstLine.of(marked.getContext()) + ": ";
            return doing + FirstLine.of(marked.getProblem());
        }
        return FirstLine.of(notYaml.getOriginalMessage());
    }

    private static boolean isAlias(JsonParser parser) {
        return parser instanceof YAMLParser yaml && yaml.isCurrentAlias();
    }
}
