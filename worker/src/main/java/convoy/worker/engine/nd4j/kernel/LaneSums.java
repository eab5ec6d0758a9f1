package convoy.worker.engine.nd4j.kernel;

import java.util.Arrays;

/**
 * Sums over pixels, one for each channel: tiles of whole pixels are added lane by lane, in float over at most {@value
 * #TILES_OF_A_FLOAT_SUM} of them and in double over those.
 */
public final class LaneSums {
    private static final int TILES_OF_A_FLOAT_SUM = 64;

    private final float[] lanes;
    private final double[] sums;
    private int tiles;

    /**
     * Sums that begin at zero.
     *
     * @param channels how many sums there are
     */
    public LaneSums(int channels) {
        this.lanes = new float[Loops.rowsOfTile(channels) * channels];
        this.sums = new double[channels];
    }

    /** {@return how many floats a tile has} */
    public int tile() {
        return lanes.length;
    }

    /**
     * Adds the first {@code length} values of a tile, whose channels lie beside each other.
     *
     * @param tile whole pixels
     * @param length how many floats count
     */
    public void add(float[] tile, int length) {
        Loops.add(lanes, tile, length);
        if (++tiles % TILES_OF_A_FLOAT_SUM == 0) {
            drain();
        }
    }

    /**
     * {@return the sums times a factor; the next ones begin at zero}
     *
     * @param factor of each sum
     */
    public float[] take(double factor) {
        drain();
        float[] taken = new float[sums.length];
        for (int channel = 0; channel < taken.length; channel++) {
            taken[channel] = (float) (sums[channel] * factor);
        }
        Arrays.fill(sums, 0);
        tiles = 0;
        return taken;
    }

    private void drain() {
        for (int lane = 0; lane < lanes.length; lane += sums.length) {
            for (int channel = 0; channel < sums.length; channel++) {
                sums[channel] += lanes[lane + channel];
            }
        }
        Arrays.fill(lanes, 0);
    }
}
