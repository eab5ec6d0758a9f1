package convoy.driver.training;

import convoy.parameterserver.range.Squares;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Asks the servers for what they measure of every so many steps, one after the other, and has it written down layer by layer.
 * Checkpoints wait for it: whoever goes on from one computes none of its steps again.
 *
 * <p>For the run's thread; what servers answer reaches it through the loop.
 */
final class StepNorms {
    private static final Duration BEFORE_ASKING_AGAIN = Duration.ofMillis(500);

    private final TrainingJob job;
    private final PhaseCourse course;
    private final EventLoop loop;
    private final ServerHealth health;

    /** How many steps lie between two that are measured; 0 for none. */
    private final long every;

    /** The servers whose answers count; none while they are being restored. */
    private Optional<ServerFleet> fleet = Optional.empty();

    /** The version whose step is asked for; those before are written. */
    private long awaited;

    private List<Waiting> waiting = new ArrayList<>();

    private record Waiting(long version, Runnable then) {}

    /** Of servers that are not there yet. */
    StepNorms(TrainingJob job, PhaseCourse course, EventLoop loop, ServerHealth health) {
        this.job = job;
        this.course = course;
        this.loop = loop;
        this.health = health;
        this.every = job.configuration().outputs().metrics().everySteps();
    }

    /** Servers are given up, and with them whoever waits: their steps are computed again. */
    void forgetServers() {
        fleet = Optional.empty();
        waiting = new ArrayList<>();
    }

    /** Goes on with servers that were opened. */
    void follow(ServerFleet opened) {
        if (every > 0) {
            fleet = Optional.of(opened);
            awaited = (opened.firstVersion() / every + 1) * every;
            ask(opened);
        }
    }

    /** Whether what is measured of all steps up to a version is written. */
    boolean hasWritten(long version) {
        return every == 0 || version < awaited;
    }

    /** Does something once what is measured of all steps up to a version is written. */
    void whenWritten(long version, Runnable then) {
        if (hasWritten(version)) {
            then.run();
        } else {
            waiting.add(new Waiting(version, then));
        }
    }

    private void ask(ServerFleet servers) {
        long version = awaited;
        if (version > course.until()) {
            return;
        }
        var unused = servers.squares(job.clients(), version)
                .whenComplete((squares, failure) -> loop.add(() -> {
                    if (fleet.filter(servers::equals).isEmpty()) {
                        return;
                    }
                    if (failure != null) {
                        failed(servers, failure);
                    } else {
                        job.recorder().norms(version, Squares.of(course.phase().layout(), squares));
                        next(servers);
                    }
                }));
    }

    private void failed(ServerFleet servers, Throwable failure) {
        if (health.lost(servers).isPresent()) {
            // They are about to be restored.
            return;
        }
        Throwable cause = ServerHealth.cause(failure);
        if (ServerHealth.isPassing(cause)) {
            loop.later(BEFORE_ASKING_AGAIN, () -> {
                if (fleet.filter(servers::equals).isPresent()) {
                    ask(servers);
                }
            });
            return;
        }
        job.recorder().notice("the norms of step " + awaited + " are missing: " + cause.getMessage());
        next(servers);
    }

    private void next(ServerFleet servers) {
        awaited += every;
        List<Waiting> before = waiting;
        waiting = new ArrayList<>();
        for (Waiting one : before) {
            whenWritten(one.version(), one.then());
        }
        ask(servers);
    }
}
