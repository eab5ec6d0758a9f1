package convoy.worker.loop;

/** What a worker that stands at a version does about the version's evaluation. */
public sealed interface EvaluationTurn {
    /** Score this block of rows. */
    record Block(int block) implements EvaluationTurn {}

    /** Others are scoring the last blocks: ask again soon, one of them may be lost. */
    record Wait() implements EvaluationTurn {}

    /** The evaluation is complete, or there is none: train on. */
    record Done() implements EvaluationTurn {}
}
