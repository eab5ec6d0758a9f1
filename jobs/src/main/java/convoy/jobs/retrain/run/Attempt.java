package convoy.jobs.retrain.run;

import convoy.jobs.retrain.news.Chosen;
import convoy.records.text.Sha256;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * What is trained against whom. Two calls that find the same are one attempt: the second goes on where the first was cut off.
 *
 * @param recipe a digest of all that the pipeline says of the training and the held-out rows
 * @param champion version of the champion; empty while there is none
 * @param data what is trained on
 */
public record Attempt(String recipe, Optional<Long> champion, List<Chosen> data) {
    private static final int DIGITS = 16;

    public Attempt {
        data = List.copyOf(data);
    }

    /** {@return its name, which follows from what it is, and by which its files and its version are found again} */
    public String id() {
        String text = data.stream()
                .map(one -> one.dataSet().id() + "\n" + one.dataSet().fingerprint() + "\n" + one.share())
                .collect(Collectors.joining(
                        "\n", recipe + "\n" + champion.map(Object::toString).orElse("none") + "\n", ""));
        return Sha256.digits(text).substring(0, DIGITS);
    }
}
