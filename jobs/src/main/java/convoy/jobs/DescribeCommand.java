package convoy.jobs;

import convoy.architectures.Catalogue;
import convoy.architectures.Network;
import convoy.architectures.NetworkArguments;
import convoy.architectures.Node;
import convoy.architectures.Shape;
import convoy.architectures.Tensor;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Shows what one network is made of. */
@Command(name = "describe", description = "Show the layers of a network: shapes, parameters, multiply-adds.")
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

    @Option(names = "--json", description = "Print one JSON object instead of a table.")
    private boolean json;

    @Override
    public void run() {
        PrintWriter out = spec.commandLine().getOut();
        Network described = Catalogue.build(
                network,
                new NetworkArguments(classes, input.map(Shape.Image::parse), Optional.empty(), Optional.empty()));
        if (json) {
            out.println(Json.pretty(asJson(described)));
            return;
        }
        print(described, out);
    }

    private static void print(Network network, PrintWriter out) {
        Map<String, Shape> shapes = network.shapes();
        Map<String, Integer> parameters = parametersByNode(network);
        TextTable table = new TextTable()
                .left("LAYER")
                .left("OPERATION")
                .left("FROM")
                .right("OUTPUT")
                .right("PARAMETERS")
                .right("MACS");
        for (Node node : network.nodes()) {
            table.row(
                    node.name(),
                    node.operation().label(),
                    String.join(", ", node.inputs()),
                    String.valueOf(shapes.get(node.name())),
                    grouped(parameters.getOrDefault(node.name(), 0)),
                    grouped(node.operation().multiplyAdds(network.inputShapes(node))));
        }
        table.lines().forEach(out::println);
        out.println();
        out.println(network.name() + " on " + network.input() + ", " + network.classes() + " classes: "
                + grouped(network.parameterCount()) + " parameters, " + grouped(network.multiplyAdds())
                + " multiply-adds an image");
        if (network.heads().size() > 1) {
            Network inference = network.inference();
            out.println("without auxiliary heads: " + grouped(inference.parameterCount()) + " parameters, "
                    + grouped(inference.multiplyAdds()) + " multiply-adds an image");
        }
    }

    private static Map<String, Object> asJson(Network network) {
        Map<String, Shape> shapes = network.shapes();
        Map<String, Integer> parameters = parametersByNode(network);
        List<Map<String, Object>> layers = new ArrayList<>();
        for (Node node : network.nodes()) {
            Map<String, Object> layer = new LinkedHashMap<>();
            layer.put("name", node.name());
            layer.put("operation", node.operation().label());
            layer.put("inputs", node.inputs());
            layer.put("output", String.valueOf(shapes.get(node.name())));
            layer.put("parameters", parameters.getOrDefault(node.name(), 0));
            layer.put("multiply-adds", node.operation().multiplyAdds(network.inputShapes(node)));
            layers.add(layer);
        }
        Map<String, Object> whole = new LinkedHashMap<>();
        whole.put("name", network.name());
        whole.put("input", network.input().toString());
        whole.put("classes", network.classes());
        whole.put("parameters", network.parameterCount());
        whole.put("parameters-without-auxiliary-heads", network.parameterCountWithoutAuxiliary());
        whole.put("multiply-adds", network.multiplyAdds());
        whole.put("layers", layers);
        return whole;
    }

    private static Map<String, Integer> parametersByNode(Network network) {
        return network.parameters().stream()
                .collect(Collectors.groupingBy(Tensor::node, Collectors.summingInt(Tensor::size)));
    }

    private static String grouped(long number) {
        return String.format(Locale.ROOT, "%,d", number);
    }
}
