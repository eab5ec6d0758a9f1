package convoy.architectures.drawing;

import convoy.architectures.drawing.Item.Group;
import convoy.architectures.drawing.Item.Leaf;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Boxes in nested frames, by the parts of their names, with runs of like frames folded into one. Frames that would say
 * nothing are left out: those around one thing, those inside others around a plain chain, and those that what they hold
 * leaves and enters again.
 */
final class Folding {
    private final Group root;
    private final Set<Arrow> arrows;
    private final int mainHead;

    private Folding(Sketch sketch) {
        this.arrows = new LinkedHashSet<>(sketch.arrows());
        this.mainHead = sketch.mainHead();
        this.root = frame("", sketch.boxes(), 0);
    }

    static Folding of(Sketch sketch) {
        return new Folding(sketch);
    }

    /** The whole picture; its own frame is not drawn. */
    Group root() {
        return root;
    }

    /** The arrows between the boxes that are left. */
    Set<Arrow> arrows() {
        return arrows;
    }

    /** The boxes from which an arrow leads, in the end, to the main head: the way that a reader follows first. */
    Set<Integer> leadingToMainHead() {
        Set<Integer> leading = new HashSet<>();
        leading.add(mainHead);
        boolean grown = true;
        while (grown) {
            grown = false;
            for (Arrow arrow : arrows) {
                grown |= leading.contains(arrow.to()) && leading.add(arrow.from());
            }
        }
        return leading;
    }

    private Group frame(String path, List<Box> boxes, int depth) {
        List<Item> items = new ArrayList<>();
        Map<String, List<Box>> parts = new LinkedHashMap<>();
        for (Box box : boxes) {
            String[] names = box.path().split("\\.", -1);
            if (names.length <= depth + 1) {
                items.add(new Leaf(box));
            } else {
                parts.computeIfAbsent(names[depth], part -> new ArrayList<>()).add(box);
            }
        }
        parts.forEach((part, inside) -> {
            Group group = frame(path.isEmpty() ? part : path + "." + part, inside, depth + 1);
            boolean trivial = group.items().size() == 1 || (depth > 0 && isChain(group));
            if (trivial || isLeftAndEnteredAgain(group)) {
                items.addAll(group.items());
            } else {
                items.add(group);
            }
        });
        List<Item> ordered = acyclic(items);
        ordered.sort(Comparator.comparingInt(item -> item.boxes().get(0).id()));
        return new Group(path, path, 1, foldRuns(ordered));
    }

    /** Opens all frames if arrows go around in circles between them. */
    private List<Item> acyclic(List<Item> items) {
        Map<Integer, Integer> owner = new HashMap<>();
        for (int i = 0; i < items.size(); i++) {
            for (Box box : items.get(i).boxes()) {
                owner.put(box.id(), i);
            }
        }
        Map<Integer, Set<Integer>> before = new HashMap<>();
        for (Arrow arrow : arrows) {
            Integer from = owner.get(arrow.from());
            Integer to = owner.get(arrow.to());
            if (from != null && to != null && !from.equals(to)) {
                before.computeIfAbsent(to, item -> new HashSet<>()).add(from);
            }
        }
        Set<Integer> done = new HashSet<>();
        boolean moved = true;
        while (moved) {
            moved = false;
            for (int i = 0; i < items.size(); i++) {
                if (!done.contains(i) && done.containsAll(before.getOrDefault(i, Set.of()))) {
                    done.add(i);
                    moved = true;
                }
            }
        }
        if (done.size() == items.size()) {
            return new ArrayList<>(items);
        }
        return items.stream()
                .flatMap(item -> item.boxes().stream())
                .map(Leaf::new)
                .collect(Collectors.toCollection(ArrayList::new));
    }

    private static Set<Integer> ids(Item item) {
        return item.boxes().stream().map(Box::id).collect(Collectors.toSet());
    }

    private boolean isChain(Group group) {
        if (group.items().stream().anyMatch(Group.class::isInstance)) {
            return false;
        }
        Set<Integer> ids = ids(group);
        for (int id : ids) {
            long in = arrows.stream().filter(arrow -> arrow.to() == id).count();
            long out = arrows.stream()
                    .filter(arrow -> arrow.from() == id && ids.contains(arrow.to()))
                    .count();
            if (in > 1 || out > 1) {
                return false;
            }
        }
        return true;
    }

