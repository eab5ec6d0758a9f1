package convoy.worker.engine.nd4j;

import convoy.architectures.BadInputException;
import convoy.architectures.Head;
import convoy.architectures.Network;
import convoy.architectures.Node;
import convoy.architectures.Shape;
import convoy.architectures.Shape.Image;
import convoy.parameterserver.ParameterLayout;
import convoy.worker.NetworkLayout;
import convoy.worker.data.Batch;
import convoy.worker.engine.Engine;
import convoy.worker.engine.EngineOptions;
import convoy.worker.engine.GradientResult;
import convoy.worker.engine.MicroBatchKey;
import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration.GraphBuilder;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.WorkspaceMode;
import org.deeplearning4j.nn.conf.layers.LossLayer;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * A network as two DL4J graphs over the same kernels, one with the losses of all heads for training and one that ends at the main
 * head's logits.
 *
 * <p>Everything runs on a thread of the engine's own, because ND4J's workspaces, which hold all activations, belong to threads:
 * so their memory stays the same whoever calls, and goes away with the engine.
 */
final class Nd4jEngine implements Engine {
    private static final AtomicInteger ENGINES = new AtomicInteger();
    private static final String INPUT = Network.INPUT;

    private final Network network;
    private final ParameterLayout layout;
    private final ExecutorService thread;
    private final List<Kernel> kernels = new ArrayList<>();
    private final List<Segment> segments = new ArrayList<>();
    private final List<Norm> norms = new ArrayList<>();
    private final List<TrainedHead> heads = new ArrayList<>();
    private final ComputationGraph training;
    private final ComputationGraph inference;
    private MicroBatchKey key = new MicroBatchKey(0, 0, 0);
    private boolean closed;

    /** A stretch of the flat vector that is one kernel's parameters, and where it is in the graph's vector. */
    private record Segment(int flat, int graph, int length) {}

    /** A batch norm's statistics in the flat vector. */
    private record Norm(BatchNormKernel kernel, int flat) {}

    private record TrainedHead(Head head, HeadLoss loss) {}

    Nd4jEngine(Network network, EngineOptions options) {
        this.network = network;
        this.layout = NetworkLayout.of(network);
        NativeBackend.prepare(options.threads());
        int number = ENGINES.incrementAndGet();
        this.thread = Executors.newSingleThreadExecutor(task -> {
            Thread worker = new Thread(task, "nd4j-engine-" + number);
            worker.setDaemon(true);
            return worker;
        });
        Lowering lowering = Lowering.of(network, () -> key);
        kernels.addAll(lowering.kernels().values());
        Graphs graphs = call(() -> {
            NativeBackend.adoptThread(options);
            return new Graphs(
                    graph(lowering, network, true, options.labelSmoothing()),
                    graph(lowering, network.inference(), false, options.labelSmoothing()));
        });
        this.training = graphs.training;
        this.inference = graphs.inference;
        locate(lowering);
    }

    private record Graphs(ComputationGraph training, ComputationGraph inference) {}

    private ComputationGraph graph(Lowering lowering, Network part, boolean forTraining, double smoothing) {
        GraphBuilder builder = new NeuralNetConfiguration.Builder()
                .dataType(DataType.FLOAT)
                .trainingWorkspaceMode(WorkspaceMode.ENABLED)
                .inferenceWorkspaceMode(WorkspaceMode.ENABLED)
                .graphBuilder()
                .addInputs(INPUT);
        for (Node node : part.nodes()) {
            Kernel kernel = lowering.kernels().get(node.name());
            if (kernel != null) {
                builder.addVertex(
                        node.name(),
                        new KernelVertex(kernel, forTraining),
                        lowering.inputs(node).toArray(String[]::new));
            }
        }
        List<String> outputs = new ArrayList<>();
        for (Head head : part.heads()) {
            HeadLoss loss = new HeadLoss(head.weight(), smoothing);
            String name = "loss." + head.name();
            if (forTraining) {
                heads.add(new TrainedHead(head, loss));
            }
            builder.addLayer(
                    name,
                    new LossLayer.Builder(loss).activation(Activation.IDENTITY).build(),
                    lowering.source(head.output()));
            outputs.add(name);
        }
        ComputationGraph graph = new ComputationGraph(
                builder.setOutputs(outputs.toArray(String[]::new)).build());
        if (forTraining && part.parameterCount() > 0) {
            // Given an array of parameters, DL4J does not draw them at random and leaves ND4J's global generator alone.
            graph.init(Nd4j.create(DataType.FLOAT, 1, part.parameterCount()), false);
            graph.initGradientsView();
        } else {
            graph.init();
        }
        return graph;
    }

    /** Finds out where the kernels' parameters and statistics are in both vectors. */
    private void locate(Lowering lowering) {
        int graphBegin = 0;
        for (int index : training.topologicalSortOrder()) {
            String name = training.getVertices()[index].getVertexName();
            Kernel kernel = lowering.kernels().get(name);
            if (kernel != null && kernel.parameterCount() > 0) {
                segments.add(
                        new Segment(layout.segment(name + ".weight").begin(), graphBegin, kernel.parameterCount()));
                graphBegin += kernel.parameterCount();
            }
            if (kernel instanceof BatchNormKernel norm) {
                norms.add(new Norm(norm, layout.segment(name + ".running_mean").begin()));
            }
        }
    }

