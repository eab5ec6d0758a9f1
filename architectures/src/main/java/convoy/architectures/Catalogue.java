package convoy.architectures;

import convoy.architectures.Shape.Image;
import convoy.records.BadInputException;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
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
                    Inception.entries(),
                    InceptionResNet.entries(),
                    CifarResNet.entries(),
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

    private Catalogue() {}

    /** All entries, family by family. */
    public static List<Entry> all() {
        return List.copyOf(ENTRIES.values());
    }

    /**
     * The entry of a name.
     *
     * @throws BadInputException if there is none; the message names the most similar ones
     */
    public static Entry find(String name) {
        Entry entry = ENTRIES.get(name);
        if (entry == null) {
            throw new BadInputException("network = " + name + " is not in the catalogue; " + similar(name)
                    + "`convoy models` lists all " + ENTRIES.size());
        }
        return entry;
    }

    /**
     * Builds a network.
     *
     * @throws BadInputException if there is no such network, or it cannot take these arguments
     */
    public static Network build(String name, NetworkArguments arguments) {
        return find(name).build(arguments);
    }

    private static String similar(String name) {
        String wanted = letters(name);
        int furthest = 1 + wanted.length() / 3;
        String names = ENTRIES.keySet().stream()
                .filter(known -> distance(wanted, letters(known)) <= furthest)
                .sorted(Comparator.comparingInt(known -> distance(wanted, letters(known))))
                .limit(3)
                .collect(Collectors.joining(", "));
        return names.isEmpty() ? "" : "did you mean " + names + "? ";
    }

    private static String letters(String name) {
        return name.toLowerCase(Locale.ROOT).replaceAll("[^a-z0-9]", "");
    }

    /** Insertions, deletions and substitutions that turn one text into the other (Levenshtein). */
    private static int distance(String from, String to) {
        int[] row = new int[to.length() + 1];
        for (int j = 0; j <= to.length(); j++) {
            row[j] = j;
        }
        for (int i = 1; i <= from.length(); i++) {
            int diagonal = row[0];
            row[0] = i;
            for (int j = 1; j <= to.length(); j++) {
                int substituted = diagonal + (from.charAt(i - 1) == to.charAt(j - 1) ? 0 : 1);
                diagonal = row[j];
                row[j] = Math.min(substituted, 1 + Math.min(row[j], row[j - 1]));
            }
        }
        return row[to.length()];
    }

    /**
     * One network of the catalogue.
     *
     * @param name what people type
     * @param family what it is a variant of
     * @param paper where it comes from
     * @param input the images it is made for
     * @param classes the number of classes it is made for
     * @param builder makes it
     */
    public record Entry(String name, String family, String paper, Image input, int classes, Builder builder) {
        /**
         * Builds this network.
         *
         * @throws BadInputException if it cannot take these arguments, for example because the image is too small
         */
        public Network build(NetworkArguments arguments) {
            Optional<Wires> wires = arguments.variant().wires();
            if (wires.isPresent() && !family.equals(RandomlyWired.FAMILY)) {
                throw new BadInputException("wires = " + wires.get() + " are given for " + name
                        + ", which has no random graph: leave them out, or take one of " + RandomlyWired.FAMILY);
            }
            Image asked = arguments.input().orElse(input);
            boolean convolutions = arguments.variant().denseToConvolution();
            Network network = builder.build(new Settings(
                    name,
                    convolutions ? new Image(asked.channels(), input.height(), input.width()) : asked,
                    arguments.classes().orElse(classes),
                    arguments.dropout().orElse(true),
                    arguments.auxiliary().orElse(true),
                    wires));
            return convolutions ? network.denseToConvolution().withInput(asked) : network;
        }

        /** The least side of a square image that this network takes. */
        public int leastSide() {
            int tooSmall = 0;
            int fitting = input.height();
            while (fitting - tooSmall > 1) {
                int middle = (tooSmall + fitting) / 2;
                if (takes(middle)) {
                    fitting = middle;
                } else {
                    tooSmall = middle;
                }
            }
            return fitting;
        }

        /** Whether dense layers read whole planes, so that weights of one image size do not fit another. */
        public boolean parametersDependOnSide() {
            Network larger = build(NetworkArguments.defaults().withInput(square(2 * input.height())));
            return larger.parameterCount() != build(NetworkArguments.defaults()).parameterCount();
        }

        private boolean takes(int side) {
            try {
                build(NetworkArguments.defaults().withInput(square(side)));
                return true;
            } catch (BadInputException e) {
                return false;
            }
        }

        private Image square(int side) {
            return new Image(input.channels(), side, side);
        }
    }

    /** Makes a network. */
    @FunctionalInterface
    public interface Builder {
        /** Makes the network of these settings. */
        Network build(Settings settings);
    }

    /**
     * Arguments with the entry's defaults filled in.
     *
     * @param name of the network
     * @param input the shape of one image
     * @param classes the number of logits
     * @param dropout whether dropout of any form is there
     * @param auxiliary whether auxiliary heads are there
     * @param wires the random graphs that are asked for, where the network has such
     */
    public record Settings(
            String name, Image input, int classes, boolean dropout, boolean auxiliary, Optional<Wires> wires) {}
}
