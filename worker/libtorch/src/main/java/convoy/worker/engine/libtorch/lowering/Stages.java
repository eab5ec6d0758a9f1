package convoy.worker.engine.libtorch.lowering;

import convoy.architectures.graph.Network;
import convoy.architectures.graph.Node;
import convoy.parameterserver.layout.ParameterLayout;
import convoy.parameterserver.layout.Segment;
import convoy.worker.engine.libtorch.lowering.Stage.Unit;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Cuts a network into stages. */
public final class Stages {
    private Stages() {}

    /**
     * {@return the whole network as one stage}
     *
     * @param network that is lowered
     * @param lowering of that network
     * @param layout of the flat vector
     */
    public static Stage one(Network network, Lowering lowering, ParameterLayout layout) {
        return cut(network, lowering, layout, Integer.MAX_VALUE).get(0);
    }

    /**
     * {@return stages of at least this many parameters each, but for the first}
     *
     * @param network that is lowered
     * @param lowering of that network
     * @param layout of a network that has all of this one's tensors
     * @param least how many parameters
     */
    public static List<Stage> cut(Network network, Lowering lowering, ParameterLayout layout, int least) {
        Map<String, List<Segment>> parameters = new HashMap<>();
        for (Segment segment : layout.segments()) {
            if (segment.role() != Segment.Role.STATISTIC) {
                String node = segment.name().substring(0, segment.name().lastIndexOf('.'));
                parameters.computeIfAbsent(node, key -> new ArrayList<>()).add(segment);
            }
        }
        List<List<Node>> runs = new ArrayList<>();
        List<Node> run = new ArrayList<>();
        int count = 0;
        List<Node> nodes = network.nodes().stream()
                .filter(node -> lowering.hasKernel(node.name()))
                .toList();
        // From the end, so that it is the first stage that may be small: nothing is left to compute beside its transfer
        // anyway.
        for (int i = nodes.size() - 1; i >= 0; i--) {
            run.add(0, nodes.get(i));
            for (Segment segment : parameters.getOrDefault(nodes.get(i).name(), List.of())) {
                count += segment.size();
            }
            if (count >= least) {
                runs.add(0, run);
                run = new ArrayList<>();
                count = 0;
            }
        }
        if (!run.isEmpty()) {
            runs.add(0, run);
        }
        return stages(runs, network, lowering, parameters);
    }

    private static List<Stage> stages(
            List<List<Node>> runs, Network network, Lowering lowering, Map<String, List<Segment>> parameters) {
        List<Stage> stages = new ArrayList<>();
        Set<String> readLater = new HashSet<>();
        network.heads().forEach(head -> readLater.add(lowering.source(head.output())));
        int begin = Integer.MAX_VALUE;
        for (int i = runs.size() - 1; i >= 0; i--) {
            List<Unit> units = new ArrayList<>();
            List<String> names = new ArrayList<>();
            Set<String> own = new HashSet<>();
            Set<String> reads = new LinkedHashSet<>();
            for (Node node : runs.get(i)) {
                List<String> inputs = lowering.inputs(node);
                units.add(new Unit(node.name(), lowering.kernel(node.name()), inputs));
                inputs.stream().filter(input -> !own.contains(input)).forEach(reads::add);
                own.add(node.name());
                for (Segment segment : parameters.getOrDefault(node.name(), List.of())) {
                    names.add(segment.name());
                    begin = Math.min(begin, segment.begin());
                }
            }
            List<String> outputs =
                    units.stream().map(Unit::name).filter(readLater::contains).toList();
            readLater.addAll(reads);
            stages.add(0, new Stage(List.copyOf(units), List.copyOf(reads), outputs, List.copyOf(names), begin));
        }
        return List.copyOf(stages);
    }
}
