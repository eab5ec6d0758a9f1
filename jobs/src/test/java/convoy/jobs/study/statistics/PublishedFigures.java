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

/** Numbers that others published, or that their programs gave, in a file of properties. */
public final class PublishedFigures {
    private final String name;
    private final Properties properties = new Properties();

    /**
     * Of a file.
     *
     * @param beside the class that it lies beside
     * @param file its name without the ending
     */
    public PublishedFigures(Class<?> beside, String file) {
        this.name = file + ".properties";
        try (InputStream stream = Objects.requireNonNull(beside.getResourceAsStream(name))) {
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
}
