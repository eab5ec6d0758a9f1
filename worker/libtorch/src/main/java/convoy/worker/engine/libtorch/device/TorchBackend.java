package convoy.worker.engine.libtorch.device;

import convoy.records.BadInputException;
import convoy.worker.engine.Device;
import convoy.worker.engine.EngineOptions;
import convoy.worker.engine.Precision;
import convoy.worker.natives.BlasThreads;
import convoy.worker.natives.NativeLibraries;
import convoy.worker.natives.NativeMemory;
import java.io.File;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.Set;
import org.bytedeco.javacpp.Loader;
import org.bytedeco.pytorch.Context;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.DeviceType;
import org.bytedeco.pytorch.global.torch.ScalarType;

/** libtorch's native library in this process: whether it can be loaded, what it can compute on, and how it is set. */
public final class TorchBackend {
    /** Empty once it is loaded, else why it cannot be. */
    private static Optional<Optional<String>> loaded = Optional.empty();

    private static final String PYTORCH = "/org/bytedeco/pytorch/";

    /**
     * What the build for GPUs needs of the machine. Where one is missing, JavaCPP would go on with whatever libtorch the system has, and
     * the process die.
     */
    private static final List<String> OF_CUDA = List.of(
            "libcudart.so.13",
            "libcupti.so.13",
            "libcublas.so.13",
            "libcublasLt.so.13",
            "libcudnn.so.9",
            "libcufft.so.12",
            "libcurand.so.10",
            "libcusparse.so.12",
            "libcufile.so.0",
            "libnccl.so.2");

    private static final String WORKSPACE = "CUBLAS_WORKSPACE_CONFIG";
    private static final Set<String> DETERMINISTIC_WORKSPACES = Set.of(":4096:8", ":16:8");
    private static final GpuSettings GPU_SETTINGS = new GpuSettings();

    private TorchBackend() {}

    /**
     * {@return why libtorch cannot compute on this device here, in one line; empty if it can}
     *
     * @param device where it would compute
     */
    public static synchronized Optional<String> unavailable(Device device) {
        if (loaded.isEmpty()) {
            loaded = Optional.of(load());
        }
        Optional<String> failure = loaded.get();
        if (failure.isPresent() || device.gpu().isEmpty()) {
            return failure;
        }
        if (!isBuildForGpus()) {
            return Optional.of(
                    "this build has libtorch for the processor; build with -Plibtorch-gpu for CUDA 13 (GPUs of"
                            + " compute capability 7.5 and newer)");
        }
        int gpus = torch.cuda_device_count();
        if (gpus == 0) {
            return Optional.of(
                    "libtorch finds no GPU; see with nvidia-smi whether there is one, and whether its driver is of"
                            + " release 580 or newer, which CUDA 13 needs");
        }
        return device.index() < gpus
                ? Optional.empty()
                : Optional.of("libtorch finds " + gpus + (gpus == 1 ? " GPU" : " GPUs") + "; the last one is cuda:"
                        + (gpus - 1));
    }

    private static Optional<String> load() {
        NativeMemory.liftJavaCppsLimits();
        List<String> missing = isBuildForGpus() ? missing(OF_CUDA) : List.of();
        if (!missing.isEmpty()) {
            return Optional.of(
                    "libtorch is there in its build for GPUs, which needs CUDA 13 and cuDNN 9, and there is no "
                            + String.join(", ", missing)
                            + "; put the directories of their libraries on LD_LIBRARY_PATH");
        }
        if (isBuildForGpus()) {
            searchFirst(System.getenv().getOrDefault("LD_LIBRARY_PATH", ""));
        }
        try {
            // All of them before the first is loaded: what that needs and does not find beside it would come from where
            // the system has its libraries, and there may be another release of libtorch.
            Loader.cacheResources(torch.class, PYTORCH + Loader.getPlatform());
            Loader.cacheResources(torch.class, PYTORCH + Loader.getPlatform() + "-gpu");
            NativeLibraries.load(() -> Loader.load(torch.class));
            return Optional.empty();
        } catch (BadInputException e) {
            return Optional.of(String.valueOf(e.getMessage()));
        } catch (IOException e) {
            return Optional.of("libtorch cannot be extracted from its jar (" + e.getMessage()
                    + "); give org.bytedeco.javacpp.cachedir a directory with 2 GB free");
        } catch (UnsatisfiedLinkError e) {
            String line = String.valueOf(e.getMessage()).lines().findFirst().orElse("");
            return Optional.of(
                    "libtorch cannot be loaded (" + line
                            + "); it is there for linux-x86_64, and its GPU build needs the libraries of CUDA 13 and cuDNN 9 on LD_LIBRARY_PATH");
        }
    }

