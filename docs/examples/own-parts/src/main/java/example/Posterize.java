package example;

import convoy.worker.data.provided.PixelFunction;
import convoy.worker.data.provided.TransformProvider;
import convoy.worker.provided.Arguments;

/** Rounds every pixel to one of a few levels: {@code {kind: provided, name: posterize, arguments: {levels: 4}}}. */
public final class Posterize implements TransformProvider {
    @Override
    public String name() {
        return "posterize";
    }

    @Override
    public String version() {
        return "1";
    }

    @Override
    public boolean isRandom() {
        return false;
    }

    @Override
    public PixelFunction transform(Arguments arguments) {
        int steps = arguments.whole("levels", 4, 2, 256) - 1;
        return (picture, random) -> {
            float[] values = picture.values();
            for (int i = 0; i < picture.size(); i++) {
                values[i] = (float) Math.rint(values[i] * steps) / steps;
            }
        };
    }
}