    @Override
    public void setParameters(float[] flat) {
        checkLength(flat);
        call(() -> {
            FloatBuffer parameters = HostFloats.write(training.params());
            for (Segment segment : segments) {
                parameters.put(segment.graph, flat, segment.flat, segment.length);
            }
            for (Norm norm : norms) {
                norm.kernel.setStatistics(flat, norm.flat);
            }
            return true;
        });
    }

    @Override
    public GradientResult gradient(Batch batch, MicroBatchKey microBatch, float[] gradient) {
        checkLength(gradient);
        check(batch);
        return call(() -> {
            key = microBatch;
            INDArray labels = labels(batch);
            INDArray[] headLabels = new INDArray[heads.size()];
            Arrays.setAll(headLabels, head -> labels.dup());
            try (INDArray input = input(batch)) {
                training.setInputs(input);
                training.setLabels(headLabels);
                training.computeGradientAndScore();
            }
            FloatBuffer gradients = HostFloats.read(training.getFlattenedGradients());
            for (Segment segment : segments) {
                gradients.get(segment.graph, gradient, segment.flat, segment.length);
            }
            for (Norm norm : norms) {
                norm.kernel.copyBatchStatistics(gradient, norm.flat);
            }
            return result(batch);
        });
    }

    private GradientResult result(Batch batch) {
        double mainLoss = 0;
        double auxiliaryLoss = 0;
        int correct = 0;
        for (TrainedHead trained : heads) {
            if (trained.head.auxiliary()) {
                auxiliaryLoss += trained.head.weight() * trained.loss.lossSum();
            } else {
                mainLoss = trained.loss.lossSum();
                correct = trained.loss.correct();
            }
        }
        return new GradientResult(batch.examples(), mainLoss, auxiliaryLoss, correct);
    }

    @Override
    public float[] predict(Batch batch) {
        check(batch);
        return call(() -> {
            try (INDArray input = input(batch);
                    INDArray logits = inference.outputSingle(false, input)) {
                float[] result = new float[batch.examples() * network.classes()];
                HostFloats.read(logits).get(0, result);
                return result;
            }
        });
    }

    @Override
    public void close() {
        synchronized (thread) {
            if (closed) {
                return;
            }
            closed = true;
        }
        call(() -> {
            for (Kernel kernel : kernels) {
                kernel.close();
            }
            training.params().close();
            training.getFlattenedGradients().close();
            inference.params().close();
            Nd4j.getWorkspaceManager().destroyAllWorkspacesForCurrentThread();
            return true;
        });
        thread.shutdown();
    }

    /** What {@link HeadLoss} reads. */
    private static INDArray labels(Batch batch) {
        int width = batch.mixture().isPresent() ? HeadLoss.MIXED : HeadLoss.PLAIN;
        INDArray labels = Nd4j.create(DataType.FLOAT, batch.examples(), width);
        FloatBuffer floats = HostFloats.write(labels);
        for (int example = 0; example < batch.examples(); example++) {
            floats.put(batch.labels()[example]);
            if (batch.mixture().isPresent()) {
                floats.put(batch.mixture().get().labels()[example]);
                floats.put(batch.mixture().get().shares()[example]);
            }
        }
        return labels;
    }

    /** The images as {@code [N, H, W, C]}. */
    private INDArray input(Batch batch) {
        int size = network.input().size();
        if (!(network.input() instanceof Image image)) {
            INDArray vectors = Nd4j.createUninitialized(DataType.FLOAT, batch.examples(), size);
            HostFloats.write(vectors).put(batch.images());
            return vectors;
        }
        INDArray images = Nd4j.createUninitialized(
                DataType.FLOAT, batch.examples(), image.height(), image.width(), image.channels());
        FloatBuffer floats = HostFloats.write(images);
        float[] transposed = new float[size];
        for (int example = 0; example < batch.examples(); example++) {
            FlattenKernel.transpose(
                    batch.images(), example * size, transposed, image.channels(), image.height() * image.width());
            floats.put(transposed);
        }
        return images;
    }

    private void check(Batch batch) {
        Shape input = network.input();
        if (batch.images().length != batch.examples() * input.size()) {
            throw new BadInputException("a batch of " + batch.examples() + " examples has " + batch.images().length
                    + " floats of images, but network " + network.name() + " takes " + input + ", " + input.size()
                    + " for each; import or transform the images to that shape");
        }
        checkLabels(batch.labels());
        batch.mixture().ifPresent(mixture -> checkLabels(mixture.labels()));
    }

    private void checkLabels(int[] labels) {
        for (int label : labels) {
            if (label < 0 || label >= network.classes()) {
                throw new BadInputException("label = " + label + " is not in [0, " + network.classes()
                        + "), the classes of network " + network.name());
            }
        }
    }

    private void checkLength(float[] flat) {
        if (flat.length != layout.size()) {
            throw new IllegalArgumentException("a flat vector of " + flat.length + " floats for network "
                    + network.name() + ", which has " + layout.size());
        }
    }

    /** Runs on the engine's thread and waits; an interrupt of the caller is kept for later, as the thread would go on anyway. */
    private <T> T call(Callable<T> task) {
        Future<T> future = thread.submit(task);
        boolean interrupted = false;
        try {
            while (true) {
                try {
                    return future.get();
                } catch (InterruptedException e) {
                    interrupted = true;
                } catch (ExecutionException e) {
                    if (e.getCause() instanceof RuntimeException cause) {
                        throw cause;
                    }
                    if (e.getCause() instanceof Error cause) {
                        throw cause;
                    }
                    throw new IllegalStateException("the engine's thread failed", e.getCause());
                }
            }
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }
}
