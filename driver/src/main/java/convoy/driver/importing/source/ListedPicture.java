package convoy.driver.importing.source;

import java.util.List;

/**
 * What a list says of one picture.
 *
 * @param where which row of which list, for people
 * @param folder URI of the folder that a relative path begins in
 * @param path of the picture, as it is written there
 * @param labels its classes as they are written there, names or numbers
 * @param fault why it cannot be used, to follow {@code where}; empty if nothing is known to be wrong
 */
public record ListedPicture(String where, String folder, String path, List<String> labels, String fault) {
    public ListedPicture {
        labels = List.copyOf(labels);
    }

    /**
     * {@return a row that cannot be used}
     *
     * @param where which row of which list
     * @param fault to follow it
     */
    public static ListedPicture faulty(String where, String fault) {
        return new ListedPicture(where, "", "", List.of(), fault);
    }
}