    /**
     * Has JavaCPP look for libraries where the linker looks first. By itself it begins with directories of its own, as /usr/local/cuda
     * and /usr/lib, and loads what it finds there beside what the linker has loaded: two releases of cuDNN or cuBLAS in one process.
     *
     * @param path directories as in LD_LIBRARY_PATH
     */
    static void searchFirst(String path) {
        if (path.isEmpty()) {
            return;
        }
        Properties properties = Loader.loadProperties();
        for (String key : List.of("platform.preloadpath", "platform.linkpath")) {
            String before = properties.getProperty(key, "");
            if (!before.equals(path) && !before.startsWith(path + File.pathSeparator)) {
                properties.setProperty(key, before.isEmpty() ? path : path + File.pathSeparator + before);
            }
        }
    }

    /** PyTorch itself does not tell a build without CUDA from a machine without a GPU. */
    private static boolean isBuildForGpus() {
        return resource(PYTORCH, "-gpu", "libtorch_cuda.so");
    }

    /**
     * Those of the libraries that neither the linker nor JavaCPP finds. The linker does not look where NVIDIA's installer puts CUDA, but
     * takes what the process has already.
     */
    static List<String> missing(List<String> libraries) {
        return libraries.stream()
                .filter(library -> !resource("/org/bytedeco/cuda/", "", library)
                        && !isLoadable(library)
                        && !isLoadable("/usr/local/cuda/lib64/" + library))
                .toList();
    }

    private static boolean resource(String folder, String extension, String file) {
        return torch.class.getResource(folder + Loader.getPlatform() + extension + "/" + file) != null;
    }

    private static boolean isLoadable(String library) {
        try {
            NativeLibraries.load(() -> Loader.loadGlobal(library));
            return true;
        } catch (UnsatisfiedLinkError e) {
            return false;
        }
    }

    /**
     * Sets what belongs to the process; {@link #release} gives it back.
     *
     * @param options of the engine that is made
     * @throws BadInputException if another engine of the process has set something else, or the process lacks what it needs
     */
    public static synchronized void claim(EngineOptions options) {
        if (options.device().gpu().isEmpty()) {
            BlasThreads.claim(options.threads());
            return;
        }
        if (options.deterministic()) {
            requireWorkspace(System.getenv());
        }
        GPU_SETTINGS.claim(options);
        try {
            set(options.deterministic(), options.precision() == Precision.TF32);
        } catch (RuntimeException | Error e) {
            GPU_SETTINGS.release();
            throw e;
        }
    }

    private static void set(boolean deterministic, boolean tf32) {
        Scopes.run(() -> {
            Context context = torch.globalContext();
            context.setBenchmarkCuDNN(!deterministic);
            context.setDeterministicCuDNN(deterministic);
            // An operation without a deterministic form fails instead of warning: the lowering has none.
            context.setDeterministicAlgorithms(deterministic, false);
            context.setDeterministicFillUninitializedMemory(false);
            context.setAllowTF32CuDNN(tf32);
            context.setAllowTF32CuBLAS(tf32);
        });
    }

    /**
     * Gives back what an engine claimed.
     *
     * @param options as they were claimed with
     */
    public static void release(EngineOptions options) {
        if (options.device().gpu().isPresent()) {
            GPU_SETTINGS.release();
        }
    }

    /**
     * Whether cuBLAS gives the same bits each time, which it reads from the environment when it is loaded.
     *
     * @throws BadInputException if it would not
     */
    static void requireWorkspace(Map<String, String> environment) {
        String workspace = environment.getOrDefault(WORKSPACE, "");
        if (!DETERMINISTIC_WORKSPACES.contains(workspace)) {
            throw new BadInputException("deterministic = true on a GPU, and " + WORKSPACE + " = '" + workspace
                    + "' in the environment of the process: cuBLAS needs :4096:8 there; start with ./convoy or set it, or give"
                    + " deterministic = false");
        }
    }

    /**
     * {@return what a device does beside computing}
     *
     * @param device where it would compute
     */
    public static Streams streams(Device device) {
        return device.gpu().isPresent() ? new GpuStreams(device.index()) : Streams.NONE;
    }

    /**
     * {@return what tensors are of that this precision computes with}
     *
     * @param precision of what is computed
     */
    public static ScalarType type(Precision precision) {
        return switch (precision) {
            case FP32, TF32 -> ScalarType.Float;
            case BF16 -> ScalarType.BFloat16;
            case FP16 -> ScalarType.Half;
        };
    }

    /**
     * Prepares the calling thread to compute: its parallel regions get this many threads; on a GPU, it is bound to that
     * one.
     *
     * @param options of the engine whose thread this is
     */
    public static void adoptThread(EngineOptions options) {
        torch.set_num_threads(options.threads());
        if (options.device().gpu().isPresent()) {
            Scopes.run(() -> torch.getDeviceGuardImpl(DeviceType.CUDA)
                    .setDevice(new org.bytedeco.pytorch.Device(
                            DeviceType.CUDA, (byte) options.device().index())));
        }
    }
}
