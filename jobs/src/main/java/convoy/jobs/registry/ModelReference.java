package convoy.jobs.registry;

import convoy.jobs.launch.Uris;
import convoy.jobs.registry.history.Change;
import convoy.jobs.registry.history.Entry;
import convoy.jobs.registry.history.GivenName;
import convoy.records.BadInputException;
import convoy.worker.storage.Storage;
import java.util.Optional;
import java.util.regex.Pattern;
import org.apache.hadoop.conf.Configuration;

/**
 * How a model of a registry is named wherever a model is wanted: {@code URI#champion}, {@code URI#12}.
 *
 * @param registry URI of the registry's directory
 * @param version a number, or an alias
 */
public record ModelReference(String registry, String version) {
    private static final Pattern NUMBER = Pattern.compile("[0-9]{1,18}");

    /**
     * What a reference leads to.
     *
     * @param registry name of the registry
     * @param version what is known of the version
     * @param folder URI of its folder, which can be read like that of a run
     */
    public record Found(String registry, Version version, String folder) {
        /** {@return the URI of the model's file} */
        public String model() {
            return folder + "/" + Addition.MODEL;
        }
    }

    /**
     * {@return what a text refers to; empty if it is no reference}
     *
     * @param text as a person typed it
     */
    public static Optional<ModelReference> parse(String text) {
        int sign = text.lastIndexOf('#');
        if (sign < 1) {
            return Optional.empty();
        }
        String version = text.substring(sign + 1);
        return NUMBER.matcher(version).matches() || GivenName.isAlias(version)
                ? Optional.of(new ModelReference(text.substring(0, sign), version))
                : Optional.empty();
    }

    /**
     * {@return the URI of a version's folder, where a text refers to one; else that of the text itself: a run, or a file}
     *
     * @param hadoop settings of the file systems
     * @param text as a person typed it; what lies at that very address is meant before a version is
     * @throws BadInputException if there is no such version
     */
    public static String folder(Configuration hadoop, String text) {
        Optional<ModelReference> reference = parse(text);
        String itself = Uris.local(text);
        if (reference.isEmpty() || Uris.exists(hadoop, itself)) {
            return itself;
        }
        return reference.get().find(hadoop).folder();
    }

    /**
     * Looks where it leads now. That takes a listing and some entries from the end of the history, however long that is.
     *
     * @param hadoop settings of the file systems
     * @return the version
     * @throws BadInputException if there is no such registry, version or alias
     */
    public Found find(Configuration hadoop) {
        RegistryFiles files = RegistryFiles.at(hadoop, Uris.local(registry));
        HistoryReader reader = new HistoryReader(files);
        boolean isNumber = NUMBER.matcher(version).matches();
        Optional<Long> number = isNumber ? Optional.of(Long.parseLong(version)) : Optional.empty();
        Optional<HistoryReader.Link> at = reader.last();
        if (at.isEmpty()) {
            throw Registry.none(files);
        }
        while (at.isPresent()) {
            Entry entry = at.get().entry();
            if (number.isEmpty()) {
                if (entry.change() instanceof Change.Moved move && move.alias().equals(version)) {
                    number = Optional.of(move.version());
                } else if (entry.change() instanceof Change.AliasRemoved gone
                        && gone.alias().equals(version)) {
                    break;
                }
            } else if (adds(entry.change(), number.get())) {
                return new Found(
                        entry.registry(), Registry.version(files, entry), Storage.uri(Registry.folder(files, entry)));
            } else if (removes(entry.change(), number.get())) {
                break;
            }
            at = reader.before(at.get());
        }
        // Which says why not.
        Registry whole = Registry.open(hadoop, Uris.local(registry));
        long there = whole.number(version);
        return new Found(whole.name(), whole.version(there), whole.folder(there));
    }

    private static boolean adds(Change change, long number) {
        return change instanceof Change.Added added && added.version() == number;
    }

    private static boolean removes(Change change, long number) {
        return change instanceof Change.Removed removed && removed.versions().contains(number);
    }
}
