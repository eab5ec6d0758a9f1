package convoy.parameterserver.files;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadFeature;
import convoy.records.text.Counts;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.UnaryOperator;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FSDataInputStream;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;

/**
 * The tensors of one model, in one safetensors file or in several, its shards, that an index lists as Hugging Face's
 * libraries write it:
 *
 * <pre>
 *  model.safetensors.index.json
 *      {"metadata": {"total_size": 5000, …},
 *       "weight_map": {"conv1.weight": "model-00001-of-00002.safetensors", "fc.bias": "model-00002-of-00002.safetensors", …}}
 * </pre>
 *
 * <p>Not thread-safe.
 */
public final class ModelFiles implements AutoCloseable {
    /** What the one file of a model is called in a directory. */
    public static final String SINGLE = "model.safetensors";

    private static final String INDEX_END = ".safetensors.index.json";

    /** What is looked for in a directory, the first before the second. */
    public static final List<String> IN_DIRECTORY = List.of(SINGLE, "model" + INDEX_END);

    /** More shards than any model has; each is kept open. */
    private static final int MAX_SHARDS = 1_000;

    private static final JsonFactory JSON = JsonFactory.builder()
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .build();

    private final String uri;
    private final Map<String, Safetensors.Reader> shards;
    private final Map<String, Safetensors.Reader> byTensor = new LinkedHashMap<>();

    /** What tensors are called in the files that are not called there as here. */
    private final Map<String, String> stored = new LinkedHashMap<>();

    private ModelFiles(String uri, Map<String, Safetensors.Reader> shards) {
        this.uri = uri;
        this.shards = shards;
    }

    /**
     * Opens a model and reads the headers of all its files.
     *
     * @param hadoop how to reach file systems
     * @param path a safetensors file, an index ({@code ….safetensors.index.json}), or a directory that has one under the
     *     usual name
     * @return to be closed
     * @throws BadFileException if a file is malformed, or the index and its shards contradict each other
     * @throws IOException if the file system fails
     */
    public static ModelFiles open(Configuration hadoop, Path path) throws IOException {
        FileSystem fileSystem = path.getFileSystem(hadoop);
        FileStatus status = fileSystem.getFileStatus(path);
        Path file = status.isDirectory() ? inDirectory(fileSystem, path) : path;
        Map<String, String> index = file.getName().endsWith(INDEX_END) ? readIndex(fileSystem, file) : Map.of();
        ModelFiles files = new ModelFiles(file.toString(), new LinkedHashMap<>());
        try {
            if (file.getName().endsWith(INDEX_END)) {
                files.openShards(hadoop, file, index);
            } else {
                files.add(file.getName(), Safetensors.open(hadoop, file));
            }
            return files;
        } catch (IOException | RuntimeException failure) {
            files.close();
            throw failure;
        }
    }

    private static Path inDirectory(FileSystem fileSystem, Path directory) throws IOException {
        for (String name : IN_DIRECTORY) {
            Path file = new Path(directory, name);
            if (fileSystem.exists(file)) {
                return file;
            }
        }
        throw new FileNotFoundException("neither " + String.join(" nor ", IN_DIRECTORY) + " is in " + directory);
    }

    private static Map<String, String> readIndex(FileSystem fileSystem, Path file) throws IOException {
        long length = fileSystem.getFileStatus(file).getLen();
        if (length > SafetensorsHeader.MAX_HEADER) {
            throw new BadFileException(file + " has " + Counts.plain(length, "byte") + ": an index has at most "
                    + SafetensorsHeader.MAX_HEADER + " (is it a file of tensors?)");
        }
        Map<String, String> map = new LinkedHashMap<>();
        try (FSDataInputStream in = fileSystem.open(file);
                JsonParser json = JSON.createParser((InputStream) in)) {
            expect(json.nextToken(), JsonToken.START_OBJECT, file, "the index");
            while (json.nextToken() == JsonToken.FIELD_NAME) {
                String key = json.currentName();
                JsonToken value = json.nextToken();
                if (!key.equals("weight_map")) {
                    json.skipChildren();
                    continue;
                }
                expect(value, JsonToken.START_OBJECT, file, "weight_map");
                while (json.nextToken() == JsonToken.FIELD_NAME) {
                    String tensor = json.currentName();
                    expect(json.nextToken(), JsonToken.VALUE_STRING, file, "the shard of tensor '" + tensor + "'");
                    map.put(tensor, shardName(json.getText(), tensor, file));
                }
            }
        } catch (JsonProcessingException malformed) {
            throw new BadFileException(
                    file + " is no index of a model: "
                            + malformed.getOriginalMessage().lines().findFirst().orElse(""),
                    malformed);
        }
        if (map.isEmpty()) {
            throw new BadFileException(file + " is no index of a model: its weight_map is missing or lists no tensor");
        }
        return map;
    }

    private static void expect(JsonToken found, JsonToken wanted, Path file, String what) {
        if (found != wanted) {
            throw new BadFileException(file + " is no index of a model: " + what + " is "
                    + (found == null ? "cut off" : "a " + words(found)) + ", expected a " + words(wanted));
        }
    }

    private static String words(JsonToken token) {
        return token.name().toLowerCase(Locale.ROOT).replace('_', ' ');
    }

