package convoy.worker.engine.nd4j;

import convoy.architectures.graph.Head;
import convoy.architectures.graph.Network;
import convoy.architectures.graph.Node;
import convoy.architectures.tensor.Shape.Image;
import convoy.parameterserver.layout.ParameterLayout;
import convoy.records.BadInputException;
import convoy.records.text.Counts;
import convoy.worker.data.batch.Batch;
import convoy.worker.engine.Engine;
import convoy.worker.engine.EngineOptions;
import convoy.worker.engine.GradientResult;
import convoy.worker.engine.MicroBatchKey;
import convoy.worker.engine.NetworkLayout;
import convoy.worker.engine.lowering.BatchCheck;
import convoy.worker.engine.lowering.EngineThread;
import convoy.worker.engine.nd4j.FlatGradient.Segment;
import convoy.worker.engine.nd4j.kernel.HostFloats;
import convoy.worker.engine.nd4j.kernel.KeepsStatistics;
import convoy.worker.engine.nd4j.kernel.Kernel;
import convoy.worker.engine.nd4j.shape.FlattenKernel;
import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
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
 * A network as DL4J graphs over the same kernels: one with the losses of all heads for training, one that ends at the main head's
 * logits, and where something is frozen one of all that needs no gradient, the trunk, whose outputs are the inputs of the training
 * graph.
 *
 * <p>Everything runs on a thread of the engine's own, because ND4J's workspaces, which hold all activations, belong to threads:
 * so their memory stays the same whoever calls, and goes away with the engine.
 */
final class Nd4jEngine implements Engine {
    private static final AtomicInteger ENGINES = new AtomicInteger();
    private static final String INPUT = Network.INPUT;

    private final Network network;
    private final ParameterLayout layout;
    /** Those of which some tensor is trained. */
    private final Set<String> trainedNodes;

    private final EngineThread thread;
    private final BatchCheck batchCheck;
    private final List<Kernel> kernels = new ArrayList<>();
    /** Where the parameters are that the training graph does not train, and those that it trains. */
    private final List<Segment> kept = new ArrayList<>();

    private final List<Segment> trained = new ArrayList<>();
    private final List<Norm> norms = new ArrayList<>();
    private final List<TrainedHead> heads = new ArrayList<>();
    /** Absent where the training graph begins with the network's input. */
    private final Optional<ComputationGraph> trunk;

    /** What the training graph begins with: nodes of the trunk, or the network's input. */
    private final List<String> cut;

    private final ComputationGraph training;
    private final ComputationGraph inference;
    private final FlatGradient flatGradient;
    private boolean statisticsMissing;
    private MicroBatchKey key = new MicroBatchKey(0, 0, 0);

    /** A kernel's statistics in the flat vector. */
    private record Norm(KeepsStatistics kernel, int flat) {}

    private record TrainedHead(Head head, HeadLoss loss) {}

    Nd4jEngine(Network network, EngineOptions options) {
        this.network = network;
        this.layout = NetworkLayout.of(network);
        this.trainedNodes = options.frozen().trainedNodes(network);
        NativeBackend.prepare(options.threads());
        this.thread = new EngineThread("nd4j-engine-" + ENGINES.incrementAndGet());
        this.batchCheck = new BatchCheck(network);
        Set<String> differentiated = options.frozen().differentiated(network);
        if (differentiated.isEmpty()) {
            throw new BadInputException("all of network " + network.name() + " is frozen: leave something to train");
        }
        Lowering lowering = Lowering.of(network, () -> key, options.frozen().fixedNorms(network));
        kernels.addAll(lowering.kernels().values());
        this.cut = cut(lowering, network, differentiated);
        double smoothing = options.labelSmoothing().share();
        Graphs graphs = thread.call(() -> {
            NativeBackend.adoptThread(options);
            return new Graphs(
                    cut.equals(List.of(INPUT)) ? Optional.empty() : Optional.of(trunk(lowering, differentiated)),
                    graph(lowering, network, differentiated, cut, smoothing),
                    graph(lowering, network.inference(), Set.of(), List.of(INPUT), smoothing));
        });
        this.trunk = graphs.trunk;
        this.training = graphs.training;
        this.inference = graphs.inference;
        trunk.ifPresent(graph -> locate(lowering, graph, kept));
        locate(lowering, training, trained);
        this.flatGradient = new FlatGradient(trained);
    }

