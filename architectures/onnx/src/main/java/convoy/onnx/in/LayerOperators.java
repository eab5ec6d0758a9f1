package convoy.onnx.in;

import convoy.architectures.operations.Convolution;
import convoy.architectures.operations.ConvolutionBuilder;
import convoy.architectures.operations.Dense;
import convoy.architectures.operations.Join.WeightedAdd;
import convoy.architectures.operations.Normalization.BatchNorm;
import convoy.architectures.operations.Normalization.EvoNormB0;
import convoy.architectures.operations.Normalization.EvoNormS0;
import convoy.architectures.operations.Normalization.LayerNorm;
import convoy.architectures.operations.Normalization.LocalResponseNorm;
import convoy.architectures.operations.Operation;
import convoy.architectures.operations.Regularization.Dropout;
import convoy.architectures.operations.Regularization.SpatialDropout;
import convoy.architectures.operations.Regularization.StochasticDepth;
import convoy.architectures.tensor.Shape.Image;
import convoy.onnx.Vocabulary;
import convoy.records.BadInputException;
import convoy.records.text.Counts;
import java.math.BigDecimal;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;

/** Convolutions, dense layers, normalizations and dropout. */
record LayerOperators(Body body) implements Operators {
    private static final String OURS = Vocabulary.CONVOY + ".";

    @Override
    public Optional<List<Value>> take(Op op) {
        if (op.type().startsWith(OURS + Vocabulary.WEIGHTED_ADD)) {
            return Operators.one(weightedAdd(op));
        }
        return switch (op.type()) {
            case "Conv" -> Operators.one(convolution(op));
            case "Gemm" -> Operators.one(gemm(op));
            case "MatMul" -> product(op);
            case "BatchNormalization" -> Operators.one(batchNorm(op));
            case "LayerNormalization" -> Operators.one(layerNorm(op));
            case "LRN" -> Operators.one(responseNorm(op));
            case "Dropout" -> Operators.one(dropout(op));
            case OURS + Vocabulary.EVO_NORM_S0 ->
                Operators.one(evoNorm(
                        op,
                        new EvoNormS0(Extent.argument("groups", op.integer("groups", 1)), op.number("epsilon", 1e-5)),
                        "v"));
            case OURS + Vocabulary.EVO_NORM_B0 ->
                Operators.one(evoNorm(
                        op, new EvoNormB0(op.number("epsilon", 1e-5), op.number("momentum", 0.1)), "v", "running_var"));
            default -> Optional.empty();
        };
    }

    private Value convolution(Op op) {
        Numbers weight = op.numbers(1, "weight");
        List<Integer> dims = weight.dims();
        if (dims.size() != 4) {
            throw new BadInputException("its weight has extents " + dims + "; only convolutions of images are taken");
        }
        int groups = Extent.argument("group", op.integer("group", 1));
        String input = body.channelsFirst(unpadded(op.value(0)));
        Image in = (Image) body.shape(input);
        int[] kernel = op.arguments("kernel_shape", dims.get(2), dims.get(3));
        if (groups < 1
                || (long) dims.get(1) * groups != in.channels()
                || kernel[0] != dims.get(2)
                || kernel[1] != dims.get(3)) {
            throw new BadInputException(
                    "its weight of " + dims + " does not fit " + in + " in " + Counts.plain(groups, "group"));
        }
        Windows windows = Windows.of(op, kernel, in).withPads(pads(op.value(0)));
        Windows.Uneven uneven = Windows.Uneven.of(windows, in);
        if (uneven.isUneven()) {
            body.note(op.name() + " has uneven padding: its kernel is taken as " + (kernel[0] + uneven.rows()) + " x "
                    + (kernel[1] + uneven.columns()) + ", with zeros that are trained too");
        }
        Convolution convolution = ConvolutionBuilder.builder()
                .out(dims.get(0))
                .kernelHeight(kernel[0] + uneven.rows())
                .kernelWidth(kernel[1] + uneven.columns())
                .strideHeight(windows.strides()[0])
                .strideWidth(windows.strides()[1])
                .paddingHeight(uneven.paddingHeight())
                .paddingWidth(uneven.paddingWidth())
                .dilationHeight(windows.dilations()[0])
                .dilationWidth(windows.dilations()[1])
                .groups(groups)
                .bias(op.has(2))
                .build();
        Map<String, Numbers> parts = new LinkedHashMap<>();
        parts.put("weight", uneven.isUneven() ? uneven.spread(weight) : weight);
        if (op.has(2)) {
            parts.put("bias", vector(op.numbers(2, "bias"), dims.get(0), "bias"));
        }
        return body.layer(op, convolution, parts, input);
    }

    private static Value unpadded(Value value) {
        return value instanceof Value.Padded padded ? padded.of() : value;
    }

    private static List<Integer> pads(Value value) {
        return value instanceof Value.Padded padded ? padded.pads() : List.of(0, 0, 0, 0);
    }

