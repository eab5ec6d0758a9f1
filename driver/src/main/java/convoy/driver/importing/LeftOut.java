package convoy.driver.importing;

import convoy.worker.data.format.Provenance;

/**
 * Files of a source that gave no row, for one reason.
 *
 * @param why as a person reads it
 * @param files how many
 * @param example the path of the first
 */
public record LeftOut(String why, long files, String example) {
    /** {@return whether these are records that cannot be used, each of which has a reason of its own} */
    public boolean isUnusable() {
        return why.equals(Reason.UNUSABLE);
    }

    /** {@return the same as a data set says it of itself} */
    public Provenance.Counted counted() {
        return new Provenance.Counted(why, files, example);
    }

    /** Why a file is not even looked into. */
    public enum Reason {
        /** See {@link convoy.driver.importing.source.Source#hidden}. */
        HIDDEN("hidden: the name, or a folder's, begins with a dot or is known litter"),
        /** Another was asked for. */
        OTHER_SPLIT("outside the split that was asked for"),
        /** By its name. */
        NO_PICTURES("hold no pictures of this format and split, by their names"),
        /** Is no file, and not counted: a folder that an archive mentions may hold no picture. */
        FOLDER("folders"),
        /** By its name. */
        UNREAD_ARCHIVE("archives of a kind that is not read: unpack them, or pack them as tar or zip");

        /** In such a folder there is no class to give a picture. */
        public static final String OUTSIDE = "outside the folders of classes";

        /** Folders are told of too, where nothing comes of them. */
        public static final String EMPTY_CLASS = "folders that stand where classes do and hold no picture";

        /** Each of these records has a reason of its own. */
        public static final String UNUSABLE = "cannot be used";

        private final String text;

        Reason(String text) {
            this.text = text;
        }

        /** {@return the same in one line, as a person reads it} */
        public String text() {
            return text;
        }
    }
}
