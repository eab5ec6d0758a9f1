package convoy.jobs.retrain.news;

import convoy.jobs.retrain.file.Window;
import convoy.records.BadInputException;
import convoy.records.Refusal;
import convoy.records.text.Counts;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/** What is new, and what is trained on for it: a function of what lies there, of the champion's line and of the window. */
public sealed interface News {
    /** {@return what a person should know of the data, a sentence each} */
    List<String> notes();

    /**
     * Nothing to train for.
     *
     * @param notes as above
     */
    record Nothing(List<String> notes) implements News {
        public Nothing {
            notes = List.copyOf(notes);
        }
    }

    /**
     * Something to train for.
     *
     * @param chosen what is trained on, by days and names; one or more of them are news
     * @param notes as above
     */
    record Some(List<Chosen> chosen, List<String> notes) implements News {
        public Some {
            chosen = List.copyOf(chosen);
            notes = List.copyOf(notes);
        }

        /** {@return those that are new or have changed} */
        public List<Chosen> fresh() {
            return chosen.stream().filter(one -> one.standing().isNews()).toList();
        }

        /** {@return what a model that is trained on this has been trained on} */
        public List<Lineage.Trained> trained() {
            return chosen.stream()
                    .map(one -> new Lineage.Trained(
                            one.dataSet().id(), one.dataSet().fingerprint()))
                    .toList();
        }
    }

    /**
     * {@return what is new in a listing}
     *
     * @param listing what lies there
     * @param lineage what the champion's line was trained on
     * @param window what of it is trained on
     * @throws BadInputException if the window asks for days that a data set has not
     */
    static News of(Listing listing, Lineage lineage, Window window) {
        List<String> notes = new ArrayList<>(listing.notes());
        List<Offered> whole = withRows(listing.dataSets(), notes);
        Map<Offered, Standing> standings = standings(whole, lineage, notes);
        List<Offered> once = withoutCopies(whole, standings, notes);
        missing(listing, lineage, notes);
        List<Offered> inside = inside(once, standings, window, notes);
        if (inside.stream().noneMatch(one -> standing(standings, one).isNews())) {
            return new Nothing(notes);
        }
        Map<Standing, Double> weights = weights(inside, standings, window, notes);
        double total = inside.stream()
                .mapToDouble(one -> weight(weights, standing(standings, one)) * one.rows())
                .sum();
        return new Some(
                inside.stream()
                        .map(one -> {
                            Standing standing = standing(standings, one);
                            return new Chosen(one, standing, weight(weights, standing) * one.rows() / total);
                        })
                        .toList(),
                notes);
    }

    private static Standing standing(Map<Offered, Standing> standings, Offered one) {
        return Objects.requireNonNull(standings.get(one));
    }

    private static double weight(Map<Standing, Double> weights, Standing standing) {
        return Objects.requireNonNull(weights.get(standing));
    }

    private static List<Offered> withRows(List<Offered> listed, List<String> notes) {
        listed.stream().filter(one -> one.rows() == 0).forEach(one -> notes.add(one.id() + " holds no rows."));
        return listed.stream().filter(one -> one.rows() > 0).toList();
    }

    private static Map<Offered, Standing> standings(List<Offered> whole, Lineage lineage, List<String> notes) {
        Map<Offered, Standing> standings = new HashMap<>();
        for (Offered one : whole) {
            Optional<String> known = lineage.idOf(one.fingerprint());
            if (lineage.has(one)) {
                standings.put(one, Standing.OLD);
            } else if (known.isPresent()) {
                standings.put(one, Standing.OLD);
                notes.add(one.id() + " holds what was trained on as " + known.get() + ", and is not new.");
            } else if (lineage.hasId(one.id())) {
                standings.put(one, Standing.CHANGED);
                notes.add(one.id() + " has changed since it was trained on, and counts as new: its fingerprint is "
                        + one.fingerprint() + " now.");
            } else {
                standings.put(one, Standing.NEW);
            }
        }
        return standings;
    }

    /** Twice the same rows would weigh twice. */
    private static List<Offered> withoutCopies(
            List<Offered> whole, Map<Offered, Standing> standings, List<String> notes) {
        Map<String, Offered> kept = new HashMap<>();
        whole.stream()
                .sorted(Comparator.comparing(
                        (Offered one) -> standing(standings, one).isNews()))
                .forEach(one -> {
                    Offered first = kept.putIfAbsent(one.fingerprint(), one);
                    if (first != null) {
                        notes.add(one.id() + " holds the same rows as " + first.id() + ", and is left out.");
                    }
                });
        Set<Offered> all = new HashSet<>(kept.values());
        return whole.stream().filter(all::contains).toList();
    }

    private static void missing(Listing listing, Lineage lineage, List<String> notes) {
        Set<String> there = listing.dataSets().stream().map(Offered::id).collect(Collectors.toSet());
        List<String> gone = lineage.ids().stream()
                .filter(id -> !there.contains(id))
                .sorted()
                .toList();
        if (!gone.isEmpty()) {
            notes.add(Counts.of(gone.size(), "data set") + " that the champion was trained on "
                    + (gone.size() == 1 ? "is" : "are") + " not there any more, " + gone.get(0)
                    + (gone.size() == 1 ? "." : " for one."));
        }
    }

    private static List<Offered> inside(
            List<Offered> once, Map<Offered, Standing> standings, Window window, List<String> notes) {
        if (!(window instanceof Window.Last last) || once.isEmpty()) {
            return once;
        }
        for (Offered one : once) {
            if (one.day().isEmpty()) {
                throw new BadInputException(Refusal.of("window", "last")
                        .because("asks for days, and data set '" + one.id() + "' has none")
                        .instead("give each entry of the manifest its day, or choose all"));
            }
        }
        LocalDate newest = once.stream()
                .map(one -> one.day().orElseThrow())
                .max(Comparator.naturalOrder())
                .orElseThrow();
        LocalDate first = newest.minusDays(last.days() - 1L);
        once.stream()
                .filter(one -> one.day().orElseThrow().isBefore(first))
                .filter(one -> standing(standings, one).isNews())
                .forEach(one -> notes.add(one.id() + " is new, but older than the window, which begins with " + first
                        + ": it is not trained on."));
        return once.stream()
                .filter(one -> !one.day().orElseThrow().isBefore(first))
                .toList();
    }

    /** What each row weighs. */
    private static Map<Standing, Double> weights(
            List<Offered> inside, Map<Offered, Standing> standings, Window window, List<String> notes) {
        double old = 1;
        double fresh = 1;
        if (window instanceof Window.Mixture mixture) {
            long rows = inside.stream().mapToLong(Offered::rows).sum();
            long oldRows = inside.stream()
                    .filter(one -> !standing(standings, one).isNews())
                    .mapToLong(Offered::rows)
                    .sum();
            if (oldRows == 0) {
                notes.add("There is nothing old to mix with: the new data have all of the rows that are drawn.");
            } else {
                old = mixture.old() / oldRows;
                fresh = mixture.fresh() / (rows - oldRows);
            }
        }
        return Map.of(Standing.NEW, fresh, Standing.CHANGED, fresh, Standing.OLD, old);
    }
}
