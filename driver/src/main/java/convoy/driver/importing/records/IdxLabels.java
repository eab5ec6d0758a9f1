package convoy.driver.importing.records;

import convoy.driver.importing.archive.Entries;
import convoy.driver.importing.archive.Entry;
import convoy.driver.importing.source.SourcePiece;
import convoy.records.text.Counts;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.apache.hadoop.conf.Configuration;

/**
 * The labels of the part of a source in IDX form that is wanted, and the classes that they stand for.
 *
 * @param name of the file of labels; of no set and no half if there is none
 * @param values the labels as they are stored, a byte each
 * @param indexOf for each byte the class, from 0; -1 where there is none
 * @param names of the classes; empty if the source does not tell
 * @param fashion whether the names are those of Fashion-MNIST, known by the name of a folder
 */
@SuppressWarnings("ArrayRecordComponent") // Never compared.
record IdxLabels(IdxName name, byte[] values, int[] indexOf, List<String> names, boolean fashion) {
    private static final int MAGIC = 0x801;
    private static final int LONGEST_MAPPING = 1 << 20;
    private static final int BYTES = 256;
    private static final IdxName NONE = new IdxName("", "", false);
    private static final Pattern SPACE = Pattern.compile("\\s+");
    private static final Pattern LINE = Pattern.compile("\\d{1,3}(\\s+\\d{1,7})+");

    /** Xiao, Rasul and Vollgraf 2017: its files have MNIST's names. */
    private static final Pattern FASHION = Pattern.compile("(?i).*fashion[-_ ]?mnist.*");

    private static final List<String> CLOTHES = List.of(
            "T-shirt/top", "Trouser", "Pullover", "Dress", "Coat", "Sandal", "Shirt", "Sneaker", "Bag", "Ankle boot");

    /** Files of labels that are wanted and lists of classes, as they are met. */
    private static final class Found {
        final Map<String, IdxName> parts = new TreeMap<>();
        final Map<String, byte[]> labels = new TreeMap<>();
        final Map<String, String> where = new TreeMap<>();
        final Map<String, Map<Integer, String>> mappings = new TreeMap<>();
    }

    /** Reads them, whatever stands before and after them. */
    static IdxLabels read(Configuration hadoop, SourcePiece piece, Reading reading) throws IOException {
        Found found = new Found();
        try (Entries all = new Entries(hadoop, piece, reading.charset())) {
            for (Optional<Entry> entry = all.next(); entry.isPresent(); entry = all.next()) {
                look(entry.get(), reading, found);
            }
        }
        if (found.parts.size() > 1) {
            Set<String> parts = new TreeSet<>(found.parts.keySet());
            throw new IOException("the source holds labels of " + String.join(", ", parts) + ": say --split "
                    + String.join(" or --split ", parts) + ", or import one data set at a time");
        }
        if (found.parts.isEmpty()) {
            return new IdxLabels(NONE, new byte[0], straight(0), List.of(), false);
        }
        IdxName name = found.parts.values().iterator().next();
        byte[] values = found.labels.getOrDefault(name.part(), new byte[0]);
        return of(name, values, found.where.getOrDefault(name.part(), ""), found.mappings, reading.classes());
    }

    private static void look(Entry entry, Reading reading, Found found) throws IOException {
        if (entry.isFolder() || entry.isHidden()) {
            return;
        }
        Optional<String> set = IdxName.setOfMapping(entry.name());
        if (set.isPresent()) {
            found.mappings.put(set.get(), mapping(entry));
        }
        Optional<IdxName> name = IdxName.of(entry.name());
        if (name.isEmpty() || name.get().images() || !name.get().isWanted(reading.split())) {
            return;
        }
        if (found.parts.putIfAbsent(name.get().part(), name.get()) != null) {
            throw new IOException(entry.where() + " holds labels of "
                    + name.get().part() + ", and so does another file of the source: import one data set at a time");
        }
        checkContent(entry);
        DataInputStream in = new DataInputStream(entry.bytes());
        int count = header(in, entry, MAGIC, "labels");
        byte[] values = in.readNBytes(count);
        if (values.length < count) {
            throw new IOException(
                    entry.where() + " is cut off: " + Counts.plain(values.length, "label") + " of " + count);
        }
        found.labels.put(name.get().part(), values);
        found.where.put(name.get().part(), entry.where());
    }

