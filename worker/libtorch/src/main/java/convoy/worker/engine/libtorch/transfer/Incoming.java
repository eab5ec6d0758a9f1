package convoy.worker.engine.libtorch.transfer;

import convoy.parameterserver.layout.KeyRange;
import convoy.worker.engine.libtorch.device.Scopes;
import convoy.worker.engine.libtorch.device.Streams;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.bytedeco.pytorch.Tensor;

/**
 * Floats on their way to the device before they are set. As the old ones stay in force until then, these have memory of their own
 * there, as much again; from there it is one copy within the device.
 */
public final class Incoming implements AutoCloseable {
    /** Floats that are sent at once, 4 MiB: while one piece travels, the next is put into pinned memory. */
    private static final int PIECE = 1 << 20;

    private final Transfers transfers;
    private final Streams streams;
    private final Placement placement;
    private final Streams.Copy memory;
    private final Tensor floats;

    /** The array that what has been sent is from. */
    private float[] source = {};

    private final List<KeyRange> sent = new ArrayList<>();
    private final List<Streams.Copy> copies = new ArrayList<>();

    Incoming(Transfers transfers, Streams streams, Placement placement) {
        this.transfers = transfers;
        this.streams = streams;
        this.placement = placement;
        this.memory = transfers.memory(placement.size());
        this.floats = memory.await().get(0);
    }

    /**
     * Sends a part of the array that will be set, most likely; what was sent of another one counts no more.
     *
     * @param flat the whole flat vector
     * @param part not empty
     */
    public void send(float[] flat, KeyRange part) {
        if (source != flat) {
            drop();
            source = flat;
        }
        sent.add(part);
        for (int begin = part.begin(); begin < part.end(); begin += PIECE) {
            KeyRange piece = new KeyRange(begin, Math.min(part.end(), begin + PIECE));
            copies.add(transfers.send(flat, piece, placement, floats));
        }
    }

    /** Sets the values to the array: to what was sent of it, once that is there, and to the rest, which is sent now. */
    void land(float[] flat, Tensor values) {
        for (KeyRange part : missing(flat)) {
            send(flat, part);
        }
        copies.forEach(Streams.Copy::onDevice);
        Scopes.run(() -> values.copy_(floats));
        // What is sent from now on must not come before that copy is made.
        streams.holdIn();
        drop();
    }

    /** The parts of the array that were not sent. */
    private List<KeyRange> missing(float[] flat) {
        List<KeyRange> known = source == flat ? new ArrayList<>(sent) : new ArrayList<>();
        known.add(new KeyRange(flat.length, flat.length));
        known.sort(Comparator.comparingInt(KeyRange::begin));
        List<KeyRange> missing = new ArrayList<>();
        int covered = 0;
        for (KeyRange part : known) {
            if (part.begin() > covered) {
                missing.add(new KeyRange(covered, part.begin()));
            }
            covered = Math.max(covered, part.end());
        }
        return missing;
    }

    private void drop() {
        copies.forEach(Streams.Copy::close);
        copies.clear();
        sent.clear();
        source = new float[0];
    }

    @Override
    public void close() {
        drop();
        memory.close();
    }
}
