package convoy.architectures.edit;

import convoy.architectures.file.Fragment;
import convoy.architectures.file.Fragment.Surroundings;
import convoy.architectures.graph.Head;
import convoy.architectures.graph.Initialization.Constant;
import convoy.architectures.graph.Initialization.Distribution;
import convoy.architectures.graph.Network;
import convoy.architectures.graph.Node;
import convoy.architectures.operations.Convolution;
import convoy.architectures.operations.Dense;
import convoy.architectures.tensor.Tensor;
import convoy.records.BadInputException;
import convoy.records.Value;
import convoy.records.text.Counts;
import convoy.records.text.Names;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.UnaryOperator;

/**
 * Changes a network, edit by edit, and looks at the whole in the end: shapes follow downstream, or the network is refused with the layer
 * that they do not fit. Layers that are not touched keep their names, and so, where their shapes stay, every one of their initial values.
 */
public final class Edits implements Edit.Visitor {
    private static final int MOST_EDITS = 1000;
    private static final int MOST_NODES = 20_000;
    private static final int LONGEST_PATTERN = 200;

    private final Network before;
    private List<Node> nodes;
    private List<Head> heads;
    private final Set<String> added = new HashSet<>();
    private final Map<String, Distribution> drawn = new HashMap<>();

    /** The edit that is at work, as messages call it. */
    private String where = "";

    private Edits(Network network) {
        this.before = network;
        this.nodes = new ArrayList<>(network.nodes());
        this.heads = new ArrayList<>(network.heads());
    }

    /**
     * {@return the changed network}
     *
     * @param network left as it is
     * @param name what the changed one is called
     * @param edits one after the other
     * @param weights of the losses of heads, by their names; 0: without that head
     * @throws BadInputException if an edit names nothing, or what comes of them is no network
     */
    public static Network apply(Network network, String name, List<Edit> edits, Map<String, Double> weights) {
        if (edits.size() > MOST_EDITS) {
            throw new BadInputException("network.edits has " + Counts.plain(edits.size(), "edit") + ", it may have "
                    + MOST_EDITS + ": name several layers by one pattern");
        }
        Edits changing = new Edits(network);
        for (int i = 0; i < edits.size(); i++) {
            changing.where = "network.edits." + i;
            edits.get(i).accept(changing);
        }
        changing.weigh(weights);
        return changing.made(name);
    }

    private Network made(String name) {
        Set<String> needed = needed();
        List<Node> kept = nodes.stream()
                .filter(node -> needed.contains(node.name()) || added.contains(node.name()))
                .toList();
        List<Node> followed =
                new Following(before.shapes(), before.nodes()).follow(Network.INPUT, before.input(), kept);
        Network changed = new Network(name, before.input(), followed, heads, before.initialization());
        if (!drawn.isEmpty()) {
            Map<String, Distribution> exceptions = new HashMap<>(drawn);
            exceptions
                    .keySet()
                    .retainAll(changed.parameters().stream().map(Tensor::name).toList());
            changed = new Network(
                    name,
                    before.input(),
                    followed,
                    heads,
                    before.initialization().withExceptions(exceptions));
        }
        if (changed.classes() != before.classes()) {
            throw new BadInputException("network.edits: " + changed.mainHead().output() + " has "
                    + Counts.plain(changed.classes(), "logit") + " where there are "
                    + Counts.plain(before.classes(), "class", "classes") + ": write out: =classes");
        }
        return changed;
    }

    private Set<String> needed() {
        Map<String, Node> byName = new HashMap<>();
        nodes.forEach(node -> byName.put(node.name(), node));
        Set<String> needed = new HashSet<>();
        Deque<String> left = new ArrayDeque<>();
        heads.forEach(head -> left.add(head.output()));
        while (!left.isEmpty()) {
            Node node = byName.get(left.remove());
            if (node != null && needed.add(node.name())) {
                left.addAll(node.inputs());
            }
        }
        return needed;
    }

    private void weigh(Map<String, Double> weights) {
        List<String> names = heads.stream().map(Head::name).toList();
        weights.forEach((name, weight) -> {
            if (!names.contains(name)) {
                throw new BadInputException(
                        "network.heads." + name + ": network " + before.name() + " has no head " + name
                                + Names.nearest(name, names)
                                        .map(near -> "; did you mean " + near + "?")
                                        .orElse("; it has " + String.join(", ", names)));
            }
            if (!(weight >= 0 && weight < Double.POSITIVE_INFINITY)) {
                throw new BadInputException("network.heads." + name + " = " + weight
                        + ", must be 0 or more and finite: 0 leaves the head out");
            }
            if (weight == 0 && name.equals(before.mainHead().name())) {
                throw new BadInputException("network.heads." + name
                        + " = 0, and that is the head that is scored: leave out one that only helps");
            }
        });
        heads = new ArrayList<>(heads.stream()
                .filter(head -> weights.getOrDefault(head.name(), 1.0) != 0)
                .map(head ->
                        weights.containsKey(head.name()) ? head.weighing(weights.getOrDefault(head.name(), 1.0)) : head)
                .toList());
    }

