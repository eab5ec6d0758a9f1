package convoy.architectures.file;

import convoy.architectures.families.Blueprint;
import convoy.architectures.families.NetworkArguments;
import convoy.architectures.graph.Network;
import convoy.architectures.surgery.Surgery;
import convoy.architectures.tensor.Shape.Image;
import convoy.records.BadInputException;
import convoy.records.StoredFormat;

/**
 * A network as it was made out for some data, node by node: what is kept and sent of one that has no name in the catalogue, so that
 * whatever it was made of may change or vanish.
 *
 * <pre>
 *  {"format": 1,
 *   "name": "my_net", "input": {"kind": "image", "channels": 3, "height": 32, "width": 32},
 *   "nodes": [{"name": "conv1", "operation": {"kind": "convolution", "out": 16, …}, "inputs": ["input"]}, …],
 *   "heads": [{"name": "main", "output": "fc", "weight": 1.0, "auxiliary": false, "layers": []}],
 *   "initialization": {"convolution": {"kind": "scaled-normal", "gain": 2.0, "fan": "in"}, …}}
 * </pre>
 *
 * @param network that was kept, of images
 */
public record StoredNetwork(Network network) implements Blueprint {
    private static final StoredFormat<Network> FORMAT = new StoredFormat<>(Network.class, 1);

    public StoredNetwork {
        if (!(network.input() instanceof Image)) {
            throw new BadInputException("network " + network.name() + " takes a vector of " + network.input()
                    + ", where only images can be given: keep one that takes images");
        }
    }

    /**
     * Reads what {@link #line} made.
     *
     * @param text all of it
     * @param where messages say it stands
     * @return the same network
     * @throws BadInputException if it is none, in one line
     */
    public static StoredNetwork read(String text, String where) {
        return new StoredNetwork(FORMAT.read(
                text, where, "use the version that wrote it", "this is no network that was kept; make it out anew"));
    }

    /** {@return the network's text, on one line} */
    public String line() {
        return FORMAT.writeLine(network);
    }

    @Override
    public String name() {
        return network.name();
    }

    @Override
    public Image input() {
        return (Image) network.input();
    }

    @Override
    public int classes() {
        return network.classes();
    }

    @Override
    public Network build(NetworkArguments arguments) {
        Network built = network;
        if (arguments.classes().filter(asked -> asked != classes()).isPresent()) {
            built = Surgery.replaceHead(built, arguments.classes().get());
        }
        if (arguments.input().filter(asked -> !asked.equals(input())).isPresent()) {
            built = built.withInput(arguments.input().get());
        }
        return arguments.dropout().orElse(true) ? built : Surgery.withoutDropout(built);
    }
}
