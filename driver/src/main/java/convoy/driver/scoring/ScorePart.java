package convoy.driver.scoring;

import convoy.records.annotation.Flat;

/**
 * One file of scores.
 *
 * @param name in its directory
 * @param bytes its length
 * @param sha256 in 64 hexadecimal digits
 * @param note what its own footer says of it
 */
public record ScorePart(
        String name, long bytes, String sha256, @Flat Note note) {

    /**
     * What a file says of itself.
     *
     * @param scoring fingerprint of the plan that it is of
     * @param processor the kind that it was computed on
     * @param rows in it
     * @param problems rows without scores
     * @param right rows whose label was the best class, or set of classes the ones that were found
     */
    public record Note(String scoring, String processor, int rows, int problems, int right) {}
}
