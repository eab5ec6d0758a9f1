package convoy.onnx.in;

import convoy.architectures.operations.Activation.Function;
import convoy.architectures.operations.Convolution;
import convoy.architectures.operations.Dense;
import convoy.architectures.operations.Join.Add;
import convoy.architectures.operations.Join.Multiply;
import convoy.architectures.operations.Operation;
import convoy.architectures.tensor.Shape;
import convoy.architectures.tensor.Shape.Image;
import convoy.onnx.in.Value.Affine;
import convoy.onnx.in.Value.Order;
import convoy.onnx.in.Value.Signal;
import convoy.records.BadInputException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Functions of each number, sums and products.
 *
 * @param body takes the nodes
 * @param readers how many nodes read each of the model's values
 */
record PointOperators(Body body, Map<String, Integer> readers) implements Operators {
    @Override
    public Optional<List<Value>> take(Op op) {
        return switch (op.type()) {
            case "Relu" -> Operators.one(body.activation(op, Function.RELU, op.value(0)));
            case "Sigmoid" -> Operators.one(body.activation(op, Function.SIGMOID, op.value(0)));
            case "Tanh" -> Operators.one(body.activation(op, Function.TANH, op.value(0)));
            case "HardSwish" -> Operators.one(body.activation(op, Function.HARD_SWISH, op.value(0)));
            case "HardSigmoid" -> Operators.one(hardSigmoid(op));
            case "Erf" -> Operators.one(erf(op));
            case "Gelu" -> Operators.one(gelu(op));
            case "Clip" -> Operators.one(clip(op));
            case "Add", "Sum" -> Operators.one(sum(op));
            case "Sub" -> Operators.one(difference(op));
            case "Mul" -> Operators.one(product(op));
            case "Div" -> Operators.one(quotient(op));
            case "Softmax", "LogSoftmax" -> Operators.one(new Value.Probabilities(op.value(0), op.type()));
            default -> Optional.empty();
        };
    }

    private Value hardSigmoid(Op op) {
        float alpha = (float) op.number("alpha", 0.2);
        if (alpha != (float) (1.0 / 6) || op.number("beta", 0.5) != 0.5) {
            throw new BadInputException("it is max(0, min(1, " + alpha + " x + " + op.number("beta", 0.5)
                    + ")); only x / 6 + 0.5, which is PyTorch's, is taken");
        }
        return body.activation(op, Function.HARD_SIGMOID, op.value(0));
    }

    private Value erf(Op op) {
        if (op.value(0) instanceof Affine affine
                && affine.scale().length == 1
                && Math.abs(affine.scale()[0] - Math.sqrt(0.5)) < 1e-6
                && Affine.isAll(affine.shift(), 0)) {
            return new Value.Gaussian(affine.of(), Value.Gaussian.Part.ERF);
        }
        throw new BadInputException("it is an error function; one of x / sqrt(2) is taken, as part of a GELU");
    }

    private Value gelu(Op op) {
        if (!op.text("approximate", "none").equals("none")) {
            throw new BadInputException("it approximates a GELU by tanh; the exact one is taken");
        }
        return body.activation(op, Function.GELU, op.value(0));
    }

    private Value clip(Op op) {
        double least = op.has(1) ? LayerOperators.scalar(op.value(1)) : op.number("min", Double.NEGATIVE_INFINITY);
        double greatest = op.has(2) ? LayerOperators.scalar(op.value(2)) : op.number("max", Double.POSITIVE_INFINITY);
        boolean from0to6 = least == 0 && greatest == 6;
        if (from0to6
                && op.value(0) instanceof Affine affine
                && Affine.isAll(affine.scale(), 1)
                && Affine.isAll(affine.shift(), 3)) {
            return new Value.Gate(affine.of(), false);
        }
        if (from0to6) {
            return body.activation(op, Function.RELU6, op.value(0));
        }
        if (least == 0 && greatest >= Float.MAX_VALUE) {
            return body.activation(op, Function.RELU, op.value(0));
        }
        throw new BadInputException(
                "it keeps numbers between " + least + " and " + greatest + "; only 0 and 6 are taken");
    }

