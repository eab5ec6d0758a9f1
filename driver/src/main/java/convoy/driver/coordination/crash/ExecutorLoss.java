package convoy.driver.coordination.crash;

import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * How an executor was lost.
 *
 * @param executor by Spark's name
 * @param reason in Spark's words, which have the status of its process where Spark knows it
 * @param crashFile where its JVM tells of a crash, as {@code host:path}; empty if it never said
 */
public record ExecutorLoss(String executor, String reason, Optional<String> crashFile) {
    /** "Command exited with code 134", "Exit status: 134", "exited with exit code 134(SIGABRT, possible container OOM)". */
    private static final Pattern STATUS = Pattern.compile(
            "exit(?:ed with)?\\s+(?:exit\\s+)?(?:code|status)\\s*:?\\s*(\\d{1,3})\\b", Pattern.CASE_INSENSITIVE);

    /**
     * What a process does to itself, by its status: it broke a rule of the processor's or of the memory's, to whose signal's number a shell
     * adds 128; or it gave up, as Spark and this plugin do. Status 1 is not among them: it is of a lost connection too.
     */
    private static final Map<Integer, String> CRASHES = Map.of(
            52,
            "an OutOfMemoryError",
            71,
            "a lost device",
            128 + 4,
            "SIGILL",
            128 + 6,
            "SIGABRT",
            128 + 7,
            "SIGBUS",
            128 + 8,
            "SIGFPE",
            128 + 11,
            "SIGSEGV");

    /** {@return of what its process ended itself; empty if it did not, or that is not known} */
    public Optional<String> crash() {
        Matcher status = STATUS.matcher(reason);
        return status.find() ? Optional.ofNullable(CRASHES.get(Integer.parseInt(status.group(1)))) : Optional.empty();
    }
}
