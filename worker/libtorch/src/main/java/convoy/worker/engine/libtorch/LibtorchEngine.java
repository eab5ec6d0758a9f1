package convoy.worker.engine.libtorch;

import convoy.architectures.graph.Head;
import convoy.architectures.graph.Network;
import convoy.architectures.tensor.Shape.Image;
import convoy.parameterserver.layout.KeyRange;
import convoy.parameterserver.layout.ParameterLayout;
import convoy.records.BadInputException;
import convoy.records.text.Counts;
import convoy.worker.data.batch.Batch;
import convoy.worker.engine.DeviceLostException;
import convoy.worker.engine.Engine;
import convoy.worker.engine.EngineOptions;
import convoy.worker.engine.GradientResult;
import convoy.worker.engine.MicroBatchKey;
import convoy.worker.engine.NetworkLayout;
import convoy.worker.engine.libtorch.device.Scopes;
import convoy.worker.engine.libtorch.device.Streams;
import convoy.worker.engine.libtorch.device.TorchBackend;
import convoy.worker.engine.libtorch.lowering.Lowering;
import convoy.worker.engine.libtorch.lowering.Pass;
import convoy.worker.engine.libtorch.lowering.RandomWords;
import convoy.worker.engine.libtorch.lowering.Stage;
import convoy.worker.engine.libtorch.lowering.Stages;
import convoy.worker.engine.libtorch.transfer.Arrival;
import convoy.worker.engine.libtorch.transfer.Departures;
import convoy.worker.engine.libtorch.transfer.FlatTensors;
import convoy.worker.engine.libtorch.transfer.LossScale;
import convoy.worker.engine.libtorch.transfer.SideThread;
import convoy.worker.engine.libtorch.transfer.Transfers;
import convoy.worker.engine.lowering.BatchCheck;
import convoy.worker.engine.lowering.EngineThread;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.bytedeco.pytorch.MemoryFormatOptional;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch.MemoryFormat;
import org.bytedeco.pytorch.global.torch.ScalarType;

/**
 * A network as calls of PyTorch's operations, which autograd differentiates.
 *
 * <p>The network is cut into stages of a sixteenth of its parameters or more, each with a backward pass of its own: so a stage's
 * gradients are handed out while those before it are being computed. Parameters are views into one allocation; a gradient is taken over
 * from the operation that computed it and copied to its place in the flat vector once.
 *
 * <p>In a half type, parameters are rounded once when they are set, and what lies between layers has that type too; norms keep scale,
 * shift and statistics in single precision, and the loss is computed in double whatever the type.
 *
 * <p>Everything runs on a thread of the engine's own, because the number of threads, the GPU in use and the mode of autograd belong to
 * threads; beside a GPU, two more threads copy between the caller's arrays and memory that the GPU reads. All that a step makes is released when it ends, by {@link Values} and scopes.
 */
final class LibtorchEngine implements Engine {
    private static final AtomicInteger ENGINES = new AtomicInteger();
    private static final int STAGES = 16;
    private static final MicroBatchKey NO_KEY = new MicroBatchKey(0, 0, 0);

    private final Network network;
    private final EngineOptions options;
    private final ParameterLayout layout;
    private final BatchCheck batchCheck;
    private final Streams streams;
    private final EngineThread thread;
    /** Puts what the device sends into the caller's array. */
    private final SideThread outbound;
    /** Puts what the caller has into memory that the device reads. */
    private final SideThread inbound;

    private final Transfers transfers;
    private final ScalarType type;
    private final FlatTensors tensors;
    private final RandomWords words;
    private final Lowering lowering;
    private final List<Stage> training;
    private final Stage inference;
    /** What the caller says comes next. */
    private Optional<Batch> upcoming = Optional.empty();

    private Optional<Sent> sent = Optional.empty();
    private final AtomicBoolean closed = new AtomicBoolean();

