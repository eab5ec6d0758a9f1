package convoy.jobs;

import static org.assertj.core.api.Assertions.assertThat;

import convoy.worker.groups.LongTest;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The files and commands of {@code docs/exercises.md}, as they stand there, with fewer pictures. */
final class ExercisesTest {
    private static final Path PAGE = Path.of(System.getProperty("convoy.root", ".."), "docs", "exercises.md");

    /** A file's name, a sentence about it perhaps, and what it holds. */
    private static final Pattern FILE =
            Pattern.compile("^`([a-z0-9-]+\\.yaml)`[^\n]*:\n\n```yaml\n(.*?)^```$", Pattern.DOTALL | Pattern.MULTILINE);

    private static final Pattern COMMAND = Pattern.compile("^    \\./convoy (.+)$", Pattern.MULTILINE);

    /** What lies in the directory where a person types the commands. */
    private static final Pattern PLACE = Pattern.compile(
            "(?<![\\w/.-])((?:runs|reports)/[\\w/-]+|maps|emnist|[\\w-]+\\.(?:yaml|svg|png))(?![\\w/.-])");

    /** Networks of millions of parameters, which take most of the time. */
    private static final Pattern LARGE = Pattern.compile("\\b(googlenet|plain|residual)(-5x5)?\\.yaml|reports/");

    /** From so few pictures nothing is learned: two steps of each run, with all that comes before and after them. */
    private static final Map<String, List<String>> SHORTER = Map.of(
            "quickstart",
            List.of("--images=40", "--epochs=1"),
            "train",
            List.of(
                    "--set=epochs=1",
                    "--set=micro-batch=10",
                    "--set=workers=1",
                    "--set=servers=1",
                    "--set=metrics.norms-by-layer=1"));

    private static final int LETTERS = 26;
    private static final int PICTURES = 2 * LETTERS;

    private final Path directory;

    ExercisesTest(@TempDir Path directory) {
        this.directory = directory;
    }

    /** The large ones are only checked. */
    @Test
    void filesAndCommandsOfThePageDoWhatItSays() throws Exception {
        run(command -> LARGE.matcher(command).find());
    }

    @Test
    @LongTest
    void theLargeOnesDoSoToo() throws Exception {
        run(command -> false);
        String depth = content("reports/depth/report.html");
        assertThat(depth).contains("Norms by layer", "Gradient by depth", "plain-34, end", "resnet-34, end");
        assertThat(content("runs/googlenet-5x5/metrics.jsonl"))
                .contains("\"layer\":\"inception3a.branch2.1.conv\"", "\"kind\":\"evaluation\"");
        assertThat(directory.resolve("reports/five/report.html")).isNotEmptyFile();
    }

    private void run(Predicate<String> onlyChecked) throws IOException {
        String page = Files.readString(PAGE);
        Map<String, String> files = files(page);
        for (Map.Entry<String, String> file : files.entrySet()) {
            Files.writeString(directory.resolve(file.getKey()), placed(file.getValue()));
        }
        emnist(directory.resolve("emnist"));
        List<String> commands = found(COMMAND, page, command -> command.group(1));
        assertThat(commands).hasSizeGreaterThan(12);
        assertThat(files.keySet())
                .as("a command or another file names each file")
                .allMatch(file -> Stream.concat(commands.stream(), files.values().stream())
                        .anyMatch(text -> text.contains(" " + file)));
        // The one picture is made by a later exercise.
        Stream.concat(
                        commands.stream().filter(command -> !command.startsWith("predict")),
                        commands.stream().filter(command -> command.startsWith("predict")))
                .forEach(command -> run(command, onlyChecked.test(command)));
        for (String name : List.of("inception-residual", "head", "vgg", "vgg-wide", "letters")) {
            assertThat(directory.resolve("runs/" + name + "/model.safetensors")).isNotEmptyFile();
        }
        assertThat(content("maps/report.html")).contains("data:image/png;base64,");
        assertThat(content("exercises.svg"))
                .contains(">inception-residual</text>", ">vgg</text>", ">accuracy (%)</text>");
        // All that is below the new head stays as it was.
        assertThat(content("runs/head/metrics.jsonl"))
                .contains("\"layer\":\"stacked\"")
                .doesNotContain("\"layer\":\"conv1\"", "\"layer\":\"fc\"");
    }

    /** Files in the form of EMNIST's letters: labels from 1, pictures of 28 x 28 that lie on their side. */
    private static void emnist(Path folder) throws IOException {
        Files.createDirectories(folder);
        StringBuilder mapping = new StringBuilder();
        for (int i = 0; i < LETTERS; i++) {
            mapping.append(i + 1)
                    .append(' ')
                    .append('A' + i)
                    .append(' ')
                    .append('a' + i)
                    .append('\n');
        }
        Files.writeString(folder.resolve("emnist-letters-mapping.txt"), mapping);
        for (String half : List.of("train", "test")) {
            ByteBuffer images = ByteBuffer.allocate(16 + PICTURES * 28 * 28)
                    .putInt(0x803)
                    .putInt(PICTURES)
                    .putInt(28)
                    .putInt(28);
            ByteBuffer labels = ByteBuffer.allocate(8 + PICTURES).putInt(0x801).putInt(PICTURES);
            for (int i = 0; i < PICTURES; i++) {
                labels.put((byte) (1 + i % LETTERS));
                for (int pixel = 0; pixel < 28 * 28; pixel++) {
                    images.put((byte) (pixel % (i + 2) == 0 ? 255 : 0));
                }
            }
            String name = "emnist-letters-" + half;
            Files.write(folder.resolve(name + "-images-idx3-ubyte"), images.array());
            Files.write(folder.resolve(name + "-labels-idx1-ubyte"), labels.array());
        }
    }

    private static Map<String, String> files(String page) {
        Map<String, String> files = new LinkedHashMap<>();
        found(FILE, page, file -> files.put(file.group(1), file.group(2)));
        assertThat(found(Pattern.compile("^```yaml$", Pattern.MULTILINE), page, MatchResult::group))
                .as("every file of the page has a name")
                .hasSameSizeAs(files.keySet());
        return files;
    }

    private void run(String command, boolean isOnlyChecked) {
        List<String> words = new ArrayList<>();
        for (String word : command.split(" ", -1)) {
            words.add(placed(word));
        }
        String name = words.get(0);
        if (isOnlyChecked && !name.equals("train")) {
            return;
        }
        words.addAll(SHORTER.getOrDefault(name, List.of()));
        if (name.equals("train")) {
            words.add("--set=runs=" + directory.resolve("runs"));
        }
        if (name.equals("quickstart")) {
            words.add("--directory=" + directory.resolve("runs"));
        }
        if (isOnlyChecked) {
            words.add("--check");
        }
        Ran ran = Ran.convoy(words.toArray(String[]::new));
        assertThat(ran.status()).as("%s%n%s", command, ran.err()).isZero();
    }

    private String placed(String text) {
        return PLACE.matcher(text)
                .replaceAll(place -> directory.resolve(place.group(1)).toString());
    }

    private static <T> List<T> found(Pattern pattern, String page, Function<MatchResult, T> as) {
        return pattern.matcher(page).results().map(as).toList();
    }

    private String content(String place) throws IOException {
        return Files.readString(directory.resolve(place));
    }
}
