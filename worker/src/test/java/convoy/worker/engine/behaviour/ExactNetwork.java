package convoy.worker.engine.behaviour;

import convoy.architectures.graph.Head;
import convoy.architectures.graph.Network;
import convoy.architectures.graph.Node;
import convoy.architectures.operations.Activation;
import convoy.architectures.operations.AdaptiveAveragePool;
import convoy.architectures.operations.ChannelOperation.ChannelShuffle;
import convoy.architectures.operations.ChannelOperation.ChannelSlice;
import convoy.architectures.operations.ChannelOperation.PadChannels;
import convoy.architectures.operations.Convolution;
import convoy.architectures.operations.Dense;
import convoy.architectures.operations.Flatten;
import convoy.architectures.operations.Join.Add;
import convoy.architectures.operations.Join.Concat;
import convoy.architectures.operations.Join.Multiply;
import convoy.architectures.operations.Join.WeightedAdd;
import convoy.architectures.operations.Normalization.BatchNorm;
import convoy.architectures.operations.Normalization.EvoNormB0;
import convoy.architectures.operations.Normalization.EvoNormS0;
import convoy.architectures.operations.Normalization.LayerNorm;
import convoy.architectures.operations.Normalization.LocalResponseNorm;
import convoy.architectures.operations.Operation;
import convoy.architectures.operations.Pooling;
import convoy.architectures.operations.Scale;
import convoy.architectures.tensor.Shape;
import convoy.architectures.tensor.Shape.Image;
import convoy.parameterserver.layout.ParameterLayout;
import convoy.worker.data.batch.Batch;
import convoy.worker.data.format.LabelSets;
import convoy.worker.engine.NetworkLayout;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * A network in double precision by the plainest loops: what engines are compared with. Activations
 * are {@code [N, C, H, W]}, row-major.
 */
public final class ExactNetwork {
    private final Network network;
    private final Map<String, Shape> shapes;
    private final ParameterLayout layout;
    private final double[] flat;
    private final double smoothing;
    private final boolean single;
    private int examples;
    private final Map<String, double[]> values = new HashMap<>();
    private final Map<String, double[]> derivatives = new HashMap<>();

    /** For each node that drops out, the factor of each of its floats in training; without one it passes all on. */
    final Map<String, double[]> dropout = new HashMap<>();

    /** The gradient as an engine puts it out: sums over examples, then batch statistics. */
    final double[] gradient;

    /** The weighted sum of all heads' losses over the examples. */
    double loss;

    ExactNetwork(Network network, double[] flat, double smoothing) {
        this(network, flat, smoothing, false);
    }

    private ExactNetwork(Network network, double[] flat, double smoothing, boolean single) {
        this.single = single;
        this.network = network;
        this.shapes = network.shapes();
        this.layout = NetworkLayout.of(network);
        this.flat = flat;
        this.smoothing = smoothing;
        this.gradient = new double[flat.length];
    }

    /** One whose convolutions and dense layers round each sum to single precision, as the plainest engine would. */
    static ExactNetwork withSumsInSinglePrecision(Network network, float[] flat) {
        return new ExactNetwork(network, doubles(flat), 0, true);
    }

    private double rounded(double sum) {
        return single ? (float) sum : sum;
    }

    public static double[] doubles(float[] floats) {
        double[] doubles = new double[floats.length];
        Arrays.setAll(doubles, i -> floats[i]);
        return doubles;
    }

    /** The main head's logits with running statistics. */
    double[] predict(Batch batch) {
        forward(batch, false);
        return value(network.mainHead().output());
    }

    /** Fills in loss and gradient. */
    void train(Batch batch) {
        forward(batch, true);
        loss = 0;
        derivatives.clear();
        Arrays.fill(gradient, 0);
        for (Head head : network.heads()) {
            head(head, batch);
        }
        for (int i = network.nodes().size() - 1; i >= 0; i--) {
            backward(network.nodes().get(i));
        }
    }

    private double[] value(String node) {
        return Objects.requireNonNull(values.get(node), node);
    }

    private Shape shape(String node) {
        return Objects.requireNonNull(shapes.get(node), node);
    }

    private double[] derivative(String node) {
        return derivatives.computeIfAbsent(node, name -> new double[value(name).length]);
    }

    private int at(String tensor) {
        return layout.segment(tensor).begin();
    }

