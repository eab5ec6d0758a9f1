package convoy.driver.importing;

/**
 * Files of a source that gave no row, for one reason.
 *
 * @param why as a person reads it
 * @param files how many
 * @param example the path of the first
 */
public record LeftOut(String why, long files, String example) {
    /** Why a file is not even looked into. */
    enum Reason {
        /** See {@link Source#isHidden}. */
        HIDDEN("hidden: the name, or a folder's, begins with a dot or is known litter"),
        /** Another was asked for. */
        OTHER_SPLIT("outside the split that was asked for"),
        /** By its name. */
        NO_PICTURES("hold no pictures of this format and split, by their names");

        private final String text;

        Reason(String text) {
            this.text = text;
        }

        String text() {
            return text;
        }
    }
}
