package convoy.driver.importing.plan;

import convoy.driver.importing.LeftOut;
import convoy.driver.importing.records.Staged;
import convoy.worker.data.pictures.Adjustment;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.TreeMap;
import java.util.TreeSet;

/** What the driver wants to know of a piece of the source, or of several: counts and sums, never pictures. */
public final class PieceSummary implements Serializable {
    private static final long serialVersionUID = 1L;

    /** Enough for a person; they are counted all the same. */
    private static final int MESSAGES = 100;

    /**
     * What lies right in one folder; all folders of a source have one name each. Only some of them turn out to be of the
     * split and of classes, once the folders of all pieces are known.
     */
    static final class Folder implements Serializable {
        private static final long serialVersionUID = 1L;

        final Tally tally = new Tally();

        /** The path of the first picture. */
        String firstPicture = "";

        /** Records that cannot be used, and what is wrong with the first of them. */
        long bad;

        final ArrayList<String> firstBad = new ArrayList<>();

        /** Pictures that nobody looked into, since no folder above them has the name of the split. */
        long ofOtherSplits;

        String firstOfOtherSplits = "";

        /** How many pictures needed each adjustment, and the first of them. */
        final TreeMap<Adjustment, Long> adjusted = new TreeMap<>();

        final TreeMap<Adjustment, String> exampleOfAdjusted = new TreeMap<>();

        void add(Folder other) {
            tally.add(other.tally);
            firstPicture = firstPicture.isEmpty() ? other.firstPicture : firstPicture;
            bad += other.bad;
            addSome(firstBad, other.firstBad, MESSAGES);
            ofOtherSplits += other.ofOtherSplits;
            other.adjusted.forEach((what, count) -> adjusted.merge(what, count, Long::sum));
            other.exampleOfAdjusted.forEach(exampleOfAdjusted::putIfAbsent);
            firstOfOtherSplits = firstOfOtherSplits.isEmpty() ? other.firstOfOtherSplits : firstOfOtherSplits;
        }
    }

    /** By the folder's path; where the source tells labels, by the part of the source, {@code train} or {@code test}. */
    final TreeMap<String, Folder> folders = new TreeMap<>();

    /** How many pictures have each label, where the source tells labels. */
    final TreeMap<Integer, Long> labels = new TreeMap<>();

    final ArrayList<String> fatal = new ArrayList<>();
    final ArrayList<String> names = new ArrayList<>();

    /** How many files were ignored for each reason, and the first of them. */
    final TreeMap<LeftOut.Reason, Long> ignoredFor = new TreeMap<>();

    final TreeMap<LeftOut.Reason, String> exampleOf = new TreeMap<>();

    /** Folders that hold files and none that is a picture. */
    final TreeSet<String> otherFolders = new TreeSet<>();

    /**
     * {@return what the driver wants to know of all records of a piece}
     *
     * @param records encoded, as {@link Staged} does it
     */
    public static PieceSummary of(Iterator<byte[]> records) {
        PieceSummary summary = new PieceSummary();
        while (records.hasNext()) {
            summary.add(Staged.decode(records.next()));
        }
        return summary;
    }

    /** {@return how many pictures there are, whatever their folders turn out to be} */
    public long pictures() {
        return folders.values().stream()
                .mapToLong(folder -> folder.tally.pictures)
                .sum();
    }

    void add(Staged record) {
        record.accept(new Adding());
    }

    private final class Adding implements Staged.Visitor {
        @Override
        public void picture(Staged.Picture picture) {
            Folder folder = folder(picture.folder());
            folder.tally.add(picture);
            folder.firstPicture = folder.firstPicture.isEmpty() ? picture.name() : folder.firstPicture;
            for (Adjustment one : picture.needed()) {
                folder.adjusted.merge(one, 1L, Long::sum);
                folder.exampleOfAdjusted.putIfAbsent(one, picture.name());
            }
            if (picture.label() >= 0) {
                labels.merge(picture.label(), 1L, Long::sum);
            }
        }

        @Override
        public void bad(Staged.Bad broken) {
            Folder folder = folder(broken.folder());
            folder.bad++;
            addSome(folder.firstBad, List.of(broken.message()), MESSAGES);
        }

        @Override
        public void fatal(Staged.Fatal end) {
            addSome(fatal, List.of(end.message()), 1);
        }

        @Override
        public void names(Staged.Names classes) {
            addSome(names, classes.names(), Integer.MAX_VALUE);
        }

        @Override
        public void ignored(Staged.Ignored file) {
            leaveOut(file);
        }
    }

    private void leaveOut(Staged.Ignored file) {
        String path = file.name();
        String folder = path.substring(0, Math.max(0, path.lastIndexOf('/')));
        switch (file.reason()) {
            case OTHER_SPLIT -> {
                Folder in = folder(folder);
                in.ofOtherSplits++;
                in.firstOfOtherSplits = in.firstOfOtherSplits.isEmpty() ? path : in.firstOfOtherSplits;
            }
            case FOLDER -> otherFolders.add(folder);
            case NO_PICTURES, UNREAD_ARCHIVE, HIDDEN -> {
                ignoredFor.merge(file.reason(), 1L, Long::sum);
                exampleOf.putIfAbsent(file.reason(), path);
                if (file.reason() != LeftOut.Reason.HIDDEN) {
                    otherFolders.add(folder);
                }
            }
        }
    }

    private Folder folder(String path) {
        return folders.computeIfAbsent(path, name -> new Folder());
    }

    /**
     * {@return this one and those after it, in the order of the pieces}
     *
     * @param after what comes next
     */
    public PieceSummary plus(PieceSummary after) {
        PieceSummary both = new PieceSummary();
        for (PieceSummary one : List.of(this, after)) {
            one.folders.forEach((path, folder) -> both.folder(path).add(folder));
            one.labels.forEach((label, count) -> both.labels.merge(label, count, Long::sum));
            addSome(both.fatal, one.fatal, 1);
            if (both.names.isEmpty()) {
                addSome(both.names, one.names, Integer.MAX_VALUE);
            }
            one.ignoredFor.forEach((reason, count) -> both.ignoredFor.merge(reason, count, Long::sum));
            one.exampleOf.forEach(both.exampleOf::putIfAbsent);
            both.otherFolders.addAll(one.otherFolders);
        }
        return both;
    }

    private static void addSome(List<String> to, List<String> more, int most) {
        for (String text : more) {
            if (to.size() < most) {
                to.add(text);
            }
        }
    }

    /** {@return it as bytes, because Spark's serializers know those without being told} */
    public byte[] encode() {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (ObjectOutputStream out = new ObjectOutputStream(bytes)) {
            out.writeObject(this);
        } catch (IOException e) {
            throw new IllegalStateException("writing to memory", e);
        }
        return bytes.toByteArray();
    }

    /**
     * {@return what {@link #encode} wrote}
     *
     * @param bytes of {@link #encode}
     */
    public static PieceSummary decode(byte[] bytes) {
        try (ObjectInputStream in = new ObjectInputStream(new ByteArrayInputStream(bytes))) {
            return (PieceSummary) in.readObject();
        } catch (IOException | ClassNotFoundException e) {
            throw new IllegalStateException("reading from memory", e);
        }
    }
}
