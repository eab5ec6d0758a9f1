package convoy.driver.importing.archive;

import java.util.function.Function;

/**
 * A link in an archive, to another path of the same archive.
 *
 * @param path of the link inside the source
 * @param where how to name it to a person
 * @param archive the folder that its archive stands for, empty for the source itself: a link leads nowhere outside of it
 * @param target as it is written: from the archive's top for a hard link, from the link's folder for a symbolic one
 * @param hard whether it is another name of the same content
 */
record Link(String path, String where, String archive, String target, boolean hard) implements Node {
    @Override
    public <R> R match(Function<Entry, R> entry, Function<Link, R> link) {
        return link.apply(this);
    }
}
