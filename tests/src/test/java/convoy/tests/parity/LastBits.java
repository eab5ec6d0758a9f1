package convoy.tests.parity;

import java.util.Random;

/** Rounding, simulated: how far a figure moves with this is how exactly single precision determines it. */
final class LastBits {

    private LastBits() {}

    /** Each value, one unit in the last place up or down. */
    static float[] move(float[] values, Random random) {
        float[] moved = new float[values.length];
        for (int i = 0; i < moved.length; i++) {
            moved[i] = random.nextBoolean() ? Math.nextUp(values[i]) : Math.nextDown(values[i]);
        }
        return moved;
    }
}