    private void forward(Batch batch, boolean training) {
        examples = batch.examples();
        values.clear();
        values.put(Network.INPUT, doubles(batch.images()));
        for (Node node : network.nodes()) {
            double[] y = new double[examples * shape(node.name()).size()];
            values.put(node.name(), y);
            run(node, y, training, false);
        }
    }

    private void backward(Node node) {
        run(node, derivative(node.name()), true, true);
    }

    private void head(Head head, Batch batch) {
        double[] logits = value(head.output());
        double[] derivative = derivative(head.output());
        int classes = logits.length / examples;
        if (batch.sets().isPresent()) {
            sets(head, batch, logits, derivative);
            return;
        }
        for (int n = 0; n < examples; n++) {
            double sum = 0;
            for (int c = 0; c < classes; c++) {
                sum += Math.exp(logits[n * classes + c]);
            }
            for (int c = 0; c < classes; c++) {
                double target = smoothing / classes + (1 - smoothing) * share(batch, n, c);
                double weighted = target * weight(batch, c);
                double logProbability = logits[n * classes + c] - Math.log(sum);
                loss -= head.weight() * weighted * logProbability;
                // By logit k, weighted (p[k] - 1) where k is the class itself, else weighted p[k].
                for (int k = 0; k < classes; k++) {
                    double probability = Math.exp(logits[n * classes + k]) / sum;
                    derivative[n * classes + k] += head.weight() * weighted * (probability - (k == c ? 1 : 0));
                }
            }
        }
    }

    /** Of examples that may be of several classes, each class is asked by itself; the mean over the classes. */
    private void sets(Head head, Batch batch, double[] logits, double[] derivative) {
        LabelSets sets = batch.sets().orElseThrow();
        int classes = sets.classes();
        for (int i = 0; i < logits.length; i++) {
            double target = sets.of(batch.labels()[i / classes])[i % classes] ? 1 : 0;
            double probability = 1 / (1 + Math.exp(-logits[i]));
            double entropy = target * Math.log1p(Math.exp(-logits[i])) + (1 - target) * Math.log1p(Math.exp(logits[i]));
            loss += head.weight() * entropy / classes;
            derivative[i] += head.weight() * (probability - target) / classes;
        }
    }

    private static double weight(Batch batch, int label) {
        return batch.classWeights().map(weights -> weights[label]).orElse(1.0);
    }

    /** How much of an example is of a class. */
    private static double share(Batch batch, int example, int label) {
        double other = batch.mixture()
                .map(mixture -> (double) mixture.shares()[example])
                .orElse(0.0);
        double share = batch.labels()[example] == label ? 1 - other : 0;
        if (batch.mixture().isPresent() && batch.mixture().get().labels()[example] == label) {
            share += other;
        }
        return share;
    }

