package convoy.worker.engine.libtorch.device;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import convoy.records.BadInputException;
import convoy.worker.engine.EngineOptions;
import convoy.worker.engine.Precision;
import java.util.Optional;

/** What PyTorch has one setting of for all GPUs of a process: engines that are alive at the same time must agree on it. */
final class GpuSettings {
    /**
     * @param tf32 whether products in single precision are rounded
     * @param deterministic whether algorithms are chosen for their bits, not for their speed
     */
    private record Setting(boolean tf32, boolean deterministic) {
        @Override
        public String toString() {
            return "precision = " + (tf32 ? "tf32" : "other than tf32") + " and deterministic = " + deterministic;
        }
    }

    @GuardedBy("this")
    private Optional<Setting> setting = Optional.empty();

    @GuardedBy("this")
    private int engines;

    /**
     * Adds an engine, which {@link #release} takes away again.
     *
     * @throws BadInputException if one that is alive needs another setting
     */
    synchronized void claim(EngineOptions options) {
        Setting wanted = new Setting(options.precision() == Precision.TF32, options.deterministic());
        setting.filter(held -> !held.equals(wanted)).ifPresent(held -> {
            throw new BadInputException("an engine on a GPU asks for " + wanted + ", but one in this process has "
                    + held + ", and PyTorch has one setting for all; give all engines of a process the same");
        });
        setting = Optional.of(wanted);
        engines++;
    }

    /** Takes an engine away; with the last one the setting goes. */
    synchronized void release() {
        engines--;
        if (engines == 0) {
            setting = Optional.empty();
        }
    }
}
