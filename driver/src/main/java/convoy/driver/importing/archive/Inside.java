package convoy.driver.importing.archive;

import java.io.InputStream;

/**
 * Where an archive stands in the source, so that what it holds gets a path.
 *
 * @param folder that it stands for; empty if it is the source itself
 * @param where how to name it to a person
 * @param linked whether it is reached by a link to another place of the source
 */
record Inside(String folder, String where, boolean linked) {
    Entry file(String name, InputStream bytes) {
        return Entry.of(path(name), where(name), Streams.packed(bytes, where)).linked(linked);
    }

    Entry folder(String name) {
        return Entry.folder(path(name), where);
    }

    Entry unreadable(String name, String fault) {
        return Entry.unreadable(path(name), where(name), fault);
    }

    Link link(String name, String target, boolean hard) {
        return new Link(path(name), where(name), folder, target, hard);
    }

    /** A double dot that leads out of the archive stays inside: no file lies there. */
    private String path(String name) {
        String clean = Names.normalized(name).orElseGet(() -> name.replace("../", ""));
        return folder.isEmpty() ? clean : folder + "/" + clean;
    }

    private String where(String name) {
        return where + ": " + (name.startsWith("./") ? name.substring(2) : name);
    }
}
