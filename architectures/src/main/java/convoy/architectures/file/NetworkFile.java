package convoy.architectures.file;

import convoy.architectures.families.Blueprint;
import convoy.architectures.families.NetworkArguments;
import convoy.architectures.graph.Network;
import convoy.architectures.surgery.Surgery;
import convoy.architectures.tensor.Shape.Image;
import convoy.records.BadInputException;
import convoy.records.Codec;
import convoy.records.Numbered;
import convoy.records.Problems;
import convoy.records.text.Counts;
import convoy.records.yaml.YamlText;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * A network that somebody has written: YAML with parameters, blocks, layers and heads. The whole grammar is told in {@code
 * docs/own-network.md}. What a file is of is known once it is built, for images and classes of some data.
 */
public final class NetworkFile implements Blueprint {
    /** Goes up when a key is renamed or removed, or gets another meaning: only this one is read. */
    static final int NUMBER = 1;

    /** More than anybody writes, and less than what takes long to read. */
    private static final int LONGEST = 1 << 20;

    private static final Codec<FileText> CODEC = Codec.of(FileText.class);

    private final String source;
    private final FileText text;
    private final SortedMap<String, String> parameters;

    private NetworkFile(String source, FileText text, SortedMap<String, String> parameters) {
        this.source = source;
        this.text = text;
        this.parameters = Collections.unmodifiableSortedMap(new TreeMap<>(parameters));
    }

    /**
     * Reads a file's text, and looks at the network that it is by itself.
     *
     * @param source what messages call it
     * @param text of the whole file
     * @param parameters that differ from their defaults, as written
     * @return what it is of
     * @throws BadInputException that lists every problem, each with its line
     */
    public static NetworkFile read(String source, String text, SortedMap<String, String> parameters) {
        if (text.length() > LONGEST) {
            throw new BadInputException(source + " has " + Counts.plain(text.length(), "character")
                    + ", a network file has at most " + LONGEST + ": use loops and blocks");
        }
        Problems problems = new Problems();
        Numbered numbered = Numbered.of(YamlText.readFile(source, text, problems));
        problems.throwIfAny();
        numbered.format()
                .filter(format -> !numbered.said().equals(Optional.of(Integer.toString(NUMBER))))
                .ifPresent(format -> problems.add(
                        format.place(),
                        "format = " + numbered.said().orElse("") + ", this version reads format " + NUMBER
                                + "; use a newer convoy, or leave the key out"));
        FileText read = CODEC.readWritten(numbered.content(), problems);
        return new NetworkFile(source, read, parameters);
    }

    @Override
    public String name() {
        return text.name();
    }

    @Override
    public Image input() {
        return text.input();
    }

    @Override
    public int classes() {
        return text.classes();
    }

    /** {@return where the network comes from; empty if the file does not say} */
    public Optional<String> paper() {
        return text.paper();
    }

    /** {@return the parameters that the file has, in its order} */
    public List<String> parameters() {
        return List.copyOf(text.parameters().keySet());
    }

    @Override
    public Network build(NetworkArguments arguments) {
        if (arguments.variant().wires().isPresent()) {
            throw new BadInputException("wires are given for " + source
                    + ", which has no random graph: leave them out, or take a network of the catalogue that has one");
        }
        Network network = new Construction(
                        source,
                        text,
                        parameters,
                        arguments.input().orElse(input()),
                        arguments.classes().orElse(classes()))
                .network();
        Network kept = arguments.variant().auxiliaryHeads() ? network : network.inference();
        return arguments.dropout().orElse(true) ? kept : Surgery.withoutDropout(kept);
    }
}
