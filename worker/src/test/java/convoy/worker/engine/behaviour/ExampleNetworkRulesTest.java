package convoy.worker.engine.behaviour;

import convoy.architectures.families.Entry;
import convoy.architectures.families.NetworkArguments;
import convoy.architectures.families.Variant;
import convoy.architectures.file.NetworkFile;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** The rules, of the guide's example networks; and so the example networks' gradients. */
final class ExampleNetworkRulesTest extends NetworkRules {
    private static Entry entry(String name) {
        try {
            String text = Files.readString(Path.of("../docs/examples/networks/" + name + ".yaml"));
            NetworkFile file = NetworkFile.read(name, text, new TreeMap<>());
            return new Entry(
                    file.name(),
                    "Examples",
                    file.paper().orElse("nobody"),
                    file.input(),
                    file.classes(),
                    settings -> file.build(new NetworkArguments(
                            Optional.of(settings.classes()),
                            Optional.of(settings.input()),
                            Optional.of(settings.dropout()),
                            Variant.none())));
        } catch (IOException unreadable) {
            throw new UncheckedIOException(unreadable);
        }
    }

    @Override
    protected List<Entry> networks() {
        return List.of(
                entry("convnext-tiny"),
                entry("regnet-x-400mf"),
                entry("resnet-50-d"),
                entry("u-shaped"),
                entry("all-cnn-c-one-pool"));
    }

    @Override
    protected Map<String, Cost> costs() {
        return Map.of(
                "convnext_tiny", new Cost(28_589_128, 4_457_676_288L),
                "regnet_x_400mf", new Cost(5_495_976, 413_812_608L),
                "resnet50_d", new Cost(25_576_264, 4_328_824_832L),
                "u_shaped", new Cost(488_154, 41_730_208L),
                "all_cnn_c_one_pool", new Cost(1_286_698, 259_940_352L));
    }

    /** Batch norms that see one pixel of few images would magnify rounding. */
    @Override
    protected int side(Entry entry) {
        boolean hasDeepNorms = entry.name().startsWith("re");
        return hasDeepNorms ? 64 : 32;
    }

    @Override
    protected int divisor(Entry entry) {
        return 16;
    }
}