    /** Computes y, or from dy in its place the derivatives by inputs and parameters. */
    private void run(Node node, double[] y, boolean training, boolean back) {
        List<String> inputs = node.inputs();
        String input = inputs.get(0);
        double[] x = value(input);
        double[] dx = back ? derivative(input) : x;
        Shape in = shape(input);
        Shape out = shape(node.name());
        Operation operation = node.operation();
        if (operation instanceof Convolution convolution) {
            convolve(node.name(), convolution, (Image) in, (Image) out, x, y, dx, back);
        } else if (operation instanceof Dense dense) {
            Image vector = new Image(in.size(), 1, 1);
            Convolution point = Convolution.window(dense.out(), 1, 1).withBias(dense.bias());
            convolve(node.name(), point, vector, new Image(dense.out(), 1, 1), x, y, dx, back);
        } else if (operation instanceof BatchNorm norm) {
            normalize(node.name(), norm, in, x, y, dx, training, back);
        } else if (operation instanceof Activation activation) {
            for (int i = 0; i < y.length; i++) {
                if (back) {
                    dx[i] += y[i] * slope(activation.function(), x[i]);
                } else {
                    y[i] = activate(activation.function(), x[i]);
                }
            }
        } else if (operation instanceof Pooling pooling) {
            pool(pooling, (Image) in, (Image) out, x, y, dx, back);
        } else if (operation instanceof AdaptiveAveragePool) {
            adapt((Image) in, (Image) out, y, dx, back);
        } else if (operation instanceof Add) {
            for (String each : inputs) {
                copy(1, 0, 0, y.length, back ? derivative(each) : value(each), y, back);
            }
        } else if (operation instanceof WeightedAdd) {
            for (int k = 0; k < inputs.size(); k++) {
                int weight = at(node.name() + ".weight") + k;
                double factor = 1 / (1 + Math.exp(-flat[weight]));
                double[] each = value(inputs.get(k));
                for (int i = 0; back && i < y.length; i++) {
                    gradient[weight] += y[i] * each[i] * factor * (1 - factor);
                }
                copy(factor, 0, 0, y.length, back ? derivative(inputs.get(k)) : each, y, back);
            }
        } else if (operation instanceof EvoNormS0 norm) {
            evolvedS0(node.name(), norm, (Image) in, x, y, dx, back);
        } else if (operation instanceof LayerNorm norm) {
            normalizeChannels(node.name(), norm, in, x, y, dx, back);
        } else if (operation instanceof EvoNormB0 norm) {
            evolvedB0(node.name(), norm, (Image) in, x, y, dx, training, back);
        } else if (operation instanceof Multiply) {
            multiply(inputs, y, back);
        } else if (operation instanceof Concat) {
            int width = y.length / examples;
            int begin = 0;
            for (String each : inputs) {
                int length = shape(each).size();
                for (int n = 0; n < examples; n++) {
                    copy(1, n * length, n * width + begin, length, back ? derivative(each) : value(each), y, back);
                }
                begin += length;
            }
        } else if (operation instanceof ChannelSlice slice) {
            int plane = ((Image) in).height() * ((Image) in).width();
            for (int n = 0; n < examples; n++) {
                copy(1, n * in.size() + slice.begin() * plane, n * out.size(), out.size(), dx, y, back);
            }
        } else if (operation instanceof ChannelShuffle shuffle) {
            Image image = (Image) in;
            int plane = image.height() * image.width();
            int depth = image.channels() / shuffle.groups();
            for (int n = 0; n < examples; n++) {
                for (int c = 0; c < image.channels(); c++) {
                    int to = c % depth * shuffle.groups() + c / depth;
                    copy(1, n * in.size() + c * plane, n * in.size() + to * plane, plane, dx, y, back);
                }
            }
        } else if (operation instanceof PadChannels pad) {
            int plane = ((Image) in).height() * ((Image) in).width();
            for (int n = 0; n < examples; n++) {
                copy(1, n * in.size(), n * out.size() + pad.before() * plane, in.size(), dx, y, back);
            }
        } else if (training && dropout.containsKey(node.name())) {
            double[] factors = Objects.requireNonNull(dropout.get(node.name()));
            for (int i = 0; i < y.length; i++) {
                copy(factors[i], i, i, 1, dx, y, back);
            }
        } else if (operation instanceof Flatten || operation.isIdentityInInference()) {
            copy(1, 0, 0, y.length, dx, y, back);
        } else if (operation instanceof LocalResponseNorm norm) {
            normalizeLocally(norm, (Image) in, x, y, dx, back);
        } else if (operation instanceof Scale scale) {
            copy(scale.factor(), 0, 0, y.length, dx, y, back);
        } else {
            throw new IllegalArgumentException(operation.label());
        }
    }

    /** {@code y += factor x}, or backwards {@code x += factor y}. */
    private static void copy(double factor, int fromX, int fromY, int length, double[] x, double[] y, boolean back) {
        for (int i = 0; i < length; i++) {
            if (back) {
                x[fromX + i] += factor * y[fromY + i];
            } else {
                y[fromY + i] += factor * x[fromX + i];
            }
        }
    }