    private static IdxLabels of(
            IdxName name, byte[] values, String where, Map<String, Map<Integer, String>> mappings, List<String> classes)
            throws IOException {
        Map<Integer, String> mapping = mappings.getOrDefault(name.set(), Map.of());
        if (name.isOfEmnist() && !mapping.isEmpty()) {
            if (!classes.isEmpty() && classes.size() != mapping.size()) {
                throw new IOException(name.mapping() + " lists " + Counts.plain(mapping.size(), "class", "classes")
                        + ", --classes names " + classes.size() + ": name as many, or leave --classes out");
            }
            int[] indexOf = new int[BYTES];
            Arrays.fill(indexOf, -1);
            int next = 0;
            for (int label : mapping.keySet()) {
                indexOf[label] = next++;
            }
            return new IdxLabels(name, values, indexOf, List.copyOf(mapping.values()), false);
        }
        if (name.needsMapping() && classes.isEmpty()) {
            throw new IOException(where + " has no " + name.mapping()
                    + " beside it, which lists its classes: add it, or name them with --classes");
        }
        boolean fashion = !name.isOfEmnist() && FASHION.matcher(where).matches();
        return new IdxLabels(
                name,
                values,
                straight(name.firstLabel()),
                fashion && classes.isEmpty() ? CLOTHES : List.of(),
                fashion && classes.isEmpty());
    }

    private static int[] straight(int first) {
        int[] indexOf = new int[BYTES];
        for (int label = 0; label < BYTES; label++) {
            indexOf[label] = Math.max(-1, label - first);
        }
        return indexOf;
    }

    /** A line for each class: its label and the codes of its characters, of which the first names it. */
    private static Map<Integer, String> mapping(Entry entry) throws IOException {
        checkContent(entry);
        byte[] bytes = entry.bytes().readNBytes(LONGEST_MAPPING + 1);
        if (bytes.length > LONGEST_MAPPING) {
            throw new IOException(entry.where() + " is longer than " + LONGEST_MAPPING
                    + " bytes, which no list of classes is: put the list there that EMNIST comes with");
        }
        Map<Integer, String> names = new TreeMap<>();
        List<String> lines = new ArrayList<>(
                new String(bytes, StandardCharsets.UTF_8).lines().toList());
        for (int i = 0; i < lines.size(); i++) {
            String line = lines.get(i).strip();
            if (line.isEmpty()) {
                continue;
            }
            String[] parts = SPACE.split(line, -1);
            boolean fits = LINE.matcher(line).matches()
                    && Integer.parseInt(parts[0]) < BYTES
                    && Character.isValidCodePoint(Integer.parseInt(parts[1]));
            String name = fits ? Character.toString(Integer.parseInt(parts[1])) : "";
            if (!fits || names.containsValue(name) || names.put(Integer.parseInt(parts[0]), name) != null) {
                throw new IOException(entry.where() + ", line " + (i + 1) + " is '" + line
                        + "': a label below 256 and the codes of its characters are wanted, as 10 65, each once");
            }
        }
        if (names.isEmpty()) {
            throw new IOException(entry.where() + " lists no class: put the list there that EMNIST comes with");
        }
        return names;
    }

    static void checkContent(Entry entry) throws IOException {
        if (entry.fault().isPresent()) {
            throw new IOException(entry.where() + " " + entry.fault().get());
        }
    }

    /** Reads magic number and count. */
    static int header(DataInputStream in, Entry entry, int magic, String what) throws IOException {
        try {
            int found = in.readInt();
            if (found != magic) {
                throw new IOException(String.format(
                        "%s begins with 0x%08X, a file of %s in IDX form with 0x%08X",
                        entry.where(), found, what, magic));
            }
            int count = in.readInt();
            if (count < 0) {
                throw new IOException(entry.where() + " says it holds " + count + " " + what);
            }
            return count;
        } catch (EOFException e) {
            throw new IOException(entry.where() + " is cut off in its first bytes", e);
        }
    }

    /** The class of a record, if its label has one among so many. */
    Optional<Integer> classOf(int record, int classes) {
        int index = indexOf[values[record] & 0xFF];
        return index >= 0 && index < classes ? Optional.of(index) : Optional.empty();
    }
}
