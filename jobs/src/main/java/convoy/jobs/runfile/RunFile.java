package convoy.jobs.runfile;

import convoy.records.BadInputException;
import convoy.records.Codec;
import convoy.records.Numbered;
import convoy.records.Problems;
import convoy.records.Value;
import convoy.records.yaml.YamlText;
import java.util.List;
import java.util.Optional;

/**
 * A run file, or a study file: YAML that binds to one configuration record, and such a record as YAML. What was stored says its
 * format, {@code format: 1}; a file that says none is of that one.
 */
public final class RunFile {
    /** Goes up when a key of a run file or of a study file is renamed or removed, or gets another meaning: only this one is read. */
    private static final int NUMBER = 1;

    private RunFile() {}

    /**
     * Binds a run file's text to a record.
     *
     * @param <T> the record
     * @param type the record
     * @param source what messages call the text, usually the file's name
     * @param text of the file, in YAML
     * @param overrides {@code a.b=c}, laid over the file in their order
     * @return the record, whole
     * @throws BadInputException that lists every problem of the file, a line for each: where it stands, the key, the
     *     value, what was wanted, the remedy
     */
    public static <T extends Record> T read(Class<T> type, String source, String text, List<String> overrides) {
        Problems problems = new Problems();
        Value value = YamlText.readFile(source, text, problems);
        if (problems.count() > 0 && value instanceof Value.Nothing) {
            problems.throwIfAny();
        }
        Value whole = new Overrides(problems).apply(value, overrides);
        return Codec.of(type).readWritten(content(whole, problems), problems);
    }

    /**
     * {@return what a file holds beside its format, which is a problem if it is not the one that is read}
     *
     * @param whole all that the file holds
     * @param problems where another format is added
     */
    public static Value content(Value whole, Problems problems) {
        Numbered numbered = Numbered.of(whole);
        numbered.format()
                .filter(format -> !numbered.said().equals(Optional.of(Integer.toString(NUMBER))))
                .ifPresent(format -> problems.add(
                        format.place(),
                        "format = " + numbered.said().orElse("") + ", this version reads format " + NUMBER
                                + "; use a newer convoy, or leave the key out"));
        return numbered.content();
    }

    /**
     * {@return what a run or a study keeps: the format, then the same as {@link #write}}
     *
     * @param configuration of a run or a study
     */
    public static String stored(Record configuration) {
        return YamlText.write(Numbered.write(NUMBER, written(configuration)));
    }

    /**
     * {@return the whole configuration as YAML: every key with its value, so that nothing depends on a default any more}
     *
     * @param configuration a record that {@link #read} reads
     */
    public static String write(Record configuration) {
        return YamlText.write(written(configuration));
    }

    private static <T extends Record> Value written(T configuration) {
        @SuppressWarnings("unchecked")
        Class<T> type = (Class<T>) configuration.getClass();
        return Codec.of(type).write(configuration);
    }
}
