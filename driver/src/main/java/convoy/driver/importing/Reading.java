package convoy.driver.importing;

import convoy.driver.importing.ImportConfiguration.Format;
import convoy.driver.importing.ImportConfiguration.OnBad;
import convoy.driver.importing.ImportConfiguration.Store;
import convoy.driver.importing.source.Names;
import java.io.Serializable;
import java.util.List;

/**
 * How tasks read a source: of an import's configuration what they need, in a form that travels.
 *
 * @param split the part that is wanted; empty for all there is
 * @param side of the square that pictures are scaled to; 0 to leave them as they are
 * @param classes their names; empty if the source tells
 * @param names the charset of the names in archives; empty for UTF-8
 */
record Reading(Format format, String split, Store store, int side, OnBad onBad, List<String> classes, String names)
        implements Serializable {
    static Reading of(ImportConfiguration configuration) {
        return new Reading(
                configuration.format(),
                configuration.split().orElse(""),
                configuration.store(),
                configuration.resize().orElse(0),
                configuration.onBad(),
                configuration.classes(),
                configuration.names().orElse(""));
    }

    Names charset() {
        return Names.in(names);
    }

    boolean wants(String part) {
        return split.isEmpty() || split.equals(part);
    }

    /** Whether these may be the folders of a wanted picture: which of them is the split turns out later. */
    boolean wantsOneOf(List<String> folders) {
        return split.isEmpty() || folders.contains(split);
    }
}
