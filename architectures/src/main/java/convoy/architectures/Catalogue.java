package convoy.architectures;

import convoy.architectures.families.Entry;
import convoy.architectures.families.NetworkArguments;
import convoy.architectures.families.Scale;
import convoy.architectures.families.inception.BnInception;
import convoy.architectures.families.inception.GoogLeNet;
import convoy.architectures.families.inception.Inception;
import convoy.architectures.families.inception.InceptionResNet;
import convoy.architectures.families.mobile.EfficientNet;
import convoy.architectures.families.mobile.MnasNet;
import convoy.architectures.families.mobile.MobileNet;
import convoy.architectures.families.mobile.ShuffleNet;
import convoy.architectures.families.mobile.SqueezeNet;
import convoy.architectures.families.plain.AlexNet;
import convoy.architectures.families.plain.AllCnn;
import convoy.architectures.families.plain.LeNet;
import convoy.architectures.families.plain.MnistCnn;
import convoy.architectures.families.plain.NetworkInNetwork;
import convoy.architectures.families.plain.PlainNet;
import convoy.architectures.families.plain.Vgg;
import convoy.architectures.families.residual.CifarResNet;
import convoy.architectures.families.residual.DenseNet;
import convoy.architectures.families.residual.EvoNormResNet;
import convoy.architectures.families.residual.ResNet;
import convoy.architectures.families.wired.RandomlyWired;
import convoy.architectures.graph.Network;
import convoy.records.BadInputException;
import convoy.records.text.Names;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.BiFunction;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** All networks, family by family. A new family is one file and one line here. */
public final class Catalogue {
    private static final Map<String, Entry> ENTRIES = Stream.of(
                    LeNet.entries(),
                    MnistCnn.entries(),
                    AlexNet.entries(),
                    NetworkInNetwork.entries(),
                    Vgg.entries(),
                    GoogLeNet.entries(),
                    BnInception.entries(),
                    Inception.entries(),
                    InceptionResNet.entries(),
                    CifarResNet.entries(),
                    PlainNet.entries(),
                    ResNet.entries(),
                    AllCnn.entries(),
                    DenseNet.entries(),
                    SqueezeNet.entries(),
                    MobileNet.entries(),
                    MnasNet.entries(),
                    ShuffleNet.entries(),
                    EfficientNet.entries(),
                    RandomlyWired.entries(),
                    EvoNormResNet.entries())
            .flatMap(List::stream)
            .collect(Collectors.toMap(
                    Entry::name,
                    entry -> entry,
                    (first, second) -> {
                        throw new IllegalStateException("two networks are called " + first.name());
                    },
                    LinkedHashMap::new));

    /** Families whose networks come in any width and depth. */
    private static final Map<String, BiFunction<String, Scale, Entry>> SCALED = Map.of(
            "EfficientNet", EfficientNet::scaled,
            "MobileNet", MobileNet::scaled,
            "MNASNet", MnasNet::scaled,
            "CIFAR ResNet", CifarResNet::scaled,
            "ResNet", ResNet::scaled,
            "Wide ResNet", ResNet::scaled);

    private Catalogue() {}

    /**
     * {@return a network of the catalogue, wider or deeper}
     *
     * @param name as the catalogue writes it
     * @param parameters width, depth or phi, as written; none: as the catalogue has it
     * @throws BadInputException if there is no such network, or none of any width, or a parameter is wrong
     */
    public static Entry scaled(String name, Map<String, String> parameters) {
        Entry entry = find(name);
        if (parameters.isEmpty()) {
            return entry;
        }
        BiFunction<String, Scale, Entry> scaling = ENTRIES.containsKey(name) ? SCALED.get(entry.family()) : null;
        if (scaling == null) {
            throw new BadInputException(
                    "network.parameters = " + String.join(", ", parameters.keySet()) + ", and " + name
                            + " comes in one size: leave them out, or take one of "
                            + SCALED.keySet().stream().sorted().collect(Collectors.joining(", ")));
        }
        return scaling.apply(name, Scale.of(parameters));
    }

    /** {@return all entries, family by family; not what jars bring} */
    public static List<Entry> all() {
        return List.copyOf(ENTRIES.values());
    }

    /**
     * {@return what jars on the class path of this thread bring}
     *
     * @throws BadInputException if one cannot be used
     */
    public static List<Entry> provided() {
        return List.copyOf(providedByName().values());
    }

    /**
     * {@return whether a name is one of the catalogue's own, so that it says all of a network}
     *
     * @param name as somebody wrote it
     */
    public static boolean has(String name) {
        return ENTRIES.containsKey(name);
    }

    private static Map<String, Entry> providedByName() {
        ClassLoader ofThread = Thread.currentThread().getContextClassLoader();
        return ProvidedNetworks.seenBy(
                ofThread == null ? Catalogue.class.getClassLoader() : ofThread, ENTRIES.keySet());
    }

    /**
     * {@return the entry of a name}
     *
     * @param name as the catalogue writes it
     * @throws BadInputException if there is none; the message names the most similar ones
     */
    public static Entry find(String name) {
        Entry entry = ENTRIES.get(name);
        if (entry == null) {
            entry = providedByName().get(name);
        }
        if (entry == null) {
            throw new BadInputException("network = " + name + " is not in the catalogue; " + similar(name)
                    + "`convoy models` lists all " + ENTRIES.size());
        }
        return entry;
    }

    /**
     * Builds a network.
     *
     * @param name as the catalogue writes it
     * @param arguments what is to differ from the entry's defaults
     * @return the network, not yet initialized
     * @throws BadInputException if there is no such network, or it cannot take these arguments
     */
    public static Network build(String name, NetworkArguments arguments) {
        return find(name).build(arguments);
    }

    private static String similar(String name) {
        String wanted = letters(name);
        int furthest = 1 + wanted.length() / 3;
        String names = ENTRIES.keySet().stream()
                .filter(known -> Names.distance(wanted, letters(known)) <= furthest)
                .sorted(Comparator.comparingInt(known -> Names.distance(wanted, letters(known))))
                .limit(3)
                .collect(Collectors.joining(", "));
        return names.isEmpty() ? "" : "did you mean " + names + "? ";
    }

    private static String letters(String name) {
        return name.toLowerCase(Locale.ROOT).replaceAll("[^a-z0-9]", "");
    }
}
