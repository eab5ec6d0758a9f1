package convoy.driver.importing;

import convoy.driver.importing.ImportConfiguration.Format;
import convoy.driver.importing.ImportConfiguration.OnBad;
import convoy.driver.importing.ImportConfiguration.Store;
import java.io.Serializable;
import java.util.List;

/**
 * How tasks read a source: of an import's configuration what they need, in a form that travels.
 *
 * @param split the part that is wanted; empty for all there is
 * @param side of the square that pictures are scaled to; 0 to leave them as they are
 * @param classes their names; empty if the source tells
 */
record Reading(Format format, String split, Store store, int side, OnBad onBad, List<String> classes)
        implements Serializable {
    static Reading of(ImportConfiguration configuration) {
        return new Reading(
                configuration.format(),
                configuration.split().orElse(""),
                configuration.store(),
                configuration.resize().orElse(0),
                configuration.onBad(),
                configuration.classes());
    }

    boolean wants(String part) {
        return split.isEmpty() || split.equals(part);
    }

    boolean wantsOneOf(List<String> folders) {
        return split.isEmpty() || folders.contains(split);
    }
}
