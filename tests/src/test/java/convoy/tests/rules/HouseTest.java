package convoy.tests.rules;

import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.AccessTarget;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.Source;
import com.tngtech.archunit.core.domain.properties.HasAnnotations;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import convoy.worker.groups.LongTest;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Tags;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A package is a room that one can see across: few files, a sentence at the door, and no way round in a circle. */
final class HouseTest {
    private static final int FILES = 20;
    private static final int LINES = 400;
    private static final int ARGUMENTS = 6;
    private static final Pattern FIRST_SENTENCE = Pattern.compile("/\\*\\*\\s.*?\\*/", Pattern.DOTALL);
    private static final Path ROOT = Path.of("..").toAbsolutePath().normalize();

    /** Reading them takes longer than any rule about them. */
    private static final Map<Side, JavaClasses> IMPORTED = new ConcurrentHashMap<>();

    /** Where sources stand, and where their classes are compiled to. */
    private enum Side {
        MAIN("src/main/java", "target/classes"),
        TEST("src/test/java", "target/test-classes");

        private final String sources;
        private final String classes;

        Side(String sources, String classes) {
            this.sources = sources;
            this.classes = classes;
        }
    }

    @ParameterizedTest
    @EnumSource
    void noPackageHasMoreFilesThanOneCanSeeAcross(Side side) {
        Map<String, List<Path>> full = new TreeMap<>();
        packages(side).forEach((name, files) -> {
            if (files.size() > FILES) {
                full.put(name + " has " + files.size(), files);
            }
        });
        assertThat(full.keySet()).isEmpty();
    }

    @ParameterizedTest
    @EnumSource
    void everyFileLiesInTheFolderOfItsPackage(Side side) {
        List<Path> strayed = new ArrayList<>();
        packages(side).forEach((name, files) -> files.stream()
                .filter(file -> !file.endsWith(Path.of(name.replace('.', '/'), "" + file.getFileName())))
                .forEach(strayed::add));
        assertThat(strayed).isEmpty();
    }

    @Test
    void aSentenceStandsAtEveryDoor() {
        List<String> missing = new ArrayList<>();
        packages(Side.MAIN).forEach((name, files) -> {
            Path door = files.get(0).resolveSibling("package-info.java");
            if (!Files.exists(door) || !FIRST_SENTENCE.matcher(read(door)).find()) {
                missing.add(name);
            }
        });
        assertThat(missing).isEmpty();
    }

    @ParameterizedTest
    @EnumSource
    void noPackagesNeedEachOtherInACircle(Side side) {
        JavaClasses imported = imported(side);
        assertThat(imported.stream().map(found -> found.getPackageName()).distinct())
                .containsAll(packages(side).keySet());
        slices().matching("convoy.(**)")
                .should()
                .beFreeOfCycles()
                .allowEmptyShould(false)
                .check(imported);
    }

    @Test
    void noClassIsLongerThanWhatOneReadsAtOnce() {
        List<String> many = new ArrayList<>();
        packages(Side.MAIN)
                .values()
                .forEach(files -> files.forEach(file -> {
                    long lines = read(file).lines().count();
                    if (lines > LINES) {
                        many.add(file.getFileName() + " has " + lines + " lines");
                    }
                }));
        assertThat(many).isEmpty();
    }

    /**
     * Whoever gives seven values by position cannot be read, and a new component breaks each such call. Generated builders may;
     * other people's constructors are as they are.
     */
    @ParameterizedTest
    @EnumSource
    void noConstructorOfOursIsGivenMoreThanSixArguments(Side side) {
        Set<String> written = new TreeSet<>();
        packages(side)
                .values()
                .forEach(files ->
                        files.forEach(file -> written.add(file.getFileName().toString())));
        List<String> many = imported(side).stream()
                .filter(caller -> caller.getSource()
                        .flatMap(Source::getFileName)
                        .filter(written::contains)
                        .isPresent())
                .flatMap(caller -> caller.getConstructorCallsFromSelf().stream())
                .filter(call -> call.getTargetOwner().getPackageName().startsWith("convoy."))
                .filter(call -> arguments(call.getTarget()) > ARGUMENTS)
                .map(call -> call.getTargetOwner().getSimpleName() + " in " + call.getSourceCodeLocation())
                .toList();
        assertThat(many).isEmpty();
    }

