package convoy.jobs.retrain.statistics;

import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Objects;
import java.util.Properties;

/** Published data, and what SciPy and R say of them. The scripts that made the files lie beside them. */
public final class Published {
    public static final Published DATA = new Published("published");
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

    /** Pairs: both, the challenger alone, the champion alone, neither. */
    public static PairedCounts pairs(String key) {
        double[] counts = DATA.get(key + ".pairs");
        return new PairedCounts((long) counts[0], (long) counts[1], (long) counts[2], (long) counts[3]);
    }
}
