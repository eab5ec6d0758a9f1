package convoy.jobs.registry;

import static org.assertj.core.api.Assertions.assertThat;

import convoy.jobs.registry.history.Entry;
import convoy.jobs.registry.history.GivenName;
import java.time.Instant;
import java.util.List;
import org.apache.hadoop.conf.Configuration;

/** What holds of a registry whatever happened to whoever changed it. */
final class Soundness {
    private Soundness() {}

    /** Everything that can be read is whole: a history without a gap, versions as they were added, one champion. */
    static Registry require(Configuration hadoop, String uri) {
        Registry registry = Registry.open(hadoop, uri);
        List<Entry> history = registry.history();
        for (int i = 0; i < history.size(); i++) {
            Entry entry = history.get(i);
            assertThat(entry.place().number()).isEqualTo(i + 1);
            assertThat(entry.registry()).isEqualTo(Deed.NAME);
            if (i > 0) {
                Entry before = history.get(i - 1);
                assertThat(entry.place().epoch())
                        .isGreaterThanOrEqualTo(before.place().epoch());
                assertThat(entry.time()).isAfterOrEqualTo(before.time());
            }
        }
        registry.standing().versions().forEach(registry::verify);
        registry.standing().added().keySet().forEach(registry::version);
        registry.standing().champion().ifPresent(champion -> {
            assertThat(registry.standing().versions()).contains(champion);
            assertThat(registry.standing().course(GivenName.CHAMPION).tenures().stream()
                            .filter(tenure -> tenure.holds(Instant.MAX)))
                    .singleElement()
                    .matches(tenure -> tenure.version() == champion);
            assertThat(new ModelReference(uri, GivenName.CHAMPION).find(hadoop).version())
                    .isEqualTo(registry.version(champion));
        });
        return registry;
    }
}