    /** Shards lie beside their index: an index never leads elsewhere. */
    private static String shardName(String name, String tensor, Path file) {
        if (!name.matches("[A-Za-z0-9_][A-Za-z0-9._-]{0,250}")) {
            throw new BadFileException(file + ": tensor '" + tensor + "' is said to be in '" + name
                    + "', which is no name of a file beside the index");
        }
        return name;
    }

    private void openShards(Configuration hadoop, Path file, Map<String, String> index) throws IOException {
        Set<String> names = new TreeSet<>(index.values());
        if (names.size() > MAX_SHARDS) {
            throw new BadFileException(file + " lists " + Counts.plain(names.size(), "shard") + ", the limit is "
                    + MAX_SHARDS + ": join some of them");
        }
        for (String name : names) {
            try {
                add(name, Safetensors.open(hadoop, new Path(file.getParent(), new Path(null, null, name))));
            } catch (FileNotFoundException absent) {
                Path shard = new Path(file.getParent(), name);
                if (shard.getFileSystem(hadoop).exists(shard)) {
                    // It is there, and does not open.
                    throw absent;
                }
                throw new BadFileException(file + " lists the shard " + name + ", which is not beside it", absent);
            }
        }
        index.forEach((tensor, shard) -> {
            Safetensors.Reader reader = byTensor.get(tensor);
            if (reader == null || !reader.equals(shards.get(shard))) {
                throw new BadFileException(file + ": tensor '" + tensor + "' is not in " + shard + ", as it says");
            }
        });
        for (String tensor : byTensor.keySet()) {
            if (!index.containsKey(tensor)) {
                throw new BadFileException(file + " does not list tensor '" + tensor + "', which is in a shard of it");
            }
        }
    }

    private void add(String name, Safetensors.Reader reader) {
        shards.put(name, reader);
        for (String tensor : reader.names()) {
            if (byTensor.put(tensor, reader) != null) {
                throw new BadFileException(uri + ": tensor '" + tensor + "' is in two shards");
            }
        }
    }

    /**
     * {@return the same open files, with names that a prefix is taken from}
     *
     * @param shared what all names begin with
     */
    public ModelFiles withoutPrefix(String shared) {
        return renamed(name -> {
            if (!name.startsWith(shared)) {
                throw new IllegalArgumentException("tensor '" + name + "' does not begin with " + shared);
            }
            return name.substring(shared.length());
        });
    }

    /**
     * {@return the same open files, with other names}
     *
     * @param change gives each tensor's name its new one
     * @throws BadFileException if two tensors get one name
     */
    public ModelFiles renamed(UnaryOperator<String> change) {
        ModelFiles other = new ModelFiles(uri, shards);
        byTensor.forEach((name, shard) -> {
            String changed = change.apply(name);
            if (other.byTensor.put(changed, shard) != null) {
                throw new BadFileException(uri + ": two tensors would be called '" + changed + "', of which one is '"
                        + name + "'; rename the other as well");
            }
            other.stored.put(changed, stored(name));
        });
        return other;
    }

    private String stored(String name) {
        return stored.getOrDefault(name, name);
    }

    /** {@return the file or the index that was opened} */
    public String uri() {
        return uri;
    }

    /** {@return all files: the index, if there is one, and then those of the tensors in the order of their names} */
    public List<Path> paths() {
        Path opened = new Path(uri);
        List<Path> paths = new ArrayList<>();
        if (uri.endsWith(INDEX_END)) {
            paths.add(opened);
        }
        new TreeSet<>(shards.keySet())
                .forEach(shard -> paths.add(new Path(opened.getParent(), new Path(null, null, shard))));
        return List.copyOf(paths);
    }

    /** {@return what the writer noted, of all files; what several say is taken from the first} */
    public Map<String, String> metadata() {
        Map<String, String> all = new LinkedHashMap<>();
        shards.values().forEach(shard -> shard.metadata().forEach(all::putIfAbsent));
        return all;
    }

    /** {@return the tensors' names, file by file in the order of their data} */
    public List<String> names() {
        return List.copyOf(byTensor.keySet());
    }

    /**
     * {@return a tensor's dimensions; empty when there is no such tensor}
     *
     * @param name the tensor's name
     */
    public Optional<List<Long>> shape(String name) {
        return Optional.ofNullable(byTensor.get(name)).flatMap(shard -> shard.shape(stored(name)));
    }

    /**
     * {@return a tensor's element type, as {@code F32} or {@code I64}; empty when there is no such tensor}
     *
     * @param name the tensor's name
     */
    public Optional<String> type(String name) {
        return Optional.ofNullable(byTensor.get(name)).flatMap(shard -> shard.type(stored(name)));
    }

    /**
     * Reads a tensor as floats (F32 as it is, F16 and BF16 widened) into {@code into[offset…]}.
     *
     * @param name the tensor's name
     * @param into takes the numbers
     * @param offset the place of the first number in {@code into}
     * @throws BadFileException if there is no such tensor, it does not fit, or it is not of floats
     * @throws IOException if the file system fails
     */
    public void read(String name, float[] into, int offset) throws IOException {
        Safetensors.Reader shard = byTensor.get(name);
        if (shard == null) {
            throw new BadFileException(uri + " has no tensor '" + name + "'");
        }
        shard.read(stored(name), into, offset);
    }

    @Override
    public void close() throws IOException {
        for (Safetensors.Reader shard : shards.values()) {
            shard.close();
        }
    }
}
