package convoy.worker.data;

import java.text.Normalizer;
import java.text.Normalizer.Form;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/** Says how the names of classes differ, also where they look alike. */
final class Names {
    private static final int MOST_LISTED = 5;

    private Names() {}

    /** How two names differ that a reader may take for one, to follow them; empty where anybody sees it. */
    static String difference(String one, String other) {
        if (one.equals(other)) {
            return "";
        }
        boolean canonical = Normalizer.normalize(one, Form.NFC).equals(Normalizer.normalize(other, Form.NFC));
        boolean spaced = one.strip().equals(other.strip());
        boolean compatible = Normalizer.normalize(one, Form.NFKC)
                .strip()
                .equalsIgnoreCase(Normalizer.normalize(other, Form.NFKC).strip());
        if (!canonical && !spaced && !compatible) {
            return "";
        }
        String how = canonical
                ? "they look alike, and are written in " + form(one) + " and in " + form(other)
                : spaced ? "they differ in space around them" : "they differ in letters that look alike";
        return " (" + how + ": " + codePoints(one) + " and " + codePoints(other) + ")";
    }

    private static String form(String name) {
        for (Form form : List.of(Form.NFC, Form.NFD)) {
            if (Normalizer.isNormalized(name, form)) {
                return "Unicode's form " + form;
            }
        }
        return "none of Unicode's forms";
    }

    private static String codePoints(String name) {
        return name.codePoints()
                .mapToObj(point -> point > ' ' && point < 0x7f
                        ? Character.toString(point)
                        : String.format(Locale.ROOT, "U+%04X", point))
                .collect(Collectors.joining(" "));
    }

    /** Which names one list has and the other lacks, to follow their numbers; at most five of each. */
    static String lacking(List<String> mine, List<String> theirs) {
        List<String> told = new ArrayList<>();
        missing(mine, theirs).ifPresent(names -> told.add("the first lacks " + names));
        missing(theirs, mine).ifPresent(names -> told.add("the second lacks " + names));
        return told.isEmpty() ? "" : " (" + String.join("; ", told) + ")";
    }

    private static Optional<String> missing(List<String> of, List<String> in) {
        Set<String> there = new HashSet<>(in);
        List<String> names = of.stream().filter(name -> !there.contains(name)).toList();
        if (names.isEmpty()) {
            return Optional.empty();
        }
        int more = names.size() - MOST_LISTED;
        return Optional.of(String.join(", ", names.subList(0, Math.min(MOST_LISTED, names.size())))
                + (more > 0 ? " and " + more + " more" : ""));
    }

    /** The names as the option takes them, if they are few and none has a comma. */
    static String option(List<String> names) {
        String joined = String.join(",", names);
        return joined.length() > 200 || names.stream().anyMatch(name -> name.contains(",")) ? "NAME,NAME,…" : joined;
    }
}
