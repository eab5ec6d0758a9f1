package convoy.architectures.families;

import convoy.architectures.graph.Network;
import convoy.architectures.surgery.FullyConvolutional;
import convoy.architectures.tensor.Shape.Image;
import convoy.records.BadInputException;
import java.util.Optional;

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
public record Entry(String name, String family, String paper, Image input, int classes, Builder builder)
        implements Blueprint {
    @Override
    public Network build(NetworkArguments arguments) {
        Optional<Wires> wires = arguments.variant().wires();
        if (wires.isPresent() && !family.equals(Wires.FAMILY)) {
            throw new BadInputException("wires = " + wires.get() + " are given for " + name
                    + ", which has no random graph: leave them out, or take one of " + Wires.FAMILY);
        }
        Image asked = arguments.input().orElse(input);
        boolean convolutions = arguments.variant().denseToConvolution();
        Network network = builder.build(new Settings(
                name,
                convolutions ? new Image(asked.channels(), input.height(), input.width()) : asked,
                arguments.classes().orElse(classes),
                arguments.dropout().orElse(true),
                arguments.variant().auxiliaryHeads(),
                wires));
        return convolutions ? FullyConvolutional.of(network).withInput(asked) : network;
    }

    /** {@return the least side of a square image that this network takes} */
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

    /** {@return whether dense layers read whole planes, so that weights of one image size do not fit another} */
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

    /** Makes a network. */
    @FunctionalInterface
    public interface Builder {
        /**
         * Makes the network of these settings.
         *
         * @param settings all that the network depends on
         * @return the network, not yet initialized
         * @throws BadInputException if it cannot be made of these settings
         */
        Network build(Settings settings);
    }
}
