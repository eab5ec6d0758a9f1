package convoy.worker.engine.libtorch.transfer;

import convoy.parameterserver.layout.KeyRange;
import convoy.worker.engine.Device;
import convoy.worker.engine.libtorch.device.Scopes;
import convoy.worker.engine.libtorch.device.Streams;
import convoy.worker.engine.libtorch.transfer.Arrival.Landing;
import java.util.ArrayList;
import java.util.Comparator;
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
public final class Transfers {
    private final Device device;
    private final Streams streams;
    private final HostCopies copies;

    /**
     * @param device where the tensors are
     * @param streams of that device
     */
    public Transfers(Device device, Streams streams) {
        this.device = device;
        this.streams = streams;
        this.copies = streams.copiesBeside() ? HostCopies.SHARED : HostCopies.ALONE;
    }

    /**
     * {@return room for floats that are sent ahead of their use; empty if nothing is gained by that}
     *
     * @param placement of the floats
     */
    public Optional<Incoming> incoming(Placement placement) {
        return streams.copiesBeside() ? Optional.of(new Incoming(this, streams, placement)) : Optional.empty();
    }

    /** {@return whether the device is a GPU} */
    public boolean onGpu() {
        return device.gpu().isPresent();
    }

    /** Numbers on the device, all zero; released by whoever asks. */
    Tensor zeros(int length, ScalarType type) {
        return Scopes.call(() -> {
            return Scopes.kept(torch.zeros(new long[] {length}, onDevice(type)));
        });
    }

