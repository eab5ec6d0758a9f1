package convoy.tests.simulation;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** How many schedules have gone how. Safe for use by several threads. */
final class Tally {
    /** So many that fail are told whole; more are counted, and their seeds said. */
    private static final int MOST_TOLD = 3;

    private final long begun = System.nanoTime();
    private final List<String> failures = new ArrayList<>();
    private long schedules;
    private long failed;
    private long events;
    private Duration passed = Duration.ZERO;

    synchronized void add(Schedule schedule, Simulation.Outcome outcome) {
        schedules++;
        passed = passed.plus(outcome.passed());
        events += outcome.events();
        outcome.problem().ifPresent(problem -> {
            failed++;
            String first = problem.lines().findFirst().orElse("");
            System.out.println("seed " + schedule.seed() + ": " + first);
            if (failures.size() < MOST_TOLD) {
                failures.add("-Dsimulation.seed=" + schedule.seed() + "\n" + schedule + problem);
            }
        });
    }

    synchronized long schedules() {
        return schedules;
    }

    synchronized List<String> failures() {
        return List.copyOf(failures);
    }

    /** All that was counted. */
    synchronized String line() {
        double seconds = (System.nanoTime() - begun) / 1e9;
        return String.format(
                Locale.ROOT,
                "%,d schedules, of which %,d failed, with %,d events and %,.1f h of virtual time in %,.0f s",
                schedules,
                failed,
                events,
                passed.toMillis() / 3.6e6,
                seconds);
    }
}
