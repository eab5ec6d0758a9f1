package convoy.driver.importing;

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

/** What the driver wants to know of a piece of the source, or of several: counts and sums, never pictures. */
final class PieceSummary implements Serializable {
    private static final long serialVersionUID = 1L;

    private static final int MESSAGES = 100;
    private static final int EXAMPLES = 5;

    long pictures;
    long imageBytes;
    long greyPictures;
    int leastHeight = Integer.MAX_VALUE;
    int mostHeight;
    int leastWidth = Integer.MAX_VALUE;
    int mostWidth;
    int mostLabel = -1;

    /** Of grey pictures and of coloured ones: how many pixels, and for each channel their sum and sum of squares. */
    long greyPixels;

    final long[] greySums = new long[2];
    long colouredPixels;
    final long[] colouredSums = new long[6];

    /** How many pictures lie in each folder. */
    final TreeMap<String, Long> folders = new TreeMap<>();

    long bad;
    final ArrayList<String> firstBad = new ArrayList<>();
    final ArrayList<String> fatal = new ArrayList<>();
    final ArrayList<String> names = new ArrayList<>();
    long ignored;
    final ArrayList<String> firstIgnored = new ArrayList<>();

    /** How many were ignored for each reason, and the first of them. */
    final TreeMap<LeftOut.Reason, Long> ignoredFor = new TreeMap<>();

    final TreeMap<LeftOut.Reason, String> exampleOf = new TreeMap<>();

    /** How many pictures needed each adjustment, and the first of them. */
    final TreeMap<Adjustment, Long> adjusted = new TreeMap<>();

    final TreeMap<Adjustment, String> exampleOfAdjusted = new TreeMap<>();

    /** How many pictures have each label, where the source tells labels. */
    final TreeMap<Integer, Long> labels = new TreeMap<>();

    /** Of all records of a piece. */
    static PieceSummary of(Iterator<byte[]> records) {
        PieceSummary summary = new PieceSummary();
        while (records.hasNext()) {
            summary.add(Staged.decode(records.next()));
        }
        return summary;
    }

    void add(Staged record) {
        if (record instanceof Staged.Picture picture) {
            add(picture);
        } else if (record instanceof Staged.Bad broken) {
            bad++;
            addSome(firstBad, List.of(broken.message()), MESSAGES);
        } else if (record instanceof Staged.Fatal end) {
            addSome(fatal, List.of(end.message()), 1);
        } else if (record instanceof Staged.Names classes) {
            addSome(names, classes.names(), Integer.MAX_VALUE);
        } else if (record instanceof Staged.Ignored file) {
            ignored++;
            addSome(firstIgnored, List.of(file.name()), EXAMPLES);
            ignoredFor.merge(file.reason(), 1L, Long::sum);
            exampleOf.putIfAbsent(file.reason(), file.name());
        }
    }

    private void add(Staged.Picture picture) {
        pictures++;
        imageBytes += picture.image().length;
        leastHeight = Math.min(leastHeight, picture.height());
        mostHeight = Math.max(mostHeight, picture.height());
        leastWidth = Math.min(leastWidth, picture.width());
        mostWidth = Math.max(mostWidth, picture.width());
        mostLabel = Math.max(mostLabel, picture.label());
        long pixels = (long) picture.height() * picture.width();
        long[] sums = picture.channels() == 1 ? greySums : colouredSums;
        if (picture.channels() == 1) {
            greyPictures++;
            greyPixels += pixels;
        } else {
            colouredPixels += pixels;
        }
        for (int i = 0; i < sums.length; i++) {
            sums[i] = Math.addExact(sums[i], picture.sums()[i]);
        }
        folders.merge(picture.folder(), 1L, Long::sum);
        for (Adjustment one : picture.needed().adjustments()) {
            adjusted.merge(one, 1L, Long::sum);
            exampleOfAdjusted.putIfAbsent(one, picture.needed().name());
        }
        if (picture.label() >= 0) {
            labels.merge(picture.label(), 1L, Long::sum);
        }
    }

    /** This one and those after it, in the order of the pieces. */
    PieceSummary plus(PieceSummary after) {
        PieceSummary both = new PieceSummary();
        for (PieceSummary one : List.of(this, after)) {
            both.pictures += one.pictures;
            both.imageBytes += one.imageBytes;
            both.greyPictures += one.greyPictures;
            both.leastHeight = Math.min(both.leastHeight, one.leastHeight);
            both.mostHeight = Math.max(both.mostHeight, one.mostHeight);
            both.leastWidth = Math.min(both.leastWidth, one.leastWidth);
            both.mostWidth = Math.max(both.mostWidth, one.mostWidth);
            both.mostLabel = Math.max(both.mostLabel, one.mostLabel);
            both.greyPixels += one.greyPixels;
            both.colouredPixels += one.colouredPixels;
            for (int i = 0; i < one.greySums.length; i++) {
                both.greySums[i] = Math.addExact(both.greySums[i], one.greySums[i]);
            }
            for (int i = 0; i < one.colouredSums.length; i++) {
                both.colouredSums[i] = Math.addExact(both.colouredSums[i], one.colouredSums[i]);
            }
            one.folders.forEach((folder, count) -> both.folders.merge(folder, count, Long::sum));
            both.bad += one.bad;
            addSome(both.firstBad, one.firstBad, MESSAGES);
            addSome(both.fatal, one.fatal, 1);
            if (both.names.isEmpty()) {
                addSome(both.names, one.names, Integer.MAX_VALUE);
            }
            both.ignored += one.ignored;
            addSome(both.firstIgnored, one.firstIgnored, EXAMPLES);
            one.ignoredFor.forEach((reason, count) -> both.ignoredFor.merge(reason, count, Long::sum));
            one.exampleOf.forEach(both.exampleOf::putIfAbsent);
            one.adjusted.forEach((what, count) -> both.adjusted.merge(what, count, Long::sum));
            one.exampleOfAdjusted.forEach(both.exampleOfAdjusted::putIfAbsent);
            one.labels.forEach((label, count) -> both.labels.merge(label, count, Long::sum));
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

    /** What gave no row, by reason; records that could not be used come last. */
    List<LeftOut> leftOut() {
        List<LeftOut> list = new ArrayList<>();
        ignoredFor.forEach(
                (reason, count) -> list.add(new LeftOut(reason.text(), count, exampleOf.getOrDefault(reason, ""))));
        if (bad > 0) {
            list.add(new LeftOut("cannot be used", bad, firstBad.get(0)));
        }
        return list;
    }

    /**
     * What was done to pictures, by kind.
     *
     * @param channels of the data set: where that is one, grey pictures stay as they are
     */
    List<Adjusted> adjusted(int channels) {
        List<Adjusted> list = new ArrayList<>();
        adjusted.forEach((what, count) -> {
            if (what != Adjustment.GREY_WIDENED || channels > 1) {
                list.add(new Adjusted(what.text(), count, exampleOfAdjusted.getOrDefault(what, "")));
            }
        });
        return list;
    }

    /** As bytes, because Spark's serializers know those without being told. */
    byte[] encode() {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (ObjectOutputStream out = new ObjectOutputStream(bytes)) {
            out.writeObject(this);
        } catch (IOException e) {
            throw new IllegalStateException("writing to memory", e);
        }
        return bytes.toByteArray();
    }

    static PieceSummary decode(byte[] bytes) {
        try (ObjectInputStream in = new ObjectInputStream(new ByteArrayInputStream(bytes))) {
            return (PieceSummary) in.readObject();
        } catch (IOException | ClassNotFoundException e) {
            throw new IllegalStateException("reading from memory", e);
        }
    }
}
