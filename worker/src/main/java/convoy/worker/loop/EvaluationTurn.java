package convoy.worker.loop;

import convoy.records.Codec;
import java.nio.charset.StandardCharsets;

/** What a worker that stands at a version does about the version's evaluation. */
public sealed interface EvaluationTurn {
    /**
     * Score this block of rows.
     *
     * @param block from 0
     */
    record Block(int block) implements EvaluationTurn {}

    /** Others are scoring the last blocks: ask again soon, one of them may be lost. */
    record Wait() implements EvaluationTurn {}

    /** The evaluation is complete, or there is none: train on. */
    record Done() implements EvaluationTurn {}

    /** {@return the turn as JSON in UTF-8} */
    default byte[] toBytes() {
        return Codec.of(EvaluationTurn.class).toJson(this).getBytes(StandardCharsets.UTF_8);
    }

    /**
     * Reads what {@link #toBytes} wrote.
     *
     * @param bytes JSON in UTF-8
     * @return the turn
     */
    static EvaluationTurn fromBytes(byte[] bytes) {
        return Codec.of(EvaluationTurn.class).fromJson("turn", new String(bytes, StandardCharsets.UTF_8));
    }
}
