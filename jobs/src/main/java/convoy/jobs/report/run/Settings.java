package convoy.jobs.report.run;

import convoy.records.JsonText;
import convoy.records.Numbered;
import convoy.records.Problems;
import convoy.records.Value;
import convoy.records.yaml.YamlText;
import java.util.LinkedHashMap;
import java.util.Map;

/** A run file's keys but its format, with all those that lead to them, {@code schedule.curve.kind}, and their values as text. */
final class Settings {
    private Settings() {}

    /**
     * Reads them as they stand there, of whatever version the file is.
     *
     * @throws convoy.records.BadInputException if the text is not YAML
     */
    static Map<String, String> of(String source, String text) {
        Problems problems = new Problems();
        Value root = YamlText.readFile(source, text, problems);
        problems.throwIfAny();
        Map<String, String> settings = new LinkedHashMap<>();
        flatten("", Numbered.of(root).content(), settings);
        return settings;
    }

    private static void flatten(String key, Value value, Map<String, String> into) {
        if (value instanceof Value.Mapping mapping && !mapping.entries().isEmpty()) {
            mapping.entries()
                    .forEach((name, entry) -> flatten(key.isEmpty() ? name : key + "." + name, entry.value(), into));
        } else if (value instanceof Value.Scalar scalar) {
            into.put(key, scalar.text());
        } else {
            into.put(key, JsonText.write(value));
        }
    }
}
