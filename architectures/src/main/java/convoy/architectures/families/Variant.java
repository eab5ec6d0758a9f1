package convoy.architectures.families;

import convoy.records.annotation.Default;
import java.util.Optional;

/**
 * What, beside classes and input, makes another network of the one that the catalogue has under a name.
 *
 * @param wires of a randomly wired network; empty: the catalogue's
 * @param denseToConvolution whether its dense layers are convolutions, as large as what they read of an image of the
 *     catalogue's size, so that weights for that size fit images of any larger one ({@code FullyConvolutional})
 * @param auxiliaryHeads whether its auxiliary heads are there, where the catalogue's has them
 */
public record Variant(
        Optional<Wires> wires,
        boolean denseToConvolution,
        @Default("true") boolean auxiliaryHeads) {
    /** {@return the network as the catalogue has it} */
    public static Variant none() {
        return new Variant(Optional.empty(), false, true);
    }

    /** {@return the same without auxiliary heads} */
    public Variant withoutAuxiliaryHeads() {
        return new Variant(wires, denseToConvolution, false);
    }
}