    private record Graphs(Optional<ComputationGraph> trunk, ComputationGraph training, ComputationGraph inference) {}

    /** What nodes and heads that need a gradient read of those that need none. */
    private static List<String> cut(Lowering lowering, Network network, Set<String> differentiated) {
        Set<String> cut = new LinkedHashSet<>();
        for (Node node : network.nodes()) {
            if (differentiated.contains(node.name()) && lowering.kernels().containsKey(node.name())) {
                cut.addAll(lowering.inputs(node));
            }
        }
        network.heads().forEach(head -> cut.add(lowering.source(head.output())));
        cut.removeAll(differentiated);
        return List.copyOf(cut);
    }

    private static GraphBuilder builder(List<String> inputs) {
        return new NeuralNetConfiguration.Builder()
                .dataType(DataType.FLOAT)
                .trainingWorkspaceMode(WorkspaceMode.ENABLED)
                .inferenceWorkspaceMode(WorkspaceMode.ENABLED)
                .graphBuilder()
                .addInputs(inputs.toArray(String[]::new));
    }

    private void add(GraphBuilder builder, Lowering lowering, Node node, boolean ownsParameters) {
        Kernel kernel = lowering.kernels().get(node.name());
        if (kernel != null) {
            builder.addVertex(
                    node.name(),
                    new KernelVertex(
                            kernel, ownsParameters, trainedNodes.contains(node.name()), () -> computed(kernel)),
                    lowering.inputs(node).toArray(String[]::new));
        }
    }

    /** All nodes that need no gradient; it is only ever run forward. */
    private ComputationGraph trunk(Lowering lowering, Set<String> differentiated) {
        GraphBuilder builder = builder(List.of(INPUT));
        int parameterCount = 0;
        for (Node node : network.nodes()) {
            if (!differentiated.contains(node.name())) {
                add(builder, lowering, node, true);
                Kernel kernel = lowering.kernels().get(node.name());
                parameterCount += kernel == null ? 0 : kernel.parameterCount();
            }
        }
        String[] outputs = cut.stream().filter(name -> !name.equals(INPUT)).toArray(String[]::new);
        ComputationGraph graph =
                new ComputationGraph(builder.setOutputs(outputs).build());
        initialize(graph, parameterCount);
        return graph;
    }

    /** Given an array of parameters, DL4J does not draw them at random and leaves ND4J's global generator alone. */
    private static void initialize(ComputationGraph graph, int parameterCount) {
        if (parameterCount > 0) {
            graph.init(Nd4j.create(DataType.FLOAT, 1, parameterCount), false);
        } else {
            graph.init();
        }
    }

