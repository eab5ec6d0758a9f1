package convoy.jobs.runfile;

import convoy.records.BadInputException;
import convoy.records.Problems;
import convoy.records.Refusal;
import convoy.records.Value;
import convoy.records.yaml.YamlText;
import java.util.Map;
import java.util.function.UnaryOperator;
import java.util.regex.Pattern;

/** The run that a study's trials or a pipeline's models have in common: its keys, or the address of a run file. */
public final class BaseRun {
    private static final Pattern ELSEWHERE = Pattern.compile("([A-Za-z][A-Za-z0-9+.-]*:|/|~).*");

    private BaseRun() {}

    /**
     * {@return the keys of the run}
     *
     * @param source the address of the file that has it as its {@code base}
     * @param base a mapping, or an address
     * @param files gives the text that lies at an address
     * @throws BadInputException if it is neither, or no YAML lies there
     */
    public static Value mapping(String source, Value base, UnaryOperator<String> files) {
        if (!(base instanceof Value.Scalar address) || address.text().isBlank()) {
            return requireMapping(base);
        }
        String file = beside(source, address.text());
        Problems problems = new Problems();
        Value read = RunFile.content(YamlText.readFile(file, files.apply(file), problems), problems);
        problems.throwIfAny();
        return read instanceof Value.Nothing nothing
                ? new Value.Mapping(Map.of(), nothing.place())
                : requireMapping(read);
    }

    private static Value requireMapping(Value base) {
        if (base instanceof Value.Mapping) {
            return base;
        }
        throw new BadInputException(base.place() + ": "
                + Refusal.of("base")
                        .because("is " + base.form())
                        .instead("give the address of a run file, or the keys of one")
                        .sentence());
    }

    /**
     * {@return an address as it is meant in a file: beside that file, unless it says from where}
     *
     * @param source the address of the file
     * @param address that stands in it
     */
    public static String beside(String source, String address) {
        int slash = source.lastIndexOf('/');
        return ELSEWHERE.matcher(address).matches() || slash < 0 ? address : source.substring(0, slash + 1) + address;
    }
}
