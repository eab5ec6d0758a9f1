package convoy.driver.evaluation;

import convoy.records.BadInputException;
import convoy.records.text.Counts;
import convoy.worker.storage.Storage;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;

/**
 * Names of classes from a file, one a line. Two may be the same: ImageNet has two cranes.
 *
 * @param file where they come from, for messages
 * @param names in the order of the classes
 */
public record ClassNames(String file, List<String> names) {
    /** A thousand names take twenty kilobytes. */
    private static final int LONGEST = 16 << 20;

    public ClassNames {
        names = List.copyOf(names);
    }

    /**
     * Reads them.
     *
     * @param hadoop settings of the file systems
     * @param uri of the file, in UTF-8
     * @return the names; empty lines behind the last are none
     * @throws BadInputException if there is no such file, it is no such text, or a line is empty
     */
    public static ClassNames read(Configuration hadoop, String uri) {
        Path path = Storage.path("--classes", uri);
        FileSystem files = Storage.of(hadoop, "--classes", path);
        Storage.requireFile(files, "--classes", path, "give a file with the name of a class in each line");
        byte[] bytes;
        try (InputStream in = files.open(path)) {
            bytes = in.readNBytes(LONGEST + 1);
        } catch (IOException e) {
            throw Storage.explained(files, "--classes", path, e);
        }
        if (bytes.length > LONGEST) {
            throw new BadInputException("--classes " + uri + " is longer than " + LONGEST
                    + " bytes, which no list of names is: check the address");
        }
        String text;
        try {
            text = StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(bytes))
                    .toString();
        } catch (CharacterCodingException e) {
            throw new BadInputException("--classes " + uri + " is not in UTF-8: convert it, as with iconv -t UTF-8", e);
        }
        List<String> names = text.stripTrailing().lines().map(String::strip).toList();
        if (names.contains("")) {
            throw new BadInputException("--classes " + uri + ", line " + (names.indexOf("") + 1)
                    + " is empty: write the name of a class in each line");
        }
        return new ClassNames(uri, names);
    }

    /**
     * Refuses another number of names than there are classes.
     *
     * @param classes of a model
     * @throws BadInputException if it is one
     */
    void require(int classes) {
        if (names.size() != classes) {
            throw new BadInputException("--classes " + file + " has " + Counts.of(names.size(), "line")
                    + ", the model tells apart " + Counts.of(classes, "class", "classes")
                    + ": write one name a line, in the order of the classes");
        }
    }
}
