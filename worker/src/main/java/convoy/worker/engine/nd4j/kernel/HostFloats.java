package convoy.worker.engine.nd4j.kernel;

import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import org.bytedeco.javacpp.FloatPointer;
import org.nd4j.linalg.api.concurrency.AffinityManager.Location;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** The floats of ND4J's arrays as Java buffers over the same memory, row-major. */
public final class HostFloats {

    private HostFloats() {}

    /**
     * {@return a buffer for reading; with CUDA the array is first copied from the device if it is newer there}
     *
     * @param array row-major, of floats
     */
    public static FloatBuffer read(INDArray array) {
        Nd4j.getAffinityManager().ensureLocation(array, Location.HOST);
        return buffer(array);
    }

    /**
     * {@return a buffer for writing all of it; with CUDA the device's copy is stale from here on}
     *
     * @param array row-major, of floats
     */
    public static FloatBuffer write(INDArray array) {
        Nd4j.getAffinityManager().tagLocation(array, Location.HOST);
        return buffer(array);
    }

    /**
     * {@return a buffer for reading and writing}
     *
     * @param array row-major, of floats
     */
    public static FloatBuffer update(INDArray array) {
        FloatBuffer floats = read(array);
        Nd4j.getAffinityManager().tagLocation(array, Location.HOST);
        return floats;
    }

    private static FloatBuffer buffer(INDArray array) {
        FloatPointer floats = new FloatPointer(array.data().addressPointer());
        return floats.position(0)
                .limit(array.length())
                .asByteBuffer()
                .order(ByteOrder.nativeOrder())
                .asFloatBuffer();
    }
}
