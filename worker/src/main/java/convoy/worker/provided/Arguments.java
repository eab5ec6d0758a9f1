package convoy.worker.provided;

import convoy.records.BadInputException;
import convoy.records.Refusal;
import convoy.records.text.Names;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Function;

/**
 * What a provider is told by a file. It asks for each argument by its name; one that it has not asked for by the time that it has made
 * what is wanted is refused. Every refusal is one line that says whose argument it is. For one thread.
 */
public final class Arguments {
    private final String owner;
    private final SortedMap<String, String> values;
    private final TreeSet<String> asked = new TreeSet<>();

    /**
     * Of some provider.
     *
     * @param owner what it is and its name, {@code listener csv}
     * @param values by their names, as written
     */
    public Arguments(String owner, Map<String, String> values) {
        this.owner = owner;
        this.values = new TreeMap<>(values);
    }

    /**
     * {@return an argument that need not be there}
     *
     * @param name of it
     */
    public Optional<String> optional(String name) {
        asked.add(name);
        return Optional.ofNullable(values.get(name));
    }

    /**
     * {@return an argument that must be there}
     *
     * @param name of it
     * @throws BadInputException if it is not
     */
    public String text(String name) {
        return optional(name)
                .orElseThrow(() -> new BadInputException(Refusal.of(name)
                        .because("is missing")
                        .instead("give it among the arguments")
                        .by(owner)));
    }

    /**
     * {@return a number, with a fraction perhaps}
     *
     * @param name of the argument
     * @param standard what it is where it is not there
     * @throws BadInputException if it is no finite number
     */
    public double number(String name, double standard) {
        Optional<String> text = optional(name);
        if (text.isEmpty()) {
            return standard;
        }
        Optional<Double> value = parsed(text.get(), Double::valueOf).filter(Double::isFinite);
        return value.orElseThrow(() -> refused(name, text.get(), "is no finite number"));
    }

    /**
     * {@return a whole number}
     *
     * @param name of the argument
     * @param standard what it is where it is not there
     * @param least that it may be
     * @param most that it may be
     * @throws BadInputException if it is no whole number, or not between these
     */
    public int whole(String name, int standard, int least, int most) {
        Optional<String> text = optional(name);
        if (text.isEmpty()) {
            return standard;
        }
        int value =
                parsed(text.get(), Integer::valueOf).orElseThrow(() -> refused(name, text.get(), "is no whole number"));
        if (value < least || value > most) {
            throw refused(name, text.get(), "is not in [" + least + ", " + most + "]");
        }
        return value;
    }

    private static <T> Optional<T> parsed(String text, Function<String, T> parser) {
        try {
            return Optional.of(parser.apply(text));
        } catch (NumberFormatException noNumber) {
            return Optional.empty();
        }
    }

    private BadInputException refused(String name, String value, String relation) {
        return new BadInputException(Refusal.of(name, value).because(relation).by(owner));
    }

    /**
     * Refuses arguments that nobody has asked for.
     *
     * @throws BadInputException if there are any
     */
    void requireAllAsked() {
        values.keySet().stream()
                .filter(name -> !asked.contains(name))
                .findFirst()
                .ifPresent(name -> {
                    throw new BadInputException(Refusal.of(name)
                            .because("is no argument of it")
                            .instead(Names.nearest(name, asked)
                                    .map(near -> "did you mean " + near + "?")
                                    .orElse(asked.isEmpty() ? "it has none" : "it has " + String.join(", ", asked)))
                            .by(owner));
                });
    }
}
