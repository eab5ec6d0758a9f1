package convoy.driver.coordination;

import convoy.worker.loop.EvaluationMetrics;
import java.util.List;

/** What the coordinator tells the thread that drives the run. */
public sealed interface RunEvent {
    /** All metrics of a step are in. The step of a new incarnation may come a second time, with the same metrics. */
    record StepDone(StepMetrics metrics) implements RunEvent {}

    /** All blocks of an evaluation are in, in their order. */
    record EvaluationDone(long version, List<EvaluationMetrics> blocks) implements RunEvent {
        public EvaluationDone {
            blocks = List.copyOf(blocks);
        }
    }

    /** Another set of workers computes from now on. */
    record MembersChanged(List<String> workers, String change) implements RunEvent {
        public MembersChanged {
            workers = List.copyOf(workers);
        }
    }

    /** Something a person should know, in one line. */
    record Notice(String line) implements RunEvent {}

    /** A worker's failures are not going to end: the run has to. */
    record RunFailed(WorkerFailure failure) implements RunEvent {}
}
