package convoy.driver.runs;

import static java.util.Map.entry;
import static org.assertj.core.api.Assertions.assertThat;

import convoy.architectures.families.NetworkArguments;
import convoy.architectures.file.NetworkFile;
import convoy.architectures.graph.Network;
import convoy.driver.configuration.FineTuning;
import convoy.driver.configuration.NetworkChoice;
import convoy.driver.configuration.RunConfiguration;
import convoy.driver.configuration.Validation;
import convoy.driver.fixture.DrawnData;
import convoy.driver.resolved.ResolvedRun;
import convoy.onnx.out.OnnxExport;
import convoy.records.BadInputException;
import convoy.records.Codec;
import convoy.records.JsonText;
import convoy.records.Schema;
import convoy.records.Structure;
import convoy.records.Value;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Every key of the run file decides bits, and then another value of it is another identity, or it is told here why it does not. */
final class DeterminantsTest {
    /** Keys that change no bit of the trained model, each with the reason. */
    private static final Map<String, String> DECIDES_NO_BITS = Map.ofEntries(
            entry("name", "names a directory"),
            entry("runs", "names a directory"),
            entry("network.classes", "only checks how many classes the data has"),
            entry("network.input", "only checks what the transforms make of the data"),
            entry("data.validation.uri", "is scored, never trained on"),
            entry("data.evaluation-transforms", "are of scored images"),
            entry("data.reader-threads", "batches are the same whoever makes them"),
            entry("data.look-ahead", "batches are the same however early they are made"),
            entry("data.on-bad", "where it is fail, a run that meets such a row has no model"),
            entry("workers", "sums have one shape, whoever adds"),
            entry("servers", "updates go element by element"),
            entry("checkpoint.every-epochs", "says what is kept"),
            entry("checkpoint.every-steps", "says what is kept"),
            entry("checkpoint.keep", "says what is kept"),
            entry("checkpoint.mirror-steps", "says what is kept in memory"),
            entry("evaluation.every-epochs", "scoring reads the parameters and changes none"),
            entry("evaluation.metrics", "are of scored images"),
            entry("on-divergence", "ends a run or lets it go on as it is"),
            entry("export", "writes the model in another form"),
            entry("metrics.norms-by-layer", "measures what is computed anyway"),
            entry("listeners", "only hear"),
            entry("patience.start", "who takes part decides nothing"),
            entry("patience.anyone", "who takes part decides nothing"),
            entry("patience.silent", "who takes part decides nothing"),
            entry("patience.lost", "who takes part decides nothing"),
            entry("patience.failures", "who takes part decides nothing"),
            entry("patience.trouble", "who takes part decides nothing"),
            entry("least-workers", "who takes part decides nothing"));

    /** Of which the data leave one value: another is refused. */
    private static final Set<String> LEFT_BY_THE_DATA = Set.of("loss.name");

    /** Read once: its defaults are a megabyte of XML. */
    private static final Configuration HADOOP = new Configuration();

    private static final Codec<RunConfiguration> CODEC = Codec.of(RunConfiguration.class);

    private final List<RunConfiguration> bases;
    private final Map<String, String> seconds;