    /** Those that stand in the source: an enum's name and place do not, nor what a local class takes of what is round it. */
    private static int arguments(AccessTarget.ConstructorCallTarget target) {
        JavaClass owner = target.getOwner();
        int given = target.getRawParameterTypes().size();
        if (owner.isAnonymousClass() || owner.isLocalClass()) {
            return 0;
        }
        return owner.isEnum() ? given - 2 : given;
    }

    /** What a test is said to belong to by annotations of its own, and not by one that has them in turn. */
    private static Stream<String> groups(HasAnnotations<?> annotated) {
        return Stream.concat(
                        annotated.tryGetAnnotationOfType(Tag.class).stream(),
                        annotated.tryGetAnnotationOfType(Tags.class).stream().flatMap(tags -> Stream.of(tags.value())))
                .map(Tag::value);
    }

    /** The tag alone keeps no test out of {@code verify}, which chooses no group. */
    @Test
    void whatTakesMinutesIsALongTestAndNotMerelyTaggedSo() {
        List<String> tagged = imported(Side.TEST).stream()
                .<HasAnnotations<?>>flatMap(type -> Stream.concat(Stream.of(type), type.getMethods().stream()))
                .filter(annotated -> groups(annotated).anyMatch("long"::equals))
                .map(HasAnnotations::getDescription)
                .toList();
        assertThat(tagged)
                .as("give them @LongTest, which has the condition with the tag")
                .containsExactly("Class <" + LongTest.class.getName() + ">");
    }

    private static JavaClasses imported(Side side) {
        return IMPORTED.computeIfAbsent(side, each -> new ClassFileImporter()
                .importPaths(modules().stream()
                        .map(module -> module.resolve(each.classes))
                        .filter(Files::isDirectory)
                        .toList()));
    }

    private static Map<String, List<Path>> packages(Side side) {
        Map<String, List<Path>> packages = new TreeMap<>();
        for (Path module : modules()) {
            Path sources = module.resolve(side.sources);
            if (Files.isDirectory(sources)) {
                try (Stream<Path> files = Files.walk(sources)) {
                    files.filter(file -> file.toString().endsWith(".java"))
                            .filter(file -> !file.endsWith("package-info.java"))
                            .forEach(file -> packages.computeIfAbsent(packageOf(file), name -> new ArrayList<>())
                                    .add(file));
                } catch (IOException failure) {
                    throw new UncheckedIOException(failure);
                }
            }
        }
        return packages;
    }

    private static final Pattern PACKAGE = Pattern.compile("^package ([\\w.]+);", Pattern.MULTILINE);

    private static String packageOf(Path file) {
        Matcher found = PACKAGE.matcher(read(file));
        assertThat(found.find()).as("%s names its package", file).isTrue();
        return found.group(1);
    }

    /** The folders that the root's and the modules' project files name. */
    private static List<Path> modules() {
        List<Path> found = new ArrayList<>();
        collect(ROOT, found);
        assertThat(found).contains(ROOT.resolve("worker"), ROOT.resolve("worker/libtorch"));
        return found;
    }

    private static final Pattern MODULE = Pattern.compile("<module>([^<]+)</module>");

    private static void collect(Path project, List<Path> found) {
        Matcher module = MODULE.matcher(read(project.resolve("pom.xml")));
        while (module.find()) {
            Path folder = project.resolve(module.group(1)).normalize();
            found.add(folder);
            collect(folder, found);
        }
    }

    private static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }
}
