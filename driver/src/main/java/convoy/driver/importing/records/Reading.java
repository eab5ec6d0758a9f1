package convoy.driver.importing.records;

import convoy.driver.importing.ImportConfiguration;
import convoy.driver.importing.ImportConfiguration.Channels;
import convoy.driver.importing.ImportConfiguration.Format;
import convoy.driver.importing.ImportConfiguration.Labels;
import convoy.driver.importing.ImportConfiguration.OnBad;
import convoy.driver.importing.ImportConfiguration.Store;
import convoy.driver.importing.PictureColumns;
import convoy.driver.importing.archive.Names;
import convoy.driver.importing.folders.FolderLayout;
import convoy.worker.data.pictures.Orientation;
import io.soabase.recordbuilder.core.RecordBuilder;
import java.io.Serializable;
import java.util.List;

/**
 * How tasks read a source: of an import's configuration what they need, in a form that travels.
 *
 * @param format what the source holds
 * @param split the part that is wanted; empty for all there is
 * @param store how the data set keeps images
 * @param side of the square that pictures are scaled to; 0 to leave them as they are
 * @param channels of the data set
 * @param orientation of pictures that a camera noted as turned
 * @param onBad what is done about a record that cannot be used
 * @param columns of a table that hold the pictures and their classes
 * @param listed whether a list names the pictures, and a table has none
 * @param coarse whether CIFAR-100's label of a group of classes is wanted
 * @param classes their names; empty if the source tells
 * @param names the charset of the names in archives; empty for UTF-8
 */
@RecordBuilder
public record Reading(
        Format format,
        String split,
        Store store,
        int side,
        Channels channels,
        Orientation orientation,
        OnBad onBad,
        PictureColumns columns,
        boolean listed,
        boolean coarse,
        List<String> classes,
        String names)
        implements Serializable {
    /**
     * {@return what tasks need to know of an import}
     *
     * @param configuration of the import
     */
    public static Reading of(ImportConfiguration configuration) {
        return ReadingBuilder.builder()
                .format(configuration.format())
                .split(FolderLayout.className(configuration.split().orElse("")))
                .store(configuration.store())
                .side(configuration.resize().orElse(0))
                .channels(configuration.channels())
                .orientation(configuration.orientation())
                .onBad(configuration.onBad())
                .columns(configuration.columns())
                .listed(configuration.list().pathColumn().isPresent())
                .coarse(configuration.labels() == Labels.COARSE)
                .classes(configuration.classes())
                .names(configuration.names().orElse(""))
                .build();
    }

    Names charset() {
        return Names.in(names);
    }

    /** Whether a coloured picture becomes grey. */
    boolean dropsColour() {
        return channels == Channels.ONE;
    }

    boolean wants(String part) {
        return split.isEmpty() || split.equals(part);
    }

    /** Whether these may be the folders of a wanted picture: which of them is the split turns out later. */
    boolean wantsOneOf(List<String> folders) {
        return split.isEmpty() || folders.contains(split);
    }
}
