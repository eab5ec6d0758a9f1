package convoy.onnx.in;

import convoy.onnx.Vocabulary;
import java.util.Set;

/** The operators that are taken, wherever they can be. */
final class OperatorNames {
    private static final Set<String> KNOWN = Set.of(
            "Conv",
            "Gemm",
            "MatMul",
            "BatchNormalization",
            "LRN",
            "Dropout",
            "MaxPool",
            "AveragePool",
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
            "Floor");

    private OperatorNames() {}

    static boolean isKnown(String operator) {
        return KNOWN.contains(operator) || operator.startsWith(Vocabulary.CONVOY + ".");
    }
}
