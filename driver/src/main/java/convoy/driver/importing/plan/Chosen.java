package convoy.driver.importing.plan;

import convoy.driver.importing.Adjusted;
import convoy.driver.importing.ImportConfiguration;
import convoy.driver.importing.ImportConfiguration.OnBad;
import convoy.driver.importing.LeftOut;
import convoy.driver.importing.folders.FolderLayout;
import convoy.driver.importing.folders.FolderLayout.Role;
import convoy.records.BadInputException;
import convoy.worker.data.pictures.Adjustment;
import io.soabase.recordbuilder.core.RecordBuilder;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * Which folders of a source give rows, known once every piece has been read, and what gives none.
 *
 * @param classOf the class of the pictures of each folder that gives rows; for the formats that tell labels, the part of the
 *     source stands for the folder and for the class
 * @param all of those pictures
 * @param leftOut files that give no row, by reason
 * @param needed how many pictures needed each adjustment
 * @param exampleOf the first of them
 * @param bad how many records cannot be used
 * @param firstBad what is wrong with the first of them
 */
@RecordBuilder
public record Chosen(
        Map<String, String> classOf,
        Tally all,
        List<LeftOut> leftOut,
        Map<Adjustment, Long> needed,
        Map<Adjustment, String> exampleOf,
        long bad,
        List<String> firstBad) {
    private static final int MESSAGES = 100;

    /**
     * Chooses.
     *
     * @param configuration of the import
     * @param all what the pieces hold, summed up
     * @param hidden paths of files whose names hide them
     * @param emptyFolders that hold nothing
     * @return what gives rows and what does not
     * @throws BadInputException if something cannot be read, if there are records that cannot be used and that is not
     *     allowed, or if classes are in doubt
     */
    public static Chosen of(
            ImportConfiguration configuration, PieceSummary all, List<String> hidden, List<String> emptyFolders) {
        if (!all.fatal.isEmpty()) {
            throw new BadInputException(all.fatal.get(0));
        }
        if (configuration.split().isEmpty()) {
            all.folders.values().forEach(folder -> check(configuration, folder));
        }
        Choice choice = new Choice(configuration);
        if (configuration.format() == ImportConfiguration.Format.IMAGE_FOLDER) {
            choice.byFolders(all, emptyFolders);
        } else {
            all.folders.forEach((part, folder) -> choice.take(part, part, folder));
        }
        return choice.made(all, hidden);
    }

    /** {@return how many pictures were met, with those that cannot be used} */
    public long met() {
        return all.pictures + bad;
    }

    /**
     * {@return what was done to pictures, by kind}
     *
     * @param channels of the data set: where that is one, grey pictures stay as they are
     */
    public List<Adjusted> adjusted(int channels) {
        List<Adjusted> list = new ArrayList<>();
        needed.forEach((what, count) -> {
            if (what != Adjustment.GREY_WIDENED || channels > 1) {
                list.add(new Adjusted(what.text(), count, exampleOf.getOrDefault(what, "")));
            }
        });
        return list;
    }

    private static void check(ImportConfiguration configuration, PieceSummary.Folder folder) {
        if (folder.bad > 0 && configuration.onBad() == OnBad.FAIL) {
            throw new BadInputException(
                    folder.firstBad.get(0) + "; mend it, or leave such records out with --on-bad skip");
        }
    }

    private static final class Choice {
        private final ImportConfiguration configuration;
        private final Map<String, String> classOf = new TreeMap<>();
        private final Tally tally = new Tally();
        private final List<LeftOut> leftOut = new ArrayList<>();
        private final List<String> firstBad = new ArrayList<>();
        private long bad;
        private long ofOtherSplits;
        private String firstOfOtherSplits = "";
        private long outside;
        private String firstOutside = "";
        private final TreeMap<Adjustment, Long> adjusted = new TreeMap<>();
        private final TreeMap<Adjustment, String> exampleOfAdjusted = new TreeMap<>();
        private final TreeSet<String> emptyClasses = new TreeSet<>();

        Choice(ImportConfiguration configuration) {
            this.configuration = configuration;
        }

        void byFolders(PieceSummary all, List<String> emptyFolders) {
            if (all.folders.isEmpty()) {
                return;
            }
            FolderLayout layout = FolderLayout.of(
                    configuration.from(), all.folders.keySet(), configuration.split(), configuration.classesAt());
            all.folders.forEach((path, folder) -> layout.role(path).accept(new Role.Visitor() {
                @Override
                public void ofClass(String name) {
                    take(path, name, folder);
                }

                @Override
                public void otherSplit() {
                    leaveToOthers(folder);
                }

                @Override
                public void outside() {
                    leaveOutside(path, folder);
                }
            }));
            TreeSet<String> without = new TreeSet<>(all.otherFolders);
            without.addAll(emptyFolders);
            Set<String> classes = new HashSet<>(classOf.values());
            for (String path : without) {
                if (layout.role(path) instanceof Role.OfClass ofClass && !classes.contains(ofClass.name())) {
                    emptyClasses.add(ofClass.name());
                }
            }
        }

        void take(String path, String name, PieceSummary.Folder folder) {
            check(configuration, folder);
            if (folder.tally.pictures > 0) {
                classOf.put(path, name);
                tally.add(folder.tally);
            }
            folder.adjusted.forEach((what, count) -> adjusted.merge(what, count, Long::sum));
            folder.exampleOfAdjusted.forEach(exampleOfAdjusted::putIfAbsent);
            addBad(folder);
        }

        private void leaveToOthers(PieceSummary.Folder folder) {
            ofOtherSplits += folder.tally.pictures + folder.bad + folder.ofOtherSplits;
            if (firstOfOtherSplits.isEmpty()) {
                firstOfOtherSplits =
                        folder.firstOfOtherSplits.isEmpty() ? folder.firstPicture : folder.firstOfOtherSplits;
            }
        }

        private void leaveOutside(String path, PieceSummary.Folder folder) {
            check(configuration, folder);
            if (folder.tally.pictures > 0 && configuration.onBad() == OnBad.FAIL) {
                throw new BadInputException("source " + configuration.from() + " has pictures in "
                        + (path.isEmpty() ? "its top folder" : path) + ", as " + folder.firstPicture
                        + ", outside the folders of classes: put each picture into the folder of its class, or say"
                        + " --on-bad skip to leave such pictures out");
            }
            outside += folder.tally.pictures;
            firstOutside = firstOutside.isEmpty() ? folder.firstPicture : firstOutside;
            addBad(folder);
        }

        private void addBad(PieceSummary.Folder folder) {
            bad += folder.bad;
            for (String message : folder.firstBad) {
                if (firstBad.size() < MESSAGES) {
                    firstBad.add(message);
                }
            }
        }

        Chosen made(PieceSummary all, List<String> hidden) {
            long inPieces = all.ignoredFor.getOrDefault(LeftOut.Reason.HIDDEN, 0L);
            add(
                    LeftOut.Reason.HIDDEN.text(),
                    hidden.size() + inPieces,
                    hidden.isEmpty() ? all.exampleOf.getOrDefault(LeftOut.Reason.HIDDEN, "") : hidden.get(0));
            add(LeftOut.Reason.OTHER_SPLIT.text(), ofOtherSplits, firstOfOtherSplits);
            for (LeftOut.Reason reason : List.of(LeftOut.Reason.NO_PICTURES, LeftOut.Reason.UNREAD_ARCHIVE)) {
                add(reason.text(), all.ignoredFor.getOrDefault(reason, 0L), all.exampleOf.getOrDefault(reason, ""));
            }
            add(LeftOut.Reason.OUTSIDE, outside, firstOutside);
            add(LeftOut.Reason.EMPTY_CLASS, emptyClasses.size(), emptyClasses.isEmpty() ? "" : emptyClasses.first());
            add(LeftOut.Reason.UNUSABLE, bad, firstBad.isEmpty() ? "" : firstBad.get(0));
            return ChosenBuilder.builder()
                    .classOf(classOf)
                    .all(tally)
                    .leftOut(leftOut)
                    .needed(adjusted)
                    .exampleOf(exampleOfAdjusted)
                    .bad(bad)
                    .firstBad(firstBad)
                    .build();
        }

        private void add(String why, long files, String example) {
            if (files > 0) {
                leftOut.add(new LeftOut(why, files, example));
            }
        }
    }
}
