package convoy.architectures.file;

import convoy.architectures.file.FileText.HeadText;
import convoy.architectures.file.expression.Datum;
import convoy.architectures.graph.Head;
import convoy.architectures.graph.Initialization;
import convoy.architectures.graph.Initialization.Distribution;
import convoy.architectures.graph.Network;
import convoy.architectures.graph.Node;
import convoy.architectures.surgery.Surgery;
import convoy.architectures.tensor.Shape;
import convoy.architectures.tensor.Shape.Image;
import convoy.records.BadInputException;
import convoy.records.Codec;
import convoy.records.Place;
import convoy.records.Problems;
import convoy.records.Value;
import convoy.records.text.Counts;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;

/** One network made of a file, for images of one shape and one number of classes. */
final class Construction {
    private static final Codec<Initialization> INITIALIZATION = Codec.of(Initialization.class);

    /** Ways to begin that have a name. */
    private static final Map<String, Initialization> NAMED =
            Map.of("he", Initialization.he(), "residual", Initialization.residual());

    private static final String MAIN = "main";

    private final FileText text;
    private final Image image;
    private final int classes;
    private final Problems problems = new Problems();
    private final Place whole;
    private final SortedMap<String, String> given;
    private final Graph graph;

    Construction(String source, FileText text, SortedMap<String, String> given, Image image, int classes) {
        this.text = text;
        this.image = image;
        this.classes = classes;
        this.given = given;
        this.whole = new Place(source, 0);
        this.graph = new Graph(image, problems);
    }

    Network network() {
        if (!text.name().matches("[A-Za-z0-9_][A-Za-z0-9_.+-]{0,99}")) {
            problems.add(whole, "name = '" + text.name() + "' is no name: letters, digits, _, -, + and dots make one");
        }
        Map<String, Datum> values = new Parameters(text.parameters(), problems).values(given, image, classes);
        LayerNames layers = LayerNames.ofNetwork();
        layers.read(Network.INPUT, Network.INPUT);
        Scope scope = new Scope(layers, values);
        Budget budget = new Budget(problems);
        Expansion expansion = new Expansion(text.blocks(), values, graph, problems, budget);
        String last = expansion.layers(text.layers(), scope, Network.INPUT);
        expansion.tellUnknown(layers);
        if (text.layers().isEmpty()) {
            problems.add(whole, "layers is empty; give one or more");
        }
        List<Head> heads = heads(scope, last);
        Initialization initialization = initialization();
        problems.throwIfAny();
        tellUnused(heads);
        problems.throwIfAny();
        return made(heads, initialization);
    }

    private Network made(List<Head> heads, Initialization initialization) {
        try {
            Network network = new Network(text.name(), image, graph.nodes(), heads, initialization);
            return initialization.exceptions().isEmpty()
                    ? network
                    : new Network(text.name(), image, graph.nodes(), heads, matched(initialization, network));
        } catch (BadInputException refused) {
            throw new BadInputException(whole + ": " + refused.getMessage(), refused);
        }
    }

    /** With a line for each tensor that a pattern names. */
    private static Initialization matched(Initialization initialization, Network network) {
        Map<String, Distribution> exceptions = new LinkedHashMap<>();
        initialization.exceptions().forEach((pattern, distribution) -> {
            boolean isPattern = pattern.indexOf('*') >= 0 || pattern.indexOf('?') >= 0;
            Set<String> names =
                    isPattern ? Surgery.matching(network, pattern, "initialization.exceptions") : Set.of(pattern);
            names.forEach(name -> exceptions.put(name, distribution));
        });
        Set<String> tensors = new HashSet<>();
        network.tensors().forEach(tensor -> tensors.add(tensor.name()));
        exceptions.keySet().stream()
                .filter(name -> !tensors.contains(name))
                .findFirst()
                .ifPresent(name -> {
                    throw new BadInputException("initialization.exceptions has " + name
                            + ", which is no tensor of the network" + UnknownLayers.near(name, List.copyOf(tensors)));
                });
        return new Initialization(
                initialization.convolution(), initialization.dense(), initialization.bias(), exceptions);
    }

