package convoy.records.text;

import java.util.Collection;
import java.util.Comparator;
import java.util.Locale;
import java.util.Optional;

/** How the names of Java's records, components and constants are written in a text, and what a misspelt one meant. */
public final class Names {
    private Names() {}

    /**
     * {@return the name in kebab-case: {@code learningRate}, {@code LearningRate} and {@code LEARNING_RATE} become
     * {@code learning-rate}}
     *
     * @param name as Java writes it
     */
    public static String kebab(String name) {
        if (name.equals(name.toUpperCase(Locale.ROOT))) {
            return name.toLowerCase(Locale.ROOT).replace('_', '-');
        }
        StringBuilder words = new StringBuilder(name.length() + 4);
        for (int i = 0; i < name.length(); i++) {
            if (i > 0 && beginsWord(name, i)) {
                words.append('-');
            }
            words.append(name.charAt(i));
        }
        return words.toString().toLowerCase(Locale.ROOT);
    }

    /** A capital behind a small letter or a digit, or the last of several before a small letter, as S in {@code HTTPServer}. */
    private static boolean beginsWord(String name, int at) {
        if (!isCapital(name.charAt(at))) {
            return false;
        }
        char before = name.charAt(at - 1);
        boolean endsWord = isSmall(before) || (before >= '0' && before <= '9');
        return endsWord || (isCapital(before) && at + 1 < name.length() && isSmall(name.charAt(at + 1)));
    }

    private static boolean isCapital(char letter) {
        return letter >= 'A' && letter <= 'Z';
    }

    private static boolean isSmall(char letter) {
        return letter >= 'a' && letter <= 'z';
    }

    /**
     * {@return the known name nearest to the given one, if it is near enough to be a slip of the fingers}
     *
     * @param given as somebody wrote it
     * @param known what would have been understood
     */
    public static Optional<String> nearest(String given, Collection<String> known) {
        String wanted = kebab(given).replace('_', '-');
        return known.stream()
                .filter(name -> (name.startsWith(wanted) && wanted.length() >= 3)
                        || (wanted.startsWith(name) && name.length() >= 3)
                        || distance(wanted, name) <= Math.max(1, name.length() / 3))
                .min(Comparator.comparingInt((String name) -> distance(wanted, name))
                        .thenComparing(Comparator.naturalOrder()));
    }

    /**
     * {@return the number of insertions, deletions, replacements and swaps of neighbours between two words}
     *
     * @param a a word
     * @param b another
     */
    public static int distance(String a, String b) {
        int[][] cost = new int[a.length() + 1][b.length() + 1];
        for (int i = 0; i <= a.length(); i++) {
            for (int j = 0; j <= b.length(); j++) {
                if (i == 0 || j == 0) {
                    cost[i][j] = i + j;
                    continue;
                }
                boolean same = a.charAt(i - 1) == b.charAt(j - 1);
                int least = Math.min(cost[i - 1][j], cost[i][j - 1]) + 1;
                least = Math.min(least, cost[i - 1][j - 1] + (same ? 0 : 1));
                if (i > 1 && j > 1 && a.charAt(i - 1) == b.charAt(j - 2) && a.charAt(i - 2) == b.charAt(j - 1)) {
                    least = Math.min(least, cost[i - 2][j - 2] + 1);
                }
                cost[i][j] = least;
            }
        }
        return cost[a.length()][b.length()];
    }
}
