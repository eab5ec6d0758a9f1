package convoy.worker.engine;

import convoy.records.BadInputException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.ServiceLoader;

/** The engines on the class path. */
public final class Engines {

    private Engines() {}

    /** All engines on the class path, by name. */
    static List<EngineProvider> all() {
        List<EngineProvider> found = new ArrayList<>();
        ServiceLoader.load(EngineProvider.class, Engines.class.getClassLoader()).forEach(found::add);
        found.sort(Comparator.comparing(EngineProvider::name));
        return List.copyOf(found);
    }

    /**
     * {@return the release of an engine; empty if it is not on the class path}
     *
     * @param name of the engine
     */
    public static Optional<String> release(String name) {
        return all().stream()
                .filter(provider -> provider.name().equals(name))
                .map(EngineProvider::release)
                .findFirst();
    }

    /**
     * {@return the engine of this name, able to compute on this device}
     *
     * @param name of the engine
     * @param device where it would compute
     * @throws BadInputException if there is none of this name, or it cannot compute there
     */
    public static EngineProvider find(String name, Device device) {
        List<EngineProvider> all = all();
        EngineProvider engine = all.stream()
                .filter(provider -> provider.name().equals(name))
                .findFirst()
                .orElseThrow(() -> new BadInputException("engine = '" + name + "' is not on the class path; there "
                        + (all.size() == 1 ? "is " : "are ")
                        + String.join(
                                ", ", all.stream().map(EngineProvider::name).toList())));
        Optional<String> reason = engine.unavailable(device);
        if (reason.isPresent()) {
            throw new BadInputException(
                    "engine = " + name + " cannot compute on device = " + device + ": " + reason.get());
        }
        return engine;
    }

    /**
     * {@return the form of this name in which an engine on the class path writes models}
     *
     * @param name by which a person asks for it
     * @throws BadInputException if no engine has it
     */
    public static ModelForm form(String name) {
        return all().stream()
                .flatMap(provider -> provider.forms().stream())
                .filter(form -> form.name().equals(name))
                .findFirst()
                .orElseThrow(() -> new BadInputException("no engine on the class path writes models as " + name
                        + "; export safetensors, or add the engine's jar"));
    }
}