    private static Numbers vector(Numbers numbers, int size, String what) {
        if (numbers.size() != size) {
            throw new BadInputException("its " + what + " has extents " + numbers.dims() + ", which should be " + size);
        }
        return numbers;
    }

    private Value gemm(Op op) {
        if (op.number("alpha", 1) != 1 || op.number("beta", 1) != 1 || op.integer("transA", 0) != 0) {
            throw new BadInputException(
                    "it is a general product of matrices; only x W + b is taken, with alpha and beta 1");
        }
        return dense(op, op.value(0), op.numbers(1, "weight"), op.integer("transB", 0) == 0);
    }

    private Value dense(Op op, Value input, Numbers weight, boolean transposed) {
        if (weight.dims().size() != 2) {
            throw new BadInputException("its weight has extents " + weight.dims() + "; a dense layer's has two");
        }
        int out = weight.dims().get(transposed ? 1 : 0);
        int in = weight.dims().get(transposed ? 0 : 1);
        Value.Signal signal = body.signal(input);
        boolean last =
                signal.order() == Value.Order.CHANNELS_LAST && signal.dims().size() == 1;
        Optional<Image> image =
                last && body.shape(signal.node()) instanceof Image of ? Optional.of(of) : Optional.empty();
        String node = image.isPresent() ? body.flattened(op, signal) : body.vector(op, input);
        if (body.shape(node).size() != in) {
            throw new BadInputException(
                    "its weight of " + weight.dims() + " does not fit a vector of " + body.shape(node));
        }
        Numbers rows = transposed
                ? new Numbers(weight.name(), List.of(out, in), () -> transposed(weight.values(), in, out))
                : weight;
        Map<String, Numbers> parts = new LinkedHashMap<>();
        parts.put(
                "weight",
                image.map(of -> new Numbers(rows.name(), rows.dims(), () -> channelsFirst(rows.values(), of)))
                        .orElse(rows));
        image.ifPresent(of -> body.note(op.name() + " reads an image of " + of
                + " that was flattened with its channels last: its weights are put into the order of channels first"));
        boolean bias = op.type().equals("Gemm") && op.has(2);
        if (bias) {
            parts.put("bias", vector(op.numbers(2, "bias"), out, "bias"));
        }
        return body.layer(op, new Dense(out, bias), parts, node);
    }

    /** A row for each output, whose numbers are of (row, column, channel), as such of (channel, row, column). */
    private static float[] channelsFirst(float[] rows, Image image) {
        float[] moved = new float[rows.length];
        int pixels = image.height() * image.width();
        for (int i = 0; i < moved.length; i++) {
            int row = i / image.size();
            int channel = i % image.size() / pixels;
            int pixel = i % pixels;
            moved[i] = rows[row * image.size() + pixel * image.channels() + channel];
        }
        return moved;
    }

    static float[] transposed(float[] matrix, int rows, int columns) {
        float[] transposed = new float[matrix.length];
        for (int row = 0; row < rows; row++) {
            for (int column = 0; column < columns; column++) {
                transposed[column * rows + row] = matrix[row * columns + column];
            }
        }
        return transposed;
    }

    /** A vector times a constant; other products are none of these. */
    private Optional<List<Value>> product(Op op) {
        Value left = op.value(0);
        Value right = op.value(1);
        if (right instanceof Value.Constant constant
                && !(left instanceof Value.Constant)
                && body.signal(left).dims().size() == 1) {
            return Operators.one(dense(op, left, constant.tensor(), true));
        }
        if (right instanceof Value.Constant constant
                && left instanceof Value.Signal signal
                && signal.order() == Value.Order.CHANNELS_LAST) {
            return Operators.one(perPixel(op, signal, constant.tensor()));
        }
        return Optional.empty();
    }

    private Value batchNorm(Op op) {
        if (op.integer("spatial", 1) != 1) {
            throw new BadInputException("it normalizes each pixel by itself; only a norm for each channel is taken");
        }
        double momentum = BigDecimal.ONE
                .subtract(BigDecimal.valueOf(op.number("momentum", 0.9)))
                .doubleValue();
        if (!(momentum > 0 && momentum <= 1)) {
            body.note(op.name() + " never changes its statistics (momentum " + op.number("momentum", 0.9)
                    + "): it is taken with PyTorch's 0.1");
            momentum = 0.1;
        }
        Value.Signal input = body.signal(op.value(0));
        body.requireRows(input);
        int channels = body.shape(input.node()).channels();
        String[] suffixes = {"weight", "bias", "running_mean", "running_var"};
        Map<String, Numbers> parts = new LinkedHashMap<>();
        for (int i = 0; i < suffixes.length; i++) {
            parts.put(suffixes[i], vector(op.numbers(i + 1, suffixes[i]), channels, suffixes[i]));
        }
        if (input.dims().size() == 3) {
            body.channelsFirst(input);
        }
        return body.layer(op, new BatchNorm(op.number("epsilon", 1e-5), momentum), parts, input.node());
    }

