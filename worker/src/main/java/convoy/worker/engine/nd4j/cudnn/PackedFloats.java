package convoy.worker.engine.nd4j.cudnn;

import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/** Arrays as cuDNN is told they are: floats, row-major, without gaps. */
final class PackedFloats {
    private PackedFloats() {}

    /** Whether an array is so. */
    static boolean is(INDArray array) {
        long stride = 1;
        for (int dimension = array.rank() - 1; dimension >= 0; dimension--) {
            if (array.size(dimension) > 1 && array.stride(dimension) != stride) {
                return false;
            }
            stride *= array.size(dimension);
        }
        return array.dataType() == DataType.FLOAT;
    }

    /** The array itself if it is so, else a copy. */
    static INDArray of(INDArray array) {
        INDArray floats = array.castTo(DataType.FLOAT);
        return is(floats) ? floats : floats.dup('c');
    }
}
