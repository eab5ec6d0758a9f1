package convoy.architectures.surgery;

import convoy.architectures.graph.Head;
import convoy.architectures.graph.Network;
import convoy.architectures.graph.Node;
import convoy.architectures.operations.Convolution;
import convoy.architectures.operations.Dense;
import convoy.architectures.operations.Operation;
import convoy.architectures.tensor.Shape.Image;
import convoy.architectures.tensor.Tensor;
import convoy.records.BadInputException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * What is done to a trained network before it learns another task: another head, other channels in. A network is data, so
 * each cut gives a new network; which of its tensors then differ from the old one's follows from the names alone.
 */
public final class Surgery {
    private Surgery() {}

    /**
     * {@return the same body with heads for another number of classes: the layers with an output for each class of
     * every head, auxiliary ones included, get that many outputs} It is the network that the catalogue builds for so
     * many classes.
     *
     * @param network left as it is
     * @param classes at least 1
     * @throws BadInputException if the network cannot end in so many classes
     */
    public static Network replaceHead(Network network, int classes) {
        if (classes < 1) {
            throw new BadInputException("classes = " + classes + ", must be at least 1");
        }
        Set<String> last = headLayers(network);
        List<Node> nodes = network.nodes().stream()
                .map(node -> last.contains(node.name())
                        ? new Node(node.name(), withOutputs(node.operation(), classes), node.inputs())
                        : node)
                .toList();
        return new Network(network.name(), network.input(), nodes, network.heads(), network.initialization());
    }

    /**
     * {@return the same network for images of another number of channels} Only the layers that read the input change.
     *
     * @param network left as it is
     * @param channels at least 1
     * @throws BadInputException if it takes no images, or its first layer cannot take so many channels
     */
    public static Network replaceInput(Network network, int channels) {
        if (!(network.input() instanceof Image image)) {
            throw new BadInputException(
                    "network " + network.name() + " takes " + network.input() + ", which has no channels to change");
        }
        return new Network(
                network.name(),
                new Image(channels, image.height(), image.width()),
                network.nodes(),
                network.heads(),
                network.initialization());
    }

    /**
     * {@return the same network without dropout of any form, which makes training a function of the examples alone}
     *
     * @param network left as it is
     */
    public static Network withoutDropout(Network network) {
        Map<String, String> read = new HashMap<>();
        List<Node> nodes = new ArrayList<>();
        for (Node node : network.nodes()) {
            List<String> inputs = node.inputs().stream()
                    .map(input -> read.getOrDefault(input, input))
                    .toList();
            if (node.operation().isIdentityInInference()) {
                read.put(node.name(), inputs.get(0));
            } else {
                nodes.add(new Node(node.name(), node.operation(), inputs));
            }
        }
        List<Head> heads = network.heads().stream()
                .map(head -> head.reading(read.getOrDefault(head.output(), head.output())))
                .toList();
        return new Network(network.name(), network.input(), nodes, heads, network.initialization());
    }

    /**
     * {@return the names of the tensors of the layers with an output for each class, of every head: what a new head has
     * anew}
     *
     * @param network left as it is
     */
    public static Set<String> headTensors(Network network) {
        return tensorsOf(network, headLayers(network));
    }

    /**
     * {@return the names of the tensors that nothing but auxiliary heads needs}
     *
     * @param network left as it is
     */
    public static Set<String> auxiliaryTensors(Network network) {
        Set<String> names = new LinkedHashSet<>();
        network.tensors().forEach(tensor -> names.add(tensor.name()));
        network.inference().tensors().forEach(tensor -> names.remove(tensor.name()));
        return names;
    }

    /**
     * {@return the names of the tensors of the convolutions that read the network's input: what another number of channels
     * changes}
     *
     * @param network left as it is
     */
    public static Set<String> inputTensors(Network network) {
        Set<String> first = new HashSet<>();
        Set<String> untouched = new HashSet<>(Set.of(Network.INPUT));
        Map<String, List<Tensor>> tensors = byNode(network);
        for (Node node : network.nodes()) {
            if (node.inputs().stream().anyMatch(untouched::contains)) {
                if (node.operation() instanceof Convolution) {
                    first.add(node.name());
                } else if (!tensors.containsKey(node.name())) {
                    untouched.add(node.name());
                }
            }
        }
        Set<String> weights = new LinkedHashSet<>();
        for (Tensor tensor : network.parameters()) {
            if (first.contains(tensor.node()) && tensor.role() == Tensor.Role.CONVOLUTION_WEIGHT) {
                weights.add(tensor.name());
            }
        }
        return weights;
    }