    private void convolve(
            String name,
            Convolution convolution,
            Image in,
            Image out,
            double[] x,
            double[] y,
            double[] dx,
            boolean back) {
        int weights = at(name + ".weight");
        int depth = in.channels() / convolution.groups();
        int group = out.channels() / convolution.groups();
        int plane = out.height() * out.width();
        for (int n = 0; n < examples; n++) {
            for (int o = 0; o < out.channels(); o++) {
                int yPlane = (n * out.channels() + o) * plane;
                if (convolution.bias()) {
                    int bias = at(name + ".bias") + o;
                    for (int i = yPlane; i < yPlane + plane; i++) {
                        if (back) {
                            gradient[bias] = rounded(gradient[bias] + y[i]);
                        } else {
                            y[i] = rounded(y[i] + flat[bias]);
                        }
                    }
                }
                for (int c = 0; c < depth; c++) {
                    int xPlane = (n * in.channels() + o / group * depth + c) * in.height() * in.width();
                    for (int kh = 0; kh < convolution.kernelHeight(); kh++) {
                        for (int kw = 0; kw < convolution.kernelWidth(); kw++) {
                            int weight = weights
                                    + ((o * depth + c) * convolution.kernelHeight() + kh) * convolution.kernelWidth()
                                    + kw;
                            for (int oh = 0; oh < out.height(); oh++) {
                                int ih = oh * convolution.strideHeight()
                                        - convolution.paddingHeight()
                                        + kh * convolution.dilationHeight();
                                if (ih < 0 || ih >= in.height()) {
                                    continue;
                                }
                                for (int ow = 0; ow < out.width(); ow++) {
                                    int iw = ow * convolution.strideWidth()
                                            - convolution.paddingWidth()
                                            + kw * convolution.dilationWidth();
                                    if (iw < 0 || iw >= in.width()) {
                                        continue;
                                    }
                                    int xAt = xPlane + ih * in.width() + iw;
                                    int yAt = yPlane + oh * out.width() + ow;
                                    if (back) {
                                        gradient[weight] = rounded(gradient[weight] + y[yAt] * x[xAt]);
                                        dx[xAt] = rounded(dx[xAt] + y[yAt] * flat[weight]);
                                    } else {
                                        y[yAt] = rounded(y[yAt] + x[xAt] * flat[weight]);
                                    }
                                }
                            }
                        }
                    }
                }
            }
        }
    }

    private void normalize(
            String name,
            BatchNorm norm,
            Shape in,
            double[] x,
            double[] y,
            double[] dx,
            boolean training,
            boolean back) {
        int channels = in.channels();
        int plane = in.size() / channels;
        double rows = (double) examples * plane;
        for (int c = 0; c < channels; c++) {
            double mean = 0;
            for (int i = c * plane; i < x.length; i += channels * plane) {
                for (int p = 0; p < plane; p++) {
                    mean += x[i + p] / rows;
                }
            }
            double variance = 0;
            for (int i = c * plane; i < x.length; i += channels * plane) {
                for (int p = 0; p < plane; p++) {
                    variance += (x[i + p] - mean) * (x[i + p] - mean) / rows;
                }
            }
            if (!training) {
                mean = flat[at(name + ".running_mean") + c];
                variance = flat[at(name + ".running_var") + c];
            }
            double inverse = 1 / Math.sqrt(variance + norm.epsilon());
            double scale = flat[at(name + ".weight") + c];
            double shift = flat[at(name + ".bias") + c];
            double sum = 0;
            double product = 0;
            for (int i = c * plane; i < x.length; i += channels * plane) {
                for (int p = 0; p < plane; p++) {
                    double normal = (x[i + p] - mean) * inverse;
                    if (back) {
                        sum += y[i + p];
                        product += y[i + p] * normal;
                    } else {
                        y[i + p] = scale * normal + shift;
                    }
                }
            }
            if (back) {
                gradient[at(name + ".weight") + c] = product;
                gradient[at(name + ".bias") + c] = sum;
                gradient[at(name + ".running_mean") + c] = mean;
                gradient[at(name + ".running_var") + c] = variance * rows / (rows - 1);
                for (int i = c * plane; i < x.length; i += channels * plane) {
                    for (int p = 0; p < plane; p++) {
                        double normal = (x[i + p] - mean) * inverse;
                        dx[i + p] += scale * inverse * (y[i + p] - sum / rows - normal * product / rows);
                    }
                }
            }
        }
    }

    /** The standard normal's distribution function by its series, whose terms are all of one sign. */
    private static double normal(double x) {
        double term = x;
        double sum = 0;
        for (int i = 1; Math.abs(term) > 1e-18 && i < 400; i++) {
            sum += term;
            term *= x * x / (2 * i + 1);
        }
        return 0.5 + sum * Math.exp(-x * x / 2) / Math.sqrt(2 * Math.PI);
    }

