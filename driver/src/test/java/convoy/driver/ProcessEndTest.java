package convoy.driver;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import org.apache.spark.SparkUserAppException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

final class ProcessEndTest {
    @BeforeEach
    void beTheApplicationMaster() {
        System.setProperty("spark.master", "yarn");
        System.setProperty("spark.submit.deployMode", "cluster");
    }

    @AfterEach
    void beATestAgain() {
        System.clearProperty("spark.master");
        System.clearProperty("spark.submit.deployMode");
    }

    @Test
    void anApplicationMasterIsLeftToSpark() throws Exception {
        ProcessEnd.with(0);
        assertThat(catchThrowableOfType(SparkUserAppException.class, () -> ProcessEnd.with(2))
                        .exitCode())
                .isEqualTo(2);
    }
}
