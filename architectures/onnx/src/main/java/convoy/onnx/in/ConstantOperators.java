package convoy.onnx.in;

import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import convoy.onnx.in.Value.Extents;
import convoy.onnx.in.Value.Filled;
import convoy.onnx.in.Value.Signal;
import convoy.records.BadInputException;
import convoy.records.text.Counts;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.LongStream;
import java.util.stream.Stream;

/**
 * What can be computed before any image is there: shapes above all.
 *
 * @param body the network
 * @param constants reads tensors
 * @param batch the number of images that the model says it takes; {@link Extents#BATCH} if it takes any
 */
record ConstantOperators(Body body, Constants constants, long batch) implements Operators {
    /** Whole numbers that one node may put out. */
    private static final int MOST = 4096;

    @Override
    public Optional<List<Value>> take(Op op) {
        return switch (op.type()) {
            case "Constant" -> Operators.one(constant(op));
            case "ConstantOfShape" -> Operators.one(filled(op));
            case "Shape" -> Operators.one(shape(op));
            case "Size", "NonZero", "Range", "Tile", "Where", "Expand" -> Optional.empty();
            case "Bernoulli" -> Operators.one(bernoulli(op));
            default -> ofConstants(op);
        };
    }

    private Optional<List<Value>> ofConstants(Op op) {
        if (!op.has(0)) {
            return Optional.empty();
        }
        Value first = op.value(0);
        if (first.isConstant() && !(first instanceof Extents)) {
            return ofNumbers(op, first);
        }
        if (op.inputs().stream().flatMap(Optional::stream).anyMatch(value -> !(value instanceof Extents))) {
            return Optional.empty();
        }
        return switch (op.type()) {
            case "Identity", "Cast", "Floor" -> Operators.one(first);
            case "Reshape", "Squeeze" -> Operators.one(new Extents(op.extents(0, "input"), false));
            case "Unsqueeze" -> Operators.one(new Extents(op.extents(0, "input"), false));
            case "Gather" -> Operators.one(gathered(op));
            case "Slice" -> Operators.one(sliced(op));
            case "Concat" -> Operators.one(joined(op));
            case "Add", "Sub", "Mul", "Div" -> Operators.one(computed(op));
            default -> Optional.empty();
        };
    }

    private static Optional<List<Value>> ofNumbers(Op op, Value first) {
        return switch (op.type()) {
            case "Identity" -> Operators.one(called(first, op.proto().getOutput(0)));
            case "Cast" -> Operators.one(first);
            case "Transpose" -> first instanceof Value.Constant constant ? transposed(op, constant) : Optional.empty();
            case "Reshape", "Squeeze", "Unsqueeze" ->
                first instanceof Value.Constant constant ? Operators.one(reshaped(op, constant)) : Optional.empty();
            default -> Optional.empty();
        };
    }

    private Value constant(Op op) {
        if (op.proto().getAttributeCount() != 1) {
            throw new BadInputException(
                    "it is a constant with " + Counts.plain(op.proto().getAttributeCount(), "value"));
        }
        AttributeProto attribute = op.proto().getAttribute(0);
        return switch (attribute.getName()) {
            case "value" -> constants.value(op.proto().getOutput(0), attribute.getT());
            case "value_int" -> new Extents(List.of(checked(attribute.getI())), true);
            case "value_ints" -> {
                LongStream.of(attribute.getIntsList().stream()
                                .mapToLong(value -> value)
                                .toArray())
                        .forEach(ConstantOperators::checked);
                yield extents(attribute.getIntsList());
            }
            case "value_float" -> number(op.proto().getOutput(0), attribute.getF());
            default -> throw new BadInputException("it is a constant of " + attribute.getName());
        };
    }

    private static long checked(long value) {
        if (value == Extents.BATCH) {
            throw new BadInputException("it holds " + value + ", which is no extent");
        }
        return value;
    }

    private static Value number(String name, float value) {
        float[] values = {value};
        return new Value.Constant(new Numbers(name, List.of(), () -> values));
    }