    /** The layers that a pattern names, of one kind where that is asked for. */
    private List<Node> named(String key, String pattern, Optional<String> kind) {
        if (pattern.length() > LONGEST_PATTERN) {
            throw new BadInputException(where + "." + key + " = '" + pattern.substring(0, 60) + "…' is longer than "
                    + LONGEST_PATTERN + " characters: name less at a time");
        }
        LayerPattern whole = new LayerPattern(pattern);
        List<Node> found = nodes.stream()
                .filter(node -> whole.names(node.name()))
                .filter(node -> kind.isEmpty() || Fragment.isOfKind(node.operation(), kind.get()))
                .toList();
        if (found.isEmpty()) {
            List<String> names = nodes.stream().map(Node::name).limit(2000).toList();
            throw new BadInputException(where + "." + key + " = '" + pattern + "' names no layer of " + before.name()
                    + kind.map(of -> " of kind " + of).orElse("")
                    + Names.nearest(pattern, names)
                            .map(near -> "; did you mean " + near + "?")
                            .orElse("; `convoy describe` lists them"));
        }
        return found;
    }

    private void replaced(Map<String, Node> changed) {
        nodes = new ArrayList<>(nodes.stream()
                .map(node -> changed.getOrDefault(node.name(), node))
                .toList());
    }

    @Override
    public void set(Edit.Set set) {
        Map<String, Node> changed = new HashMap<>();
        for (Node node : named("at", set.at(), set.of())) {
            if (Fragment.has(node.operation(), set.arguments().keySet())) {
                changed.put(
                        node.name(),
                        new Node(
                                node.name(),
                                Fragment.changed(where, node.name(), node.operation(), set.arguments()),
                                node.inputs()));
            }
        }
        if (changed.isEmpty()) {
            throw new BadInputException(where + ".at = '" + set.at() + "' names no layer that has "
                    + String.join(" and ", set.arguments().keySet()) + ": name layers of a kind that has");
        }
        replaced(changed);
    }

    @Override
    public void initialize(Edit.Initialize initialize) {
        boolean any = false;
        for (Node node : named("at", initialize.at(), initialize.of())) {
            boolean hasBias = (node.operation() instanceof Convolution convolution && convolution.bias())
                    || (node.operation() instanceof Dense dense && dense.bias());
            if (node.operation() instanceof Convolution || node.operation() instanceof Dense) {
                initialize.distribution().ifPresent(weights -> drawn.put(node.name() + ".weight", weights));
                any |= initialize.weights().isPresent();
            }
            if (hasBias && initialize.bias().isPresent()) {
                drawn.put(node.name() + ".bias", new Constant(initialize.bias().get()));
                any = true;
            }
        }
        if (!any) {
            throw new BadInputException(where + ".at = '" + initialize.at() + "' names no "
                    + (initialize.weights().isPresent() ? "convolution or dense layer" : "layer with a bias")
                    + ": name layers that have what is drawn");
        }
    }

    @Override
    public void replace(Edit.Replace replace) {
        Map<String, Node> changed = new HashMap<>();
        for (Node node : named("at", replace.at(), replace.of())) {
            changed.put(
                    node.name(),
                    new Node(node.name(), Fragment.operation(where, node.name(), replace.with()), node.inputs()));
        }
        replaced(changed);
    }

    @Override
    public void delete(Edit.Delete delete) {
        Map<String, String> read = new HashMap<>();
        Set<String> gone = new HashSet<>();
        named("at", delete.at(), delete.of()).forEach(node -> gone.add(node.name()));
        List<Node> kept = new ArrayList<>();
        for (Node node : nodes) {
            List<String> inputs = node.inputs().stream()
                    .map(input -> read.getOrDefault(input, input))
                    .toList();
            if (gone.contains(node.name())) {
                read.put(node.name(), inputs.get(0));
            } else {
                kept.add(new Node(node.name(), node.operation(), inputs));
            }
        }
        nodes = kept;
        added.removeAll(gone);
        readInHeads(output -> read.getOrDefault(output, output), gone);
    }

