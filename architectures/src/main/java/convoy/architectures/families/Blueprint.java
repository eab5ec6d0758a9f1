package convoy.architectures.families;

import convoy.architectures.graph.Network;
import convoy.architectures.tensor.Shape.Image;

/** What a network can be built from, for the images and classes of some data: an entry of the catalogue, or what somebody brings. */
public interface Blueprint {
    /** {@return what people call the network} */
    String name();

    /** {@return the images that it is made for} */
    Image input();

    /** {@return the number of classes that it is made for} */
    int classes();

    /**
     * Builds the network.
     *
     * @param arguments what is to differ from the blueprint's defaults
     * @return the network, not yet initialized
     * @throws convoy.records.BadInputException if it cannot take these arguments, for example because the image is too small
     */
    Network build(NetworkArguments arguments);
}
