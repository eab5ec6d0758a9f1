package convoy.driver.profile;

import java.util.Optional;

/**
 * Rows that two data sets have in common, by ids and by their pixels.
 *
 * @param one URI of the first
 * @param other URI of the second
 * @param sameData whether both have one fingerprint, so that an id means one row
 * @param pictures rows of the first whose pixels are in the second
 * @param ids rows of the first whose ids are in the second
 * @param example of equal pixels; empty if there are none
 */
public record CommonRows(
        String one, String other, boolean sameData, long pictures, long ids, Optional<Example> example) {
    /**
     * Two rows of equal pixels: of the first data set the one with the lowest id.
     *
     * @param one id in the first
     * @param other the lowest id in the second
     */
    public record Example(long one, long other) {}
}