    DeterminantsTest(@TempDir Path directory) throws Exception {
        SmallRuns runs = new SmallRuns(directory);
        RunConfiguration plain = runs.configuration("run", 1, 1);
        bases = List.of(
                plain,
                plain.withResources(plain.resources().withWorkers(2)),
                plain.withData(plain.data().withValidation(Optional.of(Validation.ofShare(0.125)))),
                plain.withData(plain.data().withValidation(Optional.of(Validation.ofFold(4, 1)))),
                plain.withNetwork(NetworkChoice.of("vgg11")),
                plain.withNetwork(NetworkChoice.of("randwire_ws")),
                plain.withNetwork(NetworkChoice.of("googlenet")),
                plain.withNetwork(ownNetwork(directory)),
                plain.withNetwork(NetworkChoice.ofOnnx(model(directory, "first"))),
                plain.withFineTuning(FineTuning.defaults().withFreeze(List.of("layer1"))));
        String other = '"' + runs.validation() + '"';
        seconds = Map.ofEntries(
                entry("name", "\"other\""),
                entry("runs", "\"file:///elsewhere\""),
                entry("network.name", "\"resnet32_cifar\""),
                entry("network.file", '"' + other(directory) + '"'),
                entry("network.parameters", "{\"width\": \"3\"}"),
                entry("network.onnx", '"' + model(directory, "theirs") + '"'),
                entry(
                        "network.edits",
                        "[{\"kind\": \"set\", \"at\": \"*\", \"of\": \"relu\", \"arguments\": {\"function\": \"silu\"}}]"),
                entry("network.heads", "{\"aux1\": 0.1}"),
                entry("network.weights.fresh", "[\"fc\"]"),
                entry("network.weights.rename", "{\"conv0\": \"conv1\"}"),
                entry("network.classes", Integer.toString(DrawnData.CLASSES)),
                entry("network.input", "\"3x32x32\""),
                entry("network.weights.from", "\"file:///other.safetensors\""),
                entry("data.train", other),
                entry("data.validation.uri", '"' + runs.train() + '"'),
                entry("data.transforms", "[\"flip\"]"),
                entry("data.evaluation-transforms", "[{\"kind\": \"pad-crop\", \"padding\": 1}]"),
                entry("data.mix", "[\"mixup\"]"),
                entry("fine-tuning.freeze", "[\"conv1\"]"),
                entry("fine-tuning.unfreeze", "[{\"tensors\": \"layer1\", \"epoch\": 1}]"),
                entry("fine-tuning.rates", "[{\"tensors\": \"fc\", \"factor\": 10}]"),
                entry("engine", "\"nd4j\""),
                entry("device", "\"cuda\""),
                entry("metrics.norms-by-layer", "10"),
                entry("export", "[\"dl4j\"]"),
                entry("evaluation.metrics", "[\"brier\"]"),
                entry("listeners", "[\"csv\"]"));
    }

    private static String text(String name) {
        return "name: " + name + "\ninput: 3x32x32\nclasses: 10\nparameters: {width: 2}\nlayers:\n"
                + "  - {name: conv, kind: convolution, out: =width, kernel: 3}\n  - flatten\n"
                + "  - {name: fc, kind: dense, out: =classes}\n";
    }

    private static NetworkChoice ownNetwork(Path directory) throws IOException {
        return NetworkChoice.ofFile(Files.writeString(directory.resolve("own.yaml"), text("own"))
                .toUri()
                .toString());
    }

    private static String model(Path directory, String name) throws IOException {
        Network network = NetworkFile.read(name, text(name), new TreeMap<>()).build(NetworkArguments.defaults());
        Path file = directory.resolve(name + ".onnx");
        try (OutputStream out = Files.newOutputStream(file)) {
            new OnnxExport(network, network.initialize(1), Optional.empty(), new TreeMap<>()).write(out);
        }
        return file.toUri().toString();
    }

    private static String other(Path directory) throws IOException {
        return Files.writeString(directory.resolve("other.yaml"), text("other"))
                .toUri()
                .toString();
    }

    /** What a value of a key became of the identity, in whichever of the runs it could be given. */
    private record Effect(boolean tried, boolean changes) {}

    @Test
    void everyKeyIsInTheIdentityOrIsToldToDecideNoBits() {
        Map<String, Schema> keys = new LinkedHashMap<>();
        walk(new Structure(RunConfiguration.class), "", keys);
        List<String> wrong = new ArrayList<>();
        keys.forEach((key, schema) -> {
            Effect effect = effect(key, schema);
            if (LEFT_BY_THE_DATA.contains(key)) {
                if (effect.tried) {
                    wrong.add(key + " took a second value: it is not left by the data");
                }
            } else if (!effect.tried) {
                wrong.add(key + " took no second value: give it one among the seconds here");
            } else if (effect.changes && DECIDES_NO_BITS.containsKey(key)) {
                wrong.add(key + " is told to decide no bits and is among the Determinants: take it out of one of them");
            } else if (!effect.changes && !DECIDES_NO_BITS.containsKey(key)) {
                wrong.add(key + " changes no Determinants: make it one of them, or say here why it decides no bits");
            }
        });
        assertThat(wrong).isEmpty();
        assertThat(keys.keySet()).containsAll(DECIDES_NO_BITS.keySet()).containsAll(seconds.keySet());
    }

