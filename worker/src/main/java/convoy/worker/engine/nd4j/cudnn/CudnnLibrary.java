package convoy.worker.engine.nd4j.cudnn;

import convoy.worker.natives.NativeLibraries;
import java.util.Optional;
import org.bytedeco.cuda.global.cudart;
import org.bytedeco.cuda.global.cudnn;
import org.bytedeco.javacpp.Loader;

/** cuDNN's library in this process: loaded when the first helper is made, or named as missing in one line of the log. */
final class CudnnLibrary {
    private static final System.Logger LOG = System.getLogger(CudnnLibrary.class.getName());

    private CudnnLibrary() {}

    /** Loaded by the first who asks. */
    private static final class Loaded {
        static final Optional<Cudnn> CUDNN = load();
    }

    /** The library; none where it, or JavaCPP's presets for it, cannot be loaded. */
    static Optional<Cudnn> find() {
        return Loaded.CUDNN;
    }

    static Optional<Cudnn> load() {
        try {
            NativeLibraries.load(() -> {
                Loader.load(cudart.class);
                Loader.load(cudnn.class);
            });
            return Optional.of(new NativeCudnn());
        } catch (LinkageError e) {
            LOG.log(System.Logger.Level.WARNING, missing(e));
            return Optional.empty();
        }
    }

    /** One line on why the library is not there. */
    static String missing(LinkageError error) {
        String reason = String.valueOf(error.getMessage()).lines().findFirst().orElse("");
        return "DL4J computes its convolutions without cuDNN, which cannot be loaded (" + reason
                + "): build with -Pcuda, and install CUDA 11.6 and cuDNN 8.3 or a later 8";
    }
}
