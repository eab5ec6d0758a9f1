package convoy.jobs.study.statistics;

import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Objects;
import java.util.Properties;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;

/** Published data, and what SciPy and R say of them. The scripts that made the files lie beside them. */
public final class Published {
    static final Published DATA = new Published("published");
    public static final Published SCIPY = new Published("scipy");
    public static final Published R = new Published("r");

    private final String name;
    private final Properties properties = new Properties();

    private Published(String file) {
        this.name = file + ".properties";
        try (InputStream stream = Objects.requireNonNull(Published.class.getResourceAsStream(name))) {
            properties.load(new InputStreamReader(stream, StandardCharsets.UTF_8));
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    public double[] get(String key) {
        String text = properties.getProperty(key);
        if (text == null) {
            throw new IllegalArgumentException("no " + key + " in " + name);
        }
        return Arrays.stream(text.trim().split(" +", -1))
                .mapToDouble(Double::parseDouble)
                .toArray();
    }

    public Set<String> keys() {
        return properties.stringPropertyNames();
    }

    /** The two columns of paired data, with the seeds 1, 2, … */
    static Pairs pairs(String a, String b) {
        return Pairs.of(scores(a), scores(b));
    }

    static Scores scores(String key) {
        return scores(key, DATA.get(key));
    }

    static Scores scores(String variant, double... values) {
        SortedMap<Long, Double> bySeed = new TreeMap<>();
        for (double value : values) {
            bySeed.put(bySeed.size() + 1L, value);
        }
        return Scores.of(variant, bySeed);
    }
}
