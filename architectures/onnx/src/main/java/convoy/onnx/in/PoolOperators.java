package convoy.onnx.in;

import convoy.architectures.operations.Activation;
import convoy.architectures.operations.Activation.Function;
import convoy.architectures.operations.AdaptiveAveragePool;
import convoy.architectures.operations.Flatten;
import convoy.architectures.operations.Operation;
import convoy.architectures.operations.Pooling;
import convoy.architectures.operations.Pooling.Kind;
import convoy.architectures.operations.PoolingBuilder;
import convoy.architectures.tensor.Shape.Image;
import convoy.onnx.Vocabulary;
import convoy.onnx.in.Value.Order;
import convoy.onnx.in.Value.Signal;
import convoy.records.BadInputException;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/** Greatest numbers and means, of windows and of whole images. */
record PoolOperators(Body body) implements Operators {
    private static final float CLOSE = 1e-6f;

    private static final Set<Function> NEVER_NEGATIVE =
            Set.of(Function.RELU, Function.RELU6, Function.SIGMOID, Function.HARD_SIGMOID);

    @Override
    public Optional<List<Value>> take(Op op) {
        return switch (op.type()) {
            case "MaxPool" -> Operators.one(pooling(op, Kind.MAX));
            case "AveragePool" -> Operators.one(pooling(op, Kind.AVERAGE));
            case "LpPool" -> Operators.one(pooling(op, Kind.LP));
            case "GlobalAveragePool" ->
                Operators.one(body.add(op, AdaptiveAveragePool.global(), body.channelsFirst(op.value(0))));
            case "GlobalMaxPool" -> Operators.one(greatest(op));
            case "ReduceMean" -> Operators.one(mean(op));
            case "MatMul" -> Operators.one(means(op));
            default -> Optional.empty();
        };
    }

    private Value greatest(Op op) {
        String node = body.channelsFirst(op.value(0));
        Image in = (Image) body.shape(node);
        return body.add(op, Pooling.window(Kind.MAX, in.height(), in.width()), node);
    }

    private Value pooling(Op op, Kind kind) {
        boolean counts = kind == Kind.AVERAGE && op.integer("count_include_pad", 0) != 0;
        List<Integer> before = List.of(0, 0, 0, 0);
        Value input = op.value(0);
        boolean beyond = false;
        if (input instanceof Value.Padded padded) {
            before = padded.pads();
            input = padded.of();
            if (kind == Kind.MAX && !isNeverNegative(padded.of())) {
                throw new BadInputException("it takes the greatest number of windows that reach into zeros around "
                        + padded.of().node() + ", which may be negative: an operation that pads an image is needed");
            }
            beyond = kind == Kind.AVERAGE && isBeyond(op, padded.pads());
            counts = true;
        }
        String node = body.channelsFirst(input);
        double power = kind == Kind.LP ? power(op, node) : 2;
        Image in = (Image) body.shape(node);
        Windows windows = Windows.of(op, op.arguments("kernel_shape", 0, 0), in).withPads(before);
        if (windows.dilations()[0] != 1 || windows.dilations()[1] != 1) {
            throw new BadInputException("its windows have gaps (dilations); a pooling without is taken");
        }
        boolean ceil =
                op.integer("ceil_mode", 0) != 0 || op.proto().getDocString().equals(Vocabulary.CEIL);
        Pooling pooling = PoolingBuilder.builder()
                .kind(kind)
                .kernelHeight(windows.kernel()[0])
                .kernelWidth(windows.kernel()[1])
                .strideHeight(windows.strides()[0])
                .strideWidth(windows.strides()[1])
                .paddingHeight(windows.begin()[0])
                .paddingWidth(windows.begin()[1])
                .ceil(ceil)
                .countIncludePad(counts || kind != Kind.AVERAGE)
                .power(power)
                .build();
        if (isAdaptive(op, windows, in)) {
            Image out = pooling.output(List.of(in));
            return body.add(op, new AdaptiveAveragePool(out.height(), out.width()), node);
        }
        boolean nothing = pooling.equals(Pooling.window(kind, 1, 1)
                .withCountIncludePad(pooling.countIncludePad())
                .withCeil(ceil));
        return nothing ? body.signal(input) : body.add(op, within(evened(pooling, windows, in, beyond), in), node);
    }

    /** Of a window that reaches beyond the padding, ONNX takes the sum of what is within, and PyTorch more. */
    private static Operation within(Operation made, Image in) {
        if (made instanceof Pooling pooling
                && pooling.kind() == Kind.LP
                && !pooling.output(List.of(in)).equals(pooling.withCeil(false).output(List.of(in)))) {
            throw new BadInputException(
                    "its last windows reach beyond the image and its padding; one whose do not is taken");
        }
        return made;
    }

    /** Ours has no magnitudes in it: where the power is not even, the numbers must have no signs. */
    private double power(Op op, String node) {
        long power = op.integer("p", 2);
        boolean signless = power % 2 == 0
                || (body.operation(node).orElse(null) instanceof Activation activation
                        && NEVER_NEGATIVE.contains(activation.function()));
        if (!signless) {
            throw new BadInputException("it takes the root of powers p = " + power + " of magnitudes of " + node
                    + ", which may be negative: an even power, or a ReLU before it, is taken");
        }
        return power;
    }

    /** Whether windows reach beyond zeros that count, to where nothing does. */
    private static boolean isBeyond(Op op, List<Integer> zeros) {
        int[] own = op.arguments("pads", 0, 0, 0, 0);
        boolean pads = own[0] + own[1] + own[2] + own[3] > 0;
        boolean even = zeros.get(0).equals(zeros.get(2)) && zeros.get(1).equals(zeros.get(3));
        if (pads && (own[0] + own[1] > 0 || !even || op.integer("count_include_pad", 0) != 0)) {
            throw new BadInputException("it pads what is padded already");
        }
        return pads;
    }

