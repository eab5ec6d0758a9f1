package convoy.driver.importing.folders;

import convoy.records.BadInputException;
import java.text.Normalizer;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Predicate;

/**
 * Which folders of a source are wrappers, splits and classes.
 *
 * <ol>
 *   <li>The source itself, folder or archive, is none of them. An archive inside it counts as a folder.
 *   <li>Where all pictures lie in one folder that holds further folders, that folder is a wrapper.
 *   <li>Below the wrappers the folders are the classes, whatever lies deeper, unless their names are those of splits:
 *       train, test, validation and the like ({@link SplitName}).
 *   <li>If all of them are, and all hold folders, those further folders are the classes, and the split has to be named. It
 *       is looked for there first, then among the wrappers, then right below the classes.
 *   <li>Whatever is in doubt is refused: names of splits among others, two such names over pictures, classes that hold
 *       splits, or all of them the same folders. The split, or the depth at which the classes lie, settles it.
 * </ol>
 */
public final class FolderLayout {
    /** Shown of the folders of a level, and of those in each. */
    private static final int SHOWN = 5;

    private final String from;
    private final Optional<String> split;
    private final Optional<Integer> classesAt;
    private final Folder top = new Folder();

    /** The number of folders above a class. */
    private int classDepth;

    /** The folders above the classes, from the top. */
    private final List<String> above = new ArrayList<>();

    /** Whether splits lie right below the classes. */
    private boolean splitsBelow;

    /** What is below a folder, as far as pictures lie there. */
    private static final class Folder {
        final Map<String, Folder> folders = new TreeMap<>();

        boolean isLeaf() {
            return folders.isEmpty();
        }
    }

    /** What the pictures of a folder are. */
    public sealed interface Role {
        /**
         * Has the visitor's method for this role do its work.
         *
         * @param visitor whose method is called, once
         */
        void accept(Visitor visitor);

        /** What is done with a folder, by its role. */
        interface Visitor {
            /**
             * Its pictures are of this class.
             *
             * @param name of the class
             */
            void ofClass(String name);

            /** Its pictures are of a split that was not asked for. */
            void otherSplit();

            /** Its pictures lie in no class's folder. */
            void outside();
        }

        /**
         * Pictures of a class.
         *
         * @param name of the class
         */
        record OfClass(String name) implements Role {
            @Override
            public void accept(Visitor visitor) {
                visitor.ofClass(name);
            }
        }

        /** Pictures of a split that was not asked for. */
        record OtherSplit() implements Role {
            @Override
            public void accept(Visitor visitor) {
                visitor.otherSplit();
            }
        }

        /** Pictures that lie in no class's folder. */
        record Outside() implements Role {
            @Override
            public void accept(Visitor visitor) {
                visitor.outside();
            }
        }
    }

    private FolderLayout(String from, Optional<String> split, Optional<Integer> classesAt) {
        this.from = from;
        this.split = split.map(FolderLayout::className);
        this.classesAt = classesAt;
    }

    /**
     * Finds out.
     *
     * @param from the source, for messages
     * @param folders all that hold pictures, as paths inside the source
     * @param split the one that is wanted
     * @param classesAt how many folders down the classes lie, from 1, where the rule above shall not decide
     * @return what each folder is
     * @throws BadInputException if it is in doubt, or the split is not there
     */
    public static FolderLayout of(
            String from, Collection<String> folders, Optional<String> split, Optional<Integer> classesAt) {
        FolderLayout layout = new FolderLayout(from, split, classesAt);
        for (String folder : folders) {
            Folder at = layout.top;
            for (String part : parts(folder)) {
                at = at.folders.computeIfAbsent(part, name -> new Folder());
            }
        }
        if (classesAt.isEmpty()) {
            layout.find();
        }
        return layout;
    }

    /**
     * {@return the names along a path, in the form in which they are compared: what is typed has another than what a Mac packs}
     *
     * @param folder path inside the source
     */
    public static List<String> parts(String folder) {
        return folder.isEmpty() ? List.of() : List.of(className(folder).split("/", -1));
    }

    private void find() {
        Folder level = belowWrappers(top);
        if (split.isPresent()) {
            level = inSplit(level, split.get());
        }
        if (!splitsBelow) {
            checkLevel(level);
        }
        classDepth = above.size();
    }

    private Folder belowWrappers(Folder from) {
        Folder at = from;
        while (at.folders.size() == 1) {
            Map.Entry<String, Folder> only = at.folders.entrySet().iterator().next();
            if (only.getValue().isLeaf()) {
                break;
            }
            above.add(only.getKey());
            at = only.getValue();
        }
        return at;
    }

    private Folder inSplit(Folder level, String name) {
        Folder named = level.folders.get(name);
        boolean allSplits = level.folders.keySet().stream().allMatch(namesOfSplits(level));
        if (named != null && !named.isLeaf() && (allSplits || !above.contains(name))) {
            above.add(name);
            return belowWrappers(named);
        }
        if (named != null && named.isLeaf() && !above.contains(name)) {
            throw new BadInputException("source " + from + ": the folder " + path(name)
                    + " holds pictures and no folders of classes: put each picture into a folder of its class");
        }
        if (named != null && !named.isLeaf()) {
            throw doubt(level);
        }
        if (above.contains(name)) {
            return level;
        }
        if (level.folders.values().stream().anyMatch(folder -> folder.folders.containsKey(name))) {
            // Each class has that split, and pictures right in it; else what is above the splits may be no classes.
            boolean everywhere = level.folders.values().stream()
                    .allMatch(folder -> folder.folders.containsKey(name)
                            && folder.folders.values().stream().allMatch(Folder::isLeaf));
            if (!everywhere) {
                throw doubt(level);
            }
            splitsBelow = true;
            return level;
        }
        throw new BadInputException("source " + from + " has no folder " + name + " where splits lie; " + seen(level)
                + ": leave --split out if the source is that split");
    }

