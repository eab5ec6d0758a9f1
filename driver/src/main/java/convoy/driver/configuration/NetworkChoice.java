package convoy.driver.configuration;

import convoy.architectures.Catalogue;
import convoy.architectures.edit.Edit;
import convoy.architectures.families.Variant;
import convoy.architectures.families.Wires;
import convoy.records.BadInputException;
import convoy.records.Refusal;
import convoy.records.annotation.OnlyOne;
import convoy.worker.storage.HomeDirectory;
import io.soabase.recordbuilder.core.RecordBuilder;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * What is trained.
 *
 * @param name in the catalogue; empty if it is another source that is given
 * @param file URI of a network of one's own; empty: it is of the catalogue
 * @param parameters of that file that differ from their defaults, or of a network of the catalogue that comes in any size, as written
 * @param onnx URI of an ONNX model, with whose weights training begins unless {@code weights} says otherwise; empty: it is another source
 * @param edits of it, one after the other
 * @param heads weights of the losses of its heads that are to be others, by their names; 0: without that head
 * @param classes empty: as many as the training data has
 * @param input {@code CxHxW}; empty: what the transforms make of the training data
 * @param dropout whether dropout nodes drop; false trains without
 * @param denseToConvolution whether dense layers become convolutions, as large as what they read of an image of the
 *     catalogue's size
 * @param auxiliaryHeads whether auxiliary heads are there, and trained
 * @param zeroInitializedBranches whether the last batch norm of every residual branch begins at scale 0
 * @param wires of a randomly wired network; empty: the catalogue's
 * @param weights trained ones to start from; empty: drawn from the seed
 */
@RecordBuilder
public record NetworkChoice(
        @OnlyOne("a network") String name,
        @OnlyOne("a network") Optional<String> file,
        SortedMap<String, String> parameters,
        @OnlyOne("a network") Optional<String> onnx,
        List<Edit> edits,
        SortedMap<String, Double> heads,
        Optional<Integer> classes,
        Optional<String> input,
        boolean dropout,
        boolean denseToConvolution,
        boolean auxiliaryHeads,
        boolean zeroInitializedBranches,
        Optional<Wires> wires,
        Optional<WeightsChoice> weights)
        implements NetworkChoiceBuilder.With {
    /** The network of the catalogue that a run file means which names none. */
    private static final String USUAL = "resnet20_cifar";

    public NetworkChoice {
        parameters = Collections.unmodifiableSortedMap(new TreeMap<>(parameters));
        edits = List.copyOf(edits);
        heads = Collections.unmodifiableSortedMap(new TreeMap<>(heads));
        if (file.isPresent()) {
            file = Optional.of(HomeDirectory.uri("network.file", file.get()));
            // Which a run file has that names none; one that names it has said two networks, and is refused before
            // this.
            name = name.equals(USUAL) ? "" : name;
            if (!name.isEmpty()) {
                throw new BadInputException(Refusal.of("network.name", name)
                        .because(", and network.file gives a network as well", "file")
                        .instead("leave one of them out"));
            }
        }
        if (onnx.isPresent()) {
            if (!parameters.isEmpty()) {
                throw new BadInputException(Refusal.of("network.parameters", String.join(", ", parameters.keySet()))
                        .because(", and an ONNX model has none", "onnx")
                        .instead("leave them out"));
            }
            onnx = Optional.of(HomeDirectory.uri("network.onnx", onnx.get()));
            name = name.equals(USUAL) ? "" : name;
            if (!name.isEmpty() || file.isPresent()) {
                throw new BadInputException(Refusal.of("network.onnx", onnx.get())
                        .because(
                                ", and network." + (file.isPresent() ? "file" : "name") + " gives a network as well",
                                file.isPresent() ? "file" : "name")
                        .instead("leave one of them out"));
            }
            if (zeroInitializedBranches) {
                throw new BadInputException(Refusal.of("network.zero-initialized-branches", "true")
                        .because(", and the ONNX model gives the scales of all batch norms", "onnx")
                        .instead("leave it out"));
            }
        }
        if (zeroInitializedBranches && weights.isPresent()) {
            throw new BadInputException(Refusal.of("network.zero-initialized-branches", "true")
                    .because(", and network.weights gives the scales of all batch norms", "weights")
                    .instead("leave one of them out"));
        }
        if (classes.isPresent()) {
            Refusal.requireAtLeast("network.classes", classes.get(), 2, "a classifier tells two classes or more apart");
        }
    }

    /**
     * {@return a network of the catalogue that fits the data}
     *
     * @param name in the catalogue
     */
    public static NetworkChoice of(String name) {
        return NetworkChoiceBuilder.builder()
                .name(name)
                .parameters(Collections.emptySortedMap())
                .edits(List.of())
                .heads(Collections.emptySortedMap())
                .dropout(true)
                .auxiliaryHeads(true)
                .build();
    }

    /**
     * {@return a network that somebody has written}
     *
     * @param uri of its file
     */
    public static NetworkChoice ofFile(String uri) {
        return of(USUAL).with().file(Optional.of(uri)).build();
    }

    /**
     * {@return a network that another program has written, with its weights}
     *
     * @param uri of the ONNX model
     */
    public static NetworkChoice ofOnnx(String uri) {
        return of(USUAL).with().onnx(Optional.of(uri)).build();
    }

    /** {@return trained weights to start from, which an ONNX model has itself; empty: they are drawn from the seed} */
    public Optional<WeightsChoice> startingWeights() {
        return weights.or(() -> onnx.map(model -> WeightsChoice.defaults()
                .with()
                .from(model)
                .head(WeightsChoice.HeadWeights.FITTING)
                .build()));
    }

    /** {@return what the network is made of} */
    public NetworkSource source() {
        if (onnx.isPresent()) {
            return new NetworkSource.Exchanged(onnx.get());
        }
        return file.isPresent()
                ? new NetworkSource.Written(file.get(), parameters)
                : new NetworkSource.Named(name, parameters);
    }

    /** {@return whether something of the network is to be another than its source has it} */
    public boolean isEdited() {
        return !edits.isEmpty() || !heads.isEmpty();
    }

    /** {@return what a message calls it that knows nothing but the choice} */
    public String called() {
        return file.or(() -> onnx).orElse(name);
    }

    /** {@return whether the network is none that the catalogue has under a name, so that a model has to say all of it} */
    public boolean isOwn() {
        return source().isFile() || isEdited() || !parameters.isEmpty() || !Catalogue.has(name);
    }

    /** {@return what of this makes another network of the catalogue's} */
    public Variant variant() {
        return new Variant(wires, denseToConvolution, auxiliaryHeads);
    }

    /** {@return what a run file need not say} */
    public static NetworkChoice defaults() {
        return of(USUAL);
    }
}
