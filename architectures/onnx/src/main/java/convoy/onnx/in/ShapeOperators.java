package convoy.onnx.in;

import convoy.architectures.operations.ChannelOperation.ChannelShuffle;
import convoy.architectures.operations.ChannelOperation.ChannelSlice;
import convoy.architectures.operations.ChannelOperation.PadChannels;
import convoy.architectures.operations.Flatten;
import convoy.architectures.operations.Join.Concat;
import convoy.architectures.operations.Pooling;
import convoy.architectures.operations.Pooling.Kind;
import convoy.architectures.tensor.Shape;
import convoy.architectures.tensor.Shape.Image;
import convoy.architectures.tensor.Shape.Vector;
import convoy.onnx.in.Value.Extents;
import convoy.onnx.in.Value.Order;
import convoy.onnx.in.Value.Signal;
import convoy.records.BadInputException;
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
    /** Channels of zeros; no network adds as many. */
    private static final int MOST_CHANNELS = 1 << 20;

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
            case "Concat" -> Operators.one(concat(op));
            case "Slice" -> Operators.one(slice(op));
            case "Split" -> Optional.of(split(op));
            case "Pad" -> Operators.one(pad(op));
            case "Identity", "Cast" -> Operators.one(op.value(0));
            default -> Optional.empty();
        };
    }

    private static boolean hangsOnTheImage(Op op) {
        return op.inputs().stream()
                .flatMap(Optional::stream)
                .anyMatch(value -> !(value instanceof Value.Constant
                        || value instanceof Extents
                        || value instanceof Value.Filled));
    }

    private Value flatten(Op op) {
        Signal signal = body.signal(op.value(0));
        if (Axes.of(op.integer("axis", 1), signal.dims().size() + 1) != 1) {
            throw new BadInputException("it flattens from the axis " + op.integer("axis", 1) + " on; 1 is taken");
        }
        return vector(op, signal);
    }

    private Value vector(Op op, Signal signal) {
        if (signal.order() == Order.CHANNELS_LAST
                && body.shape(signal.node()).size() != body.shape(signal.node()).channels()) {
            throw new BadInputException(
                    "it flattens an image whose channels come last: the weights behind it lie in that"
                            + " order; export it with its channels first");
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
            gone[Axes.of(axis, rank)] = true;
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
            throw new BadInputException("it adds " + axes.length + " axes");
        }
        int rank = signal.dims().size() + 1 + axes.length;
        boolean[] fresh = new boolean[rank];
        for (long axis : axes) {
            fresh[Axes.of(axis, rank)] = true;
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
        Signal signal = body.signal(op.value(0));
        int[] perm = op.integers(99, "perm", "perm")
                .map(all -> LongStream.of(all)
                        .mapToInt(axis -> Axes.of(axis, signal.dims().size() + 1))
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

    private Value concat(Op op) {
        List<Signal> signals = new ArrayList<>();
        for (int i = 0; i < op.inputs().size(); i++) {
            Signal signal = body.signal(op.value(i));
            body.requireRows(signal);
            signals.add(signal);
        }
        Signal first = signals.get(0);
        int channels = first.order() == Order.CHANNELS_LAST ? 3 : 1;
        if (Axes.of(op.integer("axis", 1), first.dims().size() + 1) != channels
                || signals.stream().anyMatch(signal -> signal.order() != first.order())) {
            throw new BadInputException("it joins along the axis " + op.integer("axis", 1) + "; channels are taken");
        }
        for (Signal signal : signals) {
            if (signal.dims().size() == 3) {
                body.image(signal);
            }
        }
        Signal joined =
                body.add(op, new Concat(), signals.stream().map(Signal::node).toArray(String[]::new));
        return channels == 1
                ? joined
                : new Signal(
                        joined.node(),
                        List.of(
                                joined.dims().get(1),
                                joined.dims().get(2),
                                joined.dims().get(0)),
                        first.order());
    }

    private Value slice(Op op) {
        long[] starts = op.integers(1, "starts", "starts").orElseThrow(() -> new BadInputException("it has no starts"));
        long[] ends = op.integers(2, "ends", "ends").orElseThrow(() -> new BadInputException("it has no ends"));
        long[] axes = op.integers(3, "axes", "axes")
                .orElse(LongStream.range(0, starts.length).toArray());
        long[] steps = op.has(4)
                ? op.integers(4, "steps")
                : LongStream.range(0, starts.length).map(i -> 1).toArray();
        if (starts.length == 1 && steps.length == 1 && steps[0] == -1) {
            return reversed(op, starts[0], ends, axes);
        }
        String node = body.channelsFirst(op.value(0));
        if (ends.length != starts.length || axes.length != starts.length || steps.length != starts.length) {
            throw new BadInputException(
                    "it has " + starts.length + " starts and another number of ends, axes or steps");
        }
        int[] strides = {1, 1};
        int begin = 0;
        int end = body.shape(node).channels();
        List<Integer> dims = body.plain(node).dims();
        for (int i = 0; i < starts.length; i++) {
            int axis = Axes.of(axes[i], 4);
            long extent = axis == 0 ? Long.MAX_VALUE : dims.get(axis - 1);
            long first = Math.min(Math.max(starts[i] < 0 ? starts[i] + extent : starts[i], 0), extent);
            long last = Math.min(Math.max(ends[i] < 0 ? ends[i] + extent : ends[i], 0), extent);
            boolean whole = first == 0 && (last == extent || (axis == 0 && ends[i] >= Integer.MAX_VALUE));
            if (axis == 1 && steps[i] == 1 && first < last) {
                begin = (int) first;
                end = (int) last;
            } else if (axis > 1 && whole && steps[i] > 0) {
                strides[axis - 2] = Extent.argument("step", steps[i]);
            } else if (!whole || steps[i] != 1) {
                throw new BadInputException("it takes a part of axis " + axis + ", from " + starts[i] + " to " + ends[i]
                        + " in steps of " + steps[i] + "; a part of the channels and every n-th pixel are taken");
            }
        }
        boolean ofPixels = strides[0] > 1 || strides[1] > 1;
        boolean ofChannels = begin > 0 || end < body.shape(node).channels();
        Value value = body.plain(node);
        if (ofChannels) {
            value = body.add(op, ofPixels ? op.name() + ".channels" : op.name(), new ChannelSlice(begin, end), node);
        }
        return ofPixels
                ? body.add(
                        op,
                        Pooling.window(Kind.AVERAGE, 1, 1).withStride(strides[0], strides[1]),
                        body.signal(value).node())
                : value;
    }

    /** All channels, the last one first. */
    private Value reversed(Op op, long start, long[] ends, long[] axes) {
        if (start != -1 || ends.length != 1 || ends[0] > -Integer.MAX_VALUE || axes.length != 1 || axes[0] != 1) {
            throw new BadInputException("it takes numbers in the opposite order; all channels are taken so");
        }
        if (op.value(0) instanceof Value.Reversed reversed) {
            return reversed.norm().isEmpty()
                    ? reversed.of()
                    : body.add(op, reversed.norm().get(), reversed.of().node());
        }
        return new Value.Reversed(body.plain(body.channelsFirst(op.value(0))), Optional.empty());
    }

    private List<Value> split(Op op) {
        String node = body.channelsFirst(op.value(0));
        int channels = body.shape(node).channels();
        int outputs = op.proto().getOutputCount();
        if (Axes.of(op.integer("axis", 0), 4) != 1) {
            throw new BadInputException("it splits the axis " + op.integer("axis", 0) + "; channels are taken");
        }
        int each = -Math.floorDiv(-channels, outputs);
        long[] sizes = op.integers(1, "split", "sizes").orElseGet(() -> IntStream.range(0, outputs)
                .mapToLong(i -> Math.min(each, channels - (long) i * each))
                .toArray());
        if (sizes.length != outputs
                || LongStream.of(sizes).anyMatch(size -> size < 1 || size > channels)
                || LongStream.of(sizes).sum() != channels) {
            throw new BadInputException("it splits " + channels + " channels into " + Arrays.toString(sizes));
        }
        List<Value> parts = new ArrayList<>();
        int begin = 0;
        for (int i = 0; i < outputs; i++) {
            int end = begin + (int) sizes[i];
            parts.add(body.add(op, op.name() + "." + i, new ChannelSlice(begin, end), node));
            begin = end;
        }
        return parts;
    }

    private Value pad(Op op) {
        if (!op.text("mode", "constant").equals("constant")) {
            throw new BadInputException("it pads with " + op.text("mode", "") + " pixels; zeros are taken");
        }
        float with = op.has(2) ? LayerOperators.scalar(op.value(2)) : (float) op.number("value", 0);
        long[] pads = op.integers(1, "pads", "pads").orElseThrow(() -> new BadInputException("it has no pads"));
        if (with != 0 || pads.length != 8 || pads[0] != 0 || pads[4] != 0 || op.has(3)) {
            throw new BadInputException("it pads with " + with + " by " + Arrays.toString(pads)
                    + "; zeros around an image and channels of zeros are taken");
        }
        for (long pad : pads) {
            if (pad < 0 || pad > MOST_CHANNELS) {
                throw new BadInputException("it pads by " + pad);
            }
        }
        boolean around = pads[2] + pads[3] + pads[6] + pads[7] > 0;
        Value value = op.value(0);
        if (pads[1] > 0 || pads[5] > 0 || !around) {
            value = body.add(
                    op,
                    around ? op.name() + ".channels" : op.name(),
                    new PadChannels((int) pads[1], (int) pads[5]),
                    body.channelsFirst(value));
        }
        if (!around) {
            return value;
        }
        body.channelsFirst(value);
        List<Integer> sides = new ArrayList<>();
        for (int i : new int[] {2, 3, 6, 7}) {
            sides.add(Extent.argument("pads", pads[i]));
        }
        return new Value.Padded(body.signal(value), sides);
    }
}
