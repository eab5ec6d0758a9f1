package convoy.driver.worker;

import convoy.driver.membership.Messenger;
import convoy.parameterserver.client.ServerClients;
import convoy.parameterserver.time.Clock;
import convoy.worker.engine.Device;
import convoy.worker.engine.EngineProvider;
import java.time.Duration;
import org.apache.hadoop.conf.Configuration;

/** What a worker has of the process that it runs in. */
public interface WorkerHost {
    /** {@return the process's time, and its threads} */
    Clock clock();

    /** {@return settings by which the process reaches file systems} */
    Configuration hadoop();

    /** {@return the line to the driver} */
    Messenger driver();

    /**
     * {@return the process's connections to servers, which are the process's to close}
     *
     * @param silence after which a server that does not answer counts as unreachable
     */
    ServerClients clients(Duration silence);

    /**
     * {@return the device that a worker here has, of the kind that was configured}
     *
     * @param configured as the run file has it
     */
    Device device(String configured);

    /**
     * {@return the engine of this name, able to compute on this device}
     *
     * @param name as the run file has it
     * @param device that it has to compute on
     * @throws convoy.records.BadInputException if it is not here or cannot
     */
    EngineProvider engine(String name, Device device);

    /**
     * {@return what a worker here computes with, to be closed}
     *
     * @param plan of the worker
     * @throws convoy.records.BadInputException if it cannot be had
     */
    default WorkerEquipment equip(WorkerPlan plan) {
        return WorkerEquipment.of(plan, this);
    }
}
