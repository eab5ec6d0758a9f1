package convoy.architectures.file;

import convoy.architectures.file.FileText.BlockText;
import convoy.architectures.file.expression.Datum;
import convoy.architectures.operations.Operation;
import convoy.records.BadInputException;
import convoy.records.Place;
import convoy.records.Problems;
import convoy.records.Value;
import convoy.records.text.Counts;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;

/**
 * Turns layers as they are written into the nodes of a network: loops are run through, blocks put in, names and arguments computed. What
 * is wrong is added to the problems, and the rest is looked at all the same.
 */
final class Expansion {
    private static final String NAME = "name";
    private static final String FROM = "from";
    private static final String WHEN = "when";
    private static final String REPEAT = "repeat";
    private static final String AS = "as";
    private static final String BLOCK = "block";
    private static final String LAYERS = "layers";
    private static final String BRANCHES = "branches";
    private static final String INDEX = "i";

    /** What a layer may have beside its arguments. */
    private static final Set<String> FRAME = Set.of(NAME, FROM, WHEN, REPEAT, AS, BLOCK, LAYERS, BRANCHES);

    private final Map<String, BlockText> blocks;

    /** What every block may compute with beside its arguments. */
    private final Map<String, Datum> parameters;

    private final Graph graph;
    private final Problems problems;
    private final Budget budget;
    private final Deque<String> open = new ArrayDeque<>();
    private int depth;

    private final UnknownLayers unknown;

    Expansion(
            Map<String, BlockText> blocks,
            Map<String, Datum> parameters,
            Graph graph,
            Problems problems,
            Budget budget) {
        this.blocks = blocks;
        this.parameters = parameters;
        this.graph = graph;
        this.problems = problems;
        this.budget = budget;
        this.unknown = new UnknownLayers(problems);
    }

    /** One layer that is being put in, where it is written. */
    private record Written(Value.Mapping mapping, Scope scope, String current) {
        Optional<Value> at(String key) {
            return Optional.ofNullable(mapping.entries().get(key)).map(Value.Entry::value);
        }

        Place place() {
            return mapping.place();
        }
    }

    /**
     * Puts layers in, one after the other.
     *
     * @param current the node that the first of them reads
     * @return the node that the last of them is, or {@code current} if there is none
     */
    String layers(List<Value> written, Scope scope, String current) {
        String last = current;
        for (Value layer : written) {
            last = layer(layer, scope, last);
        }
        return last;
    }

    private String layer(Value layer, Scope scope, String current) {
        budget.look(1, layer.place());
        if (layer instanceof Value.Scalar kind) {
            Map<String, Value.Entry> alone = Map.of(OperationText.KIND, new Value.Entry(kind.place(), kind));
            return once(new Written(new Value.Mapping(alone, kind.place()), scope, current));
        }
        if (!(layer instanceof Value.Mapping mapping)) {
            problems.add(
                    layer.place(), "a layer is " + layer.form() + ", but must be a kind, or a mapping that has one");
            return current;
        }
        Written written = new Written(mapping, scope, current);
        if (written.at(REPEAT).isEmpty()) {
            return once(written);
        }
        Optional<Integer> times = tried(written, REPEAT, () -> times(written));
        String index = tried(written, AS, () -> written.at(AS).map(scope::name).orElse(INDEX))
                .orElse(INDEX);
        String last = current;
        for (int i = 0; i < times.orElse(0); i++) {
            budget.look(1, mapping.place());
            last = once(new Written(mapping, scope.with(index, new Datum.Amount(i)), last));
        }
        return last;
    }

    private static int times(Written written) {
        int times = written.scope().datum(written.at(REPEAT).orElseThrow()).whole();
        if (times < 0 || times > Budget.MOST_REPEATS) {
            throw new BadInputException(
                    "= " + times + ", must be between 0 and " + Counts.plain(Budget.MOST_REPEATS, "time"));
        }
        return times;
    }

    /** What can be refused in a clause, which is then a problem of a key of a layer. */
    private <T> Optional<T> tried(Written written, String key, Supplier<T> work) {
        try {
            return Optional.of(work.get());
        } catch (BadInputException refused) {
            Place place = written.at(key).map(Value::place).orElse(written.place());
            String clause = String.valueOf(refused.getMessage());
            boolean goesOn = clause.startsWith("=") || clause.startsWith("is ");
            problems.add(place, key + (goesOn ? " " : ": ") + clause);
            return Optional.empty();
        }
    }

