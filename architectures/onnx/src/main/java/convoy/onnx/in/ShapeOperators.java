package convoy.onnx.in;

import convoy.architectures.operations.ChannelOperation.ChannelShuffle;
import convoy.architectures.operations.Flatten;
import convoy.architectures.tensor.Shape;
import convoy.architectures.tensor.Shape.Image;
import convoy.architectures.tensor.Shape.Vector;
import convoy.onnx.in.Value.Extents;
import convoy.onnx.in.Value.Order;
import convoy.onnx.in.Value.Signal;
import convoy.records.BadInputException;
import convoy.records.text.Counts;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import java.util.stream.LongStream;

/**
 * What looks at numbers otherwise, or leaves some out, and computes nothing.
 *
 * @param body takes the nodes
 * @param batch the number of images that the model says it takes; {@link Extents#BATCH} if it takes any
 */
record ShapeOperators(Body body, long batch) implements Operators {
    @Override
    public Optional<List<Value>> take(Op op) {
        if (op.inputs().isEmpty() || !op.has(0) || !hangsOnTheImage(op)) {
            return Optional.empty();
        }
        return switch (op.type()) {
            case "Flatten" -> Operators.one(flatten(op));
            case "Reshape" -> Operators.one(reshape(op));
            case "Squeeze" -> Operators.one(squeeze(op));
            case "Unsqueeze" -> Operators.one(unsqueeze(op));
            case "Transpose" -> Operators.one(transpose(op));
            case "Identity", "Cast" -> Operators.one(op.value(0));
            default -> Optional.empty();
        };
    }

    static boolean hangsOnTheImage(Op op) {
        return op.inputs().stream().flatMap(Optional::stream).anyMatch(value -> !value.isConstant());
    }

    private Value flatten(Op op) {
        Signal signal = body.signal(op.value(0));
        if (Extent.axis(op.integer("axis", 1), signal.dims().size() + 1) != 1) {
            throw new BadInputException("it flattens from the axis " + op.integer("axis", 1) + " on; 1 is taken");
        }
        return vector(op, signal);
    }

    private Value vector(Op op, Signal signal) {
        Shape shape = body.shape(signal.node());
        if (signal.order() == Order.CHANNELS_LAST && shape.size() != shape.channels()) {
            // A dense layer behind it has its weights in that order, and puts them into another.
            return new Signal(signal.node(), List.of(shape.size()), Order.CHANNELS_LAST);
        }
        body.requireRows(signal);
        return body.add(op, new Flatten(), signal.node());
    }

    private Value reshape(Op op) {
        List<Long> wanted = op.says("shape") && !op.has(1)
                ? op.integers(1, "shape", "shape")
                        .map(all -> LongStream.of(all).boxed().toList())
                        .orElseThrow()
                : op.extents(1, "shape");
        Signal signal = body.signal(op.value(0));
        if (op.integer("allowzero", 0) != 0 && wanted.contains(0L)) {
            throw new BadInputException("it makes an empty tensor");
        }
        return viewed(op, signal, dims(wanted, signal));
    }

    /** The extents of one example that are asked for. */
    private List<Integer> dims(List<Long> wanted, Signal signal) {
        int size = body.shape(signal.node()).size();
        List<Integer> dims = new ArrayList<>();
        int open = -1;
        long known = 1;
        for (int i = 1; i < wanted.size(); i++) {
            long extent = wanted.get(i);
            if (extent == 0 && i <= signal.dims().size()) {
                extent = signal.dims().get(i - 1);
            }
            if (extent == -1 && open < 0) {
                open = dims.size();
                dims.add(1);
            } else {
                dims.add(Extent.of(extent));
                known *= extent;
            }
            if (known < 1 || known > size) {
                throw mismatch(wanted, signal);
            }
        }
        if (open >= 0 && size % known == 0) {
            dims.set(open, Math.toIntExact(size / known));
            known = size;
        }
        boolean ofExamples = !wanted.isEmpty()
                && (wanted.get(0) == Extents.BATCH
                        || wanted.get(0) == 0
                        || wanted.get(0) == batch
                        || (wanted.get(0) == -1 && open < 0)
                        || (wanted.get(0) == 1 && batch == Extents.BATCH));
        if (!ofExamples || known != size || dims.isEmpty()) {
            throw mismatch(wanted, signal);
        }
        return dims;
    }

    private BadInputException mismatch(List<Long> wanted, Signal signal) {
        String shown = String.join(
                "x",
                wanted.stream()
                        .map(one -> one == Extents.BATCH ? "N" : Long.toString(one))
                        .toList());
        return new BadInputException("it makes " + shown + " of " + body.shape(signal.node())
                + ": flattening to a vector, taking channels apart for a shuffle, and the way back are taken");
    }

    private Value viewed(Op op, Signal signal, List<Integer> dims) {
        Shape shape = body.shape(signal.node());
        if (signal.order() == Order.SWAPPED_GROUPS) {
            Image image = (Image) shape;
            if (dims.equals(List.of(image.channels(), image.height(), image.width()))) {
                return body.add(op, new ChannelShuffle(signal.dims().get(1)), signal.node());
            }
            throw new BadInputException("it reads swapped groups of channels as " + dims + "; " + image + " is taken");
        }
        if (dims.size() == 1) {
            return shape instanceof Vector ? new Signal(signal.node(), dims, Order.ROWS) : vector(op, signal);
        }
        if (signal.order() == Order.CHANNELS_LAST) {
            if (shape.size() != shape.channels()) {
                throw new BadInputException("it reads an image whose channels come last as " + dims);
            }
            return new Signal(signal.node(), List.of(shape.channels(), 1, 1), Order.ROWS);
        }
        return unflattened(new Signal(signal.node(), dims, Order.ROWS));
    }

