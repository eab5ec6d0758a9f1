package convoy.worker.engine.libtorch;

import convoy.parameterserver.KeyRange;
import convoy.worker.engine.Device;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.bytedeco.javacpp.DoublePointer;
import org.bytedeco.javacpp.FloatPointer;
import org.bytedeco.pytorch.BoolOptional;
import org.bytedeco.pytorch.DeviceOptional;
import org.bytedeco.pytorch.MemoryFormatOptional;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptions;
import org.bytedeco.pytorch.TensorVector;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.DeviceType;
import org.bytedeco.pytorch.global.torch.ScalarType;

/**
 * Numbers between Java's arrays and a device's tensors. To and from a GPU they go through pinned memory, which it can reach itself, so
 * that a copy keeps nobody waiting.
 */
final class Transfers {
    private final Device device;
    private final Streams streams;

    Transfers(Device device, Streams streams) {
        this.device = device;
        this.streams = streams;
    }

    /** For floats that are sent ahead of their use; empty if nothing is gained by that. */
    Optional<Incoming> incoming(Placement placement) {
        return streams.copiesBeside() ? Optional.of(new Incoming(this, streams, placement)) : Optional.empty();
    }

    /** Whether the device is a GPU. */
    boolean onGpu() {
        return device.gpu().isPresent();
    }

    /** Numbers on the device, all zero; released by whoever asks. */
    Tensor zeros(int length, ScalarType type) {
        return Scopes.call(() -> {
            return Scopes.kept(torch.zeros(new long[] {length}, onDevice(type)));
        });
    }

    /** The whole numbers from 0 on the device, in 64 bits, in the open scope. */
    Tensor indexes(int length) {
        return torch.arange(new Scalar((long) length), onDevice(ScalarType.Long));
    }

    /** Begins to give memory of the device to copies that come there, and to no others: how it is filled is not said. */
    Streams.Copy memory(int length) {
        return streams.in(() ->
                List.of(torch.empty(new long[] {length}, onDevice(ScalarType.Float), new MemoryFormatOptional())));
    }

    private TensorOptions onDevice(ScalarType type) {
        return new TensorOptions(type).device(new DeviceOptional(torchDevice()));
    }

    /** Floats on the device, row-major, in the open scope. */
    Tensor floats(float[] values, int length, long... shape) {
        return to(torchDevice(), onHost(values, length, shape));
    }

    private Tensor onHost(float[] values, int length, long... shape) {
        Tensor host = host(ScalarType.Float, shape);
        try (FloatPointer memory = host.data_ptr_float()) {
            HostCopies.put(values, 0, memory, 0, length);
        }
        return host;
    }

    /** Doubles on the device, row-major, in the open scope. */
    Tensor doubles(double[] values, long... shape) {
        Tensor host = host(ScalarType.Double, shape);
        try (DoublePointer memory = host.data_ptr_double()) {
            memory.put(values, 0, values.length);
        }
        return to(torchDevice(), host);
    }

    private Tensor host(ScalarType type, long... shape) {
        return torch.empty(
                shape, new TensorOptions(type).pinned_memory(new BoolOptional(onGpu())), new MemoryFormatOptional());
    }

    /** A copy, or the same where it is there already; nobody waits, and from a GPU it goes to pinned memory. */
    private static Tensor to(org.bytedeco.pytorch.Device where, Tensor tensor) {
        return tensor.to(where, tensor.scalar_type(), true, false, new MemoryFormatOptional());
    }

    /** Begins to bring floats to the device, row-major, beside what it computes. */
    Streams.Copy send(float[] values, long... shape) {
        Tensor host = Scopes.call(() -> Scopes.kept(onHost(values, values.length, shape)));
        return streams.in(() -> {
            try (host) {
                return List.of(to(torchDevice(), host));
            }
        });
    }

