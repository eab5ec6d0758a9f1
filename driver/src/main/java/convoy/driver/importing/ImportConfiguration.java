package convoy.driver.importing;

import convoy.architectures.BadInputException;
import convoy.worker.data.HomeDirectory;
import java.util.List;
import java.util.Optional;

/**
 * What to import, from where and how.
 *
 * @param format what the source holds
 * @param from the source's URI: a directory, a {@code .tar}, {@code .tar.gz}, {@code .tgz} or {@code .zip} archive or a
 *     {@code .gz} file, on any Hadoop file system
 * @param to the URI of the data set to make
 * @param split which part of the source: {@code train}, {@code test}, or the name of a folder; if left out, the source
 *     must hold one only
 * @param store keep encoded bytes or decode to planes
 * @param resize for {@link Store#RAW}: the side of a square that every picture is scaled to (shorter side) and cut to
 *     (middle)
 * @param onBad what to do about a record that cannot be used
 * @param classes the names of the classes by label; if empty, taken from the source
 * @param seed fixes the order of the rows
 * @param overwrite replace what lies at {@code to}
 */
public record ImportConfiguration(
        Format format,
        String from,
        String to,
        Optional<String> split,
        Store store,
        Optional<Integer> resize,
        OnBad onBad,
        List<String> classes,
        long seed,
        boolean overwrite) {
    /** What the source holds. */
    public enum Format {
        /** CIFAR-10's and CIFAR-100's binary files. */
        CIFAR_BINARY,
        /** MNIST's IDX files, images and labels. */
        IDX,
        /** JPEG and PNG files, one folder for each class. */
        IMAGE_FOLDER
    }

    /** How pictures are stored. */
    public enum Store {
        /** The JPEG and PNG files as they are. */
        ENCODED,
        /** Planes of bytes. */
        RAW
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
        from = HomeDirectory.uri("from", from);
        to = HomeDirectory.uri("to", to);
        resize.ifPresent(side -> {
            if (side < 1 || side > 4096) {
                throw new BadInputException("resize = " + side + ", must lie in [1, 4096]");
            }
        });
        if (resize.isPresent() && store == Store.ENCODED) {
            throw new BadInputException("resize = " + resize.get()
                    + " goes with store = raw only: encoded pictures are kept as they are; say --store raw");
        }
        if (format != Format.IMAGE_FOLDER && store == Store.ENCODED) {
            throw new BadInputException(
                    "store = encoded goes with format = image-folder only: the other formats hold raw"
                            + " pixels; say --store raw");
        }
    }

    /** An import with nothing special about it: raw for the raw formats, encoded for folders of pictures. */
    public static ImportConfiguration of(Format format, String from, String to) {
        return new ImportConfiguration(
                format,
                from,
                to,
                Optional.empty(),
                format == Format.IMAGE_FOLDER ? Store.ENCODED : Store.RAW,
                Optional.empty(),
                OnBad.FAIL,
                List.of(),
                0,
                false);
    }

    /** The same for one split. */
    public ImportConfiguration withSplit(String name) {
        return new ImportConfiguration(
                format, from, to, Optional.of(name), store, resize, onBad, classes, seed, overwrite);
    }
}
