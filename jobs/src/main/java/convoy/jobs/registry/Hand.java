package convoy.jobs.registry;

import convoy.jobs.registry.history.Actor;
import convoy.parameterserver.time.Clock;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Consumer;

/**
 * Whoever wants to change a registry.
 *
 * @param actor as the history is to name it
 * @param clock whose time the history has, and by which the registry is held
 * @param number that nobody else has given
 * @param notices hears why it takes long
 */
public record Hand(Actor actor, Clock clock, long number, Consumer<String> notices) {
    /**
     * {@return the user of this process}
     *
     * @param clock whose time the history has
     * @param notices hears why it takes long
     */
    public static Hand here(Clock clock, Consumer<String> notices) {
        return new Hand(Actor.here(), clock, ThreadLocalRandom.current().nextLong(), notices);
    }
}
