package convoy.onnx.in;

import java.util.List;
import java.util.Optional;

/** Operators of ONNX's that are alike. */
interface Operators {
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
}
