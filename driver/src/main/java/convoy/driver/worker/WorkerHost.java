package convoy.driver.worker;

import convoy.architectures.graph.Network;
import convoy.driver.membership.Messenger;
import convoy.parameterserver.client.ServerClients;
import convoy.parameterserver.time.Clock;
import convoy.worker.engine.Device;
import convoy.worker.engine.Engine;
import convoy.worker.engine.EngineOptions;
import convoy.worker.engine.Engines;
import java.time.Duration;
import org.apache.hadoop.conf.Configuration;

/** What a worker has of the process that it runs in. */
public interface WorkerHost {
    /** The process's time, and its threads. */
    Clock clock();

    /** How the process reaches file systems. */
    Configuration hadoop();

    /** To the driver. */
    Messenger driver();

    /**
     * The process's connections to servers, which are the process's to close.
     *
     * @param silence after which a server that does not answer counts as unreachable
     */
    ServerClients clients(Duration silence);

    /** The device that a worker here has, of the kind that was configured. */
    Device device(String configured);

    /**
     * A network compiled by an engine.
     *
     * @param name of the engine
     * @throws convoy.records.BadInputException if it is not here or cannot
     */
    Engine compile(String name, Network network, EngineOptions options);

    /**
     * What tells apart the processors on which an engine gives other bits for the same device.
     *
     * @param name of the engine
     */
    default String processor(String name, Device device) {
        return Engines.find(name, device).processor(device);
    }
}
