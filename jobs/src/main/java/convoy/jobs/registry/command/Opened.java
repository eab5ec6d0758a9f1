package convoy.jobs.registry.command;

import convoy.driver.coordination.TrainingFailedException;
import convoy.jobs.launch.Uris;
import convoy.jobs.registry.Addition;
import convoy.jobs.registry.Hand;
import convoy.jobs.registry.HeldRegistry;
import convoy.jobs.registry.Registry;
import convoy.jobs.registry.intake.Intake;
import convoy.parameterserver.time.Clock;
import java.io.PrintWriter;
import java.util.Optional;
import java.util.function.Function;

/** A registry as the commands reach it: by what a person typed, with this process's settings and clock. */
final class Opened {
    private Opened() {}

    static Registry toRead(String uri) {
        return Registry.open(Uris.hadoop(), Uris.local(uri));
    }

    /** Refuses what names no version before the registry is held. */
    static void requireNumber(String uri, String version) {
        toRead(uri).number(version);
    }

    /** What the registry is called that lies there; empty if none does. */
    static Optional<String> name(String uri) {
        return Registry.find(Uris.hadoop(), Uris.local(uri)).map(Registry::name);
    }

    /** Changes one that is there. */
    static <T> T toChange(String uri, Optional<String> name, PrintWriter err, Function<HeldRegistry, T> change) {
        return held(
                () -> HeldRegistry.hold(Uris.hadoop(), Uris.local(uri), name, Hand.here(Clock.system(), err::println)),
                change);
    }

    /** Changes one, which is made if need be. */
    static <T> T toFill(String uri, String name, PrintWriter err, Function<HeldRegistry, T> change) {
        return held(
                () -> HeldRegistry.create(
                        Uris.hadoop(), Uris.local(uri), name, Hand.here(Clock.system(), err::println)),
                change);
    }

    static Addition addition(String source, Optional<Registry> registry) {
        return Intake.of(Uris.hadoop(), Uris.local(source), registry);
    }

    /** What waits until a registry is free. */
    private interface Taking {
        HeldRegistry take() throws InterruptedException;
    }

    private static <T> T held(Taking taking, Function<HeldRegistry, T> change) {
        try (HeldRegistry registry = taking.take()) {
            return change.apply(registry);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new TrainingFailedException("interrupted; nothing was changed", interrupted);
        }
    }
}
