package convoy.jobs.recipes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import convoy.architectures.graph.Network;
import convoy.driver.configuration.Optimization;
import convoy.driver.configuration.RunConfiguration;
import convoy.driver.configuration.Steps;
import convoy.driver.resolved.ResolvedRun;
import convoy.jobs.runfile.RunFile;
import convoy.jobs.study.file.Study;
import convoy.jobs.study.file.StudyFile;
import convoy.jobs.study.plan.ResolvedStudy;
import convoy.jobs.study.preview.Preview;
import convoy.jobs.study.statistics.PairedTest;
import convoy.jobs.study.verdict.Prospect;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Every recipe works as it stands, and what it says of itself is so. */
final class RecipesTest {
    private static final Path FOLDER = Path.of(System.getProperty("convoy.root", ".."), "jobs", "recipes");
    private static final Pattern COST =
            Pattern.compile("# Network: (\\S+), ([0-9,]+) parameters, ([0-9,]+) multiply-adds an image.*");
    private static final Pattern TRIALS = Pattern.compile("# ([0-9]+) trials of ([0-9]+) epochs.*");
    private static final Pattern ALL = Pattern.compile(".* ([0-9]+e[0-9]+) multiply-adds\\..*");

    @TempDir
    private static Path directory = Path.of("");

    private static Optional<StandIns> data = Optional.empty();

    @BeforeAll
    static void writeData() throws IOException {
        data = Optional.of(new StandIns(directory));
    }

    private static Stream<String> names(Recipe.Kind kind) {
        return Recipes.all().stream().filter(recipe -> recipe.kind() == kind).map(Recipe::name);
    }

    static Stream<String> runs() {
        return names(Recipe.Kind.RUN);
    }

    static Stream<String> studies() {
        return names(Recipe.Kind.STUDY);
    }

    private static String text(String name) {
        return data.orElseThrow().inPlace(Recipes.find(name).text());
    }

    private static Matcher only(Pattern pattern, String text) {
        List<Matcher> found =
                text.lines().map(pattern::matcher).filter(Matcher::matches).toList();
        assertThat(found).as("lines like %s", pattern).hasSize(1);
        return found.get(0);
    }

    private static long number(String grouped) {
        return Long.parseLong(grouped.replace(",", ""));
    }

    @Test
    void everyFileOfTheFolderIsListed() throws IOException {
        try (Stream<Path> files = Files.list(FOLDER)) {
            List<String> names =
                    files.map(file -> file.getFileName().toString()).toList();
            assertThat(Recipes.all())
                    .extracting(recipe -> recipe.name() + ".yaml")
                    .containsExactlyInAnyOrderElementsOf(names);
        }
        for (Recipe recipe : Recipes.all()) {
            assertThat(recipe.text()).isEqualTo(Files.readString(FOLDER.resolve(recipe.name() + ".yaml")));
        }
    }

    @Test
    void eachSaysInALineWhatItIsAndFromWhere() {
        for (Recipe recipe : Recipes.all()) {
            assertThat(recipe.line()).as(recipe.name()).hasSizeBetween(20, 125).endsWith(".");
            assertThat(recipe.text())
                    .as(recipe.name())
                    .containsAnyOf("# From: ", " chosen here")
                    .endsWith("\n");
            assertThat(recipe.line().startsWith("Study of "))
                    .as(recipe.name())
                    .isEqualTo(recipe.kind() == Recipe.Kind.STUDY);
        }
        assertThat(Recipes.all()).extracting(Recipe::line).doesNotHaveDuplicates();
    }

    @ParameterizedTest
    @MethodSource("runs")
    void aRunFileIsMadeOutWhole(String name) {
        RunConfiguration run = RunFile.read(RunConfiguration.class, name, text(name), List.of());
        assertThat(run.name()).isEqualTo(name);
        assertThat(run.steps()).isNotEqualTo(Steps.defaults());
        assertThat(run.optimization()).isNotEqualTo(Optimization.defaults());
        assertThat(run.data().validation()).isPresent();
        assertThat(run.resources().workers()).isLessThanOrEqualTo(run.steps().microBatches());

        ResolvedRun resolved = ResolvedRun.resolve(new Configuration(), run);
        Network network = resolved.network();
        Matcher cost = only(COST, Recipes.find(name).text());
        assertThat(cost.group(1))
                .isEqualTo(network.name())
                .isEqualTo(run.network().name());
        assertThat(number(cost.group(2))).isEqualTo(network.parameterCountWithoutAuxiliary());
        assertThat(number(cost.group(3))).isEqualTo(network.multiplyAddsWithoutAuxiliary());
    }

    /** Every variant with every point of the search, each network built; as many trials as it says, and as few as can tell anything. */
    @ParameterizedTest
    @MethodSource("studies")
    void aStudyIsMadeOutWhole(String name) {
        Study study = StudyFile.read(name, text(name), List.of("studies=" + directory.toUri() + "studies"), file -> {
            throw new AssertionError(name + " needs " + file + " beside it, and is printed alone");
        });
        assertThat(study.name()).isEqualTo(name);
        assertThat(study.test()).isPresent();
        ResolvedStudy resolved = ResolvedStudy.of(
                study, new Configuration(), choice -> choice.by("nd4j").at("cpu"));

        Preview preview = Preview.of(resolved, 1);
        Matcher trials = only(TRIALS, Recipes.find(name).text());
        assertThat(preview.trials()).isEqualTo(Integer.parseInt(trials.group(1)));
        assertThat(preview.variants())
                .extracting(part -> part.length().epochs())
                .containsOnly(Integer.parseInt(trials.group(2)));
        Prospect prospect = new Prospect(
                PairedTest.SIGNED_RANK,
                study.seeds().values().size(),
                resolved.design().variants().size() - 1,
                study.statistics().level());
        assertThat(prospect.canReject()).isTrue();
        assertThat(prospect.fewestSeeds()).isEqualTo(study.seeds().values().size());
    }

    /** Of the 4,500 pictures that are left of a tenth of CIFAR-10. */
    @Test
    void theSmallStudyTakesWhatItSays() {
        String name = "all-cnn-vs-pooling-small";
        Study study = StudyFile.read(name, text(name), List.of(), file -> "");
        ResolvedStudy resolved = ResolvedStudy.of(study, new Configuration(), choice -> choice.by("nd4j"));
        double inAll = 0;
        Preview preview = Preview.of(resolved, 1);
        for (Preview.Part part : preview.variants()) {
            assertThat(part.images()).isPositive();
            // The stand-in holds out 20 of 200 rows, one in ten, as the whole does of 5,000.
            inAll += part.multiplyAdds() * 4_500 / 180;
        }
        double said = Double.parseDouble(only(ALL, Recipes.find(name).text()).group(1));
        assertThat(inAll).isCloseTo(said, within(0.01 * said));
    }
}