    private String once(Written written) {
        boolean isThere = tried(written, WHEN, () -> written.at(WHEN)
                        .map(when -> written.scope().datum(when).truth())
                        .orElse(true))
                .orElse(false);
        if (!isThere) {
            return written.current();
        }
        if (depth >= Budget.DEEPEST) {
            problems.add(written.place(), "layers are nested more than " + Budget.DEEPEST + " deep: nest less");
            return written.current();
        }
        Optional<String> name = tried(written, NAME, () -> written.at(NAME)
                .map(given -> named(written.scope().name(given)))
                .orElse(""));
        if (name.isEmpty()) {
            return written.current();
        }
        depth++;
        try {
            if (written.at(BLOCK).isPresent()) {
                return block(written, name.get());
            }
            return written.at(LAYERS).isPresent() ? group(written, name.get()) : operation(written, name.get());
        } finally {
            depth--;
        }
    }

    private static String named(String name) {
        if (!name.matches("[A-Za-z0-9_][A-Za-z0-9_.-]*")) {
            throw new BadInputException("= '" + (name.length() > 80 ? name.substring(0, 80) + "…" : name)
                    + "' is no name: letters, digits, _, - and dots make one");
        }
        return name;
    }

    private String group(Written written, String name) {
        only(written, Set.of());
        List<String> inputs = inputs(written, "a group");
        if (inputs.size() != 1) {
            problems.add(
                    written.place(), "a group reads " + Counts.plain(inputs.size(), "layer") + ", it can read one");
            return written.current();
        }
        Scope scope = written.scope();
        String last = layers(list(written, LAYERS), scope.in(scope.layers().group(name)), inputs.get(0));
        if (!name.isEmpty()) {
            scope.layers().define(name, last);
        }
        return last;
    }

    private String block(Written written, String name) {
        Scope scope = written.scope();
        Optional<String> called =
                tried(written, BLOCK, () -> scope.name(written.at(BLOCK).orElseThrow()));
        if (called.isEmpty()) {
            return written.current();
        }
        BlockText block = blocks.get(called.get());
        if (block == null) {
            problems.add(
                    written.place(),
                    "block = " + called.get() + " is none of this file's"
                            + UnknownLayers.near(called.get(), List.copyOf(blocks.keySet())));
            return written.current();
        }
        if (open.contains(called.get())) {
            List<String> chain = new ArrayList<>(open);
            chain.add(0, called.get());
            Collections.reverse(chain);
            problems.add(written.place(), "block " + called.get() + " has itself in it: " + String.join(" > ", chain));
            return written.current();
        }
        only(written, block.arguments().keySet());
        Scope inside = new Scope(scope.layers().block(name), parameters);
        for (Map.Entry<String, Value> argument : block.arguments().entrySet()) {
            Optional<Datum> value = argument(written, argument.getKey(), argument.getValue(), inside);
            if (value.isPresent()) {
                inside = inside.with(argument.getKey(), value.get());
            }
        }
        List<String> inputs = inputs(written, "block " + called.get());
        if (inputs.size() != block.inputs().size()) {
            problems.add(
                    written.place(),
                    "block " + called.get() + " reads " + Counts.plain(inputs.size(), "layer") + ", it takes "
                            + block.inputs().size() + ": " + String.join(", ", block.inputs()));
            return written.current();
        }
        for (int i = 0; i < inputs.size(); i++) {
            inside.layers().read(block.inputs().get(i), inputs.get(i));
        }
        open.push(called.get());
        String last = layers(block.layers(), inside, inputs.get(0));
        open.pop();
        if (!name.isEmpty()) {
            scope.layers().define(name, last);
        }
        return last;
    }

    /** What a block gets: what was given where it is put in, or its default, which may be computed from the arguments before it. */
    private Optional<Datum> argument(Written written, String key, Value usual, Scope inside) {
        budget.look(1, written.place());
        Optional<Value> given = written.at(key);
        if (given.isEmpty() && usual instanceof Value.Nothing) {
            problems.add(written.place(), key + " is missing, which the block has no default for");
            return Optional.empty();
        }
        return tried(written, key, () -> given.map(written.scope()::datum).orElseGet(() -> inside.datum(usual)));
    }

