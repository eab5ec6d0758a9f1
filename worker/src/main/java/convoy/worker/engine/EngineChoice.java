package convoy.worker.engine;

import convoy.architectures.BadInputException;
import java.util.List;
import java.util.stream.Collectors;

/**
 * An engine and a device by name, of which one or both may be left to the machine with {@value #AUTO}.
 *
 * @param engine by name
 * @param device as {@link Device#parse} reads it; {@code cuda} is the GPU that Spark gives a task
 */
public record EngineChoice(String engine, String device) {
    /** What leaves a choice to the machine. */
    public static final String AUTO = "auto";

    /** From the fastest on, as measured with All-CNN-C, ResNet-20, ResNet-50 and GoogLeNet on a processor with AVX-512. */
    private static final List<String> BY_SPEED = List.of("libtorch", "nd4j");

    /** Whether a device can be read from this text, or it is left open. */
    public static void requireDevice(String device) {
        if (!device.equals(AUTO)) {
            Device.parse(device);
        }
    }

    /**
     * The same with nothing left open. A GPU is only taken where it is a worker's own: two on one card wait for each other.
     *
     * @param gpus whether each worker has a GPU of its own
     * @throws BadInputException if nothing that is installed can compute there
     */
    public EngineChoice settle(boolean gpus) {
        if (!engine.equals(AUTO) && !device.equals(AUTO)) {
            return this;
        }
        List<String> names = engine.equals(AUTO) ? BY_SPEED : List.of(engine);
        List<String> devices = device.equals(AUTO) ? (gpus ? List.of("cuda", "cpu") : List.of("cpu")) : List.of(device);
        List<EngineProvider> installed = Engines.all();
        for (String where : devices) {
            for (String name : names) {
                boolean able = installed.stream()
                        .anyMatch(provider -> provider.name().equals(name)
                                && provider.unavailable(Device.parse(where)).isEmpty());
                if (able) {
                    return new EngineChoice(name, where);
                }
            }
        }
        throw new BadInputException(
                "engine = " + engine + ": nothing installed can compute on device = " + device + ": "
                        + installed.stream()
                                .filter(provider -> names.contains(provider.name()))
                                .map(provider -> provider.name() + ": "
                                        + provider.unavailable(Device.parse(devices.get(devices.size() - 1)))
                                                .orElse("it can"))
                                .collect(Collectors.joining("; ")));
    }
}
