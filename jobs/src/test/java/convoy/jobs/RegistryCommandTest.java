package convoy.jobs;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import convoy.architectures.tensor.Shape;
import convoy.driver.model.ModelDescription;
import convoy.driver.model.ModelDescriptionBuilder;
import convoy.driver.model.StoredModel;
import convoy.jobs.registry.Hand;
import convoy.jobs.registry.HeldRegistry;
import convoy.jobs.registry.history.Reason;
import convoy.parameterserver.files.Safetensors;
import convoy.parameterserver.time.Clock;
import convoy.worker.data.transform.Normalize;
import convoy.worker.engine.NetworkLayout;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import javax.imageio.ImageIO;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code convoy registry} with real models, by what it prints. */
final class RegistryCommandTest {
    private static final List<String> DIGITS = List.of("0", "1", "2", "3", "4", "5", "6", "7", "8", "9");
    private static final List<String> LETTERS = List.of("a", "b", "c", "d", "e", "f", "g", "h", "i", "j");

    private final Path directory;
    private final String registry;

    RegistryCommandTest(@TempDir Path directory) {
        this.directory = directory;
        this.registry = directory.resolve("digits").toString();
    }

    private static void write(Path file, List<String> classes, int seed) throws IOException {
        ModelDescription description = ModelDescriptionBuilder.builder(
                        ModelDescription.of("lenet5", 10, new Shape.Image(1, 28, 28), List.of(0.1307), List.of(0.3081)))
                .classNames(classes)
                .transforms(List.of(new Normalize(List.of(0.1307), List.of(0.3081))))
                .build();
        float[] values = new float[NetworkLayout.of(description.build()).size()];
        values[0] = seed;
        try (OutputStream out = Files.newOutputStream(file)) {
            new StoredModel(description, 100L * seed, values).writeSafetensors(out, Safetensors.Precision.F32, false);
        }
    }

    /** A run that was trained to its end, as far as a registry looks at one. */
    private String run(int seed, List<String> classes, String... more) throws IOException {
        Path run = Files.createDirectories(directory.resolve("runs/run-" + seed));
        write(run.resolve("model.safetensors"), classes, seed);
        String weights = more.length == 0 ? "" : ", weights: {from: '" + more[0] + "'}";
        Files.writeString(
                run.resolve("run.yaml"),
                "format: 1\nname: run-" + seed + "\nnetwork: {name: lenet5" + weights
                        + "}\ndata: {train: data/digits/train, validation: data/digits/test}\nepochs: 1\nseed: " + seed
                        + "\n");
        Files.writeString(run.resolve("metrics.jsonl"), "{\"kind\":\"step\",\"step\":1}\n");
        return run.toString();
    }

    private static Ran registry(String... words) {
        return Ran.convoy(Stream.concat(Stream.of("registry"), Stream.of(words)).toArray(String[]::new));
    }

    private static String done(String... words) {
        Ran ran = registry(words);
        assertThat(ran.status()).as(ran.err()).isZero();
        return ran.out();
    }

    private static JsonNode json(String... words) throws IOException {
        return new ObjectMapper()
                .readTree(done(
                        Stream.concat(Stream.of(words), Stream.of("--json")).toArray(String[]::new)));
    }

    private static void assertRefused(String message, String... words) {
        Ran ran = registry(words);
        assertThat(ran.status()).as(ran.err()).isEqualTo(2);
        assertThat(ran.err()).hasLineCount(1).contains(message);
        assertThat(ran.out()).isEmpty();
    }

    private void addTwo() throws IOException {
        done("add", registry, run(1, DIGITS));
        done("add", registry, run(2, DIGITS));
    }

