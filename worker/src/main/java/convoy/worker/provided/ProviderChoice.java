package convoy.worker.provided;

import convoy.records.BadInputException;
import convoy.records.Refusal;
import convoy.records.annotation.Default;
import java.util.Collections;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * What a file says of something that a provider offers.
 *
 * @param name of the provider
 * @param arguments what it is told, as written
 */
public record ProviderChoice(
        String name, @Default(Default.EMPTY_MAPPING) SortedMap<String, String> arguments) {
    public ProviderChoice {
        arguments = Collections.unmodifiableSortedMap(new TreeMap<>(arguments));
        if (name.isBlank()) {
            throw new BadInputException(
                    Refusal.of("name", "''").because("is empty").instead("give the name that the provider has"));
        }
    }

    /**
     * {@return one that is told nothing}
     *
     * @param name of the provider
     */
    public static ProviderChoice parse(String name) {
        return new ProviderChoice(name, Collections.emptySortedMap());
    }

    /** The text that means it, where there are no arguments. */
    @Override
    public String toString() {
        return arguments.isEmpty() ? name : name + " " + arguments;
    }
}
