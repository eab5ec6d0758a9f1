package convoy.jobs.binding;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import com.fasterxml.jackson.dataformat.yaml.YAMLParser;
import convoy.records.Problems;
import convoy.records.Value;
import convoy.records.ValueReader;
import java.io.IOException;
import java.io.UncheckedIOException;

/** Reads one document of plain YAML into {@link Value}s that know their lines. */
final class YamlReader {
    private static final YAMLFactory YAML = new YAMLFactory();

    private YamlReader() {}

    /** Reads a file's text; what is not YAML at all ends up in {@code problems}, and nothing is returned. */
    static Value readFile(String source, String text, Problems problems) {
        return read(source, text, true, problems);
    }

    /** Reads the value of one override, which stands at no line. */
    static Value readOverride(String source, String text, Problems problems) {
        return read(source, text, false, problems);
    }

    private static Value read(String source, String text, boolean lines, Problems problems) {
        try (JsonParser parser = YAML.createParser(text)) {
            return new ValueReader(source, lines, "YAML", YamlReader::isAlias, problems).read(parser);
        } catch (IOException impossible) {
            throw new UncheckedIOException(impossible);
        }
    }

    private static boolean isAlias(JsonParser parser) {
        return parser instanceof YAMLParser yaml && yaml.isCurrentAlias();
    }
}
