package convoy.worker.engine.libtorch;

import convoy.architectures.BadInputException;
import convoy.architectures.Head;
import convoy.architectures.Network;
import convoy.architectures.Shape.Image;
import convoy.parameterserver.ParameterLayout;
import convoy.worker.NetworkLayout;
import convoy.worker.data.Batch;
import convoy.worker.engine.BatchCheck;
import convoy.worker.engine.Engine;
import convoy.worker.engine.EngineOptions;
import convoy.worker.engine.EngineThread;
import convoy.worker.engine.GradientResult;
import convoy.worker.engine.MicroBatchKey;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch.MemoryFormat;

/**
 * A network as calls of PyTorch's operations, which autograd differentiates.
 *
 * <p>The network is cut into stages of a sixteenth of its parameters or more, each with a backward pass of its own: so a stage's
 * gradients are handed out while those before it are being computed. Parameters are views into one allocation; a gradient is taken over
 * from the operation that computed it and copied to its place in the flat vector once.
 *
 * <p>Everything runs on a thread of the engine's own, because the number of threads, the GPU in use and the mode of autograd belong to
 * threads. All that a step makes is released when it ends, by {@link Values} and scopes.
 */
final class LibtorchEngine implements Engine {
    private static final AtomicInteger ENGINES = new AtomicInteger();
    private static final int STAGES = 16;
    private static final MicroBatchKey NO_KEY = new MicroBatchKey(0, 0, 0);

    private final Network network;
    private final EngineOptions options;
    private final ParameterLayout layout;
    private final BatchCheck batchCheck;
    private final EngineThread thread;
    private final Transfers transfers;
    private final FlatTensors tensors;
    private final Lowering lowering;
    private final List<Stage> training;
    private final Stage inference;

    LibtorchEngine(Network network, EngineOptions options) {
        if (options.frozen().differentiated(network).isEmpty()) {
            throw new BadInputException("all of network " + network.name() + " is frozen: leave something to train");
        }
        this.network = network;
        this.options = options;
        this.layout = NetworkLayout.of(network);
        this.batchCheck = new BatchCheck(network);
        TorchBackend.prepare(options);
        this.thread = new EngineThread("libtorch-engine-" + ENGINES.incrementAndGet());
        this.transfers = new Transfers(options.device());
        this.tensors = thread.call(() -> {
            TorchBackend.adoptThread(options);
            return new FlatTensors(layout, options.frozen().tensors(), transfers);
        });
        this.lowering = Lowering.of(network, tensors, transfers, options);
        this.training = Stages.cut(network, lowering, layout, Math.max(1, layout.parameterCount() / STAGES));
        this.inference = Stages.one(network.inference(), lowering, layout);
    }

    @Override
    public void setParameters(float[] flat) {
        checkLength(flat);
        thread.call(() -> {
            tensors.set(flat);
            return true;
        });
    }

    @Override
    public GradientResult gradient(Batch batch, MicroBatchKey key, float[] gradient, Progress progress) {
        checkLength(gradient);
        batchCheck.check(batch);
        return thread.call(() -> {
            tensors.forgetBatchStatistics();
            try (TrainingPass pass = new TrainingPass(training)) {
                Scopes.run(() -> pass.forward(input(batch), new Pass(true, key, batch.examples())));
                tensors.copyBatchStatistics(gradient);
                Scopes.run(() -> losses(pass, batch));
                for (int stage = training.size() - 1; stage >= 0; stage--) {
                    pass.backward(stage);
                    for (String name : training.get(stage).parameters()) {
                        tensors.takeGradient(name, gradient);
                    }
                    progress.doneFrom(training.get(stage).begin());
                }
                return pass.result(batch);
            }
        });
    }

    @Override
    public float[] predict(Batch batch) {
        batchCheck.check(batch);
        return thread.call(() -> {
            try (Values values = new Values()) {
                return Scopes.callWithoutGradient(() -> {
                    values.put(Network.INPUT, Scopes.kept(input(batch)));
                    values.run(inference, new Pass(false, NO_KEY, batch.examples()));
                    Tensor logits =
                            values.get(lowering.source(network.mainHead().output()));
                    float[] result = new float[batch.examples() * network.classes()];
                    transfers.read(logits, result, 0, result.length);
                    return result;
                });
            }
        });
    }

    private void losses(TrainingPass pass, Batch batch) {
        int classes = network.classes();
        double[] targets = HeadLoss.targets(batch, classes, options.labelSmoothing());
        Tensor onDevice = transfers.doubles(targets, batch.examples(), classes);
        Tensor labels = transfers.doubles(HeadLoss.labels(batch), batch.examples());
        for (Head head : network.heads()) {
            pass.lose(head, lowering.source(head.output()), onDevice, labels);
        }
    }

    /** The images on the device, channels last, in the open scope. */
    private Tensor input(Batch batch) {
        float[] images = batch.images();
        if (network.input() instanceof Image image) {
            return transfers
                    .floats(images, images.length, batch.examples(), image.channels(), image.height(), image.width())
                    .contiguous(MemoryFormat.ChannelsLast);
        }
        return transfers.floats(
                images, images.length, batch.examples(), network.input().size());
    }

    @Override
    public void close() {
        thread.stop(() -> {
            tensors.close();
            return true;
        });
    }

    private void checkLength(float[] flat) {
        if (flat.length != layout.size()) {
            throw new IllegalArgumentException("a flat vector of " + flat.length + " floats for network "
                    + network.name() + ", which has " + layout.size());
        }
    }
}
