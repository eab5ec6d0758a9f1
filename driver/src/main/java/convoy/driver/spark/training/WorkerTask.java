package convoy.driver.spark.training;

import convoy.architectures.graph.Network;
import convoy.driver.membership.Messenger;
import convoy.driver.membership.WorkerPlace;
import convoy.driver.spark.ConvoyPlugin;
import convoy.driver.spark.ExecutorSide;
import convoy.driver.spark.Gpus;
import convoy.driver.worker.Worker;
import convoy.driver.worker.WorkerHost;
import convoy.driver.worker.WorkerPlan;
import convoy.parameterserver.client.ServerClients;
import convoy.parameterserver.time.Clock;
import convoy.worker.engine.Device;
import convoy.worker.engine.DeviceLostException;
import convoy.worker.engine.Engine;
import convoy.worker.engine.EngineOptions;
import convoy.worker.engine.Engines;
import java.time.Duration;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.SparkEnv;
import org.apache.spark.TaskContext;
import org.apache.spark.api.java.function.VoidFunction;
import org.apache.spark.broadcast.Broadcast;

/** One worker as a task of an ordinary stage of Spark's, which begins it anew if it fails. */
final class WorkerTask implements VoidFunction<Integer> {
    private static final long serialVersionUID = 1L;

    private final Broadcast<WorkerPlan> plan;

    /** @param plan that Spark brings to the executors */
    WorkerTask(Broadcast<WorkerPlan> plan) {
        this.plan = plan;
    }

    @Override
    public void call(Integer task) throws Exception {
        ExecutorSide executor = ExecutorSide.current()
                .orElseThrow(() -> new IllegalStateException("this executor was started without " + ConvoyPlugin.class
                        + ": put the jar on its class path (--jars) and set spark.plugins"));
        String id = executor.context().executorID();
        WorkerPlace place = new WorkerPlace(
                task,
                TaskContext.get().attemptNumber(),
                id,
                SparkEnv.get().blockManager().blockManagerId().host());
        try {
            new Worker(plan.value(), place, new Host(executor)).run();
        } catch (DeviceLostException lost) {
            executor.endProcess(lost.toString());
            throw lost;
        } catch (VirtualMachineError failure) {
            if (id.equals("driver")) {
                // Of such an error Spark ends the process, which here is the driver's too, before it has said a word.
                throw new IllegalStateException(failure.toString());
            }
            throw failure;
        }
    }

    /** An executor's process. */
    private record Host(ExecutorSide executor) implements WorkerHost {
        @Override
        public Clock clock() {
            return Clock.system();
        }

        @Override
        public Configuration hadoop() {
            return ExecutorSide.hadoop(executor.context().conf());
        }

        @Override
        public Messenger driver() {
            return executor.context()::ask;
        }

        @Override
        public ServerClients clients(Duration silence) {
            return executor.clients(silence);
        }

        @Override
        public Device device(String configured) {
            return Gpus.device(configured);
        }

        @Override
        public Engine compile(String name, Network network, EngineOptions options) {
            return Engines.find(name, options.device()).compile(network, options);
        }
    }
}