    @Override
    public void insert(Edit.Insert insert) {
        for (Node node : named("after", insert.after(), insert.of())) {
            put(node.name(), insert.layers(), Map.of("layer", node.name()));
        }
    }

    @Override
    public void append(Edit.Append append) {
        String logits = append.head().orElse(before.mainHead().name());
        List<String> names = heads.stream().map(Head::name).toList();
        String output = heads.stream()
                .filter(head -> head.name().equals(logits))
                .map(Head::output)
                .findFirst()
                .orElseThrow(() -> new BadInputException(where + ".head = " + logits + " is no head of " + before.name()
                        + ": it has " + String.join(", ", names)));
        Fragment fragment = fragment(append.layers(), output, Map.of(), Set.of());
        nodes.addAll(fragment.nodes());
        heads = new ArrayList<>(heads.stream()
                .map(head -> head.name().equals(logits) ? head.reading(fragment.output()) : head)
                .toList());
    }

    @Override
    public void splice(Edit.Splice splice) {
        Set<String> gone = new LinkedHashSet<>();
        named("at", splice.at(), Optional.empty()).forEach(node -> gone.add(node.name()));
        Set<String> inputs = new LinkedHashSet<>();
        Set<String> outputs = new LinkedHashSet<>();
        int place = -1;
        for (int i = 0; i < nodes.size(); i++) {
            Node node = nodes.get(i);
            boolean goes = gone.contains(node.name());
            place = goes && place < 0 ? i : place;
            for (String input : node.inputs()) {
                if (goes && !gone.contains(input)) {
                    inputs.add(input);
                } else if (!goes && gone.contains(input)) {
                    outputs.add(input);
                }
            }
        }
        heads.stream().map(Head::output).filter(gone::contains).forEach(outputs::add);
        if (inputs.size() != 1 || outputs.size() != 1) {
            throw new BadInputException(where + ".at = '" + splice.at() + "' names layers that read "
                    + String.join(" and ", inputs) + " and of which " + String.join(" and ", outputs)
                    + (outputs.size() == 1 ? " is" : " are")
                    + " read: name layers that read one beside themselves, and of which one is read");
        }
        String input = inputs.iterator().next();
        String output = outputs.iterator().next();
        Fragment fragment = fragment(splice.layers(), input, Map.of(), gone);
        List<Node> spliced = new ArrayList<>();
        for (int i = 0; i < nodes.size(); i++) {
            if (i == place) {
                spliced.addAll(fragment.nodes());
            }
            Node node = nodes.get(i);
            if (!gone.contains(node.name())) {
                spliced.add(reading(node, output, fragment.output()));
            }
        }
        nodes = spliced;
        readInHeads(read -> read.equals(output) ? fragment.output() : read, gone);
    }

    private void put(String after, List<Value> layers, Map<String, String> values) {
        Fragment fragment = fragment(layers, after, values, Set.of());
        List<Node> all = new ArrayList<>();
        for (Node node : nodes) {
            all.add(reading(node, after, fragment.output()));
            if (node.name().equals(after)) {
                all.addAll(fragment.nodes());
            }
        }
        nodes = all;
        readInHeads(read -> read.equals(after) ? fragment.output() : read, Set.of());
    }

    private Fragment fragment(List<Value> layers, String input, Map<String, String> values, Set<String> gone) {
        List<String> names = nodes.stream()
                .map(Node::name)
                .filter(name -> !gone.contains(name))
                .toList();
        Fragment fragment = Fragment.of(where, layers, new Surroundings(before, names, input, values));
        fragment.nodes().forEach(node -> added.add(node.name()));
        if (nodes.size() + fragment.nodes().size() > MOST_NODES) {
            throw new BadInputException(
                    where + " makes a network of more than " + MOST_NODES + " layers: put in fewer");
        }
        return fragment;
    }

    private static Node reading(Node node, String before, String now) {
        return new Node(
                node.name(),
                node.operation(),
                node.inputs().stream()
                        .map(input -> input.equals(before) ? now : input)
                        .toList());
    }

    /** What heads read, and the layers with an output for each class that are still there. */
    private void readInHeads(UnaryOperator<String> read, Set<String> gone) {
        heads = new ArrayList<>(heads.stream()
                .map(head -> head.reading(read.apply(head.output()))
                        .withLayers(head.layers().stream()
                                .filter(layer -> !gone.contains(layer))
                                .toList()))
                .toList());
    }
}
