package convoy.onnx.in;

import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import convoy.records.BadInputException;
import convoy.records.text.Counts;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * A node of a model with what it reads.
 *
 * @param proto as it stands there
 * @param index its place in the graph
 * @param name what its nodes of the network are called
 * @param inputs what it reads; those that are left out are missing at the end, or empty
 */
record Op(NodeProto proto, int index, String name, List<Optional<Value>> inputs) {
    Op {
        inputs = List.copyOf(inputs);
    }

    String type() {
        return proto.getDomain().isEmpty() || proto.getDomain().equals("ai.onnx")
                ? proto.getOpType()
                : proto.getDomain() + "." + proto.getOpType();
    }

    boolean has(int input) {
        return input < inputs.size() && inputs.get(input).isPresent();
    }

    Value value(int input) {
        if (!has(input)) {
            throw new BadInputException("it has no input " + input);
        }
        return inputs.get(input).get();
    }

    /** {@return an input that is a tensor of known numbers} */
    Numbers numbers(int input, String what) {
        if (value(input) instanceof Value.Constant constant) {
            return constant.tensor();
        }
        throw new BadInputException("its " + what + " is computed by the model; it has to be an initializer");
    }

    /** {@return an input that is a list of known whole numbers, of which none stands for the number of examples} */
    long[] integers(int input, String what) {
        List<Long> values = extents(input, what);
        if (values.contains(Value.Extents.BATCH)) {
            throw new BadInputException("its " + what + " hangs on the number of images");
        }
        return values.stream().mapToLong(value -> value).toArray();
    }

    List<Long> extents(int input, String what) {
        if (value(input) instanceof Value.Extents extents) {
            return extents.values();
        }
        throw new BadInputException("its " + what + " is computed by the model; it has to be known");
    }

    /** {@return an input or, in older versions, an attribute with whole numbers; empty if it has neither} */
    Optional<long[]> integers(int input, String attribute, String what) {
        if (has(input)) {
            return Optional.of(integers(input, what));
        }
        return integers(attribute);
    }

    /** {@return an attribute with whole numbers; empty if there is none} */
    Optional<long[]> integers(String attribute) {
        return attribute(attribute)
                .map(given ->
                        given.getIntsList().stream().mapToLong(value -> value).toArray());
    }

    private Optional<AttributeProto> attribute(String attribute) {
        return proto.getAttributeList().stream()
                .filter(given -> given.getName().equals(attribute))
                .findFirst();
    }

    boolean says(String attribute) {
        return attribute(attribute).isPresent();
    }

    long integer(String attribute, long otherwise) {
        return attribute(attribute).map(AttributeProto::getI).orElse(otherwise);
    }

    /** {@return a number as it was written in decimal, most likely: ONNX has it in single precision} */
    double number(String attribute, double otherwise) {
        return attribute(attribute).map(given -> decimal(given.getF())).orElse(otherwise);
    }

    static double decimal(float value) {
        return Double.parseDouble(Float.toString(value));
    }

    String text(String attribute, String otherwise) {
        return attribute(attribute).map(given -> given.getS().toStringUtf8()).orElse(otherwise);
    }

    /** {@return as many arguments as there should be, each of a size that a layer may have} */
    int[] arguments(String attribute, int... otherwise) {
        if (!says(attribute)) {
            return otherwise;
        }
        long[] given = attribute(attribute).orElseThrow().getIntsList().stream()
                .mapToLong(value -> value)
                .toArray();
        if (given.length != otherwise.length) {
            throw new BadInputException(attribute + " = " + Arrays.toString(given) + ", of an image it has "
                    + Counts.plain(otherwise.length, "number"));
        }
        return Arrays.stream(given)
                .mapToInt(value -> Extent.argument(attribute, value))
                .toArray();
    }
}
