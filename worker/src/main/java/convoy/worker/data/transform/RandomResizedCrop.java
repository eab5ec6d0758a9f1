package convoy.worker.data.transform;

import convoy.architectures.random.RandomStream;
import convoy.records.BadInputException;
import convoy.records.Refusal;
import convoy.worker.data.image.Canvas;
import convoy.worker.data.limits.Length;
import convoy.worker.data.pictures.UndecodableException;
import java.util.List;

/**
 * Cuts out a random rectangle and scales it to a square (Szegedy et al. 2014, "Going Deeper with Convolutions",
 * section 6; drawn as torchvision draws it: ten tries, then the middle).
 *
 * @param side the length of the square, in pixels
 * @param minScale the least share of the picture's area
 * @param maxScale the largest
 * @param minRatio the least ratio of width to height
 * @param maxRatio the largest
 */
public record RandomResizedCrop(int side, double minScale, double maxScale, double minRatio, double maxRatio)
        implements Transform {
    private static final int TRIES = 10;

    public RandomResizedCrop {
        Length.check("random-resized-crop", "side", side);
        if (!(minScale > 0 && minScale <= maxScale && maxScale <= 1)) {
            throw new BadInputException(Refusal.of("min-scale", minScale)
                    .by("random-resized-crop")
                    .because(", max-scale = " + maxScale + ", must be 0 < min-scale <= max-scale <= 1", "max-scale"));
        }
        if (!(minRatio > 0 && minRatio <= maxRatio && maxRatio < Double.POSITIVE_INFINITY)) {
            throw new BadInputException(Refusal.of("min-ratio", minRatio)
                    .by("random-resized-crop")
                    .because(", max-ratio = " + maxRatio + ", must be 0 < min-ratio <= max-ratio", "max-ratio"));
        }
    }

    /** {@return what is usual for ImageNet} */
    public static RandomResizedCrop defaults() {
        return new RandomResizedCrop(224, 0.08, 1, 3.0 / 4, 4.0 / 3);
    }

    @Override
    public Stage stage() {
        return Stage.SCALING;
    }

    @Override
    public void apply(Canvas canvas, RandomStream random) throws UndecodableException {
        int height = canvas.height();
        int width = canvas.width();
        double logMin = StrictMath.log(minRatio);
        double logMax = StrictMath.log(maxRatio);
        for (int i = 0; i < TRIES; i++) {
            double area = (double) height * width * (minScale + (maxScale - minScale) * random.nextDouble());
            double ratio = StrictMath.exp(logMin + (logMax - logMin) * random.nextDouble());
            int w = (int) Math.rint(Math.sqrt(area * ratio));
            int h = (int) Math.rint(Math.sqrt(area / ratio));
            if (w > 0 && w <= width && h > 0 && h <= height) {
                int top = random.nextInt(height - h + 1);
                int left = random.nextInt(width - w + 1);
                canvas.resizedCrop(top, left, h, w, side);
                return;
            }
        }
        int w = width;
        int h = height;
        if ((double) width / height < minRatio) {
            h = Math.min(height, (int) Math.rint(width / minRatio));
        } else if ((double) width / height > maxRatio) {
            w = Math.min(width, (int) Math.rint(height * maxRatio));
        }
        canvas.resizedCrop((height - h) / 2, (width - w) / 2, h, w, side);
    }

    @Override
    public Extent after(Extent before) {
        return new Extent(side, side);
    }

    /** The centre of the picture at the usual 8/7 of the size: 256 before 224. */
    @Override
    public List<Transform> forEvaluation() {
        return List.of(new Resize((int) Math.rint(side * 8 / 7.0)), new CenterCrop(side));
    }
}
