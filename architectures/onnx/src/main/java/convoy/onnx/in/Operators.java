package convoy.onnx.in;

import convoy.onnx.Vocabulary;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Operators of ONNX's that are alike. */
interface Operators {
    /** The operators that are taken, wherever they can be. */
    Set<String> KNOWN = Set.of(
            "Conv",
            "Gemm",
            "MatMul",
            "BatchNormalization",
            "LRN",
            "Dropout",
            "MaxPool",
            "AveragePool",
            "LpPool",
            "GlobalAveragePool",
            "GlobalMaxPool",
            "ReduceMean",
            "Relu",
            "Sigmoid",
            "Tanh",
            "HardSwish",
            "HardSigmoid",
            "Clip",
            "Add",
            "Sum",
            "Sub",
            "Mul",
            "Div",
            "Softmax",
            "LogSoftmax",
            "Flatten",
            "Reshape",
            "Squeeze",
            "Unsqueeze",
            "Transpose",
            "Concat",
            "Slice",
            "Split",
            "Pad",
            "Identity",
            "Cast",
            "Constant",
            "ConstantOfShape",
            "Shape",
            "Bernoulli",
            "Gather",
            "Floor",
            "LayerNormalization",
            "Erf",
            "Gelu");

    /**
     * {@return what a node puts out; empty if its operator is none of these}
     *
     * @param op the node, with what it reads known
     * @throws convoy.records.BadInputException if it cannot be taken; the message begins with what it does
     */
    Optional<List<Value>> take(Op op);

    static Optional<List<Value>> one(Value value) {
        return Optional.of(List.of(value));
    }

    /** {@return whether an operator is taken, wherever it can be} */
    static boolean isKnown(String operator) {
        return KNOWN.contains(operator) || operator.startsWith(Vocabulary.CONVOY + ".");
    }
}
