package convoy.onnx.in;

import convoy.architectures.operations.AdaptiveAveragePool;
import convoy.architectures.tensor.Shape.Image;
import convoy.records.BadInputException;
import java.util.List;

/** Products of an image with matrices that take means of its rows or columns: what an average over uneven parts is written as. */
record AdaptiveProducts(Body body) {
    private static final float CLOSE = 1e-6f;

    Value take(Op op, Value left, Value right) {
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
