package convoy.jobs.registry;

import convoy.jobs.registry.history.Actor;
import convoy.records.StoredFormat;
import convoy.records.annotation.Default;
import convoy.records.annotation.Flat;
import io.soabase.recordbuilder.core.RecordBuilder;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * What a registry knows of one version: its {@code version.json}, which is written after all its other files and never changed. It stays
 * when the others are removed.
 *
 * @param registry name of the registry
 * @param number of the version, from 1
 * @param at when it was added, in UTC
 * @param by whom
 * @param model what the model is
 * @param origin where it came from
 * @param files beside {@code version.json}, by name
 */
@RecordBuilder
public record Version(
        String registry,
        long number,
        String at,
        Actor by,
        Model model,
        @Flat Origin origin,
        SortedMap<String, StoredFile> files)
        implements VersionBuilder.With {
    /** Its name in the version's folder. */
    public static final String FILE = "version.json";

    /** How it is stored. */
    static final StoredFormat<Version> FORMAT = new StoredFormat<>(Version.class, 1);

    public Version {
        files = Collections.unmodifiableSortedMap(new TreeMap<>(files));
    }

    /**
     * A file of a version.
     *
     * @param bytes its length
     * @param sha256 of it, in hexadecimal
     */
    public record StoredFile(long bytes, String sha256) {}

    /**
     * What a model is.
     *
     * @param network in the catalogue
     * @param classes that it tells apart
     * @param classNames in the order of the logits; empty if they are not known
     * @param input {@code CxHxW} of one image
     * @param step updates applied; -1 where it does not say
     */
    public record Model(
            String network,
            int classes,
            @Default(Default.EMPTY_LIST) List<String> classNames,
            String input,
            long step) {
        public Model {
            classNames = List.copyOf(classNames);
        }
    }

    /**
     * Where a model came from.
     *
     * @param source URI of the run's directory, or of the model's file
     * @param parent the version that it was trained from, if that is one of this registry
     * @param weights trained weights that it was trained from
     * @param data that it was trained and scored on
     * @param determinants everything that decided its bits, key by key; empty where that is not known
     */
    @RecordBuilder
    public record Origin(
            String source,
            Optional<Long> parent,
            Optional<Weights> weights,
            @Default(Default.EMPTY_LIST) List<Data> data,
            SortedMap<String, String> determinants)
            implements VersionOriginBuilder.With {
        public Origin {
            data = List.copyOf(data);
            determinants = Collections.unmodifiableSortedMap(new TreeMap<>(determinants));
        }

        /**
         * {@return an origin of which nothing but the source is known}
         *
         * @param source URI of the run's directory, or of the model's file
         */
        public static Origin of(String source) {
            return new Origin(source, Optional.empty(), Optional.empty(), List.of(), new TreeMap<>());
        }
    }

    /**
     * Trained weights that a model was trained from.
     *
     * @param from their URI
     * @param sha256 of the file; empty if it could not be read any more, or is several
     */
    public record Weights(String from, Optional<String> sha256) {}

    /**
     * A data set.
     *
     * @param role what it was to the model: {@code train} or {@code validation}
     * @param uri where it lay
     * @param fingerprint of its content; empty if it is not known
     */
    public record Data(String role, String uri, Optional<String> fingerprint) {}

    /**
     * {@return the SHA-256 of a file, in hexadecimal; empty if there is none of that name}
     *
     * @param name of the file
     */
    public Optional<String> sha256(String name) {
        return Optional.ofNullable(files.get(name)).map(StoredFile::sha256);
    }

    /** {@return the length of all its files but this one} */
    public long bytes() {
        return files.values().stream().mapToLong(StoredFile::bytes).sum();
    }
}
