package convoy.worker.engine.libtorch;

import convoy.architectures.graph.Head;
import convoy.architectures.graph.Network;
import convoy.worker.data.batch.Batch;
import convoy.worker.engine.GradientResult;
import convoy.worker.engine.libtorch.device.Scopes;
import convoy.worker.engine.libtorch.lowering.Pass;
import convoy.worker.engine.libtorch.lowering.Stage;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.bytedeco.pytorch.BoolOptional;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorVector;
import org.bytedeco.pytorch.global.torch;

/** One micro-batch on its way through the stages: forward through all, then backward through one after the other. */
final class TrainingPass implements AutoCloseable {
    private final List<Stage> stages;
    private final double scale;
    /** For each stage, what it read and what later ones read of it. */
    private final List<Values> values = new ArrayList<>();

    /** The stage that computes each output. */
    private final Map<String, Integer> homes = new HashMap<>();

    private final List<HeadLoss> losses = new ArrayList<>();
    /** Gradients by outputs of stages whose turn has not come yet. */
    private final Values gradients = new Values();

    /** @param scale of the loss */
    TrainingPass(List<Stage> stages, double scale) {
        this.stages = stages;
        this.scale = scale;
        for (int i = 0; i < stages.size(); i++) {
            for (String output : stages.get(i).outputs()) {
                homes.put(output, i);
            }
        }
    }

    /** Runs all stages. */
    void forward(Tensor input, Pass pass) {
        for (Stage stage : stages) {
            Values own = new Values();
            values.add(own);
            for (String read : stage.reads()) {
                own.put(read, Scopes.kept(leaf(read.equals(Network.INPUT) ? input : output(read))));
            }
            own.run(stage, pass);
        }
    }

    /** The output of a node that later stages or heads read. */
    private Tensor output(String name) {
        Integer home = homes.get(name);
        if (home == null) {
            throw new IllegalArgumentException("no stage puts out " + name);
        }
        return values.get(home).get(name);
    }

    /** The same numbers for another stage, which differentiates by them if there is a trained parameter behind them. */
    private static Tensor leaf(Tensor tensor) {
        Tensor leaf = tensor.detach();
        leaf.set_requires_grad(tensor.requires_grad());
        return leaf;
    }

    /**
     * Computes the loss of a head, which the backward pass begins with.
     *
     * @param output the node whose output the logits are
     */
    void lose(Head head, String output, HeadLoss.Wanted wanted) {
        HeadLoss loss = Scopes.callWithoutGradient(() -> HeadLoss.of(head, output(output), wanted, scale));
        losses.add(loss);
        add(output, loss.gradient());
    }

    /** Adds a gradient by a stage's output to what there is of it. */
    private void add(String output, Tensor gradient) {
        gradients.put(
                output,
                gradients.has(output) ? Scopes.kept(gradients.get(output).add(gradient)) : Scopes.kept(gradient));
    }

    /** Runs the backward pass of a stage, all later ones' having been run, and releases what it was computed from. */
    void backward(int index) {
        Stage stage = stages.get(index);
        Values own = values.get(index);
        Scopes.run(() -> {
            List<Tensor> roots = new ArrayList<>();
            List<Tensor> rootGradients = new ArrayList<>();
            for (String output : stage.outputs()) {
                // A part that is frozen, or behind which all is, has none.
                if (own.get(output).requires_grad() && gradients.has(output)) {
                    roots.add(own.get(output));
                    rootGradients.add(gradients.get(output));
                }
            }
            if (!roots.isEmpty()) {
                torch.backward(
                        vector(roots), vector(rootGradients), new BoolOptional(false), false, new TensorVector());
            }
            for (String read : stage.reads()) {
                Tensor leaf = own.get(read);
                if (leaf.requires_grad()) {
                    add(read, new Tensor(leaf.grad()));
                }
            }
            stage.outputs().forEach(gradients::release);
            own.close();
        });
    }

    private static TensorVector vector(List<Tensor> tensors) {
        return new TensorVector(tensors.toArray(Tensor[]::new));
    }

    /** The losses of all heads. */
    GradientResult result(Batch batch) {
        double mainLoss = 0;
        double auxiliaryLoss = 0;
        int correct = 0;
        for (HeadLoss each : losses) {
            double loss = each.loss().item_double();
            if (each.head().auxiliary()) {
                auxiliaryLoss += each.head().weight() * loss;
            } else {
                mainLoss = loss;
                correct = (int) each.correct().item_long();
            }
        }
        return new GradientResult(batch.examples(), mainLoss, auxiliaryLoss, correct);
    }

    @Override
    public void close() {
        values.forEach(Values::close);
        gradients.close();
        losses.forEach(HeadLoss::close);
    }
}
