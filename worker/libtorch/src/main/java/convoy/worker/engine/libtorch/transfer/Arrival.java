package convoy.worker.engine.libtorch.transfer;

import convoy.worker.engine.libtorch.device.Streams;
import java.util.List;
import org.bytedeco.javacpp.FloatPointer;
import org.bytedeco.pytorch.Tensor;

/**
 * Tensors of the device on their way to an array of the host.
 *
 * @param rows on the device, row-major; kept until they are there
 * @param landings where what they hold goes
 * @param copy of them
 * @param host what puts them into the array
 */
public record Arrival(List<Tensor> rows, List<Landing> landings, Streams.Copy copy, HostCopies host)
        implements AutoCloseable {

    /**
     * Floats of a row and their place in the array.
     *
     * @param row its number
     * @param from the first of them in the row
     * @param begin where that goes
     */
    record Landing(int row, int from, int begin, int length) {
        /** This one and the next as one, if they lie together in both places. */
        boolean isFollowedBy(Landing next) {
            return next.row == row && next.from == from + length && next.begin == begin + length;
        }

        /** This one and what follows it. */
        Landing with(Landing next) {
            return new Landing(row, from, begin, length + next.length);
        }
    }

    /**
     * Puts them into the array, waiting for them if need be.
     *
     * @param array the one that they were asked for
     */
    public void into(float[] array) {
        List<Tensor> there = copy.await();
        for (Landing landing : landings) {
            try (FloatPointer memory = there.get(landing.row()).data_ptr_float()) {
                host.get(memory, landing.from(), array, landing.begin(), landing.length());
            }
        }
    }

    @Override
    public void close() {
        copy.close();
        rows.forEach(Tensor::close);
    }
}