    /** Images that were sent to the device ahead of their batch. */
    private record Sent(Batch batch, CompletableFuture<Streams.Copy> copy) {
        void close() {
            SideThread.result(copy).close();
        }
    }

    /** @param streams of the device */
    LibtorchEngine(Network network, EngineOptions options, Streams streams) {
        if (options.frozen().differentiated(network).isEmpty()) {
            throw new BadInputException("all of network " + network.name() + " is frozen: leave something to train");
        }
        this.network = network;
        this.options = options;
        this.layout = NetworkLayout.of(network);
        this.batchCheck = new BatchCheck(network);
        this.streams = streams;
        this.transfers = new Transfers(options.device(), streams);
        this.type = TorchBackend.type(options.precision());
        this.words = new RandomWords(transfers);
        TorchBackend.claim(options);
        int number = ENGINES.incrementAndGet();
        this.thread = new EngineThread("libtorch-engine-" + number);
        this.outbound = sideThread("libtorch-outbound-" + number);
        this.inbound = sideThread("libtorch-inbound-" + number);
        try {
            this.tensors = call(() -> {
                TorchBackend.adoptThread(options);
                return new FlatTensors(layout, options.frozen().tensors(), transfers, type);
            });
        } catch (RuntimeException | Error e) {
            // Nobody closes an engine that was never made.
            leave();
            throw e;
        }
        try {
            this.lowering = Lowering.of(network, tensors, transfers, words, options);
            int least = Math.max(streams.fewest(), layout.parameterCount() / STAGES);
            this.training = Stages.cut(network, lowering, layout, least);
            this.inference = Stages.one(network.inference(), lowering, layout);
        } catch (RuntimeException | Error e) {
            close();
            throw e;
        }
    }

    private SideThread sideThread(String name) {
        return streams.copiesBeside()
                ? SideThread.named(name, () -> TorchBackend.adoptThread(options))
                : SideThread.none();
    }

    /** Ends the threads and gives back what is the process's. */
    private void leave() {
        thread.stop(() -> true);
        outbound.close();
        inbound.close();
        streams.close();
        TorchBackend.release(options);
    }

    /** Runs something on the engine's thread, and tells a failure of it from the end of the device. */
    private <T> T call(Callable<T> task) {
        try {
            return thread.call(task);
        } catch (BadInputException e) {
            throw e;
        } catch (RuntimeException e) {
            if (streams.isLost()) {
                throw new DeviceLostException(options.device(), e);
            }
            throw e;
        }
    }

    @Override
    public void setParameters(float[] flat) {
        checkLength(flat);
        call(() -> {
            // All that was told of has been sent by then, or has failed.
            inbound.await();
            tensors.set(flat);
            return true;
        });
    }

    @Override
    public void arriving(float[] flat, int begin, int end) {
        checkLength(flat);
        KeyRange part = new KeyRange(Objects.checkFromToIndex(begin, end, flat.length), end);
        tensors.incoming().ifPresent(incoming -> inbound.run(() -> incoming.send(flat, part), () -> {}));
    }

    @Override
    public boolean takesArriving() {
        return tensors.incoming().isPresent();
    }

    @Override
    public GradientResult gradient(Batch batch, MicroBatchKey key, float[] gradient, Progress progress) {
        checkLength(gradient);
        batchCheck.check(batch);
        return call(() -> {
            try (Streams.Copy images = images(batch);
                    LossScale scale = LossScale.of(options.precision(), batch.examples(), transfers)) {
                // What may have to be computed again is told of as a whole.
                Progress told = scale.mayRetreat() ? begin -> {} : progress;
                GradientResult result;
                do {
                    result = compute(batch, images, key, new Departures(gradient, told, outbound), scale);
                } while (scale.retreat());
                return result;
            }
        });
    }

