package convoy.driver.worker;

import convoy.driver.coordination.WorkerFailure;
import convoy.driver.membership.DriverConnection;
import convoy.driver.membership.Membership;
import convoy.driver.membership.Message;
import convoy.driver.membership.WorkerPlace;
import convoy.parameterserver.client.ServerClients;
import convoy.parameterserver.range.ServerAddress;
import convoy.parameterserver.sum.SumTree;
import convoy.worker.loop.WorkerLoop;
import convoy.worker.loop.WorkerLoopRunBuilder;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;

/**
 * One attempt of one worker: gets an engine and a reader, joins, works until the run is over, and says how it ended. One thread runs
 * it, the caller's; the reader and the heartbeats have threads of their own.
 */
public final class Worker {
    private final WorkerPlan plan;
    private final WorkerPlace place;
    private final WorkerHost host;

    /** The number by which the coordinator knows it; -1 before it has joined. */
    private long member = -1;

    /**
     * Makes a worker that has done nothing yet.
     *
     * @param plan of the run
     * @param place where this attempt is
     * @param host what it has of its process
     */
    public Worker(WorkerPlan plan, WorkerPlace place, WorkerHost host) {
        this.plan = plan;
        this.place = place;
        this.host = host;
    }

    /**
     * Works until the run is over, or the driver was told of input that cannot work.
     *
     * @throws InterruptedException if the task is to end, which is no error of this worker's
     * @throws Exception what else ended it, of which the driver was told
     */
    @SuppressWarnings("CatchThrowable")
    public void run() throws Exception {
        try {
            work();
            var unused = DriverConnection.say(host.driver(), host.clock(), new Message.Left(plan.run(), member));
        } catch (InterruptedException stopped) {
            throw stopped;
        } catch (Throwable failure) {
            try {
                long wait = (Long) DriverConnection.say(host.driver(), host.clock(), failed(failure));
                if (Passing.kind(failure) == WorkerFailure.Kind.BAD_INPUT) {
                    // The driver ends the run with these words. A task that fails would be begun anew.
                    return;
                }
                if (wait > 0) {
                    // Begun anew at once, it would meet the same trouble, a thousand times in a minute.
                    host.clock().pause(Duration.ofMillis(wait));
                }
            } catch (RuntimeException unheard) {
                failure.addSuppressed(unheard);
            }
            throw failure;
        }
    }

    private Message failed(Throwable failure) {
        WorkerFailure.Kind kind = Passing.kind(failure);
        boolean badInput = kind == WorkerFailure.Kind.BAD_INPUT;
        StringWriter trace = new StringWriter();
        failure.printStackTrace(new PrintWriter(trace));
        return new Message.Failed(
                plan.run(),
                place.task(),
                member,
                kind,
                badInput ? String.valueOf(failure.getMessage()) : failure.toString(),
                badInput ? "" : trace.toString());
    }

    private void work() throws Exception {
        ServerClients clients = host.clients(Duration.ofMillis(plan.silenceMillis()));
        try (WorkerEquipment equipment = host.equip(plan);
                DriverConnection line =
                        DriverConnection.join(host.driver(), host.clock(), plan.run(), place, equipment.processor())) {
            member = line.member();
            WorkerPlan.StepPlan steps = plan.steps();
            WorkerLoop.Run run = WorkerLoopRunBuilder.builder()
                    .seed(steps.seeds().dropout())
                    .layout(equipment.layout())
                    .tree(new SumTree(steps.microBatches()))
                    .evaluations(new HashSet<>(steps.evaluations()))
                    .lookAhead(plan.data().reading().lookAhead())
                    .build();
            new WorkerLoop(
                            run,
                            line,
                            view -> clients.parameters(
                                    plan.run(), view.incarnation(), equipment.layout(), addresses(view.servers())),
                            equipment.computing(),
                            host.clock())
                    .run();
        }
    }

    private static List<ServerAddress> addresses(List<String> servers) {
        return servers.stream().map(Membership::address).toList();
    }
}