    private void normalizeChannels(
            String name, LayerNorm norm, Shape in, double[] x, double[] y, double[] dx, boolean back) {
        int channels = in.channels();
        int plane = in.size() / channels;
        int weight = at(name + ".weight");
        int bias = at(name + ".bias");
        for (int pixel = 0; pixel < examples * plane; pixel++) {
            int first = pixel / plane * in.size() + pixel % plane;
            double[] values = new double[channels];
            for (int c = 0; c < channels; c++) {
                values[c] = x[first + c * plane];
            }
            double[] moments = moments(values, 0, channels);
            double root = Math.sqrt(moments[1] + norm.epsilon());
            double sum = 0;
            double product = 0;
            for (int c = 0; c < channels; c++) {
                double normal = (values[c] - moments[0]) / root;
                double scaled = y[first + c * plane] * flat[weight + c];
                sum += scaled;
                product += scaled * normal;
                if (back) {
                    gradient[weight + c] += y[first + c * plane] * normal;
                    gradient[bias + c] += y[first + c * plane];
                }
            }
            for (int c = 0; c < channels; c++) {
                int i = first + c * plane;
                double normal = (values[c] - moments[0]) / root;
                if (back) {
                    dx[i] += (y[i] * flat[weight + c] - sum / channels - normal * product / channels) / root;
                } else {
                    y[i] = normal * flat[weight + c] + flat[bias + c];
                }
            }
        }
    }

    private static double activate(Activation.Function function, double x) {
        return switch (function) {
            case RELU -> Math.max(x, 0);
            case RELU6 -> Math.min(Math.max(x, 0), 6);
            case SILU -> x / (1 + Math.exp(-x));
            case GELU -> x * normal(x);
            case SIGMOID -> 1 / (1 + Math.exp(-x));
            case HARD_SIGMOID -> Math.min(Math.max(x + 3, 0), 6) / 6;
            case HARD_SWISH -> x * Math.min(Math.max(x + 3, 0), 6) / 6;
            case TANH -> Math.tanh(x);
        };
    }

    /** By central differences where that is exact enough, so that no formula is copied from the engine. */
    private static double slope(Activation.Function function, double x) {
        if (function == Activation.Function.RELU) {
            return x > 0 ? 1 : 0;
        }
        // In a deep network some number is always nearer to a kink than a step.
        if (function == Activation.Function.RELU6) {
            return x > 0 && x < 6 ? 1 : 0;
        }
        double step = 1e-5;
        return (activate(function, x + step) - activate(function, x - step)) / (2 * step);
    }

    private void pool(Pooling pooling, Image in, Image out, double[] x, double[] y, double[] dx, boolean back) {
        for (int plane = 0; plane < examples * in.channels(); plane++) {
            for (int r = 0; r < out.height(); r++) {
                for (int c = 0; c < out.width(); c++) {
                    int top = r * pooling.strideHeight() - pooling.paddingHeight();
                    int left = c * pooling.strideWidth() - pooling.paddingWidth();
                    int bottom = Math.min(top + pooling.kernelHeight(), in.height() + pooling.paddingHeight());
                    int right = Math.min(left + pooling.kernelWidth(), in.width() + pooling.paddingWidth());
                    int padded = (bottom - top) * (right - left);
                    int begin = plane * in.height() * in.width();
                    int best = -1;
                    int count = 0;
                    double sum = 0;
                    for (int h = Math.max(top, 0); h < Math.min(bottom, in.height()); h++) {
                        for (int w = Math.max(left, 0); w < Math.min(right, in.width()); w++) {
                            int i = begin + h * in.width() + w;
                            if (best < 0 || x[i] > x[best]) {
                                best = i;
                            }
                            sum += x[i];
                            count++;
                        }
                    }
                    int divisor = pooling.countIncludePad() ? padded : count;
                    int o = (plane * out.height() + r) * out.width() + c;
                    if (pooling.kind() == Pooling.Kind.MAX) {
                        if (back) {
                            dx[best] += y[o];
                        } else {
                            y[o] = x[best];
                        }
                    } else if (pooling.kind() == Pooling.Kind.LP) {
                        double powers = 0;
                        for (int h = Math.max(top, 0); h < Math.min(bottom, in.height()); h++) {
                            for (int w = Math.max(left, 0); w < Math.min(right, in.width()); w++) {
                                powers += Math.pow(x[begin + h * in.width() + w], pooling.power());
                            }
                        }
                        double larger = (double) pooling.kernelHeight() * pooling.kernelWidth() / padded;
                        powers *= larger;
                        for (int h = Math.max(top, 0); back && h < Math.min(bottom, in.height()); h++) {
                            for (int w = Math.max(left, 0); w < Math.min(right, in.width()); w++) {
                                int i = begin + h * in.width() + w;
                                dx[i] += powers == 0
                                        ? 0
                                        : y[o]
                                                * larger
                                                * Math.pow(x[i], pooling.power() - 1)
                                                * Math.pow(powers, 1 / pooling.power() - 1);
                            }
                        }
                        y[o] = back ? y[o] : Math.pow(powers, 1 / pooling.power());
                    } else if (back) {
                        for (int h = Math.max(top, 0); h < Math.min(bottom, in.height()); h++) {
                            for (int w = Math.max(left, 0); w < Math.min(right, in.width()); w++) {
                                dx[begin + h * in.width() + w] += y[o] / divisor;
                            }
                        }
                    } else {
                        y[o] = sum / divisor;
                    }
                }
            }
        }
    }