    /**
     * Filters for another number of input channels, each the mean of the old ones' over their channels.
     *
     * @param filters [out, in, kH, kW], row-major
     * @param shape of them
     * @param channels how many the new ones have
     * @return [out, channels, kH, kW]
     */
    public static float[] meanOverChannels(float[] filters, List<Integer> shape, int channels) {
        int in = shape.get(1);
        int area = shape.get(2) * shape.get(3);
        float[] means = new float[shape.get(0) * channels * area];
        for (int out = 0; out < shape.get(0); out++) {
            for (int pixel = 0; pixel < area; pixel++) {
                double sum = 0;
                for (int channel = 0; channel < in; channel++) {
                    sum += filters[(out * in + channel) * area + pixel];
                }
                for (int channel = 0; channel < channels; channel++) {
                    means[(out * channels + channel) * area + pixel] = (float) (sum / in);
                }
            }
        }
        return means;
    }

    /**
     * The tensors that patterns name. A pattern is a tensor's name ({@code layer1.0.conv1.weight}), the beginning of
     * one up to a dot ({@code layer1} names everything in it, and nothing of {@code layer10}), or either with {@code *}
     * for any characters and {@code ?} for one ({@code layer*.bn?}).
     *
     * @param network left as it is
     * @param pattern as above
     * @param key what the pattern is called where it was given, for the message
     * @return names of trained tensors, in {@code state_dict} order
     * @throws BadInputException if the pattern names none of the network's trained tensors
     */
    public static Set<String> matching(Network network, String pattern, String key) {
        Set<String> found =
                matching(network.parameters().stream().map(Tensor::name).toList(), pattern);
        if (found.isEmpty()) {
            List<String> tops = network.parameters().stream()
                    .map(tensor -> tensor.name().replaceAll("\\..*", ""))
                    .distinct()
                    .toList();
            throw new BadInputException(key + " = '" + pattern + "' names no tensor of " + network.name()
                    + "; its tensors begin with " + String.join(", ", tops));
        }
        return found;
    }

    /**
     * {@return those of some names that a pattern names, in their order; none if it names none}
     *
     * @param names of tensors
     * @param pattern as of {@link #matching(Network, String, String)}
     */
    public static Set<String> matching(Collection<String> names, String pattern) {
        StringBuilder regex = new StringBuilder();
        for (int i = 0; i < pattern.length(); i++) {
            char c = pattern.charAt(i);
            regex.append(
                    switch (c) {
                        case '*' -> ".*";
                        case '?' -> ".";
                        default -> Pattern.quote(String.valueOf(c));
                    });
        }
        Pattern whole = Pattern.compile(regex + "(\\..*)?");
        Set<String> found = new LinkedHashSet<>();
        for (String name : names) {
            if (whole.matcher(name).matches()) {
                found.add(name);
            }
        }
        return found;
    }

    /** The layers with an output for each class: the last before the logits, and those that a head names. */
    private static Set<String> headLayers(Network network) {
        Map<String, List<Tensor>> tensors = byNode(network);
        Set<String> wanted = new HashSet<>();
        Set<String> last = new LinkedHashSet<>();
        for (Head head : network.heads()) {
            wanted.add(head.output());
            last.addAll(head.layers());
        }
        List<Node> backwards = new ArrayList<>(network.nodes());
        Collections.reverse(backwards);
        for (Node node : backwards) {
            if (!wanted.contains(node.name())) {
                continue;
            }
            if (node.operation() instanceof Dense || node.operation() instanceof Convolution) {
                last.add(node.name());
            } else if (tensors.containsKey(node.name())) {
                throw new BadInputException("network " + network.name() + ": " + node.name()
                        + " stands between the logits and the last layer, so its head cannot be replaced");
            } else {
                wanted.addAll(node.inputs());
            }
        }
        return last;
    }

    private static Operation withOutputs(Operation operation, int classes) {
        if (operation instanceof Dense dense) {
            return new Dense(classes, dense.bias());
        }
        Convolution convolution = (Convolution) operation;
        return convolution.withOutputs(classes, convolution.groups());
    }

    private static Map<String, List<Tensor>> byNode(Network network) {
        return network.tensors().stream().collect(Collectors.groupingBy(Tensor::node));
    }

    private static Set<String> tensorsOf(Network network, Set<String> nodes) {
        Set<String> names = new LinkedHashSet<>();
        for (Tensor tensor : network.tensors()) {
            if (nodes.contains(tensor.node())) {
                names.add(tensor.name());
            }
        }
        return names;
    }
}