    @Test
    void aRunBecomesAVersionThatCanBePromotedLookedAtAndGoneBackFrom() throws Exception {
        assertThat(done("add", registry, run(1, DIGITS)))
                .isEqualTo("version 1 of registry 'digits' is lenet5 from file:" + directory
                        + "/runs/run-1; no alias names it yet\n");
        done("promote", registry, "1", "--because", "the first one");
        String firstModel =
                json("show", registry + "#champion").path("model-file").asText();
        JsonNode second = json("add", registry, run(2, DIGITS, firstModel), "--because", "nightly");
        assertThat(second.path("version").asInt()).isEqualTo(2);
        assertThat(second.path("parent").asInt()).isEqualTo(1);
        assertThat(second.path("weights").path("from").asText()).isEqualTo(firstModel);
        assertThat(second.path("files").fieldNames())
                .toIterable()
                .containsExactly("metrics.jsonl", "model.safetensors", "run.yaml");
        assertThat(second.path("data").path(0).path("uri").asText()).isEqualTo("data/digits/train");
        assertThat(done("promote", registry, "2", "--because", "better by a point"))
                .isEqualTo("champion is version 2; it was version 1\n");
        assertThat(done("promote", registry, "champion", "--alias", "canary", "--because", "to watch it"))
                .isEqualTo("canary is version 2\n");
        assertThat(done("list", registry).lines())
                .satisfiesExactly(
                        head -> assertThat(head).matches("VERSION  ADDED +NETWORK  STEP  ALIASES +FROM"),
                        one -> assertThat(one).matches(" +1  [^ ]+Z +lenet5 +100 +file:.*run-1"),
                        two -> assertThat(two).matches(" +2  [^ ]+Z +lenet5 +200  canary, champion +file:.*run-2"));
        JsonNode rolledBack = json("rollback", registry, "--because", "complaints");
        assertThat(rolledBack.path("change").asText()).isEqualTo("rolled-back");
        assertThat(rolledBack.path("version").asInt()).isEqualTo(1);
        assertThat(rolledBack.path("before").asInt()).isEqualTo(2);
        assertThat(done("show", registry + "#champion", "--check"))
                .startsWith("version 1 of registry 'digits', added at ")
                .endsWith("\nall files are as they were added\n");
        assertThat(done("remove-alias", registry, "canary", "--because", "seen enough"))
                .isEqualTo("canary names nothing any more\n");
        assertThat(done("clean", registry, "--keep", "1", "--dry-run")).isEqualTo("no version is to be removed\n");
    }

    @Test
    void theHistoryTellsWhoServedWhen() throws Exception {
        addTwo();
        assertThat(done("history", registry)).isEqualTo("registry 'digits' has had no champion yet\n");
        done("promote", registry, "1", "--because", "the first one");
        Thread.sleep(5);
        done("promote", registry, "2", "--because", "better,\nas it seems\u001b[2J");
        assertThat(done("history", registry).lines())
                .satisfiesExactly(
                        head -> assertThat(head).matches("VERSION  FROM +UNTIL +HOW +BY +BECAUSE"),
                        one -> assertThat(one).matches(" +1  [^ ]+Z  [^ ]+Z  promoted  [^ ]+  the first one"),
                        two -> assertThat(two)
                                .matches(" +2  [^ ]+Z  now +promoted  [^ ]+  better,\\\\nas it seems\\\\x1b\\[2J"));
        JsonNode history = json("history", registry);
        assertThat(history.path("entries")).hasSize(5);
        assertThat(history.path("entries").path(0).path("change").asText()).isEqualTo("made");
        assertThat(history.path("void")).isEmpty();
        JsonNode first = history.path("tenures").path(0);
        assertThat(first.path("until").asText())
                .isEqualTo(history.path("tenures").path(1).path("from").asText());
        JsonNode then = json("history", registry, "--at", first.path("from").asText());
        assertThat(then.path("version").asInt()).isEqualTo(1);
        assertThat(done("history", registry, "--at", "2999-01-01T00:00:00+01:00"))
                .startsWith("champion was version 2 at 2998-12-31T23:00:00Z: promoted at ");
        assertRefused("named no version at 2020-01-01T00:00:00Z", "history", registry, "--at", "2020-01-01T00:00:00Z");
        assertRefused("--at = 'yesterday' is no time: write it as ", "history", registry, "--at", "yesterday");
    }

    @Test
    void aVersionIsAModelWhereverOneIsWanted() throws Exception {
        addTwo();
        done("promote", registry, "1", "--because", "the first one");
        Path picture = directory.resolve("picture.png");
        ImageIO.write(new BufferedImage(28, 28, BufferedImage.TYPE_BYTE_GRAY), "png", picture.toFile());
        Ran ran = Ran.convoy("predict", "--model", registry + "#champion", "--top", "1", picture.toString());
        assertThat(ran.status()).as(ran.err()).isZero();
        assertThat(ran.out()).startsWith(picture + "\n");
        Path exported = directory.resolve("exported.safetensors");
        Ran export = Ran.convoy("export", registry + "#1", "--to", exported.toString());
        assertThat(export.status()).as(export.err()).isZero();
        assertThat(export.out()).startsWith("the model of step 100 is in ");
        assertThat(exported).hasSameBinaryContentAs(directory.resolve("runs/run-1/model.safetensors"));
        Ran heads = Ran.convoy("export", registry + "#1", "--auxiliary-heads", "--to", exported.toString());
        assertThat(heads.status()).isEqualTo(2);
        assertThat(heads.err())
                .contains("a model is without auxiliary heads; leave")
                .hasLineCount(1);
        Ran kept = Ran.convoy("evaluate", registry + "#champion", "--keep");
        assertThat(kept.status()).isEqualTo(2);
        assertThat(kept.err())
                .contains("is a version of a registry, which nobody changes")
                .hasLineCount(1);
        Ran none = Ran.convoy("predict", "--model", registry + "#canary", picture.toString());
        assertThat(none.status()).isEqualTo(2);
        assertThat(none.err()).isEqualTo("registry file:" + registry + " has no alias 'canary': it has champion\n");
    }

