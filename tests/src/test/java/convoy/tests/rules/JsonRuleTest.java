package convoy.tests.rules;

import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/**
 * What is stored or sent is a record, which the codec of {@code convoy.records} reads and writes. Who picks JSON apart by hand has a spelling
 * of his own, and knows nothing of formats, defaults and keys that nobody knows.
 */
@AnalyzeClasses(packages = "convoy", importOptions = MainCode.class)
final class JsonRuleTest {
    private static final String JACKSON = "com.fasterxml.jackson.";
    private static final String CODEC = "convoy.records";

    /** Who uses Jackson beside the codec, and why. */
    private static final Map<String, String> EXCEPTIONS = Map.of(
            "convoy.records.yaml.YamlText", "makes YAML of the codec's values, and these of YAML",
            "convoy.jobs.output.Json", "prints maps for other programs, and reads nothing",
            "convoy.parameterserver.files.SafetensorsHeader",
                    "a format of others, of 100 MB at most, of which every refusal says the byte",
            "convoy.parameterserver.files.ModelFiles", "a format of others, of which one key of many is wanted",
            "convoy.driver.metrics.MetricsLog", "a log whose lines of any kind are kept as they are when a run goes on",
            "convoy.driver.training.RunRecorder", "the lines of that log, where a number that is none is null",
            "convoy.jobs.report.run.RunLogReader", "that log of any version, and what of it a run has");

    @ArchTest
    static void onlyTheCodecPicksJsonApart(JavaClasses classes) {
        Set<String> users = new TreeSet<>();
        for (JavaClass type : classes) {
            boolean uses = type.getDirectDependenciesFromSelf().stream()
                    .anyMatch(dependency ->
                            dependency.getTargetClass().getPackageName().startsWith(JACKSON));
            if (uses && !type.getPackageName().equals(CODEC)) {
                users.add(outermost(type).getName());
            }
        }
        assertThat(users)
                .as(
                        "a class that uses Jackson: describe a record and use its Codec; an exception is a line here, with its reason,"
                                + " and one that is none any more is to be removed")
                .isEqualTo(new TreeSet<>(EXCEPTIONS.keySet()));
    }

    private static JavaClass outermost(JavaClass type) {
        return type.getEnclosingClass().map(JsonRuleTest::outermost).orElse(type);
    }
}
