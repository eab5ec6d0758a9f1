package convoy.driver.model;

import static org.assertj.core.api.Assertions.assertThat;

import convoy.worker.data.ColorJitter;
import convoy.worker.data.Transform;
import java.util.List;
import org.junit.jupiter.api.Test;

final class TransformsJsonTest {
    @Test
    void everyTransformThatIsNotRandomComesBack() {
        List<Transform> steps = List.of(
                new Transform.Resize(256),
                new Transform.CenterCrop(224),
                new Transform.RandomResizedCrop(224, 0.08, 1, 0.75, 4.0 / 3),
                new Transform.Pad(3),
                ColorJitter.defaults(),
                new Transform.Normalize(List.of(0.1, 0.2, 0.30000000000000004), List.of(1.0, 2.0, 3.0)));
        assertThat(TransformsJson.read(TransformsJson.write(steps))).isEqualTo(steps);
    }
}
