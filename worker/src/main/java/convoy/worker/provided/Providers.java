package convoy.worker.provided;

import convoy.records.BadInputException;
import convoy.records.text.FirstLine;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.ServiceConfigurationError;
import java.util.ServiceLoader;
import java.util.TreeSet;
import java.util.function.BiFunction;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * Who offers what of one kind, as the calling thread's class loader sees it: the jars of {@code --jars} and of the class path. They are
 * asked anew each time, as the classes that a thread sees may be others.
 *
 * @param kind of what they offer, for messages: {@code listener}
 * @param type what they implement
 * @param <P> the same
 */
public record Providers<P extends Provider>(String kind, Class<P> type) {
    /**
     * Has a provider make something.
     *
     * @param <T> what is made
     * @param choice which provider, and what it is told
     * @param making asks the provider for it
     * @return what it made
     * @throws BadInputException if there is no such provider, or two, or it fails, or does not know an argument
     */
    public <T> T make(ProviderChoice choice, BiFunction<P, Arguments, T> making) {
        P provider = find(choice.name());
        Arguments arguments = new Arguments(kind + " " + choice.name(), choice.arguments());
        T made = guarded(provider, () -> making.apply(provider, arguments));
        arguments.requireAllAsked();
        return made;
    }

    /**
     * {@return what a provider says of itself}
     *
     * @param <T> what is asked for
     * @param provider that is asked
     * @param question what
     * @throws BadInputException if it fails
     */
    public <T> T ask(P provider, Function<P, T> question) {
        return guarded(provider, () -> question.apply(provider));
    }

    /**
     * {@return the provider of that name}
     *
     * @param name of it
     * @throws BadInputException if there is none, or two, or one fails
     */
    public P find(String name) {
        List<P> found = new ArrayList<>();
        TreeSet<String> known = new TreeSet<>();
        try {
            for (P provider : ServiceLoader.load(type, seen())) {
                String own = guarded(provider, provider::name);
                known.add(own);
                if (own.equals(name)) {
                    found.add(provider);
                }
            }
        } catch (ServiceConfigurationError malformed) {
            throw failed("a jar's list of " + kind + " providers", malformed);
        }
        if (found.isEmpty()) {
            throw new BadInputException(kind + " " + name + ": no jar on the class path provides it"
                    + (known.isEmpty() ? "" : " (there are " + String.join(", ", known) + ")")
                    + "; give the jar that does with --jars");
        }
        if (found.size() > 1) {
            throw new BadInputException(
                    kind + " providers " + found.get(0).getClass().getName() + " and "
                            + found.get(1).getClass().getName() + " are both called " + name
                            + ": leave the jar of one of them out");
        }
        return found.get(0);
    }

    private static ClassLoader seen() {
        return Optional.ofNullable(Thread.currentThread().getContextClassLoader())
                .orElseGet(Providers.class::getClassLoader);
    }

    /** What a provider says, or one line about how it fails. */
    private <T> T guarded(P provider, Supplier<T> asking) {
        try {
            return Objects.requireNonNull(asking.get(), "it gives nothing");
        } catch (BadInputException refused) {
            throw refused;
        } catch (RuntimeException | LinkageError failure) {
            throw failed(kind + " provider " + provider.getClass().getName(), failure);
        }
    }

    private static BadInputException failed(String what, Throwable failure) {
        Throwable reason = failure instanceof ServiceConfigurationError && failure.getCause() != null
                ? failure.getCause()
                : failure;
        return new BadInputException(
                what + " fails: " + reason.getClass().getSimpleName() + ": " + FirstLine.of(reason)
                        + "; leave its jar out, or give one that was made for this version",
                failure);
    }
}
