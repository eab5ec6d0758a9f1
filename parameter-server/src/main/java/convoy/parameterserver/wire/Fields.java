package convoy.parameterserver.wire;

import convoy.records.text.Counts;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/**
 * The variable-length fields of messages. A length is checked against its limit and against the bytes that are there
 * before anything is allocated for it.
 *
 * <pre>
 *  text     offset  size  content
 *           0       4     n, number of bytes, 0 to the field's limit
 *           4       n     UTF-8
 * </pre>
 */
final class Fields {
    private Fields() {}

    static void writeText(ByteBuffer out, String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        out.putInt(bytes.length).put(bytes);
    }

    static String readText(ByteBuffer in, String what, int limit) {
        int length = in.getInt();
        if (length < 0 || length > limit || length > in.remaining()) {
            throw new IllegalArgumentException(what + " of " + Counts.plain(length, "byte") + ": at most " + limit
                    + ", and " + in.remaining() + " are left of the message");
        }
        byte[] bytes = new byte[length];
        in.get(bytes);
        return new String(bytes, StandardCharsets.UTF_8);
    }
}
