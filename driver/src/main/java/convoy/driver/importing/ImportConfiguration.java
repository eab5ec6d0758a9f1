package convoy.driver.importing;

import convoy.driver.importing.archive.Names;
import convoy.records.BadInputException;
import convoy.worker.data.pictures.Orientation;
import convoy.worker.storage.HomeDirectory;
import io.soabase.recordbuilder.core.RecordBuilder;
import java.util.Collections;
import java.util.List;
import java.util.Optional;

/**
 * What to import, from where and how.
 *
 * @param format what the source holds
 * @param from the source's URI: a directory, a tar archive (plain or packed by gzip, bzip2, xz or Zstandard), a zip archive
 *     or one packed file, on any Hadoop file system
 * @param to the URI of the data set to make
 * @param split which part of the source: {@code train}, {@code test}, or the name of a folder; if left out, the source
 *     must hold one only
 * @param classesAt for {@link Format#IMAGE_FOLDER}: how many folders down the classes lie, from 1, if {@code FolderLayout}
 *     shall not find out
 * @param names the charset of the names in archives that do not say it; UTF-8 if left out
 * @param store keep encoded bytes or decode to planes
 * @param resize for {@link Store#RAW}: the side of a square that every picture is scaled to (shorter side) and cut to
 *     (middle)
 * @param channels of the data set
 * @param orientation of pictures that a camera noted as turned
 * @param onBad what to do about a record that cannot be used
 * @param columns for {@link Format#PARQUET}: which hold the pictures and their classes; for {@link Format#CSV} that of classes counts
 * @param list how a list tells pictures and classes
 * @param labels for {@link Format#CIFAR_BINARY}: which of CIFAR-100's two labels
 * @param classes the names of the classes by label; if empty, taken from the source
 * @param seed fixes the order of the rows
 * @param overwrite replace what lies at {@code to}
 */
