package convoy.jobs.output;

import java.time.Duration;
import java.util.Locale;

/** Times as people read them. */
public final class Durations {
    private Durations() {}

    /**
     * {@return {@code 12.3 s}, {@code 4:05} or {@code 1:02:03}}
     *
     * @param duration not negative
     */
    public static String text(Duration duration) {
        long seconds = duration.toSeconds();
        if (seconds < 60) {
            return String.format(Locale.ROOT, "%.1f s", duration.toMillis() / 1000.0);
        }
        if (seconds < 3600) {
            return String.format(Locale.ROOT, "%d:%02d", seconds / 60, seconds % 60);
        }
        return String.format(Locale.ROOT, "%d:%02d:%02d", seconds / 3600, seconds / 60 % 60, seconds % 60);
    }
}
