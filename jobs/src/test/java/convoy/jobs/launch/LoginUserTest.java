package convoy.jobs.launch;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.api.Test;

final class LoginUserTest {
    @Test
    void whoHasNoNameGetsTheOneThatHadoopIsToldOrOneOfTheId() {
        assertThat(LoginUser.isNameless("?")).isTrue();
        assertThat(LoginUser.isNameless("")).isTrue();
        assertThat(LoginUser.isNameless("anna")).isFalse();
        assertThat(LoginUser.name(Map.of("HADOOP_USER_NAME", "anna"), "54321")).isEqualTo("anna");
        assertThat(LoginUser.name(Map.of("HADOOP_USER_NAME", " "), "54321")).isEqualTo("user-54321");
        assertThat(LoginUser.name(Map.of(), "54321")).isEqualTo("user-54321");
    }
}