    private void adapt(Image in, Image out, double[] y, double[] dx, boolean back) {
        for (int plane = 0; plane < examples * in.channels(); plane++) {
            for (int r = 0; r < out.height(); r++) {
                for (int c = 0; c < out.width(); c++) {
                    int top = (int) Math.floor((double) r * in.height() / out.height());
                    int bottom = (int) Math.ceil((r + 1.0) * in.height() / out.height());
                    int left = (int) Math.floor((double) c * in.width() / out.width());
                    int right = (int) Math.ceil((c + 1.0) * in.width() / out.width());
                    int o = (plane * out.height() + r) * out.width() + c;
                    for (int h = top; h < bottom; h++) {
                        sum(
                                1.0 / ((bottom - top) * (right - left)),
                                (plane * in.height() + h) * in.width() + left,
                                o,
                                right - left,
                                dx,
                                y,
                                back);
                    }
                }
            }
        }
    }

    /** {@code y[o] += factor sum of x}, or backwards {@code x += factor y[o]}. */
    private static void sum(double factor, int fromX, int o, int length, double[] x, double[] y, boolean back) {
        for (int i = 0; i < length; i++) {
            if (back) {
                x[fromX + i] += factor * y[o];
            } else {
                y[o] += factor * x[fromX + i];
            }
        }
    }

    private void multiply(List<String> inputs, double[] y, boolean back) {
        double[] left = value(inputs.get(0));
        double[] right = value(inputs.get(1));
        int share = left.length / right.length;
        for (int i = 0; i < y.length; i++) {
            if (back) {
                derivative(inputs.get(0))[i] += y[i] * right[i / share];
                derivative(inputs.get(1))[i / share] += y[i] * left[i];
            } else {
                y[i] = left[i] * right[i / share];
            }
        }
    }

    /** Mean and variance of some floats. */
    private static double[] moments(double[] x, int begin, int length) {
        double mean = 0;
        for (int i = begin; i < begin + length; i++) {
            mean += x[i] / length;
        }
        double variance = 0;
        for (int i = begin; i < begin + length; i++) {
            variance += (x[i] - mean) * (x[i] - mean) / length;
        }
        return new double[] {mean, variance};
    }

    private void evolvedS0(String name, EvoNormS0 norm, Image in, double[] x, double[] y, double[] dx, boolean back) {
        int plane = in.height() * in.width();
        int length = in.size() / norm.groups();
        for (int begin = 0; begin < x.length; begin += length) {
            double[] moments = moments(x, begin, length);
            double root = Math.sqrt(moments[1] + norm.epsilon());
            double rootDerivative = 0;
            for (int i = begin; i < begin + length; i++) {
                int c = i / plane % in.channels();
                double scale = flat[at(name + ".weight") + c];
                double v = flat[at(name + ".v") + c];
                double sigmoid = 1 / (1 + Math.exp(-v * x[i]));
                double normal = x[i] * sigmoid / root;
                if (back) {
                    gradient[at(name + ".weight") + c] += y[i] * normal;
                    gradient[at(name + ".bias") + c] += y[i];
                    gradient[at(name + ".v") + c] += y[i] * scale * x[i] * x[i] * sigmoid * (1 - sigmoid) / root;
                    dx[i] += y[i] * scale * (sigmoid + v * x[i] * sigmoid * (1 - sigmoid)) / root;
                    rootDerivative -= y[i] * scale * normal / root;
                } else {
                    y[i] = normal * scale + flat[at(name + ".bias") + c];
                }
            }
            for (int i = begin; back && i < begin + length; i++) {
                dx[i] += rootDerivative * (x[i] - moments[0]) / (root * length);
            }
        }
    }