    @Test
    void badInputIsOneLineAndStatusTwo() throws Exception {
        addTwo();
        done("promote", registry, "1", "--because", "the first one");
        // A registry of another project, and folders that are none.
        assertRefused(
                " is 'digits', not 'letters': name another directory",
                "promote",
                registry,
                "2",
                "--because",
                "x",
                "--name",
                "letters");
        assertRefused(" is 'digits', not 'letters'", "add", registry, run(3, DIGITS), "--name", "letters");
        assertRefused(" is no registry, as there is no entry in a folder history", "list", directory + "/runs");
        assertRefused("is no registry and holds run-", "add", directory + "/runs", run(3, DIGITS));
        assertRefused(
                directory + "/nowhere does not exist: check the address; `convoy registry add` makes one",
                "history",
                directory + "/nowhere");
        assertRefused("run.yaml is a file: name the directory", "list", directory + "/runs/run-1/run.yaml");
        // Aliases and versions that are not there.
        assertRefused(
                " has no alias 'canary': it has champion", "rollback", registry, "--alias", "canary", "--because", "x");
        assertRefused(" has no alias 'canary'", "remove-alias", registry, "canary", "--because", "x");
        assertRefused(" has no alias 'canary'", "show", registry + "#canary");
        assertRefused(" has no alias 'canary'", "history", registry, "--alias", "canary");
        assertRefused(" has no version 7: the newest is 2", "promote", registry, "7", "--because", "x");
        assertRefused(" has no version 0: the newest is 2", "show", registry + "#0");
        assertRefused("is neither the number of a version nor", "promote", registry, "x/", "--because", "x");
        // What is done already, and what cannot be.
        assertRefused(
                "version 1 of registry file:" + registry + " is champion already: nothing is to be done",
                "promote",
                registry,
                "1",
                "--because",
                "x");
        assertRefused("has nothing to go back to: promote another version", "rollback", registry, "--because", "x");
        assertRefused("has never named version 2", "rollback", registry, "--to", "2", "--because", "x");
        assertRefused("alias = 'champion' is what serves", "remove-alias", registry, "champion", "--because", "x");
        // Words.
        assertRefused("because = ' ' says nothing: say in a sentence why", "promote", registry, "2", "--because", " ");
        assertRefused("Missing required option: '--because=TEXT'", "promote", registry, "2");
        for (String name : List.of("a/b", "a\u0007b", "..", "", "-x", "a\nb", "12", "a".repeat(65))) {
            assertRefused(
                    "is no name of an alias: use letters",
                    "promote",
                    registry,
                    "2",
                    "--because",
                    "x",
                    "--alias=" + name);
        }
        assertRefused(
                "name = 'a b' is no name of a registry", "add", directory + "/new", run(3, DIGITS), "--name", "a b");
        assertRefused("keep = 0 < 1: keep one version or more", "clean", registry, "--keep", "0");
        assertRefused("names no version: write the registry's directory, #, and", "show", registry);
        assertThat(directory.resolve("new")).doesNotExist();
    }