    /** Begins to bring a part of a flat vector, which is not empty, to its place in a tensor of the device, beside what it computes. */
    Streams.Copy send(float[] flat, KeyRange part, Placement placement, Tensor to) {
        KeyRange placed = placement.placed(part);
        Tensor host = Scopes.call(() -> {
            Tensor memory = Scopes.kept(host(ScalarType.Float, placed.size()));
            write(flat, part, placement, memory, placed.begin());
            return memory;
        });
        return streams.in(() -> {
            try (host) {
                to.narrow(0, placed.begin(), placed.size()).copy_(host, true);
                return List.of();
            }
        });
    }

    /** Fills a tensor of the host, as long as all that is placed, with a flat vector. */
    static void write(float[] flat, Placement placement, Tensor to) {
        write(flat, new KeyRange(0, flat.length), placement, to, 0);
    }

    /** @param origin the place that the tensor's first float has */
    private static void write(float[] flat, KeyRange part, Placement placement, Tensor to, int origin) {
        try (FloatPointer memory = to.data_ptr_float()) {
            placement.forEach(
                    part,
                    (begin, placed, length) -> HostCopies.put(flat, begin, memory, (long) placed - origin, length));
        }
    }

    /**
     * Begins to bring tensors of the device to the host as floats, row-major, beside what it computes from now on. Where copies are made
     * beside it, all of one type travel together: a copy costs as much time to ask for as a small tensor takes to travel.
     *
     * @param from what is brought, and where it begins in the array that it is meant for
     * @param scale which they are freed of
     */
    Arrival fetch(List<Parcel> from, LossScale scale) {
        List<List<Parcel>> packs = new ArrayList<>();
        if (streams.copiesBeside()) {
            Map<ScalarType, List<Parcel>> byType = new TreeMap<>();
            from.forEach(parcel -> byType.computeIfAbsent(parcel.tensor().scalar_type(), type -> new ArrayList<>())
                    .add(parcel));
            packs.addAll(byType.values());
        } else {
            from.forEach(parcel -> packs.add(List.of(parcel)));
        }
        return Scopes.call(
                () -> fetch(packs.stream().map(pack -> row(pack, scale)).toList(), landings(packs)));
    }

    /**
     * Begins to bring floats of the device, row-major, to the host, beside what it computes from now on.
     *
     * @param landings where they go
     */
    Arrival fetch(List<Tensor> from, List<Arrival.Landing> landings) {
        List<Tensor> rows = Scopes.kept(() -> from.stream().map(Tensor::new).toList());
        return new Arrival(rows, landings, streams.out(() -> {
            org.bytedeco.pytorch.Device host = new org.bytedeco.pytorch.Device(DeviceType.CPU);
            return rows.stream().map(row -> to(host, row)).toList();
        }));
    }

    /**
     * A tensor of the device that is brought to the host.
     *
     * @param begin of its first float in the array
     */
    record Parcel(Tensor tensor, int begin) {}

    private static Tensor row(List<Parcel> pack, LossScale scale) {
        List<Tensor> flat =
                pack.stream().map(parcel -> parcel.tensor().reshape(-1)).toList();
        Tensor row = flat.size() == 1 ? flat.get(0) : torch.cat(new TensorVector(flat.toArray(Tensor[]::new)), 0);
        return scale.remove(row).to(ScalarType.Float);
    }

    private static List<Arrival.Landing> landings(List<List<Parcel>> packs) {
        List<Arrival.Landing> landings = new ArrayList<>();
        for (int row = 0; row < packs.size(); row++) {
            int from = 0;
            for (Parcel parcel : packs.get(row)) {
                int length = Math.toIntExact(parcel.tensor().numel());
                Arrival.Landing next = new Arrival.Landing(row, from, parcel.begin(), length);
                int last = landings.size() - 1;
                if (last >= 0 && landings.get(last).isFollowedBy(next)) {
                    landings.set(last, landings.get(last).with(next));
                } else {
                    landings.add(next);
                }
                from += length;
            }
        }
        return List.copyOf(landings);
    }

    private org.bytedeco.pytorch.Device torchDevice() {
        return onGpu()
                ? new org.bytedeco.pytorch.Device(DeviceType.CUDA, (byte) device.index())
                : new org.bytedeco.pytorch.Device(DeviceType.CPU);
    }
}
