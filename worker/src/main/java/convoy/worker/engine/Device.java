package convoy.worker.engine;

import convoy.records.BadInputException;
import convoy.records.Refusal;
import java.util.OptionalInt;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What computes: the processor's cores ({@code cpu}) or one GPU ({@code cuda:N}).
 *
 * @param kind the processor or a GPU
 * @param index of a GPU on this machine, from 0; 0 of the processor
 */
public record Device(Kind kind, int index) {

    /** Kinds of device. */
    public enum Kind {
        /** The processor. */
        CPU,
        /** A GPU. */
        CUDA
    }

    /** The processor. */
    public static final Device CPU = new Device(Kind.CPU, 0);

    private static final Pattern CUDA = Pattern.compile("cuda(?::(\\d{1,4}))?");

    public Device {
        if (index < 0 || (kind == Kind.CPU && index != 0)) {
            throw new BadInputException("device index = " + index + " is not possible for " + kind
                    + "; a GPU's index is 0 or more, the processor has index 0");
        }
    }

    /**
     * {@return the GPU of this index on this machine}
     *
     * @param index from 0
     */
    public static Device cuda(int index) {
        return new Device(Kind.CUDA, index);
    }

    /**
     * Reads {@code cpu}, {@code cuda} (the first GPU) or {@code cuda:N}.
     *
     * @param text as a run file has it
     * @return the device
     * @throws BadInputException on anything else
     */
    public static Device parse(String text) {
        if (text.equals("cpu")) {
            return CPU;
        }
        Matcher cuda = CUDA.matcher(text);
        if (cuda.matches()) {
            return cuda(cuda.group(1) == null ? 0 : Integer.parseInt(cuda.group(1)));
        }
        throw new BadInputException(Refusal.of("device", "'" + text + "'")
                .because("is not a device")
                .instead("write auto, cpu, cuda or cuda:N, as cuda:0"));
    }

    /** {@return the GPU's index, empty for the processor} */
    public OptionalInt gpu() {
        return kind == Kind.CUDA ? OptionalInt.of(index) : OptionalInt.empty();
    }

    /** The form that {@link #parse} reads. */
    @Override
    public String toString() {
        return kind == Kind.CPU ? "cpu" : "cuda:" + index;
    }
}