    /** In real time: it is refused as soon as a sign of life is seen. */
    @Test
    void whoHoldsItIsNamedAndTheStatusIsOneOfItsOwn() throws Exception {
        addTwo();
        Ran ran;
        try (HeldRegistry held = HeldRegistry.hold(
                new Configuration(false), registry, Optional.of("digits"), Hand.here(Clock.system(), notice -> {}))) {
            held.promote(1, "champion", Reason.of("held"));
            ran = registry("promote", registry, "2", "--because", "x");
        }
        assertThat(ran.status()).isEqualTo(75);
        assertThat(ran.out()).isEmpty();
        assertThat(ran.err().lines())
                .satisfiesExactly(
                        notice -> assertThat(notice)
                                .startsWith("registry 'digits' is held by process ")
                                .endsWith("watching its signs, at most 20 s"),
                        refusal -> assertThat(refusal)
                                .matches(
                                        "registry 'digits' is held by process [0-9]+ on [^ ]+ since [^ ]+, which lives: wait"
                                                + " for its end, or end it and give the same command again"));
        assertThat(done("promote", registry, "2", "--because", "x"))
                .isEqualTo("champion is version 2; it was version 1\n");
    }

    @Test
    void whatIsNoModelIsNotAdded() throws Exception {
        addTwo();
        done("promote", registry, "1", "--because", "the first one");
        Path empty = Files.createDirectories(directory.resolve("runs/untrained"));
        Files.writeString(empty.resolve("run.yaml"), "name: untrained\n");
        assertRefused("untrained has no model.safetensors: train it to its end", "add", registry, empty.toString());
        assertRefused("nowhere does not exist: give the directory of a run", "add", registry, directory + "/nowhere");
        Path garbage = Files.writeString(directory.resolve("x.safetensors"), "no model at all");
        assertRefused("x.safetensors", "add", registry, garbage.toString());
        assertRefused(
                "has the classes a, b, c, d, e, f, g, h, i, j, the champion, version 1 of registry file:" + registry
                        + ", has the classes 0, 1, 2",
                "add",
                registry,
                run(3, LETTERS));
        assertThat(json("add", registry, run(3, LETTERS), "--other-classes")
                        .path("version")
                        .asInt())
                .isEqualTo(3);
        Path model = directory.resolve("lone.safetensors");
        write(model, DIGITS, 4);
        assertThat(json("add", registry, model.toString()).path("files")).hasSize(1);
    }

    @Test
    void whatIsDamagedIsNamed() throws Exception {
        addTwo();
        done("promote", registry, "1", "--because", "the first one");
        Path version = Path.of(registry, "versions", "00000001-00000001", "version.json");
        String text = Files.readString(version);
        Files.writeString(version, text.replace("lenet5", "lenet6"));
        assertRefused("version.json is damaged: its SHA-256 is ", "show", registry + "#1");
        assertRefused("version.json is damaged: its SHA-256 is ", "list", registry);
        Files.delete(version);
        assertRefused("version.json is missing: restore it from a copy", "show", registry + "#champion");
        Files.writeString(version, text);
        Path model = version.resolveSibling("model.safetensors");
        byte[] bytes = Files.readAllBytes(model);
        bytes[bytes.length - 1] ^= 1;
        Files.write(model, bytes);
        assertRefused("model.safetensors is damaged: it has ", "show", registry + "#1", "--check");
        Path entry;
        try (Stream<Path> history = Files.list(Path.of(registry, "history"))) {
            entry = history.sorted().skip(1).findFirst().orElseThrow();
        }
        String said = Files.readString(entry);
        Files.writeString(entry, said.replace("added by hand", "added by foot"));
        assertRefused(" is not what the entry after it says: its SHA-256 is ", "history", registry);
        assertRefused(" is not what the entry after it says: ", "promote", registry, "2", "--because", "x");
        Files.writeString(entry, said.substring(0, said.length() / 2));
        assertRefused(" is missing, or was not written to its end: restore it", "list", registry);
        Files.writeString(entry, said);
        done("list", registry);
        Path last;
        try (Stream<Path> history = Files.list(Path.of(registry, "history"))) {
            last = history.sorted().reduce((one, other) -> other).orElseThrow();
        }
        String end = Files.readString(last);
        Files.writeString(last, end.replace("\"format\" : 1", "\"format\" : 9"));
        assertRefused("format = 9, this version reads format 1; use the version that wrote it", "list", registry);
        Files.writeString(last, end.replace("\"number\" : ", "\"number\" : x"));
        assertRefused("restore it from a copy of the registry", "list", registry);
        Files.writeString(last, end.replace("\"version\" : 1", "\"version\" : 5"));
        assertRefused("of its history cannot be right: version 5 was not there", "list", registry);
        // Half of the last one is none: whoever wrote it was stopped on the way.
        Files.writeString(last, end.substring(0, end.length() / 2));
        assertThat(done("history", registry)).isEqualTo("registry 'digits' has had no champion yet\n");
        assertThat(json("history", registry).path("void")).hasSize(1);
    }
}
