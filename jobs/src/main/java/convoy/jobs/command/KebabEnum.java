package convoy.jobs.command;

import convoy.records.text.Names;
import java.util.Arrays;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import picocli.CommandLine;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** Reads an enum's constant as it is written in a run file: in kebab-case. */
final class KebabEnum<E extends Enum<E>> implements ITypeConverter<E> {
    private final Map<String, E> constants;

    private KebabEnum(Class<E> type, Function<E, String> name) {
        constants = Arrays.stream(type.getEnumConstants()).collect(Collectors.toMap(name, constant -> constant));
    }

    static <E extends Enum<E>> void register(Class<E> type, CommandLine line) {
        register(type, constant -> Names.kebab(constant.name()), line);
    }

    /** For constants that are written otherwise. */
    static <E extends Enum<E>> void register(Class<E> type, Function<E, String> name, CommandLine line) {
        line.registerConverter(type, new KebabEnum<>(type, name));
    }

    @Override
    public E convert(String text) {
        E constant = constants.get(text);
        if (constant == null) {
            String guess = Names.nearest(text, constants.keySet())
                    .map(name -> "; did you mean " + name + "?")
                    .orElse("");
            throw new TypeConversionException("'" + text + "' is not one of "
                    + constants.keySet().stream().sorted().collect(Collectors.joining(", ")) + guess);
        }
        return constant;
    }
}