    private String operation(Written written, String given) {
        Scope scope = written.scope();
        if (written.at(OperationText.KIND).isEmpty()) {
            problems.add(
                    written.place(),
                    "a layer has neither kind, nor block, nor layers; give one of "
                            + String.join(", ", OperationText.kinds()));
            return written.current();
        }
        Optional<String> kind = tried(
                written,
                OperationText.KIND,
                () -> scope.name(written.at(OperationText.KIND).orElseThrow()));
        if (kind.isEmpty()) {
            return written.current();
        }
        if (!OperationText.isKind(kind.get())) {
            problems.add(
                    written.place(),
                    "kind = " + kind.get() + " is no kind of layer"
                            + UnknownLayers.near(kind.get(), OperationText.kinds()));
            return written.current();
        }
        List<String> inputs = inputs(written, kind.get());
        String name = given.isEmpty() ? graph.free(scope.layers(), kind.get()) : given;
        String whole = scope.layers().whole(name);
        if (whole.length() > Budget.LONGEST_NAME) {
            problems.add(
                    written.place(),
                    "the name " + whole.substring(0, 60) + "… is longer than " + Budget.LONGEST_NAME
                            + " characters: nest less or name shorter");
            return written.current();
        }
        budget.node(written.place());
        Map<String, Value.Entry> arguments = new LinkedHashMap<>();
        written.mapping().entries().forEach((key, entry) -> {
            budget.look(1, written.place());
            if (!FRAME.contains(key)) {
                tried(written, key, () -> scope.computed(entry.value()))
                        .ifPresent(value -> arguments.put(key, new Value.Entry(entry.key(), value)));
            }
        });
        arguments.put(
                OperationText.KIND, new Value.Entry(written.place(), OperationText.word(kind.get(), written.place())));
        Optional<Operation> operation =
                OperationText.read(whole, new Value.Mapping(arguments, written.place()), problems);
        graph.add(written.place(), whole, operation, inputs);
        scope.layers().define(name, whole);
        return whole;
    }

    private List<String> inputs(Written written, String what) {
        if (written.at(BRANCHES).isPresent()) {
            if (written.at(FROM).isPresent()) {
                problems.add(written.place(), what + " has from and branches: leave one of them out");
            }
            return branches(written);
        }
        Optional<Value> from = written.at(FROM);
        if (from.isEmpty()) {
            return List.of(written.current());
        }
        List<Value> names = from.get() instanceof Value.Sequence list ? list.values() : List.of(from.get());
        List<String> inputs = new ArrayList<>();
        for (Value name : names) {
            budget.look(1, written.place());
            tried(written, FROM, () -> written.scope().name(name)).ifPresent(known -> inputs.add(node(known, written)));
        }
        return inputs;
    }

    /** The node of a name; one that is not there yet is told in the end, when it is known whether it comes later. */
    private String node(String name, Written written) {
        LayerNames layers = written.scope().layers();
        return layers.node(name).orElseGet(() -> {
            unknown.add(written.place(), written.at(NAME).map(Expansion::plain).orElse("a layer"), name, layers);
            return Graph.NOWHERE;
        });
    }

    private static String plain(Value value) {
        return value instanceof Value.Scalar scalar ? scalar.text() : "a layer";
    }

    private List<String> branches(Written written) {
        List<String> outputs = new ArrayList<>();
        Scope scope = written.scope();
        for (Value branch : list(written, BRANCHES)) {
            budget.look(1, branch.place());
            if (branch instanceof Value.Sequence layers) {
                outputs.add(layers(layers.values(), scope.in(scope.layers().group("")), written.current()));
            } else {
                outputs.add(layer(branch, scope, written.current()));
            }
        }
        return outputs;
    }

    private List<Value> list(Written written, String key) {
        Value value = written.at(key).orElseThrow();
        if (value instanceof Value.Sequence sequence) {
            return sequence.values();
        }
        problems.add(value.place(), key + " is " + value.form() + ", but must be a list");
        return List.of();
    }

    /** Refuses keys that mean nothing where they stand. */
    private void only(Written written, Set<String> arguments) {
        written.mapping().entries().forEach((key, entry) -> {
            budget.look(1, written.place());
            boolean isKnown = FRAME.contains(key) && !key.equals(BRANCHES);
            if (!isKnown && !arguments.contains(key)) {
                List<String> known = new ArrayList<>(arguments);
                known.addAll(List.of(NAME, FROM, WHEN, REPEAT, AS));
                problems.add(entry.key(), key + " is no key here" + UnknownLayers.near(key, known));
            }
        });
    }

    /** Tells of the layers that were named and never came, or came too late. */
    void tellUnknown(LayerNames network) {
        unknown.tell(network);
    }
}