    private Value layerNorm(Op op) {
        Value.Signal input = body.signal(op.value(0));
        body.requireRows(input);
        int rank = input.dims().size() + 1;
        boolean ofChannels = rank == 2 || (rank == 4 && input.order() == Value.Order.CHANNELS_LAST);
        if (!ofChannels || Extent.axis(op.integer("axis", -1), rank) != rank - 1) {
            throw new BadInputException("it normalizes over other axes than the channels, which have to come last");
        }
        int channels = body.shape(input.node()).channels();
        Map<String, Numbers> parts = new LinkedHashMap<>();
        parts.put("weight", vector(op.numbers(1, "weight"), channels, "weight"));
        parts.put("bias", vector(op.numbers(2, "bias"), channels, "bias"));
        String node = rank == 2 ? body.vector(op, input) : body.image(input);
        Value.Signal normed = body.layer(op, new LayerNorm(op.number("epsilon", 1e-5)), parts, node);
        return new Value.Signal(normed.node(), input.dims(), input.order());
    }

    /** A dense layer for each pixel, whose channels come last: a convolution of 1 x 1. */
    private Value perPixel(Op op, Value.Signal input, Numbers weight) {
        String node = body.image(input);
        int in = body.shape(node).channels();
        if (weight.dims().size() != 2 || weight.dims().get(0) != in) {
            throw new BadInputException("its weight of " + weight.dims() + " does not fit " + body.shape(node));
        }
        int out = weight.dims().get(1);
        Numbers kernel = new Numbers(weight.name(), List.of(out, in, 1, 1), () -> transposed(weight.values(), in, out));
        Convolution each = Convolution.square(out, 1, 1, 0).withoutBias();
        Value.Signal signal = body.layer(op, each, Map.of("weight", kernel), node);
        return new Value.Signal(
                signal.node(), List.of(input.dims().get(0), input.dims().get(1), out), Value.Order.CHANNELS_LAST);
    }

    private Value responseNorm(Op op) {
        LocalResponseNorm norm = new LocalResponseNorm(
                Extent.argument("size", op.integer("size", 0)),
                op.number("alpha", 1e-4),
                op.number("beta", 0.75),
                op.number("bias", 1));
        if (norm.size() % 2 == 1) {
            return body.add(op, norm, body.channelsFirst(op.value(0)));
        }
        throw new BadInputException("it normalizes over " + Counts.plain(norm.size(), "channel")
                + ", of which one more lies behind its own;" + " odd numbers of channels are taken");
    }

    private Value dropout(Op op) {
        double ratio = op.has(1) ? Op.decimal(scalar(op.value(1))) : op.number("ratio", 0.5);
        return body.pointwise(op, kind(op.proto().getDocString(), ratio), op.value(0));
    }

    static float scalar(Value value) {
        return (float) value.single()
                .orElseThrow(
                        () -> new BadInputException("it reads a number that the model computes; it has to be known"));
    }

    /** Which of those that are all nothing in inference: what was written here says so. */
    private static Operation kind(String said, double ratio) {
        for (String kind : List.of(Vocabulary.SCALARS, Vocabulary.SPATIAL, Vocabulary.DEPTH)) {
            if (said.startsWith(kind) && said.substring(kind.length()).matches("[0-9.E-]{1,30}")) {
                double exact = Double.parseDouble(said.substring(kind.length()));
                if ((float) exact == (float) ratio) {
                    return switch (kind) {
                        case Vocabulary.SPATIAL -> new SpatialDropout(exact);
                        case Vocabulary.DEPTH -> new StochasticDepth(exact);
                        default -> new Dropout(exact);
                    };
                }
            }
        }
        return new Dropout(ratio);
    }

    private Value evoNorm(Op op, Operation norm, String... more) {
        String input = body.channelsFirst(op.value(0));
        int channels = body.shape(input).channels();
        Map<String, Numbers> parts = new LinkedHashMap<>();
        List<String> suffixes = IntStream.range(0, 2 + more.length)
                .mapToObj(i -> i < 2 ? List.of("weight", "bias").get(i) : more[i - 2])
                .toList();
        for (String suffix : suffixes) {
            parts.put(suffix, vector(op.numbers(1 + parts.size(), suffix), channels, suffix));
        }
        return body.layer(op, norm, parts, input);
    }

    private Value weightedAdd(Op op) {
        int count = op.inputs().size() - 1;
        String[] inputs = IntStream.range(0, count)
                .mapToObj(i -> body.signal(op.value(i + 1)))
                .map(signal -> body.plain(signal.node()).equals(signal) ? signal.node() : body.channelsFirst(signal))
                .toArray(String[]::new);
        Numbers weight = vector(op.numbers(0, "weight"), count, "weight");
        return body.layer(op, new WeightedAdd(), Map.of("weight", weight), inputs);
    }
}