    private void evolvedB0(
            String name,
            EvoNormB0 norm,
            Image in,
            double[] x,
            double[] y,
            double[] dx,
            boolean training,
            boolean back) {
        int plane = in.height() * in.width();
        for (int c = 0; c < in.channels(); c++) {
            double[] channel = new double[examples * plane];
            for (int n = 0; n < examples; n++) {
                System.arraycopy(x, (n * in.channels() + c) * plane, channel, n * plane, plane);
            }
            double[] moments = moments(channel, 0, channel.length);
            double variance = training ? moments[1] : flat[at(name + ".running_var") + c];
            double batch = Math.sqrt(variance + norm.epsilon());
            double batchDerivative = 0;
            double scale = flat[at(name + ".weight") + c];
            double v = flat[at(name + ".v") + c];
            for (int n = 0; n < examples; n++) {
                int begin = (n * in.channels() + c) * plane;
                double[] own = moments(x, begin, plane);
                double instance = Math.sqrt(own[1] + norm.epsilon());
                double instanceDerivative = 0;
                for (int i = begin; i < begin + plane; i++) {
                    boolean batchIsLarger = batch >= v * x[i] + instance;
                    double divisor = batchIsLarger ? batch : v * x[i] + instance;
                    if (!back) {
                        y[i] = x[i] / divisor * scale + flat[at(name + ".bias") + c];
                        continue;
                    }
                    double derivative = -y[i] * scale * x[i] / (divisor * divisor);
                    gradient[at(name + ".weight") + c] += y[i] * x[i] / divisor;
                    gradient[at(name + ".bias") + c] += y[i];
                    dx[i] += y[i] * scale / divisor;
                    if (batchIsLarger) {
                        batchDerivative += derivative;
                    } else {
                        gradient[at(name + ".v") + c] += derivative * x[i];
                        dx[i] += derivative * v;
                        instanceDerivative += derivative;
                    }
                }
                for (int i = begin; back && i < begin + plane; i++) {
                    dx[i] += instanceDerivative * (x[i] - own[0]) / (instance * plane);
                }
            }
            if (back) {
                gradient[at(name + ".running_var") + c] = moments[1] * channel.length / (channel.length - 1);
                for (int n = 0; n < examples; n++) {
                    int begin = (n * in.channels() + c) * plane;
                    for (int i = begin; i < begin + plane; i++) {
                        dx[i] += batchDerivative * (x[i] - moments[0]) / (batch * channel.length);
                    }
                }
            }
        }
    }

    private void normalizeLocally(LocalResponseNorm norm, Image in, double[] x, double[] y, double[] dx, boolean back) {
        int plane = in.height() * in.width();
        for (int n = 0; n < examples; n++) {
            for (int p = 0; p < plane; p++) {
                for (int c = 0; c < in.channels(); c++) {
                    int begin = Math.max(0, c - norm.size() / 2);
                    int end = Math.min(in.channels(), c - norm.size() / 2 + norm.size());
                    double squares = 0;
                    for (int i = begin; i < end; i++) {
                        squares += Math.pow(x[(n * in.channels() + i) * plane + p], 2);
                    }
                    double divisor = norm.k() + norm.alpha() / norm.size() * squares;
                    int own = (n * in.channels() + c) * plane + p;
                    if (back) {
                        dx[own] += y[own] * Math.pow(divisor, -norm.beta());
                        for (int i = begin; i < end; i++) {
                            int at = (n * in.channels() + i) * plane + p;
                            dx[at] -= y[own]
                                    * x[own]
                                    * norm.beta()
                                    * Math.pow(divisor, -norm.beta() - 1)
                                    * 2
                                    * norm.alpha()
                                    / norm.size()
                                    * x[at];
                        }
                    } else {
                        y[own] = x[own] * Math.pow(divisor, -norm.beta());
                    }
                }
            }
        }
    }
}
