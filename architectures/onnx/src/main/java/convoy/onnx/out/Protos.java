package convoy.onnx.out;

import ai.onnx.proto.OnnxMl.TensorProto;
import ai.onnx.proto.OnnxMl.TensorShapeProto;
import ai.onnx.proto.OnnxMl.TypeProto;
import ai.onnx.proto.OnnxMl.ValueInfoProto;
import com.google.protobuf.UnsafeByteOperations;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.List;

/** Tensors and types of ONNX's with what they hold. */
final class Protos {
    private Protos() {}

    static TensorProto int64(String name, long... values) {
        ByteBuffer bytes = ByteBuffer.allocate(Long.BYTES * values.length).order(ByteOrder.LITTLE_ENDIAN);
        Arrays.stream(values).forEach(bytes::putLong);
        return TensorProto.newBuilder()
                .setName(name)
                .setDataType(TensorProto.DataType.INT64.getNumber())
                .addDims(values.length)
                .setRawData(UnsafeByteOperations.unsafeWrap(bytes.array()))
                .build();
    }

    static TensorProto scalar(String name, double value) {
        return floats(name, List.of(), new float[] {(float) value}, 0).build();
    }

    /** A tensor of part of an array, its bytes inside. */
    static TensorProto.Builder floats(String name, List<Integer> shape, float[] values, int offset) {
        int size = shape.stream().reduce(1, (a, b) -> a * b);
        ByteBuffer bytes = ByteBuffer.allocate(Float.BYTES * size).order(ByteOrder.LITTLE_ENDIAN);
        bytes.asFloatBuffer().put(values, offset, size);
        return described(name, shape).setRawData(UnsafeByteOperations.unsafeWrap(bytes.array()));
    }

    /** A tensor without its numbers. */
    static TensorProto.Builder described(String name, List<Integer> shape) {
        TensorProto.Builder tensor =
                TensorProto.newBuilder().setName(name).setDataType(TensorProto.DataType.FLOAT.getNumber());
        shape.forEach(tensor::addDims);
        return tensor;
    }

    /** A batch of any size of what has this shape. */
    static ValueInfoProto batch(String name, int... extents) {
        TensorShapeProto.Builder shape = TensorShapeProto.newBuilder()
                .addDim(TensorShapeProto.Dimension.newBuilder().setDimParam("batch"));
        Arrays.stream(extents)
                .forEach(extent ->
                        shape.addDim(TensorShapeProto.Dimension.newBuilder().setDimValue(extent)));
        return ValueInfoProto.newBuilder()
                .setName(name)
                .setType(TypeProto.newBuilder()
                        .setTensorType(TypeProto.Tensor.newBuilder()
                                .setElemType(TensorProto.DataType.FLOAT.getNumber())
                                .setShape(shape)))
                .build();
    }
}