    private static Extents extents(List<Long> values) {
        if (values.size() > MOST) {
            throw new BadInputException(
                    "it holds " + Counts.plain(values.size(), "whole number") + ", more than " + MOST);
        }
        return new Extents(values, false);
    }

    private Value filled(Op op) {
        List<Long> shape = op.extents(0, "shape");
        Optional<TensorProto> value = op.proto().getAttributeList().stream()
                .filter(attribute -> attribute.getName().equals("value"))
                .map(AttributeProto::getT)
                .findFirst();
        if (value.isEmpty()) {
            return new Filled(shape, 0);
        }
        Value number = constants.value("value", value.get());
        double with = LayerOperators.scalar(number);
        if (number instanceof Extents) {
            long size = 1;
            for (long extent : shape) {
                size *= extent == Extents.BATCH ? MOST + 1L : Math.min(Math.max(extent, 0), MOST + 1L);
                if (size > MOST) {
                    throw new BadInputException("it makes more than " + MOST + " whole numbers");
                }
            }
            return extents(LongStream.range(0, size).mapToObj(i -> (long) with).toList());
        }
        return new Filled(shape, with);
    }

    private Value shape(Op op) {
        if (op.value(0) instanceof Value.Constant constant) {
            return extents(
                    constant.tensor().dims().stream().map(dim -> (long) dim).toList());
        }
        Signal signal = body.signal(op.value(0));
        List<Long> dims = Stream.concat(Stream.of(batch), signal.dims().stream().map(dim -> (long) dim))
                .toList();
        int begin = Extent.axis(op.integer("start", 0), dims.size() + 1);
        long end = Math.min(op.integer("end", dims.size()), dims.size());
        return extents(dims.subList(begin, Math.max(begin, Extent.axis(end, dims.size() + 1))));
    }

    /** Chance that decides about whole examples or whole channels. */
    private Value bernoulli(Op op) {
        if (!(op.value(0) instanceof Filled filled) || filled.shape().size() < 2) {
            throw new BadInputException("it draws numbers with a probability for each");
        }
        List<Long> rest = filled.shape().subList(1, filled.shape().size());
        boolean ofExamples = rest.stream().allMatch(extent -> extent == 1);
        boolean ofChannels = rest.subList(1, rest.size()).stream().allMatch(extent -> extent == 1);
        if (!ofChannels) {
            throw new BadInputException("it draws numbers for " + rest
                    + " of each example; one for each example, or for each" + " of its channels, is taken");
        }
        return new Value.Mask(!ofExamples, filled.number(), false);
    }

    private static Value called(Value value, String name) {
        return value instanceof Value.Constant constant
                ? new Value.Constant(constant.tensor().called(name))
                : value;
    }

    private static Optional<List<Value>> transposed(Op op, Value.Constant constant) {
        Numbers numbers = constant.tensor();
        Optional<long[]> perm = op.integers("perm");
        if (numbers.dims().size() != 2 || (perm.isPresent() && (perm.get().length != 2 || perm.get()[0] != 1))) {
            return Optional.empty();
        }
        int rows = numbers.dims().get(0);
        int columns = numbers.dims().get(1);
        // Computed now, so that no chain of them grows.
        float[] values = LayerOperators.transposed(numbers.values(), rows, columns);
        return Operators.one(new Value.Constant(new Numbers(numbers.name(), List.of(columns, rows), () -> values)));
    }

