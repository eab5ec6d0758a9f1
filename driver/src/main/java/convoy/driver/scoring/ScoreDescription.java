package convoy.driver.scoring;

import convoy.records.StoredFormat;
import convoy.records.annotation.Flat;
import java.util.List;

/**
 * {@code score.json}: what a directory of scores holds. It is written last, so that where it lies everything is whole.
 *
 * @param plan what was asked
 * @param files in the order of the rows
 */
public record ScoreDescription(@Flat ScorePlan plan, List<ScorePart> files) {
    /** Its name in the directory. */
    public static final String FILE = "score.json";

    private static final StoredFormat<ScoreDescription> FORMAT = new StoredFormat<>(ScoreDescription.class, 1);

    public ScoreDescription {
        files = List.copyOf(files);
    }

    /** {@return rows without scores: their pictures could not be decoded, or the model's logits were no numbers} */
    public long problems() {
        return files.stream().mapToLong(file -> file.note().problems()).sum();
    }

    /** {@return rows whose label was the best class; of labels that are sets of classes, those of which all were found and no others} */
    public long right() {
        return files.stream().mapToLong(file -> file.note().right()).sum();
    }

    /** {@return the kinds of processors that computed; of more than one the bits are those of none} */
    public List<String> processors() {
        return files.stream()
                .map(file -> file.note().processor())
                .distinct()
                .sorted()
                .toList();
    }

    /** {@return it as JSON text} */
    String toJson() {
        return FORMAT.write(this);
    }

    static ScoreDescription fromJson(String text, String where) {
        String remedy = "score anew with --overwrite";
        return FORMAT.read(text, where, remedy, remedy);
    }
}