    /** Whether these are classes, and surely so. */
    private void checkLevel(Folder level) {
        if (level.isLeaf()) {
            throw new BadInputException("source " + from + " has pictures in "
                    + (above.isEmpty() ? "its top folder" : String.join("/", above))
                    + ", outside the folders of classes: put each picture into the folder of its class");
        }
        Predicate<String> namesSplit = namesOfSplits(level);
        long splits = level.folders.keySet().stream().filter(namesSplit).count();
        boolean deep = level.folders.values().stream().noneMatch(Folder::isLeaf);
        if (splits == level.folders.size() && splits > 1 && deep && split.isEmpty()) {
            throw new BadInputException("source " + from + " holds " + String.join(" and ", level.folders.keySet())
                    + ": say which, with --split "
                    + String.join(
                            " or --split ",
                            level.folders.keySet().stream().limit(SHOWN).toList()));
        }
        // CIFAR-100 has a class called train: one such name among others, and nothing but pictures in it.
        boolean isClass = splits == 1
                && level.folders.size() > 1
                && level.folders.entrySet().stream()
                        .allMatch(entry -> entry.getValue().isLeaf() || !namesSplit.test(entry.getKey()));
        if (splits > 0 && !isClass) {
            throw doubt(level);
        }
        if (holdTheSame(level)) {
            throw doubt(level);
        }
        for (Folder below : level.folders.values()) {
            if (below.folders.size() > 1 && below.folders.keySet().stream().allMatch(SplitName::isOne)) {
                throw doubt(level);
            }
        }
    }

    /** Which names of a level are those of splits. */
    private static Predicate<String> namesOfSplits(Folder level) {
        return SplitName.areIn(level.folders.keySet()) ? name -> true : SplitName::isOne;
    }

    /** Whether folders hold the same folders, each two or more: then those may be the classes, and these be folds or years. */
    private static boolean holdTheSame(Folder level) {
        Set<Set<String>> held = new HashSet<>();
        level.folders.values().forEach(folder -> held.add(folder.folders.keySet()));
        return level.folders.size() > 1
                && held.size() == 1
                && held.iterator().next().size() > 1;
    }

    private BadInputException doubt(Folder level) {
        int depth = above.size() + 1;
        return new BadInputException("source " + from + ": " + seen(level)
                + "; it is not clear which of these are classes"
                + (split.isEmpty() ? " and which are splits: name a split with --split, or say" : ": say")
                + " where the classes lie, --classes-at " + depth + " if these folders are, --classes-at " + (depth + 1)
                + " if those in them are");
    }

    private String seen(Folder level) {
        if (level.isLeaf()) {
            return (above.isEmpty() ? "its top folder" : String.join("/", above)) + " holds pictures only";
        }
        List<String> texts = new ArrayList<>();
        level.folders.entrySet().stream().limit(SHOWN).forEach(entry -> {
            Folder folder = entry.getValue();
            texts.add(entry.getKey() + (folder.isLeaf() ? "" : " (with " + some(folder.folders.keySet(), SHOWN) + ")"));
        });
        int more = level.folders.size() - texts.size();
        return (above.isEmpty() ? "it holds " : String.join("/", above) + " holds ")
                + String.join(", ", texts)
                + (more > 0 ? ", and " + more + " more" : "");
    }

    private static String some(Collection<String> names, int most) {
        String shown = String.join(", ", names.stream().limit(most).toList());
        return names.size() > most ? shown + ", and " + (names.size() - most) + " more" : shown;
    }

    private String path(String name) {
        return above.isEmpty() ? name : String.join("/", above) + "/" + name;
    }

    /**
     * {@return what the pictures that lie right in a folder are}
     *
     * @param folder path inside the source
     */
    public Role role(String folder) {
        List<String> parts = parts(folder);
        if (classesAt.isPresent()) {
            return atDepth(parts, classesAt.get() - 1);
        }
        int common = Math.min(parts.size(), above.size());
        boolean inside =
                parts.size() >= above.size() && parts.subList(0, above.size()).equals(above);
        if (!inside) {
            boolean onTheWay = parts.equals(above.subList(0, common));
            boolean belowSplit = split.isEmpty() || parts.contains(split.get());
            return onTheWay && belowSplit ? new Role.Outside() : new Role.OtherSplit();
        }
        if (parts.size() == classDepth) {
            return splitsBelow ? new Role.OtherSplit() : new Role.Outside();
        }
        if (splitsBelow
                && (parts.size() < classDepth + 2 || !parts.get(classDepth + 1).equals(split.orElse("")))) {
            return new Role.OtherSplit();
        }
        return new Role.OfClass(className(parts.get(classDepth)));
    }

    private Role atDepth(List<String> parts, int depth) {
        if (split.isPresent()) {
            boolean within = false;
            for (int i = 0; i < parts.size(); i++) {
                within |= i != depth && parts.get(i).equals(split.get());
            }
            if (!within) {
                return new Role.OtherSplit();
            }
        }
        return parts.size() > depth ? new Role.OfClass(className(parts.get(depth))) : new Role.Outside();
    }

    /**
     * {@return the name of a folder's class} The same text is the same class, whether its letters carry their accents or are followed by
     * them.
     *
     * @param folder its name
     */
    public static String className(String folder) {
        return Normalizer.normalize(folder, Normalizer.Form.NFC);
    }
}
