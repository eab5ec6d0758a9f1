package convoy.driver.importing.listing;

import convoy.driver.importing.ListOptions;
import convoy.driver.importing.source.PictureName;
import convoy.records.BadInputException;
import convoy.records.text.Counts;
import convoy.worker.storage.Storage;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;

/**
 * The classes of ImageNet's validation set (Russakovsky et al. 2015), whose pictures lie flat, as
 * {@code ILSVRC2012_val_00000001.JPEG}. They are told by a file of one of these forms:
 *
 * <pre>
 *   490                                         line i is of picture i: number of the class, or its synset
 *   ILSVRC2012_val_00000001.JPEG 65             a picture and its class, number or synset, in any order
 *   ImageId,PredictionString                    the same with boxes behind the synset, after such a line
 *   ILSVRC2012_val_00048981,n03995372 85 1 499 272
 * </pre>
 *
 * <p>A file of synsets has a line for each number, in their order, that begins with the synset: {@code n01440764 tench, Tinca tinca}.
 *
 * @param labels by {@link PictureName}
 */
record ImageNetLabels(Map<String, String> labels) {
    private static final int MOST_LINES = 2_000_000;
    private static final int LONGEST_LINE = 100_000;
    private static final Pattern GAP = Pattern.compile("[,\\s]+");
    private static final String WITH_BOXES = "ImageId,PredictionString";
    private static final Pattern NUMBER = Pattern.compile("[0-9]{1,9}");

    static ImageNetLabels read(Configuration hadoop, ListOptions options) {
        String uri = options.labelFile().orElseThrow();
        List<String> lines = lines(hadoop, "label-file", uri);
        boolean boxes = lines.get(0).strip().equals(WITH_BOXES);
        Map<String, String> labels = new LinkedHashMap<>();
        int words = boxes ? 2 : words(lines.get(0)).size();
        for (int i = boxes ? 1 : 0; i < lines.size(); i++) {
            List<String> line = words(lines.get(i));
            boolean fits = boxes ? line.size() >= 2 : line.size() == words && words <= 2;
            if (!fits) {
                throw new BadInputException("label-file " + uri + ", line " + (i + 1) + " has "
                        + Counts.plain(line.size(), "word")
                        + ": one is wanted in each, the class, or two, a picture and its class");
            }
            String key = words == 1 ? PictureName.key(i + 1L) : PictureName.key(line.get(0));
            if (labels.put(key, line.get(words - 1)) != null) {
                throw new BadInputException(
                        "label-file " + uri + ", line " + (i + 1) + " has " + line.get(0) + " again: leave one line");
            }
        }
        if (labels.isEmpty()) {
            throw new BadInputException("label-file " + uri + " tells no class: give the whole file");
        }
        return options.synsets()
                .map(synsets -> named(
                        labels,
                        lines(hadoop, "synsets", synsets).stream()
                                .map(line -> words(line).get(0))
                                .toList(),
                        options.firstLabel(),
                        uri))
                .orElse(new ImageNetLabels(labels));
    }

    /** Numbers become the names of their synsets; names stay. */
    private static ImageNetLabels named(Map<String, String> labels, List<String> synsets, int first, String uri) {
        Map<String, String> named = new LinkedHashMap<>();
        labels.forEach((picture, label) -> {
            if (!NUMBER.matcher(label).matches()) {
                named.put(picture, label);
                return;
            }
            int at = Integer.parseInt(label) - first;
            if (at < 0 || at >= synsets.size()) {
                throw new BadInputException("label-file " + uri + " has the label " + label + ", outside [" + first
                        + ", " + (first + synsets.size()) + ") of the file of synsets"
                        + (at == synsets.size() && first == 0
                                ? ": if classes are counted from 1, say --first-label 1"
                                : ": give the one that its numbers are of"));
            }
            named.put(picture, synsets.get(at));
        });
        return new ImageNetLabels(named);
    }

    private static List<String> words(String line) {
        return GAP.splitAsStream(line.strip()).filter(word -> !word.isEmpty()).toList();
    }

    private static List<String> lines(Configuration hadoop, String what, String uri) {
        Path path = Storage.path(what, uri);
        FileSystem files = Storage.of(hadoop, what, path);
        Storage.requireFile(files, what, path, "check the address");
        List<String> lines = new ArrayList<>();
        try (BufferedReader in = new BufferedReader(new InputStreamReader(files.open(path), StandardCharsets.UTF_8))) {
            StringBuilder line = new StringBuilder();
            for (int letter = in.read(); letter >= 0; letter = in.read()) {
                if (letter != '\n') {
                    line.append((char) letter);
                }
                if (line.length() > LONGEST_LINE || lines.size() == MOST_LINES) {
                    throw new BadInputException(what + " " + uri + " has a line longer than " + LONGEST_LINE
                            + " or more lines than " + MOST_LINES + ", which no such file has: check the address");
                }
                if (letter == '\n') {
                    lines.add(line.toString().strip());
                    line.setLength(0);
                }
            }
            lines.add(line.toString().strip());
        } catch (IOException e) {
            throw Storage.explained(files, what, path, e);
        }
        while (!lines.isEmpty() && lines.get(lines.size() - 1).isEmpty()) {
            lines.remove(lines.size() - 1);
        }
        if (lines.isEmpty() || lines.contains("")) {
            throw new BadInputException(what + " " + uri + " has "
                    + (lines.isEmpty() ? "no line with a word in it" : "an empty line, " + (lines.indexOf("") + 1))
                    + ": give the whole file as it is distributed");
        }
        return lines;
    }
}
