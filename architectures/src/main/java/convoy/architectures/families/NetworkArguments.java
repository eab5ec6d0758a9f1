package convoy.architectures.families;

import convoy.architectures.tensor.Shape.Image;
import convoy.records.BadInputException;
import java.util.Optional;

/**
 * What may differ from a catalogue entry's defaults.
 *
 * @param classes the number of logits; the entry's default if empty
 * @param input the shape of one image; the entry's default if empty
 * @param dropout whether dropout of any form is there; it is by default
 * @param variant another network than the catalogue's of that name
 */
public record NetworkArguments(
        Optional<Integer> classes, Optional<Image> input, Optional<Boolean> dropout, Variant variant) {
    public NetworkArguments {
        if (classes.isPresent() && classes.get() < 1) {
            throw new BadInputException("classes = " + classes.get() + ", must be at least 1");
        }
    }

    /** {@return arguments that leave all as the catalogue has it} */
    public static NetworkArguments defaults() {
        return new NetworkArguments(Optional.empty(), Optional.empty(), Optional.empty(), Variant.none());
    }

    /**
     * {@return the same with this number of logits}
     *
     * @param count of logits, at least 1
     */
    public NetworkArguments withClasses(int count) {
        return new NetworkArguments(Optional.of(count), input, dropout, variant);
    }

    /**
     * {@return the same for images of this shape}
     *
     * @param image the shape of one image
     */
    public NetworkArguments withInput(Image image) {
        return new NetworkArguments(classes, Optional.of(image), dropout, variant);
    }

    /** {@return the same without dropout, which makes training a function of the examples alone} */
    public NetworkArguments withoutDropout() {
        return new NetworkArguments(classes, input, Optional.of(false), variant);
    }

    /** {@return the same without auxiliary heads} */
    public NetworkArguments withoutAuxiliary() {
        return new NetworkArguments(classes, input, dropout, variant.withoutAuxiliaryHeads());
    }

    /**
     * {@return the same of this variant}
     *
     * @param other than the catalogue's network of that name
     */
    public NetworkArguments withVariant(Variant other) {
        return new NetworkArguments(classes, input, dropout, other);
    }
}
