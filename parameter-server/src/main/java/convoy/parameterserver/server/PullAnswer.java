package convoy.parameterserver.server;

import convoy.parameterserver.wire.ValuesMessage;
import java.nio.ByteBuffer;
import java.util.function.Consumer;

/** Who pulls: takes values, or another reply instead. Does not block. */
interface PullAnswer extends Consumer<ByteBuffer> {
    /** Takes values and releases them when they are sent. */
    void values(ValuesMessage message);
}
