package convoy.driver.model;

import static org.assertj.core.api.Assertions.assertThat;

import convoy.records.Codec;
import convoy.worker.data.transform.CenterCrop;
import convoy.worker.data.transform.ColorJitter;
import convoy.worker.data.transform.Normalize;
import convoy.worker.data.transform.Pad;
import convoy.worker.data.transform.RandomResizedCrop;
import convoy.worker.data.transform.Resize;
import convoy.worker.data.transform.Transform;
import java.util.List;
import org.junit.jupiter.api.Test;

final class StoredTransformsTest {
    @Test
    void everyTransformThatIsNotRandomComesBack() {
        List<Transform> steps = List.of(
                new Resize(256),
                new CenterCrop(224),
                new RandomResizedCrop(224, 0.08, 1, 0.75, 4.0 / 3),
                new Pad(3),
                ColorJitter.defaults(),
                new Normalize(List.of(0.1, 0.2, 0.30000000000000004), List.of(1.0, 2.0, 3.0)));
        Codec<List<Transform>> codec = Codec.listOf(Transform.class);
        assertThat(codec.fromJson("steps", codec.toJson(steps))).isEqualTo(steps);
    }
}
