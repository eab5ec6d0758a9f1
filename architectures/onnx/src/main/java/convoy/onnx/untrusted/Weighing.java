package convoy.onnx.untrusted;

import com.google.protobuf.ByteString;
import com.google.protobuf.CodedInputStream;
import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.WireFormat;
import convoy.records.BadInputException;
import java.io.IOException;

/**
 * Counts what a message is made of before anything is made of it. A message of protobuf's takes two bytes in a file and a hundred in memory,
 * and may hold others to any depth; so a small file could ask for all the memory there is, and a whole stack.
 */
public final class Weighing {
    /** Messages, texts and numbers in lists, tensors' own bytes aside: a network of a thousand layers has some 20,000. */
    public static final int MOST_PARTS = 1_000_000;

    /** Messages inside messages: model, graph, node, attribute, tensor and its data are six. */
    public static final int DEEPEST = 20;

    private int parts;

    /**
     * Looks at a whole message.
     *
     * @param message all of its bytes
     * @param type what it is a message of
     * @throws IOException if it is damaged
     * @throws BadInputException if it has too many parts, or too deep ones
     */
    public void weigh(ByteString message, Descriptor type) throws IOException {
        weigh(message.newCodedInput(), type, 1);
    }

    private void weigh(CodedInputStream in, Descriptor type, int depth) throws IOException {
        if (depth > DEEPEST) {
            throw new BadInputException("messages lie in messages more than " + DEEPEST + " deep");
        }
        for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
            count(1);
            FieldDescriptor field = type.findFieldByNumber(WireFormat.getTagFieldNumber(tag));
            switch (WireFormat.getTagWireType(tag)) {
                case WireFormat.WIRETYPE_LENGTH_DELIMITED -> {
                    int length = in.readRawVarint32();
                    int outer = in.pushLimit(length);
                    if (field != null && field.getJavaType() == FieldDescriptor.JavaType.MESSAGE) {
                        weigh(in, field.getMessageType(), depth + 1);
                    } else {
                        if (field != null && field.isPackable() && isOfAnyLength(field)) {
                            count(length);
                        }
                        in.skipRawBytes(length);
                    }
                    in.popLimit(outer);
                }
                case WireFormat.WIRETYPE_VARINT, WireFormat.WIRETYPE_FIXED32, WireFormat.WIRETYPE_FIXED64 -> {
                    if (!in.skipField(tag)) {
                        throw new BadInputException("a field has no end");
                    }
                }
                default -> throw new BadInputException("it has fields of a kind that ONNX has none of");
            }
        }
    }

    /** A whole number takes one byte in a file and eight in memory. */
    private static boolean isOfAnyLength(FieldDescriptor field) {
        return field.getJavaType() == FieldDescriptor.JavaType.LONG
                || field.getJavaType() == FieldDescriptor.JavaType.INT
                || field.getJavaType() == FieldDescriptor.JavaType.ENUM;
    }

    private void count(int more) {
        parts = more > MOST_PARTS - parts ? MOST_PARTS + 1 : parts + more;
        if (parts > MOST_PARTS) {
            throw new BadInputException("it has more than " + MOST_PARTS
                    + " nodes, attributes, tensors, texts and numbers in lists, more than any network needs");
        }
    }
}