    private static Value reshaped(Op op, Value.Constant constant) {
        Numbers numbers = constant.tensor();
        List<Integer> dims =
                switch (op.type()) {
                    case "Reshape" -> {
                        List<Integer> wanted = new ArrayList<>();
                        long[] asked = op.integers(1, "shape");
                        long known = 1;
                        for (long extent : asked) {
                            known *= extent == -1 ? 1 : Extent.of(extent);
                            if (known < 1 || known > numbers.size()) {
                                throw new BadInputException(
                                        "it reshapes " + numbers.dims() + " to another number of values");
                            }
                        }
                        for (long extent : asked) {
                            wanted.add(extent == -1 ? (int) (numbers.size() / known) : (int) extent);
                        }
                        yield wanted;
                    }
                    case "Squeeze" ->
                        numbers.dims().stream().filter(dim -> dim != 1).collect(Collectors.toList());
                    default -> {
                        List<Integer> wanted = new ArrayList<>(numbers.dims());
                        long[] axes = op.integers(1, "axes", "axes").orElse(new long[0]);
                        if (axes.length > 4) {
                            throw new BadInputException("it adds " + Counts.plain(axes.length, "axis", "axes"));
                        }
                        for (long axis : axes) {
                            wanted.add(
                                    Extent.axis(axis, numbers.dims().size() + axes.length) > wanted.size()
                                            ? wanted.size()
                                            : Extent.axis(axis, numbers.dims().size() + axes.length),
                                    1);
                        }
                        yield wanted;
                    }
                };
        if (Extent.product(dims) != numbers.size()) {
            throw new BadInputException("it reshapes " + numbers.dims() + " to another number of values");
        }
        return new Value.Constant(new Numbers(numbers.name(), dims, numbers.source()));
    }

    private static Value gathered(Op op) {
        List<Long> from = op.extents(0, "input");
        Extents places = (Extents) op.value(1);
        List<Long> taken = new ArrayList<>();
        for (long place : places.values()) {
            taken.add(from.get(Extent.axis(place, from.size())));
        }
        return new Extents(taken, places.scalar());
    }

    private static Value sliced(Op op) {
        List<Long> from = op.extents(0, "input");
        long[] starts = op.integers(1, "starts", "starts").orElse(new long[] {0});
        long[] ends = op.integers(2, "ends", "ends").orElse(new long[] {from.size()});
        if (starts.length != 1
                || ends.length != 1
                || (op.has(4) && LongStream.of(op.integers(4, "steps")).anyMatch(step -> step != 1))) {
            throw new BadInputException("it slices a shape along several axes or in steps");
        }
        long begin = Math.max(0, Math.min(from.size(), starts[0] < 0 ? starts[0] + from.size() : starts[0]));
        long end = Math.max(begin, Math.min(from.size(), ends[0] < 0 ? ends[0] + from.size() : ends[0]));
        return extents(from.subList((int) begin, (int) end));
    }

    private static Value joined(Op op) {
        List<Long> all = new ArrayList<>();
        for (int i = 0; i < op.inputs().size(); i++) {
            all.addAll(op.extents(i, "input"));
            if (all.size() > MOST) {
                throw new BadInputException("it joins more than " + MOST + " whole numbers");
            }
        }
        return extents(all);
    }

    private static Value computed(Op op) {
        List<Long> left = op.extents(0, "input");
        List<Long> right = op.extents(1, "input");
        int size = Math.max(left.size(), right.size());
        List<Long> computed = new ArrayList<>();
        if ((left.size() != size && left.size() != 1) || (right.size() != size && right.size() != 1)) {
            throw new BadInputException(
                    "it computes with " + left.size() + " and " + Counts.plain(right.size(), "number"));
        }
        for (int i = 0; i < size && !left.isEmpty() && !right.isEmpty(); i++) {
            computed.add(computed(op.type(), left.get(left.size() == 1 ? 0 : i), right.get(right.size() == 1 ? 0 : i)));
        }
        return new Extents(computed, left.size() == 1 && right.size() == 1 && ((Extents) op.value(0)).scalar());
    }

    private static long computed(String type, long left, long right) {
        if (left == Extents.BATCH || right == Extents.BATCH) {
            boolean same = (type.equals("Mul") && (left == 1 || right == 1)) || (type.equals("Div") && right == 1);
            if (!same) {
                throw new BadInputException("it computes with the number of images");
            }
            return Extents.BATCH;
        }
        try {
            return checked(
                    switch (type) {
                        case "Add" -> Math.addExact(left, right);
                        case "Sub" -> Math.subtractExact(left, right);
                        case "Mul" -> Math.multiplyExact(left, right);
                        default -> right == 0 ? checked(Extents.BATCH) : left / right;
                    });
        } catch (ArithmeticException overflow) {
            throw new BadInputException("it computes what no extent can be", overflow);
        }
    }
}
