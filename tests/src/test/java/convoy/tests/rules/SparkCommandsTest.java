package convoy.tests.rules;

import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import convoy.jobs.launch.Applications;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import picocli.CommandLine.Command;

/** The script {@code convoy} has to know before it starts Java which commands run on Spark. */
final class SparkCommandsTest {
    private static final Pattern LIST = Pattern.compile("^(.+)\\) on_spark=true ;;$", Pattern.MULTILINE);

    @Test
    void theScriptKnowsWhichCommandsRunOnSpark() throws IOException {
        Matcher list = LIST.matcher(Files.readString(Path.of("../convoy")));
        assertThat(list.find()).isTrue();
        Set<String> said =
                Arrays.stream(list.group(1).split("\\|")).map(String::strip).collect(Collectors.toSet());

        Set<String> starting = new TreeSet<>();
        for (JavaClass type :
                new ClassFileImporter().withImportOption(new MainCode()).importPackages("convoy.jobs")) {
            boolean starts = type.getMethodCallsFromSelf().stream()
                    .anyMatch(call -> call.getTargetOwner().isEquivalentTo(Applications.class)
                            && call.getName().equals("start"));
            if (starts && type.isAnnotatedWith(Command.class)) {
                starting.add(type.getAnnotationOfType(Command.class).name());
            }
        }
        assertThat(said).isEqualTo(starting);
    }
}
