package convoy.worker.data.batch;

import convoy.records.BadInputException;
import convoy.records.Refusal;
import convoy.worker.data.DataSet;
import convoy.worker.data.format.DatasetInfo;
import convoy.worker.data.format.RowGroup;
import convoy.worker.data.image.Canvas;
import convoy.worker.data.pictures.UndecodableException;
import java.util.ArrayList;
import java.util.List;

/**
 * A row as a person is shown it: red, green, blue, and not larger than asked for.
 *
 * @param height in pixels
 * @param width in pixels
 * @param pixels {@code [height, width, 3]}; grey has three equal values
 */
@SuppressWarnings("ArrayRecordComponent") // Never compared.
public record Thumbnail(int height, int width, byte[] pixels) {
    /** Each byte as the number that it is. */
    private static final float[][] BYTES = bytes();

    private static float[][] bytes() {
        float[][] table = new float[3][256];
        for (float[] values : table) {
            for (int b = 0; b < values.length; b++) {
                values[b] = b;
            }
        }
        return table;
    }

    /**
     * {@return some rows of a data set}
     *
     * @param data that has them
     * @param rows counted in stored order; each row group is read once for those that follow each other in it
     * @param longest side that a picture may have, in pixels: a larger one is scaled down
     * @throws BadInputException if a row cannot be read, or {@code longest} is below 1
     */
    public static List<Thumbnail> of(DataSet data, List<Long> rows, int longest) {
        Refusal.requireAtLeast("longest", longest, 1, "32 pixels are little");
        DatasetInfo info = data.info();
        List<Thumbnail> shown = new ArrayList<>();
        int held = -1;
        RowGroup group = null;
        try (Canvas canvas =
                switch (info.encoding()) {
                    case RAW -> Canvas.ofPlanes(info.channels(), BYTES);
                    case ENCODED -> Canvas.ofFiles(info.channels(), BYTES);
                }) {
            for (long row : rows) {
                int number = data.rowGroupOf(row);
                if (group == null || number != held) {
                    group = data.read(number);
                    held = number;
                }
                shown.add(draw(canvas, group, (int) (row - data.rowGroupStart(number)), info.channels(), longest));
            }
        }
        return shown;
    }

    private static Thumbnail draw(Canvas canvas, RowGroup group, int row, int channels, int longest) {
        int from = group.offsets()[row];
        canvas.begin(group.bytes(), from, group.offsets()[row + 1] - from, group.heights()[row], group.widths()[row]);
        try {
            int side = Math.max(canvas.height(), canvas.width());
            if (side > longest) {
                canvas.resize(
                        Math.max(1, Math.round((float) canvas.height() * longest / side)),
                        Math.max(1, Math.round((float) canvas.width() * longest / side)));
            }
            float[] planes = new float[channels * canvas.height() * canvas.width()];
            canvas.paint(planes, 0);
            return new Thumbnail(canvas.height(), canvas.width(), interleaved(planes, channels));
        } catch (UndecodableException damaged) {
            throw new BadInputException(
                    group.where() + ", row " + group.places()[row] + " (id " + group.ids()[row] + ") "
                            + damaged.getMessage() + ": import again",
                    damaged);
        }
    }

    private static byte[] interleaved(float[] planes, int channels) {
        int plane = planes.length / channels;
        byte[] pixels = new byte[3 * plane];
        for (int i = 0; i < plane; i++) {
            for (int c = 0; c < 3; c++) {
                pixels[3 * i + c] = (byte) Math.round(planes[(channels == 3 ? c : 0) * plane + i]);
            }
        }
        return pixels;
    }
}
