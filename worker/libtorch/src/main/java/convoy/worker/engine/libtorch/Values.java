package convoy.worker.engine.libtorch;

import convoy.worker.engine.libtorch.device.Scopes;
import convoy.worker.engine.libtorch.lowering.Pass;
import convoy.worker.engine.libtorch.lowering.Stage;
import convoy.worker.engine.libtorch.lowering.Stage.Unit;
import java.util.HashMap;
import java.util.Map;
import org.bytedeco.pytorch.Tensor;

/** The outputs of nodes during a pass, by name; each is released when nobody reads it any more, the rest on closing. */
final class Values implements AutoCloseable {
    private final Map<String, Tensor> tensors = new HashMap<>();

    /** Takes a kept tensor over; what had its name is released. */
    void put(String name, Tensor tensor) {
        Tensor before = tensors.put(name, tensor);
        if (before != null) {
            before.close();
        }
    }

    boolean has(String name) {
        return tensors.containsKey(name);
    }

    Tensor get(String name) {
        Tensor tensor = tensors.get(name);
        if (tensor == null) {
            throw new IllegalArgumentException("there is no value of " + name);
        }
        return tensor;
    }

    void release(String name) {
        Tensor tensor = tensors.remove(name);
        if (tensor != null) {
            tensor.close();
        }
    }

    /** Runs the kernels of a stage whose reads are here; its outputs stay. */
    void run(Stage stage, Pass pass) {
        Map<String, Integer> readers = new HashMap<>();
        stage.units().forEach(unit -> unit.inputs().forEach(input -> readers.merge(input, 1, Integer::sum)));
        stage.outputs().forEach(output -> readers.merge(output, 1, Integer::sum));
        // Their gradients are fetched from them.
        stage.reads().forEach(read -> readers.merge(read, 1, Integer::sum));
        for (Unit unit : stage.units()) {
            Tensor[] inputs = unit.inputs().stream().map(this::get).toArray(Tensor[]::new);
            put(unit.name(), Scopes.call(() -> Scopes.kept(unit.kernel().forward(inputs, pass))));
            for (String input : unit.inputs()) {
                if (readers.merge(input, -1, Integer::sum) == 0) {
                    release(input);
                }
            }
        }
    }

    @Override
    public void close() {
        tensors.values().forEach(Tensor::close);
        tensors.clear();
    }
}
