package convoy.worker.engine.nd4j.cudnn;

import org.bytedeco.javacpp.Pointer;
import org.nd4j.linalg.api.concurrency.AffinityManager.Location;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** Where the floats of ND4J's arrays lie in the GPU's memory, views at their place; ND4J's backend must be CUDA. */
final class DeviceFloats {
    private DeviceFloats() {}

    /** For reading; what is newer in the host's memory is copied first. */
    static Pointer read(INDArray array) {
        // Asking first: ensureLocation allocates the host's copy, which an array that was computed on a GPU does not
        // have.
        if (Nd4j.getAffinityManager().getActiveLocation(array) == Location.HOST) {
            Nd4j.getAffinityManager().ensureLocation(array, Location.DEVICE);
        }
        return new Address(array.data().platformAddress());
    }

    /** For writing all of it; the host's copy is stale from here on. */
    static Pointer write(INDArray array) {
        Nd4j.getAffinityManager().tagLocation(array, Location.DEVICE);
        return new Address(array.data().platformAddress());
    }

    private static final class Address extends Pointer {
        Address(long address) {
            this.address = address;
        }
    }
}
