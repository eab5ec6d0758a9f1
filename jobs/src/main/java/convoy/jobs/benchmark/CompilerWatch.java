package convoy.jobs.benchmark;

import java.lang.management.CompilationMXBean;
import java.lang.management.ManagementFactory;
import java.time.Duration;

/** Whether the JIT compiler, which takes a core of its own for a while, has come to rest. */
final class CompilerWatch {
    /** What is not measured is repeated until the compiler takes no more than this share of a core. */
    private static final double AT_REST = 0.02;

    private final Duration longest;
    private final CompilationMXBean compiler = ManagementFactory.getCompilationMXBean();
    private final long begin = System.nanoTime();
    private long looked = begin;
    private long compiled = compiler.getTotalCompilationTime();

    /** @param longest that is waited for it, beginning now */
    CompilerWatch(Duration longest) {
        this.longest = longest;
    }

    /** Whether next to nothing was compiled since the last look, or it takes too long to wait for that. */
    boolean atRest() {
        long now = System.nanoTime();
        long total = compiler.getTotalCompilationTime();
        double share = (total - compiled) * 1e6 / (now - looked);
        looked = now;
        compiled = total;
        return share < AT_REST || now - begin > longest.toNanos();
    }
}
