package convoy.tests.simulation;

import convoy.tests.virtual.VirtualExecutorHost;
import convoy.tests.virtual.VirtualProcess;
import java.time.Duration;
import java.util.function.BiConsumer;
import java.util.function.Consumer;

/** Something that goes wrong. Executors are counted among those that there are at the time, over again if need be. */
sealed interface Fault {
    /**
     * Does it.
     *
     * @param simulation all that there is
     * @param application the newest one, whose driver lives
     */
    void happen(Simulation simulation, Application application);

    private static void toExecutor(Application application, int which, Consumer<VirtualProcess> harm) {
        application.executor(which).map(VirtualExecutorHost::process).ifPresent(harm);
    }

    private static void toTwo(
            Application application, int one, int other, BiConsumer<VirtualProcess, VirtualProcess> harm) {
        toExecutor(application, one, first -> toExecutor(application, other, second -> harm.accept(first, second)));
    }

    private static boolean isDriver(VirtualProcess process) {
        return process.name().startsWith("driver");
    }

    private static boolean isExecutor(VirtualProcess process) {
        return process.name().startsWith("executor");
    }

    /** An executor is gone at once, with its servers and workers. */
    record KillExecutor(int which) implements Fault {
        @Override
        public void happen(Simulation simulation, Application application) {
            toExecutor(application, which, VirtualProcess::kill);
        }
    }

    /** An executor stands still, as by SIGSTOP or a long collection. */
    record PauseExecutor(int which, Duration pause) implements Fault {
        @Override
        public void happen(Simulation simulation, Application application) {
            simulation.lasts(pause);
            toExecutor(application, which, process -> process.stop(pause));
        }
    }

    /** An executor computes so many times as slowly from now on. */
    record SlowExecutor(int which, int times) implements Fault {
        @Override
        public void happen(Simulation simulation, Application application) {
            toExecutor(application, which, process -> simulation.slow(process, times));
        }
    }

    /** All that an executor sends takes longer from now on. */
    record SlowLink(int which, Duration longer) implements Fault {
        @Override
        public void happen(Simulation simulation, Application application) {
            toExecutor(application, which, process -> simulation.delays().slow(process, longer));
        }
    }

    /** Two executors hear nothing of each other for a while. */
    record CutExecutors(int one, int other, Duration pause) implements Fault {
        @Override
        public void happen(Simulation simulation, Application application) {
            simulation.lasts(pause);
            toTwo(application, one, other, (first, second) -> simulation
                    .delays()
                    .cut(first, second, pause));
        }
    }

    /** An executor and the driver hear nothing of each other for a while. */
    record CutDriver(int which, Duration pause) implements Fault {
        @Override
        public void happen(Simulation simulation, Application application) {
            simulation.lasts(pause);
            toExecutor(application, which, process -> simulation.delays().cut(process, application.driver(), pause));
        }
    }

    /**
     * The connections between two executors break, and those of the first with the driver.
     *
     * @param late whether what is on its way arrives all the same
     */
    record BreakConnections(int one, int other, boolean late) implements Fault {
        @Override
        public void happen(Simulation simulation, Application application) {
            toTwo(application, one, other, (first, second) -> {
                simulation.network().breakBetween(first, second, late);
                simulation.network().breakBetween(first, application.driver(), late);
            });
        }
    }

    /** The cluster takes an executor for lost that lives on for a while. */
    record MistakeForLost(int which, Duration lives) implements Fault {
        @Override
        public void happen(Simulation simulation, Application application) {
            simulation.lasts(lives);
            application.executor(which).ifPresent(executor -> application.mistake(executor, lives));
        }
    }

    /** Another executor comes. */
    record AddExecutor() implements Fault {
        @Override
        public void happen(Simulation simulation, Application application) {
            application.addExecutor();
        }
    }

    /** The driver is gone at once, and the same command is given again. */
    record KillDriver() implements Fault {
        @Override
        public void happen(Simulation simulation, Application application) {
            application.driver().kill();
        }
    }

    /** The driver is asked to end, and the same command is given again. */
    record AskToStop() implements Fault {
        @Override
        public void happen(Simulation simulation, Application application) {
            application.askToStop();
        }
    }

    /** The driver stands still, as by SIGSTOP. */
    record PauseDriver(Duration pause) implements Fault {
        @Override
        public void happen(Simulation simulation, Application application) {
            simulation.lasts(pause);
            application.driver().stop(pause);
        }
    }

    /** The driver's wall clock jumps. */
    record JumpClock(Duration by) implements Fault {
        @Override
        public void happen(Simulation simulation, Application application) {
            application.driver().jump(by);
        }
    }

    /** The same command is given a second time. */
    record SecondDriver() implements Fault {
        @Override
        public void happen(Simulation simulation, Application application) {
            simulation.begin(Duration.ZERO);
        }
    }

    /**
     * The driver is gone in the middle of a change of a file.
     *
     * @param change the how-manieth of its changes from now on, counted from 0
     * @param done whether the change is made
     */
    record KillDriverAtChange(int change, boolean done) implements Fault {
        @Override
        public void happen(Simulation simulation, Application application) {
            simulation.skies().killAt(Fault::isDriver, change, done);
        }
    }

    /** The driver stands still just before it changes a file. */
    record PauseDriverAtChange(int change, Duration pause) implements Fault {
        @Override
        public void happen(Simulation simulation, Application application) {
            simulation.skies().pauseAt(Fault::isDriver, change, pause);
        }
    }

    /** An executor is gone in the middle of a change of a file. */
    record KillExecutorAtChange(int change, boolean done) implements Fault {
        @Override
        public void happen(Simulation simulation, Application application) {
            simulation.skies().killAt(Fault::isExecutor, change, done);
        }
    }

    /** An executor stands still just before it changes a file. */
    record PauseExecutorAtChange(int change, Duration pause) implements Fault {
        @Override
        public void happen(Simulation simulation, Application application) {
            simulation.skies().pauseAt(Fault::isExecutor, change, pause);
        }
    }

    /**
     * The file system refuses everything for a while.
     *
     * @param onlyChanges whether reading goes on
     */
    record StorageFails(boolean onlyChanges, Duration pause) implements Fault {
        @Override
        public void happen(Simulation simulation, Application application) {
            simulation.lasts(pause);
            simulation.skies().fail(simulation.time().now() + pause.toNanos(), onlyChanges);
        }
    }

    /** The file system answers nobody for a while. */
    record StorageStalls(Duration pause) implements Fault {
        @Override
        public void happen(Simulation simulation, Application application) {
            simulation.lasts(pause);
            simulation.skies().stall(simulation.time().now() + pause.toNanos());
        }
    }

    /** One change of a file is refused, the how-manieth from now on of all processes. */
    record ChangeFails(int change) implements Fault {
        @Override
        public void happen(Simulation simulation, Application application) {
            simulation.skies().refuseAfter(change);
        }
    }

    /** All processes are gone at once, and with them what was not synced; the same command is given again. */
    record LosePower() implements Fault {
        @Override
        public void happen(Simulation simulation, Application application) {
            simulation.losePower();
        }
    }
}
