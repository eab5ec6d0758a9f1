package convoy.driver.importing.source;

import java.util.List;
import java.util.Locale;

/**
 * What the end of a name promises.
 *
 * @param text the end itself, empty for a plain file
 * @param holdsFiles whether an archive of several files is promised, and not one file that is compressed
 */
public record Suffix(String text, boolean holdsFiles) {
    private static final List<String> ARCHIVES = List.of(
            ".tar", ".tar.gz", ".tgz", ".tar.bz2", ".tbz2", ".tbz", ".tar.xz", ".txz", ".tar.zst", ".tzst", ".zip");

    private static final List<String> COMPRESSED = List.of(".gz", ".bz2", ".xz", ".zst");

    /**
     * {@return what the end of a path promises; the longest that fits}
     *
     * @param path or a name alone
     */
    public static Suffix of(String path) {
        String name = path.toLowerCase(Locale.ROOT);
        for (String archive : ARCHIVES) {
            if (name.endsWith(archive)) {
                return new Suffix(archive, true);
            }
        }
        for (String compressed : COMPRESSED) {
            if (name.endsWith(compressed)) {
                return new Suffix(compressed, false);
            }
        }
        return new Suffix("", false);
    }

    /** {@return whether such a file is looked into} */
    public boolean isPacked() {
        return !text.isEmpty();
    }

    /**
     * {@return a path that ends in this, without it}
     *
     * @param path that ends so
     */
    public String cutFrom(String path) {
        return path.substring(0, path.length() - text.length());
    }
}
