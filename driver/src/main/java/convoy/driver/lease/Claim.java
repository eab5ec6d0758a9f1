package convoy.driver.lease;

import java.util.Locale;

/**
 * What one driver has written down in the lease's folder, all of it told by the names of files. Nobody but that driver writes them.
 *
 * <pre>
 *  00000005-0f3c52d17a1be904            it asks for the directory, or holds it, with epoch 5; the text says who it is
 *  00000005-0f3c52d17a1be904.sign-17    it lived when it wrote this, after 16 others
 *  00000005-0f3c52d17a1be904.over       it is done
 * </pre>
 *
 * @param epoch that it has, or asks for
 * @param id another for every claim
 * @param sign the highest sign of life; 0 if it gave none
 * @param over whether it is done
 */
record Claim(long epoch, String id, long sign, boolean over) {
    /** A new one. */
    static Claim of(long epoch, long number) {
        return new Claim(epoch, String.format(Locale.ROOT, "%016x", number), 0, false);
    }

    /** Name of its file. */
    String name() {
        return String.format(Locale.ROOT, "%08d-%s", epoch, id);
    }

    /** Name of a sign's file. */
    String signName(long number) {
        return name() + Claims.SIGN + number;
    }

    boolean isSameAs(Claim other) {
        return epoch == other.epoch && id.equals(other.id);
    }

    /** The same after one more of its files was seen. */
    Claim with(long seen, boolean done) {
        return new Claim(epoch, id, Math.max(sign, seen), over || done);
    }
}