    private Value sum(Op op) {
        List<Value> values = new ArrayList<>();
        for (int i = 0; i < op.inputs().size(); i++) {
            values.add(op.value(i));
        }
        if (values.size() == 1) {
            return values.get(0);
        }
        for (int i = 0; i < 2 && values.size() == 2; i++) {
            Value constant = values.get(i);
            Value other = values.get(1 - i);
            if (other instanceof Value.Gaussian gaussian
                    && gaussian.part() == Value.Gaussian.Part.ERF
                    && isOne(constant)) {
                return new Value.Gaussian(gaussian.of(), Value.Gaussian.Part.TWICE_PHI);
            }
            if (constant.isConstant() && !other.isConstant()) {
                return biased(other, constant, op.proto().getInput(1 - i))
                        .orElseGet(() -> affine(op, other, new double[] {1}, constants(constant, other)));
            }
        }
        return joined(op, new Add(), values);
    }

    private static boolean isOne(Value value) {
        return value.single().orElse(0) == 1;
    }

    /** A sum with as many numbers as a dense layer or convolution without bias has outputs, which nobody else reads. */
    private Optional<Value> biased(Value layer, Value bias, String read) {
        if (!(layer instanceof Signal signal)
                || !(bias instanceof Value.Constant constant)
                || readers.getOrDefault(read, 0) != 1) {
            return Optional.empty();
        }
        Operation operation = body.operation(signal.node()).orElse(new Add());
        int channels = body.shape(signal.node()).channels();
        if (constant.tensor().size() != channels || constants(bias, layer).length != channels) {
            return Optional.empty();
        }
        Numbers numbers = new Numbers(
                constant.tensor().name(), List.of(channels), constant.tensor().source());
        if (operation instanceof Dense dense && !dense.bias()) {
            body.replace(signal.node(), new Dense(dense.out(), true), "bias", numbers);
            return Optional.of(signal);
        }
        if (operation instanceof Convolution convolution && !convolution.bias()) {
            body.replace(signal.node(), convolution.withBias(true), "bias", numbers);
            return Optional.of(signal);
        }
        return Optional.empty();
    }

    private Value difference(Op op) {
        if (op.value(1).isConstant() && !op.value(0).isConstant()) {
            return affine(op, op.value(0), new double[] {1}, times(constants(op.value(1), op.value(0)), -1));
        }
        throw new BadInputException("it is a difference; only the difference from a constant is taken");
    }

    private Value product(Op op) {
        Value left = op.value(0);
        Value right = op.value(1);
        for (int i = 0; i < 2; i++) {
            Value one = op.value(i);
            Value other = op.value(1 - i);
            if (one.isConstant() && !other.isConstant()) {
                return scaled(op, other, constants(one, other));
            }
            Optional<Value> special = one.times(op, other, body);
            if (special.isPresent()) {
                return special.get();
            }
        }
        return joined(op, new Multiply(), List.of(left, right));
    }

    private Value quotient(Op op) {
        Value divided = op.value(0);
        if (divided instanceof Value.Mask mask && Math.abs(constants(op.value(1), divided)[0] - mask.keep()) < 1e-6) {
            return new Value.Mask(mask.ofChannels(), mask.keep(), true);
        }
        if (op.value(1).isConstant() && !divided.isConstant()) {
            double[] by = constants(op.value(1), divided);
            double[] inverse = new double[by.length];
            for (int c = 0; c < by.length; c++) {
                inverse[c] = 1 / by[c];
            }
            return scaled(op, divided, inverse);
        }
        throw new BadInputException("it is a quotient; only a division by a constant is taken");
    }

