package convoy.worker.engine.libtorch;

import java.util.List;
import org.bytedeco.javacpp.FloatPointer;
import org.bytedeco.pytorch.Tensor;

/**
 * Tensors of the device on their way to an array of the host.
 *
 * @param rows on the device, row-major; kept until they are there
 * @param begins where each begins in the array
 * @param copy of them
 */
record Arrival(List<Tensor> rows, List<Integer> begins, Streams.Copy copy) implements AutoCloseable {

    /** Puts them into the array, waiting for them if need be. */
    void into(float[] array) {
        List<Tensor> host = copy.await();
        for (int i = 0; i < host.size(); i++) {
            try (FloatPointer memory = host.get(i).data_ptr_float()) {
                memory.get(array, begins.get(i), (int) host.get(i).numel());
            }
        }
    }

    @Override
    public void close() {
        copy.close();
        rows.forEach(Tensor::close);
    }
}