    /**
     * {@return the whole numbers from 0 on the device, in 64 bits, in the open scope}
     *
     * @param length how many
     */
    public Tensor indexes(int length) {
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

    /**
     * {@return floats on the device, row-major, in the open scope}
     *
     * @param values row-major
     * @param length how many
     * @param shape its extents, row-major
     */
    public Tensor floats(float[] values, int length, long... shape) {
        return to(torchDevice(), onHost(values, length, shape));
    }

    private Tensor onHost(float[] values, int length, long... shape) {
        Tensor host = host(ScalarType.Float, shape);
        try (FloatPointer memory = host.data_ptr_float()) {
            copies.put(values, 0, memory, 0, length);
        }
        return host;
    }

    /**
     * {@return doubles on the device, row-major, in the open scope}
     *
     * @param values row-major
     * @param shape its extents, row-major
     */
    public Tensor doubles(double[] values, long... shape) {
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

    /**
     * Begins to bring floats to the device, row-major, beside what it computes.
     *
     * @param values row-major
     * @param shape its extents, row-major
     * @return has them when it is there
     */
    public Streams.Copy send(float[] values, long... shape) {
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
    void write(float[] flat, Placement placement, Tensor to) {
        write(flat, new KeyRange(0, flat.length), placement, to, 0);
    }

    /** @param origin the place that the tensor's first float has */
    private void write(float[] flat, KeyRange part, Placement placement, Tensor to, int origin) {
        try (FloatPointer memory = to.data_ptr_float()) {
            placement.forEach(
                    part, (begin, placed, length) -> copies.put(flat, begin, memory, (long) placed - origin, length));
        }
    }

    /**
     * Begins to bring a tensor of the device to the host as floats, row-major, beside what it computes from now on.
     *
     * @param parcel and where it begins in the array that it is meant for
     * @return to be waited for
     */
    public Arrival fetch(Parcel parcel) {
        return Scopes.call(() -> {
            List<List<Parcel>> one = List.of(List.of(parcel));
            return fetch(List.of(row(one.get(0), LossScale.NONE)), landings(one));
        });
    }

    /**
     * Begins to bring tensors of the device to the host as floats, row-major, beside what it computes from now on, in parts from the last
     * to the first. Where copies are made beside it, all of one type are put together: a copy costs as much time to ask for as a small
     * tensor takes to travel. A long one is cut, so that its end is handed on while its beginning travels.
     *
     * @param from what is brought, and where it begins in the array that it is meant for
     * @param begin where the first part begins there, or what is counted to it
     * @param scale which they are freed of
     */
    List<Part> fetch(List<Parcel> from, int begin, LossScale scale) {
        List<List<Parcel>> packs = new ArrayList<>();
        if (streams.copiesBeside()) {
            Map<ScalarType, List<Parcel>> byType = new TreeMap<>();
            from.forEach(parcel -> byType.computeIfAbsent(parcel.tensor().scalar_type(), type -> new ArrayList<>())
                    .add(parcel));
            packs.addAll(byType.values());
        } else {
            from.forEach(parcel -> packs.add(List.of(parcel)));
        }
        return Scopes.call(() -> {
            List<Tensor> rows = packs.stream().map(pack -> row(pack, scale)).toList();
            List<List<Landing>> parts = cut(landings(packs), streams.most());
            List<Part> fetched = new ArrayList<>();
            for (int i = 0; i < parts.size(); i++) {
                List<Landing> part = parts.get(i);
                boolean last = i == parts.size() - 1;
                fetched.add(new Part(last ? begin : part.get(part.size() - 1).begin(), fetchPart(rows, part)));
            }
            return fetched;
        });
    }

    /**
     * A part of an array on its way.
     *
     * @param begin the array's floats from there on are there when it is, and those before it are
     * @param arrival brings it
     */
    public record Part(int begin, Arrival arrival) {}

    /** Landings from the last to the first, in parts of at most so many floats; one, which is empty, of none. */
    private static List<List<Landing>> cut(List<Landing> landings, int most) {
        List<List<Landing>> parts = new ArrayList<>(List.of(new ArrayList<>()));
        int room = most;
        for (Landing landing : landings.stream()
                .sorted(Comparator.comparingInt(Landing::begin).reversed())
                .toList()) {
            int left = landing.length();
            while (left > 0) {
                if (room == 0) {
                    parts.add(new ArrayList<>());
                    room = most;
                }
                int taken = Math.min(left, room);
                left -= taken;
                room -= taken;
                parts.get(parts.size() - 1)
                        .add(new Landing(landing.row(), landing.from() + left, landing.begin() + left, taken));
            }
        }
        return parts;
    }

    /** Brings of each row what this part has of it. */
    private Arrival fetchPart(List<Tensor> rows, List<Landing> part) {
        List<Tensor> pieces = new ArrayList<>();
        List<Landing> landings = new ArrayList<>();
        for (int row = 0; row < rows.size(); row++) {
            int number = row;
            List<Landing> own =
                    part.stream().filter(landing -> landing.row() == number).toList();
            if (!own.isEmpty()) {
                int begin = own.stream().mapToInt(Landing::from).min().orElseThrow();
                int end = own.stream()
                        .mapToInt(landing -> landing.from() + landing.length())
                        .max()
                        .orElseThrow();
                int piece = pieces.size();
                pieces.add(rows.get(row).narrow(0, begin, end - begin));
                own.forEach(landing ->
                        landings.add(new Landing(piece, landing.from() - begin, landing.begin(), landing.length())));
            }
        }
        return fetch(pieces, landings);
    }

    /**
     * Begins to bring floats of the device, row-major, to the host, beside what it computes from now on.
     *
     * @param landings where they go
     */
    Arrival fetch(List<Tensor> from, List<Landing> landings) {
        List<Tensor> rows = Scopes.kept(() -> from.stream().map(Tensor::new).toList());
        return new Arrival(
                rows,
                landings,
                streams.out(() -> {
                    org.bytedeco.pytorch.Device host = new org.bytedeco.pytorch.Device(DeviceType.CPU);
                    return rows.stream().map(row -> to(host, row)).toList();
                }),
                copies);
    }

    /**
     * A tensor of the device that is brought to the host.
     *
     * @param tensor of any type and shape
     * @param begin of its first float in the array
     */
    public record Parcel(Tensor tensor, int begin) {}

    private static Tensor row(List<Parcel> pack, LossScale scale) {
        List<Tensor> flat =
                pack.stream().map(parcel -> parcel.tensor().reshape(-1)).toList();
        Tensor row = flat.size() == 1 ? flat.get(0) : torch.cat(new TensorVector(flat.toArray(Tensor[]::new)), 0);
        return scale.remove(row).to(ScalarType.Float);
    }

    private static List<Landing> landings(List<List<Parcel>> packs) {
        List<Landing> landings = new ArrayList<>();
        for (int row = 0; row < packs.size(); row++) {
            int from = 0;
            for (Parcel parcel : packs.get(row)) {
                int length = Math.toIntExact(parcel.tensor().numel());
                Landing next = new Landing(row, from, parcel.begin(), length);
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
