package convoy.tests.retrain;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import convoy.jobs.retrain.run.Outcome;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.apache.spark.package$;
import org.junit.jupiter.api.Test;

/** The examples of schedulers say what the command does. */
final class SchedulesTest {
    private static final Path FOLDER = Path.of("../deploy/schedules");
    private static final int NOT_PROMOTED = 10;
    private static final int REFUSED = 11;
    private static final int HELD = 75;

    private static JsonNode yaml(String name) throws IOException {
        return new YAMLMapper().readTree(FOLDER.resolve(name).toFile());
    }

    @Test
    void theStatusesAreThoseOfTheCommand() throws IOException {
        assertThat(new Outcome.Refused(List.of()).exitStatus()).isEqualTo(REFUSED);
        assertThat(new Outcome.Overtaken(1).exitStatus()).isEqualTo(HELD);
        assertThat(Files.readString(FOLDER.resolve("convoy-retrain.service")))
                .contains("SuccessExitStatus=" + NOT_PROMOTED + " " + REFUSED + " " + HELD);
        assertThat(Files.readString(FOLDER.resolve("crontab")))
                .contains(
                        "10: trained, and the champion stays. 11: a guard refused",
                        "75: another call is still at work");
        JsonNode rule = yaml("kubernetes-cron-job.yaml")
                .at("/spec/jobTemplate/spec/podFailurePolicy/rules/0/onExitCodes/values");
        assertThat(rule.toString()).isEqualTo("[2,10,11,75]");
    }

    @Test
    void nothingOverlapsAndTheReleaseIsTheOneThatIsTested() throws IOException {
        for (String name : List.of("kubernetes-cron-job.yaml", "scheduled-spark-application.yaml")) {
            assertThat(yaml(name).at("/spec/concurrencyPolicy").asText())
                    .as(name)
                    .isEqualTo("Forbid");
            assertThat(yaml(name).at("/spec/timeZone").asText()).as(name).isEqualTo("Europe/Berlin");
        }
        assertThat(yaml("scheduled-spark-application.yaml")
                        .at("/spec/template/sparkVersion")
                        .asText())
                .isEqualTo(package$.MODULE$.SPARK_VERSION());
    }
}