    /** The keys that have a value of their own. What may be left out whole is walked through as if it were there. */
    private static void walk(Structure structure, String path, Map<String, Schema> keys) {
        structure.members().forEach((key, member) -> {
            Schema schema = inside(Schema.of(member.type()));
            if (schema instanceof Structure below) {
                walk(below, path + key + ".", keys);
            } else {
                keys.put(path + key, schema);
            }
        });
    }

    private static Schema inside(Schema schema) {
        return schema instanceof Schema.Maybe maybe ? maybe.of() : schema;
    }

    private Effect effect(String key, Schema schema) {
        boolean tried = false;
        for (RunConfiguration base : bases) {
            Value whole = filled(new Structure(RunConfiguration.class), CODEC.write(base), key);
            Optional<SortedMap<String, String>> before = identity(whole);
            for (Value second : before.isPresent() ? seconds(key, schema, at(whole, key)) : List.<Value>of()) {
                Optional<SortedMap<String, String>> after = identity(changed(whole, key, second));
                tried |= after.isPresent();
                if (after.isPresent() && !after.equals(before)) {
                    return new Effect(true, true);
                }
            }
        }
        return new Effect(tried, false);
    }

    /** Empty where such a run is refused. */
    private static Optional<SortedMap<String, String>> identity(Value run) {
        try {
            return Optional.of(ResolvedRun.resolve(HADOOP, CODEC.read(run)).determinants(Optional.empty()));
        } catch (BadInputException refused) {
            return Optional.empty();
        }
    }

    /** Values that a key might have beside the one that it has, by the type of its component. */
    private List<Value> seconds(String key, Schema schema, Value first) {
        if (seconds.containsKey(key)) {
            return List.of(JsonText.read(key, seconds.getOrDefault(key, "")));
        }
        String form = schema.describe();
        Stream<String> texts =
                switch (form) {
                    case "a whole number" -> Stream.of("2", "3", "5", "12");
                    case "a number" -> Stream.of("0.25", "0.5", "2.5", "400.5");
                    case "true or false" -> Stream.of("true", "false");
                    case "text" -> Stream.of();
                    default ->
                        Stream.of(form.replaceAll("^one of |, or a list$", "").split(", "))
                                .map(name -> '"' + name + '"');
                };
        return texts.map(text -> JsonText.read(key, text))
                .filter(second -> !JsonText.write(second).equals(JsonText.write(first)))
                .toList();
    }

    /** The same with the defaults of what the key lies in, where that was left out. */
    private static Value filled(Structure structure, Value value, String key) {
        int dot = key.indexOf('.');
        if (dot < 0) {
            return value;
        }
        String first = key.substring(0, dot);
        Structure below =
                (Structure) inside(Schema.of(present(structure.members(), first).type()));
        Value found = at(value, first);
        Value present = found instanceof Value.Nothing ? whole(below) : found;
        if (present instanceof Value.Scalar text) {
            present = only(below, text);
        }
        return changed(value, first, filled(below, present, key.substring(dot + 1)));
    }

    private static Value whole(Structure structure) {
        return structure.write(structure.standard().orElseThrow());
    }

    /** What was written as text alone: the first component, and nothing of the others. */
    private static Value only(Structure structure, Value.Scalar text) {
        Map<String, Value.Entry> entries = new LinkedHashMap<>();
        for (String key : structure.members().keySet()) {
            entries.put(key, new Value.Entry(text.place(), entries.isEmpty() ? text : new Value.Nothing(text.place())));
        }
        return new Value.Mapping(entries, text.place());
    }

    private static Value at(Value value, String key) {
        int dot = key.indexOf('.');
        String first = dot < 0 ? key : key.substring(0, dot);
        Value found = present(((Value.Mapping) value).entries(), first).value();
        return dot < 0 ? found : at(found, key.substring(dot + 1));
    }

    private static <V> V present(Map<String, V> values, String key) {
        return Optional.ofNullable(values.get(key)).orElseThrow();
    }

    private static Value changed(Value value, String key, Value second) {
        int dot = key.indexOf('.');
        String first = dot < 0 ? key : key.substring(0, dot);
        Map<String, Value.Entry> entries = new LinkedHashMap<>(((Value.Mapping) value).entries());
        entries.computeIfPresent(
                first,
                (name, entry) -> new Value.Entry(
                        entry.key(), dot < 0 ? second : changed(entry.value(), key.substring(dot + 1), second)));
        return new Value.Mapping(entries, value.place());
    }
}
