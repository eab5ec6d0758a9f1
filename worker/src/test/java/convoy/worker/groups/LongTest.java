package convoy.worker.groups;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;

/**
 * A test of minutes, the longer form of one that {@code verify} runs. It stands beside {@code @Test} or {@code @ParameterizedTest}, and runs with
 *
 * <pre>{@code ./mvnw -pl tests -am verify -Dgroups=long -Dlong.tests=true -Dtest.heap=8g}</pre>
 *
 * <p>The tag alone would let {@code verify}, which chooses no group, run it too: so it has a condition with it.
 */
@Documented
@Target({ElementType.METHOD, ElementType.TYPE})
@Retention(RetentionPolicy.RUNTIME)
@Tag("long")
@EnabledIfSystemProperty(named = "long.tests", matches = "true")
public @interface LongTest {}
