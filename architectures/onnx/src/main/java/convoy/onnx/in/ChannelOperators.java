package convoy.onnx.in;

import convoy.architectures.operations.ChannelOperation.ChannelSlice;
import convoy.architectures.operations.ChannelOperation.PadChannels;
import convoy.architectures.operations.Join.Concat;
import convoy.architectures.operations.Pooling;
import convoy.architectures.operations.Pooling.Kind;
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
 * What leaves out numbers, puts some beside others, or zeros around them.
 *
 * @param body takes the nodes
 */
record ChannelOperators(Body body) implements Operators {
    /** Channels of zeros; no network adds as many. */
    private static final int MOST_CHANNELS = 1 << 20;

    @Override
    public Optional<List<Value>> take(Op op) {
        if (!ShapeOperators.hangsOnTheImage(op)) {
            return Optional.empty();
        }
        return switch (op.type()) {
            case "Concat" -> Operators.one(concat(op));
            case "Slice" -> Operators.one(slice(op));
            case "Split" -> Optional.of(split(op));
            case "Pad" -> Operators.one(pad(op));
            default -> Optional.empty();
        };
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
        if (Extent.axis(op.integer("axis", 1), first.dims().size() + 1) != channels
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
        String node = body.channelsFirst(op.value(0));
        if (ends.length != starts.length || axes.length != starts.length || steps.length != starts.length) {
            throw new BadInputException("its starts, ends, axes and steps are not equally many");
        }
        int[] strides = {1, 1};
        int begin = 0;
        int end = body.shape(node).channels();
        List<Integer> dims = body.plain(node).dims();
        for (int i = 0; i < starts.length; i++) {
            int axis = Extent.axis(axes[i], 4);
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

    private List<Value> split(Op op) {
        String node = body.channelsFirst(op.value(0));
        int channels = body.shape(node).channels();
        int outputs = op.proto().getOutputCount();
        if (Extent.axis(op.integer("axis", 0), 4) != 1) {
            throw new BadInputException("it splits the axis " + op.integer("axis", 0) + "; channels are taken");
        }
        int each = -Math.floorDiv(-channels, outputs);
        long[] sizes = op.integers(1, "split", "sizes").orElseGet(() -> IntStream.range(0, outputs)
                .mapToLong(i -> Math.min(each, channels - (long) i * each))
                .toArray());
        if (sizes.length != outputs
                || LongStream.of(sizes).anyMatch(size -> size < 1 || size > channels)
                || LongStream.of(sizes).sum() != channels) {
            throw new BadInputException(
                    "it splits " + Counts.plain(channels, "channel") + " into " + Arrays.toString(sizes));
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
        Signal signal = body.signal(op.value(0));
        Value value = signal;
        boolean last = signal.order() == Order.CHANNELS_LAST;
        int height = last ? 1 : 2;
        int channels = last ? 3 : 1;
        int[] sides = {height, height + 1, height + 4, height + 5};
        boolean around = IntStream.of(sides).anyMatch(side -> pads[side] > 0);
        if (pads[channels] > 0 || pads[channels + 4] > 0 || !around) {
            value = body.add(
                    op,
                    around ? op.name() + ".channels" : op.name(),
                    new PadChannels((int) pads[channels], (int) pads[channels + 4]),
                    body.channelsFirst(value));
        }
        if (!around) {
            return value;
        }
        body.image(value);
        List<Integer> zeros = new ArrayList<>();
        for (int side : sides) {
            zeros.add(Extent.argument("pads", pads[side]));
        }
        return new Value.Padded(body.signal(value), zeros);
    }
}