    private boolean isNeverNegative(Signal signal) {
        return body.operation(signal.node()).orElse(null) instanceof Activation activation
                && NEVER_NEGATIVE.contains(activation.function());
    }

    private static boolean isAdaptive(Op op, Windows windows, Image in) {
        return op.proto().getDocString().equals(Vocabulary.ADAPTIVE)
                && Arrays.equals(windows.kernel(), windows.strides())
                && in.height() % windows.kernel()[0] == 0
                && in.width() % windows.kernel()[1] == 0
                && Arrays.equals(windows.begin(), new int[2])
                && Arrays.equals(windows.end(), new int[2]);
    }

    /** The pooling with as many windows: more padding at the end than before is what rounding up gives. */
    private static Operation evened(Pooling pooling, Windows windows, Image in, boolean beyond) {
        boolean even = Arrays.equals(windows.begin(), windows.end());
        // Whoever writes ceil_mode means PyTorch's, whatever the padding says.
        if (even && pooling.ceil()) {
            return withDefaultCounting(pooling);
        }
        int height = windows.count(0, in.height(), false);
        int width = windows.count(1, in.width(), false);
        for (boolean ceil : new boolean[] {pooling.ceil(), !pooling.ceil()}) {
            Pooling tried = pooling.withCeil(ceil);
            Image out = tried.output(List.of(in));
            boolean zerosCount = !even && !beyond && pooling.kind() == Kind.AVERAGE && pooling.countIncludePad();
            if (out.height() == height && out.width() == width && !zerosCount) {
                return withDefaultCounting(tried);
            }
        }
        throw new BadInputException("it has padding of " + Arrays.toString(windows.begin()) + " before and "
                + Arrays.toString(windows.end()) + " behind: an operation that pads an image is needed");
    }

    /** Where there are no zeros it is nothing whether they count, and ours say that they do. */
    private static Pooling withDefaultCounting(Pooling pooling) {
        return pooling.paddingHeight() == 0 && pooling.paddingWidth() == 0
                ? pooling.withCountIncludePad(true)
                : pooling;
    }

    private Value mean(Op op) {
        Value.Signal input = body.signal(op.value(0));
        String node = body.image(input);
        long[] axes = op.integers(1, "axes", "axes")
                .orElseThrow(() -> new BadInputException("it is a mean over all axes, the images' too"));
        Set<Integer> over = new TreeSet<>();
        for (long axis : axes) {
            over.add(Extent.axis(axis, 4));
        }
        boolean last = input.order() == Order.CHANNELS_LAST;
        if (!over.equals(last ? Set.of(1, 2) : Set.of(2, 3))) {
            throw new BadInputException(
                    "it is a mean over the axes " + over + "; only one over height and width is taken");
        }
        boolean keeps = op.integer("keepdims", 1) != 0;
        Signal averaged = body.add(op, keeps ? op.name() : op.name() + ".mean", AdaptiveAveragePool.global(), node);
        if (keeps) {
            return last
                    ? new Signal(averaged.node(), List.of(1, 1, averaged.dims().get(0)), Order.CHANNELS_LAST)
                    : averaged;
        }
        return body.add(op, new Flatten(), averaged.node());
    }

    /** Products with matrices that take means of rows or columns: what an average over uneven parts is written as. */
    private Value means(Op op) {
        Value left = op.value(0);
        Value right = op.value(1);
        if (left instanceof Value.Constant rows && !(right instanceof Value.Constant)) {
            String node = body.channelsFirst(right);
            Image in = (Image) body.shape(node);
            List<Integer> dims = rows.tensor().dims();
            if (dims.size() == 2
                    && dims.get(1) == in.height()
                    && isMeans(rows.tensor().values(), dims.get(0), in.height())) {
                return body.add(op, new AdaptiveAveragePool(dims.get(0), in.width()), node);
            }
        } else if (right instanceof Value.Constant columns && !(left instanceof Value.Constant)) {
            String node = body.channelsFirst(left);
            Image in = (Image) body.shape(node);
            List<Integer> dims = columns.tensor().dims();
            if (dims.size() == 2 && dims.get(0) == in.width()) {
                float[] means = LayerOperators.transposed(columns.tensor().values(), in.width(), dims.get(1));
                if (isMeans(means, dims.get(1), in.width())) {
                    return columns(op, node, in, dims.get(1));
                }
            }
        }
        throw new BadInputException(
                "it is a product of matrices; only vectors with an initializer are taken, as dense layers");
    }

    private Value columns(Op op, String node, Image in, int count) {
        boolean ofRows =
                body.operation(node).orElse(null) instanceof AdaptiveAveragePool pool && pool.width() == in.width();
        return body.add(op, new AdaptiveAveragePool(in.height(), count), ofRows ? body.firstInput(node) : node);
    }

    private static boolean isMeans(float[] matrix, int parts, int length) {
        for (int part = 0; part < parts; part++) {
            long begin = Math.floorDiv((long) part * length, parts);
            long end = -Math.floorDiv(-(part + 1L) * length, parts);
            for (int i = 0; i < length; i++) {
                float expected = begin <= i && i < end ? 1f / (end - begin) : 0;
                if (!(Math.abs(matrix[part * length + i] - expected) < CLOSE)) {
                    return false;
                }
            }
        }
        return parts > 0;
    }
}