@RecordBuilder
public record ImportConfiguration(
        Format format,
        String from,
        String to,
        Optional<String> split,
        Optional<Integer> classesAt,
        Optional<String> names,
        Store store,
        Optional<Integer> resize,
        Channels channels,
        Orientation orientation,
        OnBad onBad,
        PictureColumns columns,
        ListOptions list,
        Labels labels,
        List<String> classes,
        long seed,
        boolean overwrite)
        implements ImportConfigurationBuilder.With {
    private static final int DEEPEST = 32;

    /** What the source holds. */
    public enum Format {
        /** CIFAR-10's and CIFAR-100's binary files. */
        CIFAR_BINARY,
        /** IDX files of MNIST, EMNIST, Fashion-MNIST and the like, images and labels. */
        IDX,
        /** JPEG, PNG, GIF, BMP and WebP files, one folder for each class. */
        IMAGE_FOLDER,
        /** Parquet files with a column of such files, or of their paths, and one of classes, as names or as numbers. */
        PARQUET,
        /** A CSV file with a column of paths of such files and one of classes. */
        CSV,
        /** The pictures of ImageNet's validation set in one folder or archive, and a file that tells their classes. */
        IMAGENET_VALIDATION;

        /** {@return whether its pictures are files, which a data set may keep as they are} */
        public boolean holdsPictureFiles() {
            return switch (this) {
                case CIFAR_BINARY, IDX -> false;
                case IMAGE_FOLDER, PARQUET, CSV, IMAGENET_VALIDATION -> true;
            };
        }
    }

    /** How pictures are stored. */
    public enum Store {
        /** JPEG and PNG files as they are, others as PNG files. */
        ENCODED,
        /** Planes of bytes. */
        RAW
    }

    /** How many channels pictures are read as. */
    public enum Channels {
        /** One: colours become grey. */
        ONE("1"),
        /** Three: of grey, all the same. */
        THREE("3"),
        /** One if every picture is grey; else three. */
        AS_IS("as-is");

        private final String text;

        Channels(String text) {
            this.text = text;
        }

        /** As it is written on a command line. */
        @Override
        public String toString() {
            return text;
        }
    }

    /** Which label of a picture of CIFAR-100's. */
    public enum Labels {
        /** Its class, one of 100. */
        FINE,
        /** The group of five classes that it is of, one of 20. */
        COARSE
    }

    /** What to do about a record that cannot be used. */
    public enum OnBad {
        /** Stop and name it. */
        FAIL,
        /** Leave it out, count it and name it at the end. */
        SKIP
    }

    public ImportConfiguration {
        classes = List.copyOf(classes);
        classesAt.ifPresent(depth -> {
            if (depth < 1 || depth > DEEPEST) {
                throw new BadInputException("classes-at = " + depth + ", must lie in [1, " + DEEPEST + "]");
            }
            if (format != Format.IMAGE_FOLDER) {
                throw new BadInputException("classes-at = " + depth
                        + " goes with format = image-folder only: the other formats tell the class of each picture;"
                        + " leave it out");
            }
        });
        names.ifPresent(Names::in);
        from = HomeDirectory.uri("from", from);
        to = HomeDirectory.uri("to", to);
        for (String name : classes) {
            if (Collections.frequency(classes, name) > 1) {
                throw new BadInputException("classes names " + name + " twice: name each class once");
            }
        }
        if (labels == Labels.COARSE && format != Format.CIFAR_BINARY) {
            throw new BadInputException("labels = coarse goes with format = cifar-binary only: CIFAR-100 has two labels"
                    + " a picture; leave --labels out");
        }
        resize.ifPresent(side -> {
            if (side < 1 || side > 4096) {
                throw new BadInputException("resize = " + side + ", must lie in [1, 4096]");
            }
        });
        if (resize.isPresent() && store == Store.ENCODED) {
            throw new BadInputException("resize = " + resize.get()
                    + " goes with store = raw only: encoded pictures are kept as they are; say --store raw");
        }
        if (!format.holdsPictureFiles() && orientation == Orientation.UPRIGHT) {
            throw new BadInputException(
                    "orientation = upright goes with format = image-folder, parquet, csv and imagenet-validation only: the other"
                            + " formats hold no notes of cameras; leave --orientation out");
        }
        if (!format.holdsPictureFiles() && store == Store.ENCODED) {
            throw new BadInputException(
                    "store = encoded goes with format = image-folder, parquet, csv and imagenet-validation only: the other formats hold raw"
                            + " pixels; say --store raw");
        }
        list.check(format);
        boolean usual = format == Format.CSV
                ? columns.image().equals(PictureColumns.defaults().image())
                : columns.equals(PictureColumns.defaults());
        if (format != Format.PARQUET && !usual) {
            throw new BadInputException("columns = " + columns.image().name() + " and "
                    + columns.label().name() + " go with format = parquet only: leave them out"
                    + (format == Format.CSV ? "; paths are in --path-column" : ""));
        }
    }

    /**
     * {@return an import with nothing special about it: raw for the raw formats, encoded for picture files}
     *
     * @param format what the source holds
     * @param from URI of the source
     * @param to URI of the data set to make
     */
    public static ImportConfiguration of(Format format, String from, String to) {
        return ImportConfigurationBuilder.builder()
                .format(format)
                .from(from)
                .to(to)
                .store(format.holdsPictureFiles() ? Store.ENCODED : Store.RAW)
                .channels(Channels.AS_IS)
                .orientation(Orientation.AS_STORED)
                .onBad(OnBad.FAIL)
                .columns(PictureColumns.defaults())
                .list(ListOptions.defaults())
                .labels(Labels.FINE)
                .classes(List.of())
                .build();
    }

    /**
     * {@return the same of one part of the source}
     *
     * @param name of the part of the source
     */
    public ImportConfiguration withSplit(String name) {
        return withSplit(Optional.of(name));
    }
}