    private GradientResult compute(
            Batch batch, Streams.Copy images, MicroBatchKey key, Departures departures, LossScale scale) {
        sendUpcoming();
        tensors.forgetBatchStatistics();
        try (departures;
                TrainingPass pass = new TrainingPass(training, scale.factor())) {
            Scopes.run(() -> pass.forward(input(images), new Pass(true, key, batch.examples())));
            departures.add(layout.parameterCount(), tensors.fetchBatchStatistics());
            Scopes.run(() -> losses(pass, batch));
            for (int stage = training.size() - 1; stage >= 0; stage--) {
                pass.backward(stage);
                Stage done = training.get(stage);
                tensors.fetchGradients(done.parameters(), done.begin(), scale)
                        .forEach(part -> departures.add(part.begin(), part.arrival()));
            }
            departures.finish();
            return pass.result(batch);
        } catch (RuntimeException e) {
            tensors.dropGradients();
            throw e;
        }
    }

    @Override
    public void upcoming(Batch batch) {
        batchCheck.check(batch);
        upcoming = Optional.of(batch);
    }

    private void sendUpcoming() {
        upcoming.ifPresent(batch -> {
            sent.ifPresent(Sent::close);
            sent = Optional.of(new Sent(batch, inbound.supply(() -> send(batch))));
        });
        upcoming = Optional.empty();
    }

    /** The images of a batch on their way to the device, if they have not been sent ahead from now on. */
    private Streams.Copy images(Batch batch) {
        Optional<Sent> ahead = sent;
        sent = Optional.empty();
        if (ahead.isPresent() && ahead.get().batch().images() == batch.images()) {
            return SideThread.result(ahead.get().copy());
        }
        ahead.ifPresent(Sent::close);
        return send(batch);
    }

    private Streams.Copy send(Batch batch) {
        long[] shape = network.input() instanceof Image image
                ? new long[] {batch.examples(), image.channels(), image.height(), image.width()}
                : new long[] {batch.examples(), network.input().size()};
        return transfers.send(batch.images(), shape);
    }

    /** Images on the device, channels last, in the type that is computed in, in the open scope. */
    private Tensor input(Streams.Copy images) {
        Tensor floats = images.onDevice().get(0);
        MemoryFormat format = network.input() instanceof Image ? MemoryFormat.ChannelsLast : MemoryFormat.Contiguous;
        return floats.to(type, false, false, new MemoryFormatOptional(format));
    }

    @Override
    public float[] predict(Batch batch) {
        batchCheck.check(batch);
        return call(() -> {
            try (Streams.Copy images = send(batch);
                    Values values = new Values()) {
                return Scopes.callWithoutGradient(() -> {
                    values.put(Network.INPUT, Scopes.kept(input(images)));
                    values.run(inference, new Pass(false, NO_KEY, batch.examples()));
                    Tensor logits =
                            values.get(lowering.source(network.mainHead().output()));
                    float[] result = new float[batch.examples() * network.classes()];
                    try (Arrival arrival = transfers.fetch(new Transfers.Parcel(logits, 0))) {
                        arrival.into(result);
                    }
                    return result;
                });
            }
        });
    }

    private void losses(TrainingPass pass, Batch batch) {
        HeadLoss.Wanted wanted = HeadLoss.Wanted.of(
                batch, network.classes(), options.labelSmoothing().share(), transfers);
        for (Head head : network.heads()) {
            pass.lose(head, lowering.source(head.output()), wanted);
        }
    }

    @Override
    public void close() {
        if (!closed.compareAndSet(false, true)) {
            return;
        }
        try {
            thread.call(() -> {
                sent.ifPresent(Sent::close);
                // Whatever of it has failed is not wanted any more.
                inbound.drain();
                words.close();
                tensors.close();
                return true;
            });
        } finally {
            leave();
        }
    }

    private void checkLength(float[] flat) {
        if (flat.length != layout.size()) {
            throw new IllegalArgumentException("a flat vector of " + Counts.plain(flat.length, "float")
                    + " for network " + network.name() + ", which has " + layout.size());
        }
    }
}
