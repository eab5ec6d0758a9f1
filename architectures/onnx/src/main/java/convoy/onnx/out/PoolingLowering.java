package convoy.onnx.out;

import ai.onnx.proto.OnnxMl.AttributeProto;
import convoy.architectures.operations.AdaptiveAveragePool;
import convoy.architectures.operations.Pooling;
import convoy.architectures.operations.Pooling.Kind;
import convoy.architectures.tensor.Shape.Image;
import convoy.onnx.Attributes;
import convoy.onnx.Vocabulary;
import java.util.List;

/**
 * What puts out a number for each part of an image, as nodes of ONNX. ONNX's {@code ceil_mode} has meant several things; what is written has
 * explicit padding at the end, which has always meant one.
 *
 * @param to takes the nodes
 * @param name of the node
 * @param x the value that it reads
 * @param in its shape
 * @param out the shape of what it puts out
 */
record PoolingLowering(GraphWriter to, String name, String x, Image in, Image out) {
    String write(Pooling pooling) {
        int below = over(
                pooling.kernelHeight(), pooling.strideHeight(), pooling.paddingHeight(), in.height(), out.height());
        int right = over(pooling.kernelWidth(), pooling.strideWidth(), pooling.paddingWidth(), in.width(), out.width());
        boolean padded = pooling.paddingHeight() > 0 || pooling.paddingWidth() > 0;
        boolean counts = pooling.kind() == Kind.AVERAGE && pooling.countIncludePad();
        String read = x;
        int top = pooling.paddingHeight();
        int left = pooling.paddingWidth();
        if (counts && padded && (below > 0 || right > 0)) {
            // Its zeros count and those beyond them do not, which no one operator of ONNX's says.
            String pads = to.integers(name + "/pads", 0, 0, top, left, 0, 0, top, left);
            read = to.node(to.fresh(name + "/Pad"), "Pad", List.of(x, pads));
            counts = false;
            top = 0;
            left = 0;
        } else if (below > 0 || right > 0) {
            counts = false;
        }
        AttributeProto kernel = Attributes.integers("kernel_shape", pooling.kernelHeight(), pooling.kernelWidth());
        AttributeProto strides = Attributes.integers("strides", pooling.strideHeight(), pooling.strideWidth());
        AttributeProto pads = Attributes.integers("pads", top, left, top + below, left + right);
        String hint = pooling.ceil() ? Vocabulary.CEIL : "";
        switch (pooling.kind()) {
            case MAX -> to.hinted(name, hint, "MaxPool", List.of(read), kernel, strides, pads);
            case AVERAGE -> {
                AttributeProto including = Attributes.integer("count_include_pad", counts ? 1 : 0);
                to.hinted(name, hint, "AveragePool", List.of(read), kernel, strides, pads, including);
            }
            case LP -> {
                if (pooling.power() % 2 == 0 && below == 0 && right == 0) {
                    AttributeProto power = Attributes.integer("p", (long) pooling.power());
                    to.hinted(name, hint, "LpPool", List.of(read), kernel, strides, pads, power);
                } else {
                    // LpPool takes magnitudes and whole powers alone, and windows that reach beyond are of other pixels
                    // than ours.
                    roots(pooling);
                }
            }
        }
        return name;
    }

    private void roots(Pooling pooling) {
        String powers =
                to.node(to.fresh(name + "/Pow"), "Pow", List.of(x, to.number(name + "/power", pooling.power())));
        Pooling mean =
                pooling.with().kind(Kind.AVERAGE).power(2).countIncludePad(true).build();
        String means = new PoolingLowering(to, to.fresh(name + "/AveragePool"), powers, in, out).write(mean);
        String size = to.number(name + "/size", (double) pooling.kernelHeight() * pooling.kernelWidth());
        String sums = to.node(to.fresh(name + "/Mul"), "Mul", List.of(means, size));
        to.node(name, "Pow", List.of(sums, to.number(name + "/root", 1 / pooling.power())));
    }

    /** Rows by which the last window reaches beyond the input and its padding. */
    private static int over(int kernel, int stride, int padding, int in, int out) {
        return Math.max(0, (out - 1) * stride + kernel - in - 2 * padding);
    }

    String write(AdaptiveAveragePool pool) {
        if (pool.height() == 1 && pool.width() == 1) {
            return to.node(name, "GlobalAveragePool", List.of(x));
        }
        if (in.height() % pool.height() == 0 && in.width() % pool.width() == 0) {
            int height = in.height() / pool.height();
            int width = in.width() / pool.width();
            to.hinted(
                    name,
                    Vocabulary.ADAPTIVE,
                    "AveragePool",
                    List.of(x),
                    Attributes.integers("kernel_shape", height, width),
                    Attributes.integers("strides", height, width));
            return name;
        }
        String rows = to.constant(Protos.floats(
                        to.fresh(name + "/rows"),
                        List.of(pool.height(), in.height()),
                        means(in.height(), pool.height()),
                        0)
                .build());
        String columns = to.constant(Protos.floats(
                        to.fresh(name + "/columns"),
                        List.of(in.width(), pool.width()),
                        transposed(means(in.width(), pool.width()), pool.width(), in.width()),
                        0)
                .build());
        String averaged = to.node(to.fresh(name + "/Rows"), "MatMul", List.of(rows, x));
        return to.node(name, "MatMul", List.of(averaged, columns));
    }

    /** The matrix {@code [parts, length]} whose product with a column has the mean of each part. */
    private static float[] means(int length, int parts) {
        float[] matrix = new float[parts * length];
        for (int part = 0; part < parts; part++) {
            int begin = Math.floorDiv(part * length, parts);
            int end = -Math.floorDiv(-(part + 1) * length, parts);
            for (int i = begin; i < end; i++) {
                matrix[part * length + i] = 1f / (end - begin);
            }
        }
        return matrix;
    }

    private static float[] transposed(float[] matrix, int rows, int columns) {
        float[] transposed = new float[matrix.length];
        for (int row = 0; row < rows; row++) {
            for (int column = 0; column < columns; column++) {
                transposed[column * rows + row] = matrix[row * columns + column];
            }
        }
        return transposed;
    }
}