    private boolean isLeftAndEnteredAgain(Group group) {
        Set<Integer> ids = ids(group);
        Set<Integer> seen = new HashSet<>();
        Deque<Integer> open = new ArrayDeque<>();
        for (Arrow arrow : arrows) {
            if (ids.contains(arrow.from()) && !ids.contains(arrow.to()) && seen.add(arrow.to())) {
                open.add(arrow.to());
            }
        }
        while (!open.isEmpty()) {
            int id = open.remove();
            for (Arrow arrow : arrows) {
                if (arrow.from() == id) {
                    if (ids.contains(arrow.to())) {
                        return true;
                    }
                    if (seen.add(arrow.to())) {
                        open.add(arrow.to());
                    }
                }
            }
        }
        return false;
    }

    private List<Item> foldRuns(List<Item> items) {
        List<Item> folded = new ArrayList<>();
        int i = 0;
        while (i < items.size()) {
            if (!(items.get(i) instanceof Group first)) {
                folded.add(items.get(i));
                i++;
                continue;
            }
            List<Group> run = new ArrayList<>(List.of(first));
            while (i + run.size() < items.size()
                    && items.get(i + run.size()) instanceof Group next
                    && follows(run.get(run.size() - 1), next)) {
                run.add(next);
            }
            folded.add(run.size() == 1 ? first : fold(run));
            i += run.size();
        }
        return folded;
    }

    /** Whether {@code next} is like {@code group}, reads its one output and is alone in doing so. */
    private boolean follows(Group group, Group next) {
        Set<Integer> inside = ids(group);
        Set<Integer> after = ids(next);
        Set<Arrow> leaving = arrows.stream()
                .filter(arrow -> inside.contains(arrow.from()) && !inside.contains(arrow.to()))
                .collect(Collectors.toSet());
        Set<Arrow> entering = arrows.stream()
                .filter(arrow -> !after.contains(arrow.from()) && after.contains(arrow.to()))
                .collect(Collectors.toSet());
        boolean oneOutput = leaving.stream().map(Arrow::from).distinct().count() == 1;
        return oneOutput && leaving.equals(entering) && likeness(group).equals(likeness(next));
    }

    /** All that must agree for two frames to be drawn as one: boxes, arrows inside, which boxes read from outside. */
    private String likeness(Group group) {
        List<Box> boxes = group.boxes();
        Map<Integer, Integer> place = new HashMap<>();
        boxes.forEach(box -> place.put(box.id(), place.size()));
        Set<String> lines = new LinkedHashSet<>();
        lines.add(Integer.toString(group.repeats()));
        boxes.forEach(box -> lines.add(place.get(box.id()) + " " + box.likenessIn(group.first())));
        for (Arrow arrow : arrows) {
            if (place.containsKey(arrow.to())) {
                Integer from = place.get(arrow.from());
                lines.add((from == null ? "outside" : from) + " to " + place.get(arrow.to()));
            } else if (place.containsKey(arrow.from())) {
                lines.add(place.get(arrow.from()) + " to outside");
            }
        }
        return lines.stream().sorted().collect(Collectors.joining("\n"));
    }

    private Group fold(List<Group> run) {
        Group first = run.get(0);
        Group last = run.get(run.size() - 1);
        Set<Integer> gone =
                run.stream().skip(1).flatMap(group -> ids(group).stream()).collect(Collectors.toSet());
        Set<Integer> lastIds = ids(last);
        Map<Integer, Integer> twin = new HashMap<>();
        for (int i = 0; i < last.boxes().size(); i++) {
            twin.put(last.boxes().get(i).id(), first.boxes().get(i).id());
        }
        Set<Arrow> kept = new LinkedHashSet<>();
        for (Arrow arrow : arrows) {
            if (lastIds.contains(arrow.from()) && !lastIds.contains(arrow.to())) {
                kept.add(new Arrow(twin.getOrDefault(arrow.from(), arrow.from()), arrow.to()));
            } else if (!gone.contains(arrow.from()) && !gone.contains(arrow.to())) {
                kept.add(arrow);
            }
        }
        arrows.clear();
        arrows.addAll(kept);
        return new Group(first.first(), last.last(), run.size(), through(first.items(), last.boxes()));
    }

    /** The items with each box standing for its like in the last block too. */
    private static List<Item> through(List<Item> items, List<Box> last) {
        List<Item> standing = new ArrayList<>();
        int done = 0;
        for (Item item : items) {
            int count = item.boxes().size();
            List<Box> likes = last.subList(done, done + count);
            standing.add(item.match(
                    leaf -> new Leaf(leaf.box().through(likes.get(0))),
                    group -> new Group(group.first(), group.last(), group.repeats(), through(group.items(), likes))));
            done += count;
        }
        return standing;
    }
}
