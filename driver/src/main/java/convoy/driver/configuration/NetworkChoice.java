package convoy.driver.configuration;

import convoy.architectures.families.Variant;
import convoy.architectures.families.Wires;
import convoy.records.BadInputException;
import convoy.records.Refusal;
import io.soabase.recordbuilder.core.RecordBuilder;
import java.util.Optional;

/**
 * What is trained.
 *
 * @param name in the catalogue
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
        String name,
        Optional<Integer> classes,
        Optional<String> input,
        boolean dropout,
        boolean denseToConvolution,
        boolean auxiliaryHeads,
        boolean zeroInitializedBranches,
        Optional<Wires> wires,
        Optional<WeightsChoice> weights)
        implements NetworkChoiceBuilder.With {
    public NetworkChoice {
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
                .dropout(true)
                .auxiliaryHeads(true)
                .build();
    }

    /** {@return what of this makes another network of the catalogue's} */
    public Variant variant() {
        return new Variant(wires, denseToConvolution, auxiliaryHeads);
    }

    /** {@return what a run file need not say} */
    public static NetworkChoice defaults() {
        return of("resnet20_cifar");
    }
}
