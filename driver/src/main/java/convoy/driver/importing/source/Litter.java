package convoy.driver.importing.source;

import java.util.Set;

/** What operating systems and Hadoop leave in folders. Cameras begin names with an underscore: that hides nothing. */
public final class Litter {
    private static final Set<String> NAMES = Set.of("__MACOSX", "Thumbs.db", "_SUCCESS", "_temporary");

    private Litter() {}

    /**
     * {@return whether a file's name or that of a folder above it begins with a dot or is known litter}
     *
     * @param path inside the source
     */
    public static boolean hides(String path) {
        for (String part : path.split("/", -1)) {
            if ((part.startsWith(".") && !part.equals(".") && !part.equals("..")) || NAMES.contains(part)) {
                return true;
            }
        }
        return false;
    }
}
