package convoy.architectures.families;

import convoy.architectures.tensor.Shape.Image;
import java.util.Optional;

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
