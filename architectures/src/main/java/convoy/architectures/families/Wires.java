package convoy.architectures.families;

import convoy.records.BadInputException;
import convoy.records.Refusal;
import java.util.Optional;

/**
 * Which graphs a randomly wired network has, and of what size.
 *
 * @param seed together with the kind of graph, the regime and the stage it decides the graphs
 * @param nodes of a stage's graph (N); empty: the paper's 32
 * @param channels of the first stage (C); empty: the paper's 78 in the small regime, 109 in the regular one
 */
public record Wires(long seed, Optional<Integer> nodes, Optional<Integer> channels) {
    /** The family whose networks have them. */
    public static final String FAMILY = "RandWire";

    /** Half as many, the second stage's of the regular regime, are more than any generator's neighbours. */
    private static final int LEAST_NODES = 12;

    private static final int MOST_NODES = 256;
    private static final int MOST_CHANNELS = 1024;

    public Wires {
        nodes.ifPresent(given -> {
            if (given < LEAST_NODES || given > MOST_NODES) {
                throw new BadInputException(Refusal.of("nodes", given)
                        .because("is not in [" + LEAST_NODES + ", " + MOST_NODES + "]")
                        .instead("the paper has 32"));
            }
        });
        channels.ifPresent(given -> {
            if (given < 2 || given > MOST_CHANNELS) {
                throw new BadInputException(Refusal.of("channels", given)
                        .because("is not in [2, " + MOST_CHANNELS + "]")
                        .instead("the paper has 78 and 109"));
            }
        });
    }

    /** {@return the catalogue's graphs} */
    public static Wires defaults() {
        return new Wires(1, Optional.empty(), Optional.empty());
    }
}
