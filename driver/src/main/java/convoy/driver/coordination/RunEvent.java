package convoy.driver.coordination;

import convoy.worker.loop.EvaluationMetrics;
import java.util.List;

/** What the coordinator tells the thread that drives the run. */
public sealed interface RunEvent {
    /**
     * Hands it to the method that is for its kind.
     *
     * @param taker whose method is called, once
     */
    void accept(Taker taker);

    /** Who takes events in. */
    interface Taker {
        /**
         * All metrics of a step are in.
         *
         * @param metrics of the step
         */
        void stepDone(StepMetrics metrics);

        /**
         * All blocks of an evaluation are in.
         *
         * @param version that was scored
         * @param blocks in their order
         */
        void evaluationDone(long version, List<EvaluationMetrics> blocks);

        /**
         * Another set of workers computes from now on.
         *
         * @param workers their names
         * @param change who came or went, in words
         */
        void membersChanged(List<String> workers, String change);

        /**
         * There is something that a person should know.
         *
         * @param line one line
         */
        void notice(String line);

        /**
         * A worker's failures are not going to end.
         *
         * @param failure what the run ends with
         */
        void runFailed(WorkerFailure failure);
    }

    /**
     * All metrics of a step are in. The step of a new incarnation may come a second time, with the same metrics.
     *
     * @param metrics of the step
     */
    record StepDone(StepMetrics metrics) implements RunEvent {
        @Override
        public void accept(Taker taker) {
            taker.stepDone(metrics);
        }
    }

    /**
     * All blocks of an evaluation are in, in their order.
     *
     * @param version that was scored
     * @param blocks in their order
     */
    record EvaluationDone(long version, List<EvaluationMetrics> blocks) implements RunEvent {
        public EvaluationDone {
            blocks = List.copyOf(blocks);
        }

        @Override
        public void accept(Taker taker) {
            taker.evaluationDone(version, blocks);
        }
    }

    /**
     * Another set of workers computes from now on.
     *
     * @param workers their names, in the order of their tasks
     * @param change who came or went, in words
     */
    record MembersChanged(List<String> workers, String change) implements RunEvent {
        public MembersChanged {
            workers = List.copyOf(workers);
        }

        @Override
        public void accept(Taker taker) {
            taker.membersChanged(workers, change);
        }
    }

    /**
     * Something a person should know, in one line.
     *
     * @param line for a person
     */
    record Notice(String line) implements RunEvent {
        @Override
        public void accept(Taker taker) {
            taker.notice(line);
        }
    }

    /**
     * A worker's failures are not going to end: the run has to.
     *
     * @param failure what the run ends with
     */
    record RunFailed(WorkerFailure failure) implements RunEvent {
        @Override
        public void accept(Taker taker) {
            taker.runFailed(failure);
        }
    }
}
