package convoy.worker.engine.nd4j.cudnn;

import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Function;
import org.deeplearning4j.nn.conf.layers.ConvolutionLayer.AlgoMode;
import org.deeplearning4j.nn.conf.layers.ConvolutionLayer.BwdDataAlgo;
import org.deeplearning4j.nn.conf.layers.ConvolutionLayer.BwdFilterAlgo;
import org.deeplearning4j.nn.conf.layers.ConvolutionLayer.FwdAlgo;
import org.jspecify.annotations.Nullable;

/**
 * The algorithms that may be taken, the first one that fits first, and the most bytes of workspace.
 *
 * <p>cuDNN documents which of its algorithms give the same bits in every run on GPUs of one architecture (developer guide,
 * "Reproducibility"): all forward ones, of the backward ones not {@code BWD_DATA_ALGO_0}, {@code BWD_FILTER_ALGO_0} and {@code
 * BWD_FILTER_ALGO_3}. Nothing is ever timed to choose, since the choice decides the bits.
 */
record Algorithms<A>(List<A> candidates, long mostWorkspace) {
    /** 256 MiB. DL4J's own convolution writes the images out once for each pixel of the kernel, which takes more. */
    static final long MOST_WORKSPACE = 256L << 20;

    /** An algorithm with the bytes of workspace that it takes. */
    record Choice<A>(A algorithm, long workspace) {}

    static Algorithms<FwdAlgo> forward(@Nullable AlgoMode mode, @Nullable FwdAlgo wanted) {
        return of(mode, wanted, List.of(FwdAlgo.IMPLICIT_PRECOMP_GEMM, FwdAlgo.IMPLICIT_GEMM));
    }

    static Algorithms<BwdDataAlgo> data(@Nullable AlgoMode mode, @Nullable BwdDataAlgo wanted) {
        return of(mode, wanted, List.of(BwdDataAlgo.ALGO_1));
    }

    static Algorithms<BwdFilterAlgo> filter(@Nullable AlgoMode mode, @Nullable BwdFilterAlgo wanted) {
        return of(mode, wanted, List.of(BwdFilterAlgo.ALGO_1));
    }

    /** Whoever names an algorithm for a layer gets that one, whether or not it gives the same bits. */
    private static <A> Algorithms<A> of(@Nullable AlgoMode mode, @Nullable A wanted, List<A> deterministic) {
        List<A> candidates = mode == AlgoMode.USER_SPECIFIED && wanted != null ? List.of(wanted) : deterministic;
        return new Algorithms<>(candidates, mode == AlgoMode.NO_WORKSPACE ? 0 : MOST_WORKSPACE);
    }

    /** The first candidate that cuDNN has and whose workspace is not too large. */
    Optional<Choice<A>> choose(Function<A, OptionalLong> workspace) {
        for (A candidate : candidates) {
            OptionalLong bytes = workspace.apply(candidate);
            if (bytes.isPresent() && bytes.getAsLong() <= mostWorkspace) {
                return Optional.of(new Choice<>(candidate, bytes.getAsLong()));
            }
        }
        return Optional.empty();
    }
}
