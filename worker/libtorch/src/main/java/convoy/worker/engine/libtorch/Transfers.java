package convoy.worker.engine.libtorch;

import convoy.parameterserver.KeyRange;
import convoy.worker.engine.Device;
import java.util.List;
import java.util.Optional;
import org.bytedeco.javacpp.DoublePointer;
import org.bytedeco.javacpp.FloatPointer;
import org.bytedeco.pytorch.BoolOptional;
import org.bytedeco.pytorch.DeviceOptional;
import org.bytedeco.pytorch.MemoryFormatOptional;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptions;
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
    Optional<Incoming> incoming(int length) {
        return streams.copiesBeside() ? Optional.of(new Incoming(this, streams, length)) : Optional.empty();
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
        return to(torchDevice(), onHost(values, new KeyRange(0, length), shape));
    }

    private Tensor onHost(float[] values, KeyRange part, long... shape) {
        Tensor host = host(ScalarType.Float, shape);
        try (FloatPointer memory = host.data_ptr_float()) {
            memory.put(values, part.begin(), part.size());
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
        Tensor host = Scopes.call(() -> Scopes.kept(onHost(values, new KeyRange(0, values.length), shape)));
        return streams.in(() -> {
            try (host) {
                return List.of(to(torchDevice(), host));
            }
        });
    }

    /** Begins to bring a part of the array to the same part of a tensor of the device, beside what it computes. */
    Streams.Copy send(float[] values, KeyRange part, Tensor to) {
        Tensor host = Scopes.call(() -> Scopes.kept(onHost(values, part, part.size())));
        return streams.in(() -> {
            try (host) {
                to.narrow(0, part.begin(), part.size()).copy_(host, true);
                return List.of();
            }
        });
    }

    /** Fills a tensor of the host, row-major and without gradient, with the array. */
    static void write(float[] from, Tensor to) {
        try (FloatPointer memory = to.data_ptr_float()) {
            memory.put(from, 0, from.length);
        }
    }

    /**
     * Begins to bring tensors of the device, row-major and as floats, to the host, beside what it computes from now on.
     *
     * @param begins where each begins in the array that they are meant for
     */
    Arrival fetch(List<Tensor> from, List<Integer> begins) {
        List<Tensor> rows = Scopes.kept(() -> from.stream()
                .map(tensor -> tensor.to(ScalarType.Float).contiguous())
                .toList());
        return new Arrival(rows, begins, streams.out(() -> {
            org.bytedeco.pytorch.Device host = new org.bytedeco.pytorch.Device(DeviceType.CPU);
            return rows.stream().map(row -> to(host, row)).toList();
        }));
    }

    private org.bytedeco.pytorch.Device torchDevice() {
        return onGpu()
                ? new org.bytedeco.pytorch.Device(DeviceType.CUDA, (byte) device.index())
                : new org.bytedeco.pytorch.Device(DeviceType.CPU);
    }
}