    private Value scaled(Op op, Value value, double[] factors) {
        if (value instanceof Value.Gate gate && factors.length == 1 && (float) factors[0] == (float) (1.0 / 6)) {
            return body.activation(op, gate.timesItself() ? Function.HARD_SWISH : Function.HARD_SIGMOID, gate.of());
        }
        if (value instanceof Value.Gaussian gaussian && Affine.isAll(factors, 0.5)) {
            return switch (gaussian.part()) {
                case TWICE_PHI -> new Value.Gaussian(gaussian.of(), Value.Gaussian.Part.PHI);
                case TWICE_GELU -> body.activation(op, Function.GELU, gaussian.of());
                case ERF, PHI -> throw new BadInputException("it halves a part of a GELU");
            };
        }
        return affine(op, value, factors, new double[] {0});
    }

    /** What is scaled and shifted, again: {@code scale (s x + t) + shift}. */
    private Value affine(Op op, Value value, double[] scale, double[] shift) {
        double[] oldScale = {1};
        double[] oldShift = {0};
        Signal of;
        if (value instanceof Affine affine) {
            of = affine.of();
            oldScale = affine.scale();
            oldShift = affine.shift();
        } else {
            of = body.signal(value);
        }
        int channels = Math.max(Math.max(scale.length, shift.length), Math.max(oldScale.length, oldShift.length));
        double[] newScale = new double[channels];
        double[] newShift = new double[channels];
        for (int c = 0; c < channels; c++) {
            newScale[c] = at(scale, c) * at(oldScale, c);
            newShift[c] = at(scale, c) * at(oldShift, c) + at(shift, c);
        }
        return new Affine(of, newScale, newShift, op);
    }

    private static double at(double[] values, int channel) {
        return values[values.length == 1 ? 0 : channel];
    }

    private static double[] times(double[] values, double factor) {
        double[] products = values.clone();
        for (int c = 0; c < products.length; c++) {
            products[c] *= factor;
        }
        return products;
    }

    /** A constant beside a signal: one number, or one for each channel. */
    private double[] constants(Value constant, Value beside) {
        if (constant.single().isPresent() || !(constant instanceof Value.Constant known)) {
            return new double[] {LayerOperators.scalar(constant)};
        }
        Signal signal = beside instanceof Affine affine ? affine.of() : body.signal(beside);
        Shape shape = body.shape(signal.node());
        List<Integer> dims = known.tensor().dims();
        int channels = shape.channels();
        // Extents are compared from the last on: of an image its channels are third from there, unless they come last.
        int behind = shape instanceof Image
                        && signal.order() == Order.ROWS
                        && signal.dims().size() == 3
                ? 2
                : 0;
        int place = dims.size() - 1 - behind;
        if (known.tensor().size() != channels || place < 0 || dims.get(place) != channels) {
            throw new BadInputException("it has a constant of " + dims + " beside " + shape
                    + "; one number is taken, or one for each channel");
        }
        float[] values = known.tensor().values();
        double[] numbers = new double[channels];
        for (int c = 0; c < channels; c++) {
            numbers[c] = values[c];
        }
        return numbers;
    }

    private Value joined(Op op, Operation operation, List<Value> values) {
        List<Signal> signals = new ArrayList<>();
        for (Value value : values) {
            Signal signal = body.signal(value);
            body.requireRows(signal);
            signals.add(signal);
        }
        // A product with one number for each channel has the image first.
        if (operation instanceof Multiply
                && body.shape(signals.get(0).node()).size()
                        < body.shape(signals.get(1).node()).size()) {
            signals = List.of(signals.get(1), signals.get(0));
        }
        Signal first = signals.get(0);
        for (Signal signal : signals) {
            if (signal.order() != first.order()
                    || signal.dims().size() != first.dims().size()) {
                throw new BadInputException(
                        "it joins " + first.dims() + " and " + signal.dims() + ", which lie otherwise");
            }
        }
        String[] nodes = signals.stream().map(Signal::node).toArray(String[]::new);
        return new Signal(body.add(op, operation, nodes).node(), first.dims(), first.order());
    }
}
