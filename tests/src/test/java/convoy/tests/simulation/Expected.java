package convoy.tests.simulation;

import convoy.architectures.graph.Network;
import convoy.parameterserver.layout.KeyRange;
import convoy.parameterserver.layout.ParameterLayout;
import convoy.parameterserver.layout.Segment;
import convoy.worker.engine.NetworkLayout;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * What a run of a setting amounts to, written down as one would without any cluster: all micro-batches of a step one after the other,
 * summed in pairs, in pairs of pairs and so on.
 *
 * @param model the flat vector behind the last step
 * @param losses mean losses of all steps
 */
@SuppressWarnings("ArrayRecordComponent") // Compared element by element.
record Expected(float[] model, List<Double> losses) {
    private static final Map<Setting, Expected> KNOWN = new ConcurrentHashMap<>();
    private static final int LANES = 8;

    static Expected of(Setting setting) {
        return KNOWN.computeIfAbsent(setting, any -> new Plain(any).train());
    }

    @SuppressWarnings("ArrayRecordComponent") // Never compared.
    private record Sum(float[] gradient, int examples) {}

    private static final class Plain {
        private final Setting setting;
        private final Network network;
        private final ParameterLayout layout;
        private final float[] values;
        private final float[] momentum;
        private double loss;

        Plain(Setting setting) {
            this.setting = setting;
            this.network = setting.resolved().network();
            this.layout = NetworkLayout.of(network);
            this.values = network.initialize(
                    setting.resolved().configuration().eachSeed().initial());
            this.momentum = new float[layout.parameterCount()];
        }

        Expected train() {
            List<Double> losses = new ArrayList<>();
            for (long step = 0; step < setting.resolved().steps(); step++) {
                loss = 0;
                Sum sum = sum(step, 0, setting.microBatches());
                losses.add(loss / sum.examples());
                update(sum);
            }
            return new Expected(values, losses);
        }

        /** The left half is the largest power of two that leaves something for the right one. */
        private Sum sum(long step, int begin, int end) {
            if (end - begin == 1) {
                float[] gradient = new float[layout.size()];
                loss += TinyModel.gradient(layout, values, step, begin, gradient);
                return new Sum(gradient, TinyModel.examples(step, begin));
            }
            int half = 1;
            while (2 * half < end - begin) {
                half *= 2;
            }
            Sum left = sum(step, begin, begin + half);
            Sum right = sum(step, begin + half, end);
            for (int i = 0; i < left.gradient().length; i++) {
                left.gradient()[i] += right.gradient()[i];
            }
            return new Sum(left.gradient(), left.examples() + right.examples());
        }

        private void update(Sum sum) {
            float[] mean = sum.gradient();
            int parameters = layout.parameterCount();
            for (int i = 0; i < parameters; i++) {
                mean[i] /= (float) sum.examples();
            }
            float rate = (float) Setting.RATE;
            if (setting.momentum()) {
                float scale = (float) Math.min(1, Setting.NORM / (Math.sqrt(squares(mean)) + 1e-6));
                float keep = (float) Setting.MOMENTUM;
                for (int i = 0; i < parameters; i++) {
                    float clipped = mean[i] * scale;
                    momentum[i] = keep * momentum[i] + clipped;
                    values[i] -= rate * (clipped + keep * momentum[i]);
                }
            } else {
                for (int i = 0; i < parameters; i++) {
                    values[i] -= rate * mean[i];
                }
            }
            for (Segment segment : layout.segments()) {
                if (segment.role() == Segment.Role.STATISTIC) {
                    for (int i = segment.range().begin(); i < segment.range().end(); i++) {
                        float average = sum.gradient()[i] / (float) setting.microBatches();
                        values[i] = (float) (segment.momentum() * average + (1 - segment.momentum()) * values[i]);
                    }
                }
            }
        }

        /** Partition by partition, of each in eight sums and what is left over. */
        private double squares(float[] mean) {
            double total = 0;
            for (int partition = 0; partition < layout.partitions(); partition++) {
                KeyRange range = layout.partition(partition);
                int end = Math.max(range.begin(), Math.min(range.end(), layout.parameterCount()));
                int whole = range.begin() + (end - range.begin()) / LANES * LANES;
                double[] lanes = new double[LANES];
                double rest = 0;
                for (int i = range.begin(); i < whole; i++) {
                    lanes[(i - range.begin()) % LANES] += (double) mean[i] * mean[i];
                }
                for (int i = whole; i < end; i++) {
                    rest += (double) mean[i] * mean[i];
                }
                total += ((lanes[0] + lanes[1]) + (lanes[2] + lanes[3]))
                        + ((lanes[4] + lanes[5]) + (lanes[6] + lanes[7]))
                        + rest;
            }
            return total;
        }
    }
}
