package convoy.jobs.study.file;

import convoy.jobs.runfile.RunFile;
import convoy.jobs.runfile.YamlReader;
import convoy.records.BadInputException;
import convoy.records.Problems;
import convoy.records.Refusal;
import convoy.records.Value;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import java.util.regex.Pattern;

/** A study file's text as a {@link Study}, and back. */
public final class StudyFile {
    private static final Pattern ELSEWHERE = Pattern.compile("([A-Za-z][A-Za-z0-9+.-]*:|/|~).*");

    private StudyFile() {}

    /**
     * Reads a study file, and the run file that it names.
     *
     * @param source the address of the study file
     * @param text of the study file, in YAML
     * @param overrides {@code a.b=c}, laid over the file in their order
     * @param files gives the text that lies at an address
     * @return the study, whose base is a mapping
     * @throws BadInputException that lists every problem, a line for each
     */
    public static Study read(String source, String text, List<String> overrides, UnaryOperator<String> files) {
        Study study = RunFile.read(Study.class, source, text, overrides);
        return study.withBase(base(source, study.base(), files));
    }

    private static Value base(String source, Value base, UnaryOperator<String> files) {
        if (!(base instanceof Value.Scalar address) || address.text().isBlank()) {
            return mapping(base);
        }
        String file = beside(source, address.text());
        Problems problems = new Problems();
        Value read = RunFile.content(YamlReader.readFile(file, files.apply(file), problems), problems);
        problems.throwIfAny();
        return read instanceof Value.Nothing nothing ? new Value.Mapping(Map.of(), nothing.place()) : mapping(read);
    }

    private static Value mapping(Value base) {
        if (base instanceof Value.Mapping) {
            return base;
        }
        throw new BadInputException(base.place() + ": "
                + Refusal.of("base")
                        .because("is " + base.form())
                        .instead("give the address of a run file, or the keys of one")
                        .sentence());
    }

    /** An address as it is meant in a file: beside that file, unless it says from where. */
    static String beside(String source, String address) {
        int slash = source.lastIndexOf('/');
        return ELSEWHERE.matcher(address).matches() || slash < 0 ? address : source.substring(0, slash + 1) + address;
    }

    /**
     * {@return the whole study as YAML, with its format, every key and the base in it}
     *
     * @param study to be written
     */
    public static String write(Study study) {
        return RunFile.stored(study);
    }
}