    /** An image that was flattened and is an image again; what else it is, its reader has to know. */
    private Signal unflattened(Signal signal) {
        if (body.shape(signal.node()) instanceof Vector
                && body.operation(signal.node()).orElse(null) instanceof Flatten
                && body.shape(body.firstInput(signal.node())) instanceof Image image) {
            String source = body.firstInput(signal.node());
            if (signal.dims().equals(List.of(image.channels(), image.height(), image.width()))) {
                return body.plain(source);
            }
            if (image.size() == image.channels() && signal.dims().equals(List.of(1, 1, image.channels()))) {
                return new Signal(source, signal.dims(), Order.CHANNELS_LAST);
            }
        }
        return signal;
    }

    private Value squeeze(Op op) {
        Signal signal = body.signal(op.value(0));
        int rank = signal.dims().size() + 1;
        boolean[] gone = new boolean[rank];
        Optional<long[]> axes = op.integers(1, "axes", "axes");
        for (long axis : axes.orElse(IntStream.range(1, rank)
                .filter(i -> signal.dims().get(i - 1) == 1)
                .asLongStream()
                .toArray())) {
            gone[Extent.axis(axis, rank)] = true;
        }
        List<Integer> dims = new ArrayList<>();
        for (int i = 1; i < rank; i++) {
            if (!gone[i]) {
                dims.add(signal.dims().get(i - 1));
            } else if (signal.dims().get(i - 1) != 1) {
                throw new BadInputException(
                        "it leaves out an axis of " + signal.dims().get(i - 1));
            }
        }
        if (gone[0] || dims.isEmpty()) {
            throw new BadInputException("it leaves out the axis of the images, or all axes");
        }
        return viewed(op, signal, dims);
    }

    private Value unsqueeze(Op op) {
        Signal signal = body.signal(op.value(0));
        long[] axes = op.integers(1, "axes", "axes").orElseThrow(() -> new BadInputException("it has no axes"));
        if (axes.length > 3) {
            throw new BadInputException("it adds " + Counts.plain(axes.length, "axis", "axes"));
        }
        int rank = signal.dims().size() + 1 + axes.length;
        boolean[] fresh = new boolean[rank];
        for (long axis : axes) {
            fresh[Extent.axis(axis, rank)] = true;
        }
        List<Integer> dims = new ArrayList<>();
        int next = 0;
        for (int i = 1; i < rank; i++) {
            dims.add(
                    fresh[i] || next == signal.dims().size() ? 1 : signal.dims().get(next++));
        }
        if (fresh[0]) {
            throw new BadInputException("it adds an axis before that of the images");
        }
        return viewed(op, signal, dims);
    }

    private Value transpose(Op op) {
        return op.value(0) instanceof Value.Padded padded
                ? new Value.Padded(transposed(op, padded.of()), padded.pads())
                : transposed(op, body.signal(op.value(0)));
    }

    private Signal transposed(Op op, Signal signal) {
        int[] perm = op.integers("perm")
                .map(all -> LongStream.of(all)
                        .mapToInt(axis -> Extent.axis(axis, signal.dims().size() + 1))
                        .toArray())
                .orElse(new int[0]);
        List<Integer> dims = new ArrayList<>();
        for (int i = 1; i < perm.length; i++) {
            dims.add(perm[i] == 0 ? 0 : signal.dims().get(perm[i] - 1));
        }
        Shape shape = body.shape(signal.node());
        boolean whole = shape instanceof Image image
                && signal.dims().size() == 3
                && body.plain(signal.node())
                        .dims()
                        .equals(
                                signal.order() == Order.ROWS
                                        ? signal.dims()
                                        : List.of(image.channels(), image.height(), image.width()));
        if (whole && signal.order() == Order.ROWS && Arrays.equals(perm, new int[] {0, 2, 3, 1})) {
            return new Signal(signal.node(), dims, Order.CHANNELS_LAST);
        }
        if (whole && signal.order() == Order.CHANNELS_LAST && Arrays.equals(perm, new int[] {0, 3, 1, 2})) {
            return body.plain(signal.node());
        }
        boolean swapsGroups = perm.length == signal.dims().size() + 1
                && perm.length >= 4
                && perm[1] == 2
                && perm[2] == 1
                && IntStream.range(0, perm.length).allMatch(i -> i == 1 || i == 2 || perm[i] == i);
        if (swapsGroups
                && signal.order() == Order.ROWS
                && shape instanceof Image
                && (long) signal.dims().get(0) * signal.dims().get(1) == shape.channels()) {
            return new Signal(signal.node(), dims, Order.SWAPPED_GROUPS);
        }
        throw new BadInputException("it moves the axes of " + signal.dims() + " to " + Arrays.toString(perm)
                + "; groups of channels that change places, and channels that come last or first, are taken");
    }
}
