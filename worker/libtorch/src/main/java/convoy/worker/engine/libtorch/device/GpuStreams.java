package convoy.worker.engine.libtorch.device;

import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedDeque;
import java.util.function.Supplier;
import org.bytedeco.javacpp.Pointer;
import org.bytedeco.javacpp.PointerPointer;
import org.bytedeco.pytorch.Device;
import org.bytedeco.pytorch.DeviceGuardImplInterface;
import org.bytedeco.pytorch.Stream;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.DeviceType;
import org.bytedeco.pytorch.global.torch.EventFlag;

/**
 * A GPU's: one stream computes, a second one copies to the host and a third one to the device.
 *
 * <p>PyTorch's allocator keeps memory by the stream that it was asked for on, and gives it out there anew as soon as it is released:
 * what another stream reads is therefore kept until that has happened.
 */
final class GpuStreams implements Streams {
    /** 1 MiB. What the first stage has is on its way when nothing is left to compute beside it, so that it is to be little too. */
    private static final int FEWEST = 1 << 18;

    /** 16 MiB: VGG's largest tensor is 392 MiB, and all that it goes through takes as long as the rest of the step. */
    private static final int MOST = 1 << 22;

    /**
     * Of engines that are closed, by index of the GPU: the allocator keeps a stream's memory for that stream alone, so that new streams
     * for each engine would take new memory for each.
     */
    private static final Map<Byte, Deque<CopyStreams>> FREE = new ConcurrentHashMap<>();

    private record CopyStreams(Stream outbound, Stream inbound) {}

    private final DeviceGuardImplInterface gpu = torch.getDeviceGuardImpl(DeviceType.CUDA);
    private final byte index;
    private final Stream computing;
    private final CopyStreams copying;
    private final Stream outbound;
    private final Stream inbound;

    GpuStreams(int index) {
        this.index = (byte) index;
        try (Device device = new Device(DeviceType.CUDA, this.index)) {
            this.computing = gpu.getDefaultStream(device);
            CopyStreams free = free(this.index).poll();
            this.copying = free != null
                    ? free
                    : new CopyStreams(
                            gpu.getStreamFromGlobalPool(device, false), gpu.getStreamFromGlobalPool(device, false));
            this.outbound = copying.outbound();
            this.inbound = copying.inbound();
        }
    }

    private static Deque<CopyStreams> free(byte index) {
        return FREE.computeIfAbsent(index, first -> new ConcurrentLinkedDeque<>());
    }

    @Override
    public int fewest() {
        return FEWEST;
    }

    @Override
    public int most() {
        return MOST;
    }

    @Override
    public void close() {
        free(index).push(copying);
    }

    @Override
    public boolean copiesBeside() {
        return true;
    }

    @Override
    public Copy out(Supplier<List<Tensor>> copy) {
        hold(outbound);
        return on(outbound, copy);
    }

    @Override
    public Copy in(Supplier<List<Tensor>> copy) {
        return on(inbound, copy);
    }

    @Override
    public boolean isLost() {
        try {
            gpu.synchronizeDevice(index);
            return false;
        } catch (RuntimeException sticky) {
            // The same error again: it stays in the process's context. A lack of memory does not.
            return true;
        }
    }

    @Override
    public void holdIn() {
        hold(inbound);
    }

    /** What is asked of a stream from now on waits for what is computed until now. */
    private void hold(Stream stream) {
        try (Event computed = new Event(computing)) {
            gpu.block(computed.handle, stream);
        }
    }

    private Copy on(Stream stream, Supplier<List<Tensor>> copy) {
        try (Stream before = gpu.exchangeStream(stream)) {
            List<Tensor> tensors;
            try {
                tensors = Scopes.kept(copy);
            } finally {
                gpu.exchangeStream(before).close();
            }
            return new Copying(tensors, new Event(stream));
        }
    }

    /** A place in a stream. */
    private final class Event implements AutoCloseable {
        private final Pointer handle;

        /** The place that the stream has come to. */
        Event(Stream stream) {
            try (PointerPointer<Pointer> made = new PointerPointer<>(1)) {
                made.zero();
                gpu.record(made, stream, index, EventFlag.PYTORCH_DEFAULT);
                handle = made.get();
            }
        }

        @Override
        public void close() {
            gpu.destroyEvent(handle, index);
        }
    }

    private final class Copying implements Copy {
        private final List<Tensor> tensors;
        private final Event end;

        Copying(List<Tensor> tensors, Event end) {
            this.tensors = tensors;
            this.end = end;
        }

        @Override
        public List<Tensor> await() {
            gpu.synchronizeEvent(end.handle);
            return tensors;
        }

        @Override
        public List<Tensor> onDevice() {
            gpu.block(end.handle, computing);
            return tensors;
        }

        @Override
        public void close() {
            end.close();
            tensors.forEach(Tensor::close);
        }
    }
}
