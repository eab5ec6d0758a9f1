package convoy.driver.attribution;

import convoy.architectures.operations.Normalization.BatchNorm;
import convoy.architectures.surgery.ClassProbe;
import convoy.parameterserver.layout.ParameterLayout;
import convoy.parameterserver.layout.Segment;
import convoy.worker.engine.NetworkLayout;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;

/** The parameters of a {@link ClassProbe}, made of those of its network. */
final class ProbeValues {
    private final ClassProbe probe;
    private final ParameterLayout layout;
    private final float[] values;

    /**
     * Takes what the network has; nothing is asked of a class yet.
     *
     * @param probe whose parameters they are
     * @param from the layout of the network's own
     * @param own the network's own
     */
    ProbeValues(ClassProbe probe, ParameterLayout from, float[] own) {
        this.probe = probe;
        layout = NetworkLayout.of(probe.network());
        values = new float[layout.size()];
        Map<String, float[]> tensors = new HashMap<>();
        for (Segment segment : from.segments()) {
            tensors.put(segment.name(), Arrays.copyOfRange(own, segment.begin(), segment.begin() + segment.size()));
        }
        for (Segment segment : layout.segments()) {
            System.arraycopy(tensor(segment, tensors), 0, values, segment.begin(), segment.size());
        }
    }

    private float[] tensor(Segment segment, Map<String, float[]> tensors) {
        int dot = segment.name().lastIndexOf('.');
        String node = segment.name().substring(0, dot);
        boolean weight = segment.name().endsWith(".weight");
        if (node.equals(ClassProbe.PROBE) || node.equals(ClassProbe.SCORES)) {
            float[] fresh = new float[segment.size()];
            Arrays.fill(fresh, weight && node.equals(ClassProbe.PROBE) ? 1f : 0f);
            return fresh;
        }
        BatchNorm norm = probe.norms().get(node);
        if (norm == null) {
            return known(tensors, segment.name());
        }
        float[] factors = factors(norm, known(tensors, node + ".weight"), known(tensors, node + ".running_var"));
        if (weight) {
            return segment.size() == factors.length ? factors : diagonal(factors);
        }
        float[] means = known(tensors, node + ".running_mean");
        float[] summands = known(tensors, node + ".bias").clone();
        for (int i = 0; i < summands.length; i++) {
            summands[i] -= means[i] * factors[i];
        }
        return summands;
    }

    private static float[] factors(BatchNorm norm, float[] scales, float[] variances) {
        float[] factors = new float[scales.length];
        for (int i = 0; i < factors.length; i++) {
            factors[i] = (float) (scales[i] / Math.sqrt(variances[i] + norm.epsilon()));
        }
        return factors;
    }

    private static float[] diagonal(float[] factors) {
        float[] square = new float[factors.length * factors.length];
        for (int i = 0; i < factors.length; i++) {
            square[i * (factors.length + 1)] = factors[i];
        }
        return square;
    }

    private static float[] known(Map<String, float[]> tensors, String name) {
        float[] tensor = tensors.get(name);
        if (tensor == null) {
            throw new IllegalStateException("the probe has " + name + ", which its network has not");
        }
        return tensor;
    }

    /** {@return the flat vector whose first score is so many times the logit of a class} */
    float[] of(int index, double times) {
        Segment scores = layout.segment(ClassProbe.SCORES + ".weight");
        Arrays.fill(values, scores.begin(), scores.begin() + scores.size(), 0f);
        values[scores.begin() + index] = (float) times;
        return values;
    }

    /** {@return what a gradient has for the summand of each channel of the layer that is looked at} */
    float[] summands(float[] gradient) {
        Segment bias = layout.segment(ClassProbe.PROBE + ".bias");
        return Arrays.copyOfRange(gradient, bias.begin(), bias.begin() + bias.size());
    }

    int size() {
        return values.length;
    }
}