    private Initialization initialization() {
        if (text.initialization().isEmpty()) {
            return Initialization.he();
        }
        Value written = text.initialization().get();
        if (written instanceof Value.Scalar name) {
            Initialization named = NAMED.get(name.text());
            if (named == null) {
                problems.add(
                        name.place(),
                        "initialization = " + name.text() + " is not one of " + String.join(", ", NAMED.keySet())
                                + ", nor a mapping with convolution, dense, bias, exceptions");
            }
            return named == null ? Initialization.he() : named;
        }
        Value usual = INITIALIZATION.write(Initialization.he());
        if (written instanceof Value.Mapping mapping && usual instanceof Value.Mapping all) {
            Map<String, Value.Entry> entries = new LinkedHashMap<>(all.entries());
            entries.putAll(mapping.entries());
            return INITIALIZATION
                    .readPart("initialization", new Value.Mapping(entries, mapping.place()), problems)
                    .orElseGet(Initialization::he);
        }
        problems.add(
                written.place(),
                "initialization is " + written.form()
                        + ", but must be he, residual, or a mapping with convolution, dense, bias, exceptions");
        return Initialization.he();
    }

    private List<Head> heads(Scope scope, String last) {
        if (text.heads().isEmpty()) {
            // Of a network without layers something else is wrong already.
            if (problems.count() == 0 || !last.equals(Network.INPUT)) {
                shape(last).ifPresent(shape -> requireLogits(whole, MAIN, last, shape));
            }
            return List.of(Head.main(last));
        }
        List<Head> heads = new ArrayList<>();
        for (HeadText head : text.heads()) {
            try {
                head(head, scope, last).ifPresent(heads::add);
            } catch (BadInputException refused) {
                problems.add(head.name().place(), "heads: " + refused.getMessage());
            }
        }
        long scored = heads.stream().filter(head -> !head.auxiliary()).count();
        if (scored != 1 && heads.size() == text.heads().size()) {
            problems.add(
                    text.heads().get(0).name().place(),
                    scored + " of the heads are not auxiliary, exactly one is scored: call it main, or say auxiliary");
        }
        return heads;
    }

    private Optional<Head> head(HeadText head, Scope scope, String last) {
        if (!head.when().map(when -> scope.datum(when).truth()).orElse(true)) {
            return Optional.empty();
        }
        String name = scope.name(head.name());
        Place place = head.name().place();
        String from = head.from().map(scope::name).orElse("");
        Optional<String> node =
                from.isEmpty() ? Optional.of(last) : scope.layers().node(from);
        if (node.isEmpty()) {
            problems.add(
                    place,
                    "head " + name + " reads " + from + ", which is no layer"
                            + UnknownLayers.near(from, scope.layers().known()));
            return Optional.empty();
        }
        Optional<Shape> shape = shape(node.get());
        if (shape.isPresent()) {
            requireLogits(place, name, node.get(), shape.get());
        }
        List<String> layers = new ArrayList<>();
        for (String layer : head.layers()) {
            layers.add(scope.layers()
                    .node(layer)
                    .orElseThrow(
                            () -> new BadInputException("head " + name + " has the layer " + layer + ", which is none"
                                    + UnknownLayers.near(layer, scope.layers().known()))));
        }
        return Optional.of(new Head(
                name,
                node.get(),
                head.weight().map(weight -> scope.datum(weight).number()).orElse(1.0),
                head.auxiliary().map(value -> scope.datum(value).truth()).orElse(!name.equals(MAIN)),
                layers));
    }

    private Optional<Shape> shape(String node) {
        return graph.known(node);
    }

    private void requireLogits(Place place, String head, String node, Shape shape) {
        Place at = graph.place(node).orElse(place);
        if (!(shape instanceof Shape.Vector)) {
            problems.add(
                    at,
                    "head " + head + " reads " + node + ", which is an image of " + shape
                            + "; a head needs a vector of logits: end in a flatten or a dense layer");
        } else if (shape.size() != classes) {
            problems.add(
                    at,
                    "head " + head + " reads " + node + ", which has " + Counts.plain(shape.size(), "output")
                            + " where there are " + Counts.plain(classes, "class", "classes")
                            + ": write out: =classes");
        }
    }

    /** Tells of the layers that nothing reads. */
    private void tellUnused(List<Head> heads) {
        Map<String, Node> nodes = new HashMap<>();
        graph.nodes().forEach(node -> nodes.put(node.name(), node));
        Set<String> needed = new HashSet<>();
        Deque<String> left = new ArrayDeque<>();
        heads.forEach(head -> left.add(head.output()));
        while (!left.isEmpty()) {
            Node node = nodes.get(left.remove());
            if (node != null && needed.add(node.name())) {
                left.addAll(node.inputs());
            }
        }
        graph.nodes().stream()
                .filter(node -> !needed.contains(node.name()))
                .limit(20)
                .forEach(node -> problems.add(
                        graph.place(node.name()).orElse(whole),
                        "no head needs layer " + node.name() + ": leave it out, or let a layer read it by from"));
    }
}