    /** @param differentiated the nodes of a graph for training; none for one of inference, which has all */
    private ComputationGraph graph(
            Lowering lowering, Network part, Set<String> differentiated, List<String> inputs, double smoothing) {
        boolean forTraining = !differentiated.isEmpty();
        GraphBuilder builder = builder(inputs);
        int parameterCount = 0;
        for (Node node : part.nodes()) {
            if (!forTraining || differentiated.contains(node.name())) {
                add(builder, lowering, node, forTraining);
                Kernel kernel = lowering.kernels().get(node.name());
                parameterCount += kernel == null || !forTraining ? 0 : kernel.parameterCount();
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
        initialize(graph, parameterCount);
        if (parameterCount > 0) {
            graph.initGradientsView();
        }
        return graph;
    }

    /** Finds out where the kernels' parameters and statistics are in both vectors. */
    private void locate(Lowering lowering, ComputationGraph graph, List<Segment> segments) {
        int graphBegin = 0;
        for (int index : graph.topologicalSortOrder()) {
            String name = graph.getVertices()[index].getVertexName();
            // The training graph's inputs have the names of the trunk's nodes.
            boolean input = graph.getVertices()[index].isInputVertex();
            Optional<Kernel> found = input
                    ? Optional.empty()
                    : Optional.ofNullable(lowering.kernels().get(name));
            if (found.isEmpty()) {
                continue;
            }
            Kernel kernel = found.get();
            if (kernel.parameterCount() > 0) {
                segments.add(new Segment(
                        kernel, layout.segment(name + ".weight").begin(), graphBegin, kernel.parameterCount()));
                graphBegin += kernel.parameterCount();
            }
            if (kernel instanceof KeepsStatistics norm) {
                norms.add(new Norm(
                        norm, layout.segment(name + "." + norm.firstStatistic()).begin()));
            }
        }
    }

    @Override
    public void setParameters(float[] flat) {
        checkLength(flat);
        thread.call(() -> {
            trunk.ifPresent(graph -> write(flat, graph, kept));
            write(flat, training, trained);
            for (Norm norm : norms) {
                norm.kernel.setStatistics(flat, norm.flat);
            }
            return true;
        });
    }

    private static void write(float[] flat, ComputationGraph graph, List<Segment> segments) {
        if (!segments.isEmpty()) {
            FloatBuffer parameters = HostFloats.write(graph.params());
            for (Segment segment : segments) {
                parameters.put(segment.graph(), flat, segment.flat(), segment.length());
            }
        }
    }

    @Override
    public GradientResult gradient(Batch batch, MicroBatchKey microBatch, float[] gradient, Progress progress) {
        checkLength(gradient);
        batchCheck.check(batch);
        return thread.call(() -> {
            key = microBatch;
            flatGradient.begin(gradient, progress);
            statisticsMissing = true;
            heads.forEach(head -> head.loss.begin(batch));
            INDArray labels = HeadLoss.labels(batch);
            INDArray[] headLabels = new INDArray[heads.size()];
            Arrays.setAll(headLabels, head -> labels.dup());
            try (INDArray input = input(batch)) {
                INDArray[] inputs = trunk.isPresent() ? throughTrunk(trunk.get(), input) : new INDArray[] {input};
                training.setInputs(inputs);
                training.setLabels(headLabels);
                training.computeGradientAndScore();
                for (INDArray each : inputs) {
                    if (each != input) {
                        each.close();
                    }
                }
            }
            flatGradient.end();
            takeStatistics(gradient);
            return result(batch);
        });
    }

    /** A kernel has computed the gradient of its parameters. */
    private void computed(Kernel kernel) {
        if (kernel.parameterCount() > 0) {
            takeStatistics(flatGradient.vector());
            flatGradient.take(kernel, HostFloats.read(training.getFlattenedGradients()));
        }
    }

    /** Copies the batch statistics, once; the forward pass has left them all. */
    private void takeStatistics(float[] gradient) {
        if (statisticsMissing) {
            for (Norm norm : norms) {
                norm.kernel.copyBatchStatistics(gradient, norm.flat);
            }
            statisticsMissing = false;
        }
    }

    /** The training graph's inputs, in the order of the cut. */
    private INDArray[] throughTrunk(ComputationGraph graph, INDArray input) {
        Iterator<INDArray> outputs = Arrays.asList(graph.output(true, input)).iterator();
        return cut.stream()
                .map(name -> name.equals(INPUT) ? input : outputs.next())
                .toArray(INDArray[]::new);
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
        batchCheck.check(batch);
        return thread.call(() -> {
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
        thread.stop(() -> {
            for (Kernel kernel : kernels) {
                kernel.close();
            }
            trunk.ifPresent(graph -> graph.params().close());
            training.params().close();
            training.getFlattenedGradients().close();
            inference.params().close();
            Nd4j.getWorkspaceManager().destroyAllWorkspacesForCurrentThread();
            return true;
        });
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

    private void checkLength(float[] flat) {
        if (flat.length != layout.size()) {
            throw new IllegalArgumentException("a flat vector of " + Counts.plain(flat.length, "float")
                    + " for network " + network.name() + ", which has " + layout.size());
        }
    }
}
