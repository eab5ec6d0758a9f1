package convoy.architectures;

import convoy.architectures.families.Entry;
import convoy.records.BadInputException;
import convoy.records.text.FirstLine;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.ServiceConfigurationError;
import java.util.ServiceLoader;
import java.util.Set;

/** What is found of other people's networks. They are asked anew each time, as the classes that a thread sees may be others. */
final class ProvidedNetworks {
    private ProvidedNetworks() {}

    /**
     * By their names.
     *
     * @throws BadInputException if a provider fails, or two networks have one name
     */
    static Map<String, Entry> seenBy(ClassLoader classes, Set<String> taken) {
        Map<String, Entry> found = new LinkedHashMap<>();
        Map<String, String> owners = new LinkedHashMap<>();
        List<ServiceLoader.Provider<NetworkProvider>> providers;
        try {
            providers =
                    ServiceLoader.load(NetworkProvider.class, classes).stream().toList();
        } catch (ServiceConfigurationError malformed) {
            throw failed("a jar's list of network providers", malformed);
        }
        for (ServiceLoader.Provider<NetworkProvider> provider : providers) {
            String owner = provider.type().getName();
            for (Entry entry : networks(owner, provider)) {
                if (taken.contains(entry.name())) {
                    throw new BadInputException("network provider " + owner + " has a network " + entry.name()
                            + ", which is one of the catalogue's: give it another name, or leave its jar out");
                }
                if (found.putIfAbsent(entry.name(), entry) != null) {
                    throw new BadInputException("network providers " + owners.get(entry.name()) + " and " + owner
                            + " both have a network " + entry.name() + ": leave the jar of one of them out");
                }
                owners.put(entry.name(), owner);
            }
        }
        return found;
    }

    private static List<Entry> networks(String owner, ServiceLoader.Provider<NetworkProvider> provider) {
        try {
            return List.copyOf(provider.get().networks());
        } catch (RuntimeException | LinkageError | ServiceConfigurationError failure) {
            throw failed("network provider " + owner, failure);
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
