package convoy.onnx;

import ai.onnx.proto.OnnxMl.AttributeProto;
import java.util.Arrays;

/** Attributes of nodes. */
public final class Attributes {
    private Attributes() {}

    /**
     * {@return a whole number}
     *
     * @param name of the attribute
     * @param value the number
     */
    public static AttributeProto integer(String name, long value) {
        return attribute(name, AttributeProto.AttributeType.INT).setI(value).build();
    }

    /**
     * {@return whole numbers}
     *
     * @param name of the attribute
     * @param values the numbers
     */
    public static AttributeProto integers(String name, long... values) {
        AttributeProto.Builder attribute = attribute(name, AttributeProto.AttributeType.INTS);
        Arrays.stream(values).forEach(attribute::addInts);
        return attribute.build();
    }

    /**
     * {@return a number in single precision}
     *
     * @param name of the attribute
     * @param value the number
     */
    public static AttributeProto number(String name, double value) {
        return attribute(name, AttributeProto.AttributeType.FLOAT)
                .setF((float) value)
                .build();
    }

    /**
     * {@return in a function, what the node that calls it says}
     *
     * @param name of the attribute
     * @param parameter of the function
     * @param type of both
     */
    public static AttributeProto given(String name, String parameter, AttributeProto.AttributeType type) {
        return attribute(name, type).setRefAttrName(parameter).build();
    }

    private static AttributeProto.Builder attribute(String name, AttributeProto.AttributeType type) {
        return AttributeProto.newBuilder().setName(name).setType(type);
    }
}
