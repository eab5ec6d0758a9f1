package convoy.worker.data;

import convoy.architectures.BadInputException;
import convoy.architectures.RandomStream;
import convoy.architectures.Shape;
import convoy.worker.data.DatasetInfo.Encoding;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Makes of single picture files what a network is fed with, as an evaluation makes it of a data set's rows. Holds native memory;
 * for one thread at a time.
 */
public final class PictureReader implements AutoCloseable {
    private final Transforms transforms;
    private final Shape.Image input;
    private final Optional<Shape.Image> stored;
    private final Canvas canvas;

    /**
     * @param transforms with figures for the normalization; what is random in them is left out
     * @param input what the network takes
     * @param stored the size that all pictures of the data set had: files of another size are scaled and cropped to it first,
     *     as an import does; empty if they varied
     */
    public PictureReader(Transforms transforms, Shape.Image input, Optional<Shape.Image> stored) {
        this.transforms = transforms.forEvaluation();
        this.input = input;
        this.stored = stored;
        this.canvas = new Canvas(
                Encoding.ENCODED, input.channels(), this.transforms.normalization(info(input.height(), input.width())));
    }

    private DatasetInfo info(int height, int width) {
        return DatasetInfo.of(
                List.of(), List.of(), List.of(), Encoding.ENCODED, height, width, input.channels(), List.of());
    }

    /**
     * One JPEG or PNG file as a batch of one example, whose label says nothing.
     *
     * @param where it comes from, for messages
     * @throws BadInputException if it is no picture, or does not come out in the network's size
     */
    public Batch read(byte[] file, String where) {
        try {
            ImageHeader header = ImageHeader.read(file, 0, file.length);
            List<Transform> steps = new ArrayList<>(toStoredSize(header));
            steps.addAll(transforms.steps());
            RowGroup alone = new RowGroup(
                    where,
                    new long[1],
                    new int[1],
                    new int[] {header.height()},
                    new int[] {header.width()},
                    new int[] {input.channels()},
                    new int[] {0, file.length},
                    file);
            canvas.begin(alone, 0);
            for (Transform step : steps) {
                step.apply(canvas, RandomStream.of(0, "nothing random"));
            }
            if (canvas.height() != input.height() || canvas.width() != input.width()) {
                throw new BadInputException(where + " of " + header.height() + "x" + header.width() + " comes out "
                        + canvas.height() + "x" + canvas.width() + ", the model takes " + input.height() + "x"
                        + input.width() + ": give a picture of the size that it was trained on");
            }
            float[] image = new float[input.size()];
            canvas.paint(image, 0);
            return new Batch(1, image, new int[1]);
        } catch (UndecodableException e) {
            throw new BadInputException(where + " " + e.getMessage() + ": give a JPEG or PNG file", e);
        }
    }

    private List<Transform> toStoredSize(ImageHeader header) {
        return stored.filter(size -> size.height() == size.width())
                .filter(size -> size.height() != header.height() || size.width() != header.width())
                .map(size -> List.<Transform>of(
                        new Transform.Resize(size.height()), new Transform.CenterCrop(size.height())))
                .orElse(List.of());
    }

    /** Gives back native memory. */
    @Override
    public void close() {
        canvas.close();
    }
}
