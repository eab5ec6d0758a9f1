package convoy.jobs;

import convoy.architectures.BadInputException;
import convoy.architectures.Catalogue;
import convoy.architectures.LayerTable;
import convoy.architectures.Network;
import convoy.architectures.NetworkArguments;
import convoy.architectures.Shape;
import convoy.architectures.drawing.Drawing;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Shows what one network is made of. */
@Command(name = "describe", description = "Show the layers of a network: shapes, parameters, multiply-adds, a picture.")
final class DescribeCommand implements Runnable {
    @CommandLine.Spec
    private CommandLine.Model.CommandSpec spec = CommandLine.Model.CommandSpec.create();

    @Parameters(paramLabel = "NETWORK", description = "A name that `convoy models` lists.")
    private String network = "";

    @Option(
            names = "--input",
            paramLabel = "CxHxW",
            description = "The shape of an image, for example 3x224x224; by default the one the network is made for.")
    private Optional<String> input = Optional.empty();

    @Option(names = "--classes", paramLabel = "N", description = "The number of classes; by default the network's.")
    private Optional<Integer> classes = Optional.empty();

    @Option(names = "--svg", paramLabel = "FILE", description = "Draw the network into this file.")
    private Optional<Path> svg = Optional.empty();

    @Option(names = "--dot", paramLabel = "FILE", description = "Write the network as Graphviz reads it.")
    private Optional<Path> dot = Optional.empty();

    @Option(names = "--json", description = "Print one JSON object instead of a table.")
    private boolean json;

    @Override
    public void run() {
        PrintWriter out = spec.commandLine().getOut();
        Network described = Catalogue.build(
                network,
                new NetworkArguments(classes, input.map(Shape.Image::parse), Optional.empty(), Optional.empty()));
        LayerTable table = LayerTable.of(described);
        out.print(json ? Json.pretty(table.data()) + "\n" : table.text());
        svg.ifPresent(file -> write(file, Drawing.of(described).svg()));
        dot.ifPresent(file -> write(file, Drawing.of(described).dot()));
    }

    private static void write(Path file, String text) {
        try {
            Files.writeString(file, text);
        } catch (IOException unwritable) {
            throw new BadInputException(
                    file + " cannot be written: " + unwritable.getClass().getSimpleName()
                            + "; choose a file in a directory that is there and yours",
                    unwritable);
        }
    }
}
