package convoy.worker.engine.libtorch;

import convoy.worker.engine.Device;
import org.bytedeco.javacpp.DoublePointer;
import org.bytedeco.javacpp.FloatPointer;
import org.bytedeco.pytorch.BoolOptional;
import org.bytedeco.pytorch.DeviceOptional;
import org.bytedeco.pytorch.MemoryFormatOptional;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptions;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.DeviceType;
import org.bytedeco.pytorch.global.torch.ScalarType;

/**
 * Numbers between Java's arrays and a device's tensors. To and from a GPU they go through pinned memory, which it can reach itself, so
 * that a copy waits for nothing that was asked of it before.
 */
final class Transfers {
    private final Device device;

    Transfers(Device device) {
        this.device = device;
    }

    private boolean onGpu() {
        return device.gpu().isPresent();
    }

    /** Floats on the device, all zero; released by whoever asks. */
    Tensor zeros(int length) {
        return Scopes.call(() -> {
            TensorOptions options = new TensorOptions(ScalarType.Float).device(new DeviceOptional(torchDevice()));
            return Scopes.kept(torch.zeros(new long[] {length}, options));
        });
    }

    /** Floats on the device, row-major, in the open scope. */
    Tensor floats(float[] values, int length, long... shape) {
        Tensor host = host(ScalarType.Float, shape);
        try (FloatPointer memory = host.data_ptr_float()) {
            memory.put(values, 0, length);
        }
        return toDevice(host);
    }

    /** Doubles on the device, row-major, in the open scope. */
    Tensor doubles(double[] values, long... shape) {
        Tensor host = host(ScalarType.Double, shape);
        try (DoublePointer memory = host.data_ptr_double()) {
            memory.put(values, 0, values.length);
        }
        return toDevice(host);
    }

    private Tensor host(ScalarType type, long... shape) {
        return torch.empty(
                shape, new TensorOptions(type).pinned_memory(new BoolOptional(onGpu())), new MemoryFormatOptional());
    }

    private Tensor toDevice(Tensor host) {
        if (!onGpu()) {
            return host;
        }
        return host.to(torchDevice(), host.scalar_type(), true, false, new MemoryFormatOptional());
    }

    /** Fills a tensor of the device, row-major and without gradient, with the array. */
    void write(float[] from, Tensor to) {
        if (onGpu()) {
            Scopes.run(() -> to.copy_(floats(from, from.length, from.length), true));
        } else {
            try (FloatPointer memory = to.data_ptr_float()) {
                memory.put(from, 0, from.length);
            }
        }
    }

    /** Copies the first floats of a tensor of the device, row-major, into an array, and waits for what computes them. */
    void read(Tensor from, float[] into, int begin, int length) {
        Scopes.run(() -> {
            Tensor row = from.contiguous();
            Tensor host = onGpu() ? toHost(row) : row;
            host.data_ptr_float().get(into, begin, length);
        });
    }

    private static Tensor toHost(Tensor tensor) {
        return tensor.to(
                new org.bytedeco.pytorch.Device(DeviceType.CPU),
                tensor.scalar_type(),
                false,
                false,
                new MemoryFormatOptional());
    }

    private org.bytedeco.pytorch.Device torchDevice() {
        return onGpu()
                ? new org.bytedeco.pytorch.Device(DeviceType.CUDA, (byte) device.index())
                : new org.bytedeco.pytorch.Device(DeviceType.CPU);
    }
}
