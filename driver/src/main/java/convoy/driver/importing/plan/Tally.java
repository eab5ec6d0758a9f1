package convoy.driver.importing.plan;

import convoy.driver.importing.records.Staged;
import java.io.Serializable;

/** Counts and exact sums over pictures, which add up to the same in any order. */
public final class Tally implements Serializable {
    private static final long serialVersionUID = 1L;

    long pictures;
    long imageBytes;
    long greyPictures;
    int leastHeight = Integer.MAX_VALUE;
    int mostHeight;
    int leastWidth = Integer.MAX_VALUE;
    int mostWidth;

    /** Of grey pictures and of coloured ones: how many pixels, and for each channel their sum and sum of squares. */
    long greyPixels;

    final long[] greySums = new long[2];
    long colouredPixels;
    final long[] colouredSums = new long[6];

    void add(Staged.Picture picture) {
        pictures++;
        imageBytes += picture.image().length;
        leastHeight = Math.min(leastHeight, picture.height());
        mostHeight = Math.max(mostHeight, picture.height());
        leastWidth = Math.min(leastWidth, picture.width());
        mostWidth = Math.max(mostWidth, picture.width());
        long pixels = (long) picture.height() * picture.width();
        boolean grey = picture.channels() == 1;
        if (grey) {
            greyPictures++;
            greyPixels += pixels;
        } else {
            colouredPixels += pixels;
        }
        add(grey ? greySums : colouredSums, picture.sums());
    }

    void add(Tally other) {
        pictures += other.pictures;
        imageBytes += other.imageBytes;
        greyPictures += other.greyPictures;
        leastHeight = Math.min(leastHeight, other.leastHeight);
        mostHeight = Math.max(mostHeight, other.mostHeight);
        leastWidth = Math.min(leastWidth, other.leastWidth);
        mostWidth = Math.max(mostWidth, other.mostWidth);
        greyPixels += other.greyPixels;
        add(greySums, other.greySums);
        colouredPixels += other.colouredPixels;
        add(colouredSums, other.colouredSums);
    }

    private static void add(long[] sums, long[] more) {
        for (int i = 0; i < sums.length; i++) {
            sums[i] = Math.addExact(sums[i], more[i]);
        }
    }
}
