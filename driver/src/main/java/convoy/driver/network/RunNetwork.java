package convoy.driver.network;

import convoy.architectures.Catalogue;
import convoy.architectures.edit.Edits;
import convoy.architectures.families.Blueprint;
import convoy.architectures.families.NetworkArguments;
import convoy.architectures.families.Variant;
import convoy.architectures.graph.Initialization;
import convoy.architectures.graph.Network;
import convoy.architectures.surgery.FullyConvolutional;
import convoy.architectures.tensor.Shape.Image;
import convoy.driver.configuration.NetworkChoice;
import convoy.driver.configuration.NetworkSource;
import convoy.driver.configuration.RunConfiguration;
import convoy.records.BadInputException;
import java.util.Optional;
import org.apache.hadoop.conf.Configuration;

/**
 * The network of one run.
 *
 * @param network that is trained
 * @param kept what the run's directory has to keep of it, as the catalogue has no name for it; else empty
 */
public record RunNetwork(Network network, Optional<KeptNetwork> kept) {
    /** Behind the name of a network that is no more what its source has. */
    private static final String EDITED = "-edited";

    /**
     * {@return the network of a run, for some data}
     *
     * @param hadoop settings of the file systems
     * @param run its configuration
     * @param classes of the data
     * @param image of the data, as the transforms make it
     * @throws BadInputException if there is no such network, or it cannot be for this data
     */
    public static RunNetwork of(Configuration hadoop, RunConfiguration run, int classes, Image image) {
        NetworkChoice choice = run.network();
        if (!choice.isOwn()) {
            return new RunNetwork(begun(choice, catalogued(choice, classes, image)), Optional.empty());
        }
        String madeOf = KeptNetwork.madeOf(choice, classes, image.toString());
        KeptNetwork kept = (choice.source().isFile()
                        ? KeptNetwork.of(hadoop, run, madeOf)
                        : Optional.<KeptNetwork>empty())
                .orElseGet(() -> new KeptNetwork(madeOf, own(hadoop, choice, classes, image), tensors(hadoop, choice)));
        return new RunNetwork(begun(choice, kept.network()), Optional.of(kept));
    }

    /**
     * {@return the network that a choice is of, before it is fitted to anything}
     *
     * @param hadoop settings of the file systems
     * @param choice of a run file
     * @throws BadInputException if there is none
     */
    public static Blueprint blueprint(Configuration hadoop, NetworkChoice choice) {
        return choice.source().accept(new NetworkSource.Visitor<>() {
            @Override
            public Blueprint named(NetworkSource.Named named) {
                return Catalogue.scaled(named.name(), named.parameters());
            }

            @Override
            public Blueprint written(NetworkSource.Written written) {
                return NetworkFiles.open(hadoop, written.file(), written.parameters());
            }

            @Override
            public Blueprint exchanged(NetworkSource.Exchanged exchanged) {
                return OnnxFiles.blueprint(hadoop, exchanged.model());
            }
        });
    }

    /**
     * {@return in what weights that are begun with may differ from the network of a choice: they may be of its source, with its
     * auxiliary heads and with its dense layers as such}
     *
     * @param hadoop settings of the file systems
     * @param choice of a run file
     */
    public static SourceTensors tensors(Configuration hadoop, NetworkChoice choice) {
        SourceTensors tensors = choice.denseToConvolution() || !choice.auxiliaryHeads()
                ? SourceTensors.of(choice, blueprint(hadoop, choice).build(NetworkArguments.defaults()))
                : SourceTensors.defaults();
        return choice.file()
                .flatMap(file -> NetworkFiles.kept(hadoop, file))
                .map(kept -> tensors.and(kept.source()))
                .orElse(tensors);
    }

    private static Network catalogued(NetworkChoice choice, int classes, Image image) {
        NetworkArguments arguments = new NetworkArguments(
                Optional.of(classes), Optional.of(image), Optional.of(choice.dropout()), choice.variant());
        Network network = Catalogue.build(choice.name(), arguments);
        if (!choice.auxiliaryHeads()
                && network.equals(Catalogue.build(
                        choice.name(),
                        arguments.withVariant(choice.withAuxiliaryHeads(true).variant())))) {
            throw noAuxiliaryHead(choice.name());
        }
        return network;
    }

    private static Network own(Configuration hadoop, NetworkChoice choice, int classes, Image image) {
        Blueprint blueprint = blueprint(hadoop, choice);
        Image made = blueprint.input();
        Network network = blueprint.build(new NetworkArguments(
                Optional.of(classes),
                Optional.of(
                        choice.denseToConvolution() ? new Image(image.channels(), made.height(), made.width()) : image),
                Optional.of(choice.dropout()),
                new Variant(choice.wires(), false, true)));
        if (choice.isEdited()) {
            network = Edits.apply(network, network.name() + EDITED, choice.edits(), choice.heads());
        }
        if (!choice.auxiliaryHeads()) {
            if (network.heads().size() == 1) {
                throw noAuxiliaryHead(network.name());
            }
            network = network.inference();
        }
        return choice.denseToConvolution() ? FullyConvolutional.of(network).withInput(image) : network;
    }

    private static BadInputException noAuxiliaryHead(String network) {
        return new BadInputException(
                "network.auxiliary-heads = false, " + network + " has no auxiliary head: leave it out");
    }

    /** With the initial values that are asked for. */
    private static Network begun(NetworkChoice choice, Network network) {
        if (!choice.zeroInitializedBranches()) {
            return network;
        }
        Network zeroed = network.withZeroInitializedBranches();
        boolean zeroes = zeroed.initialization().exceptions().containsValue(new Initialization.Constant(0));
        if (zeroed.initialization().equals(network.initialization()) && !zeroes) {
            throw new BadInputException("network.zero-initialized-branches = true, " + network.name()
                    + " has no residual branch that ends in a batch norm: leave it out");
        }
        return zeroed;
    }
}
