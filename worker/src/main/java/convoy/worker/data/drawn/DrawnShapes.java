package convoy.worker.data.drawn;

import convoy.architectures.random.RandomStream;
import convoy.records.BadInputException;
import convoy.worker.storage.Storage;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;

/**
 * Draws pictures of ten kinds of shapes, 32 x 32 pixels in colour, for a first run without any download: of any place,
 * size, turn and hue, lighter than a shaded background, with clutter behind and before them, under noise. A pixel's colour
 * says little of the class, so a linear model stays near chance; a small convolutional network gets nine of ten right
 * after a few thousand pictures.
 *
 * <p>Picture i is a function of (seed, i) alone, the same on every machine.
 */
public final class DrawnShapes {
    /** The classes by label. */
    public static final List<String> CLASSES =
            List.of("disc", "ring", "square", "frame", "triangle", "star", "cross", "bar", "crescent", "angle");

    private static final int SIDE = 32;
    private static final int PLANE = SIDE * SIDE;
    private static final int TRAINING_FILES = 5;

    private static final String FOLDER = "drawn-shapes/";
    private static final String FIRST = "data_batch_1.bin";

    /** The test pictures' numbers begin here. */
    private static final long TEST = 1L << 40;

    private DrawnShapes() {}

    /**
     * Writes an archive in CIFAR-10's binary form ({@code data_batch_1.bin} ... {@code data_batch_5.bin},
     * {@code test_batch.bin}, {@code batches.meta.txt}), to be imported with {@code --format cifar-binary}.
     *
     * @param hadoop how to reach the file system
     * @param uri where to, ending in {@code .tar}; what is there is replaced
     * @param seed of the pictures
     * @param training how many training pictures
     * @param test how many test pictures
     */
    public static void writeArchive(Configuration hadoop, String uri, long seed, int training, int test) {
        if (training < TRAINING_FILES || test < 1) {
            throw new BadInputException(
                    "training = " + training + ", test = " + test + ": draw at least " + TRAINING_FILES + " and 1");
        }
        Path path = Storage.path("archive", uri);
        FileSystem files = Storage.of(hadoop, "archive", path);
        try (TarArchiveOutputStream archive = new TarArchiveOutputStream(files.create(path, true))) {
            for (int file = 0; file < TRAINING_FILES; file++) {
                long from = (long) file * training / TRAINING_FILES;
                long to = (file + 1L) * training / TRAINING_FILES;
                pictures(archive, "data_batch_" + (file + 1) + ".bin", seed, from, to);
            }
            pictures(archive, "test_batch.bin", seed, TEST, TEST + test);
            byte[] names = (String.join("\n", CLASSES) + "\n").getBytes(StandardCharsets.UTF_8);
            entry(archive, "batches.meta.txt", names.length);
            archive.write(names);
            archive.closeArchiveEntry();
        } catch (IOException e) {
            throw Storage.unwritten(files, "archive", path, e);
        }
    }

    /**
     * {@return whether nothing is there, or what {@link #writeArchive} writes, be it whole or cut off}
     *
     * @param hadoop how to reach the file system
     * @param uri what would be replaced
     * @throws BadInputException if it may not be read
     */
    public static boolean mayReplace(Configuration hadoop, String uri) {
        Path path = Storage.path("archive", uri);
        FileSystem files = Storage.of(hadoop, "archive", path);
        byte[] begin = (FOLDER + FIRST + "\0").getBytes(StandardCharsets.US_ASCII);
        try {
            FileStatus status = files.getFileStatus(path);
            if (status.isDirectory()) {
                return false;
            }
            try (InputStream in = files.open(path)) {
                byte[] there = in.readNBytes(begin.length);
                return there.length == 0 || Arrays.equals(there, begin);
            }
        } catch (FileNotFoundException nothing) {
            if (Storage.hindrance(hadoop, files.makeQualified(path)).isPresent()) {
                throw Storage.explained(files, "archive", path, nothing);
            }
            return true;
        } catch (IOException e) {
            throw Storage.explained(files, "archive", path, e);
        }
    }

    private static void entry(TarArchiveOutputStream archive, String name, long size) throws IOException {
        TarArchiveEntry entry = new TarArchiveEntry(FOLDER + name);
        entry.setSize(size);
        entry.setModTime(0);
        archive.putArchiveEntry(entry);
    }

    private static void pictures(TarArchiveOutputStream archive, String name, long seed, long from, long to)
            throws IOException {
        entry(archive, name, (to - from) * (1 + 3 * PLANE));
        write(archive, seed, from, to);
        archive.closeArchiveEntry();
    }

    private static void write(OutputStream out, long seed, long from, long to) throws IOException {
        for (long i = from; i < to; i++) {
            out.write(label(seed, i));
            out.write(picture(seed, i));
        }
    }

    /**
     * A picture with what is known of it.
     *
     * @param label its class
     * @param planes {@code [3, 32, 32]}: red, green, blue
     * @param cover {@code [32, 32]}: how much of each pixel its shape was drawn on, in [0, 1]; clutter may lie on it
     */
    @SuppressWarnings("ArrayRecordComponent") // Never compared.
    public record Drawn(int label, byte[] planes, float[] cover) {}

    /**
     * {@return a picture that is in no archive's training data}
     *
     * @param seed of the pictures
     * @param i its number, from 0: the i-th test picture
     */
    public static Drawn test(long seed, long i) {
        float[] cover = new float[PLANE];
        byte[] planes = picture(seed, TEST + i, cover);
        return new Drawn(label(seed, TEST + i), planes, cover);
    }

    /** The class of picture i. */
    static int label(long seed, long i) {
        return RandomStream.of(seed, "shapes.label", i).nextInt(CLASSES.size());
    }

    /** Picture i as planes {@code [3, 32, 32]}. */
    static byte[] picture(long seed, long i) {
        return picture(seed, i, new float[PLANE]);
    }

    /** Likewise, and puts into {@code cover} how much of each pixel the shape covers. */
    private static byte[] picture(long seed, long i, float[] cover) {
        RandomStream random = RandomStream.of(seed, "shapes.picture", i);
        float[] light = new float[3 * PLANE];
        float[] ground = colour(random, 20, 150);
        shade(light, ground, random);
        for (int n = 2 + random.nextInt(4); n > 0; n--) {
            stroke(light, colour(random, 20, 235), random);
        }
        shape(light, label(seed, i), ground, random, cover);
        for (int n = random.nextInt(2); n > 0; n--) {
            stroke(light, colour(random, 20, 235), random);
        }
        float noise = 5 + 10 * random.nextFloat();
        byte[] planes = new byte[light.length];
        for (int p = 0; p < planes.length; p++) {
            float value = light[p] + noise * bell(random.nextLong());
            planes[p] = (byte) Math.max(0, Math.min(255, (int) (value + 0.5f)));
        }
        return planes;
    }

    /** Nearly normal with mean 0 and variance 1: the sum of three uniforms, which is faster than a true normal. */
    private static float bell(long bits) {
        long sum = (bits >>> 43) + (bits >>> 22 & 0x1FFFFF) + (bits & 0x1FFFFF);
        return sum * 0x1p-20f - 3;
    }

    private static float[] colour(RandomStream random, int least, int most) {
        int levels = most - least + 1;
        return new float[] {
            least + random.nextInt(levels), least + random.nextInt(levels), least + random.nextInt(levels)
        };
    }

    /** A background whose colour changes slowly from edge to edge. */
    private static void shade(float[] light, float[] ground, RandomStream random) {
        float right = 2 * random.nextFloat() - 1;
        float down = 2 * random.nextFloat() - 1;
        for (int c = 0; c < 3; c++) {
            float amount = 30 * random.nextFloat();
            for (int y = 0; y < SIDE; y++) {
                for (int x = 0; x < SIDE; x++) {
                    float along = right * (x - 16) / 16 + down * (y - 16) / 16;
                    light[c * PLANE + y * SIDE + x] = ground[c] + amount * along;
                }
            }
        }
    }

    /** A thin stroke somewhere. */
    private static void stroke(float[] light, float[] colour, RandomStream random) {
        double angle = 2 * Math.PI * random.nextDouble();
        double length = 2 + 6 * random.nextDouble();
        double width = 0.4 + 0.6 * random.nextDouble();
        double centreX = SIDE * random.nextDouble();
        double centreY = SIDE * random.nextDouble();
        double cos = StrictMath.cos(angle);
        double sin = StrictMath.sin(angle);
        int reach = (int) (length + 3);
        int x0 = (int) centreX;
        int y0 = (int) centreY;
        for (int y = Math.max(0, y0 - reach); y < Math.min(SIDE, y0 + reach); y++) {
            for (int x = Math.max(0, x0 - reach); x < Math.min(SIDE, x0 + reach); x++) {
                double u = cos * (x - centreX) + sin * (y - centreY);
                double v = cos * (y - centreY) - sin * (x - centreX);
                double outside = Math.max(Math.abs(u) - length, Math.abs(v) - width);
                blend(light, y * SIDE + x, colour, (float) Math.max(0, Math.min(1, 0.5 - outside)));
            }
        }
    }

    private static void shape(float[] light, int label, float[] ground, RandomStream random, float[] cover) {
        float[] colour = colour(random, 20, 235);
        while (lightness(colour) < lightness(ground) + 50) {
            colour = colour(random, 20, 235);
        }
        double radius = 7.5 + 5 * random.nextDouble();
        double room = 15.5 - radius + 1.5;
        double centreX = 15.5 + room * (2 * random.nextDouble() - 1);
        double centreY = 15.5 + room * (2 * random.nextDouble() - 1);
        double angle = 2 * Math.PI * random.nextDouble();
        double cos = StrictMath.cos(angle);
        double sin = StrictMath.sin(angle);
        for (int y = 0; y < SIDE; y++) {
            for (int x = 0; x < SIDE; x++) {
                double u = (cos * (x - centreX) + sin * (y - centreY)) / radius;
                double v = (cos * (y - centreY) - sin * (x - centreX)) / radius;
                double outside = outside(label, u, v) * radius;
                cover[y * SIDE + x] = (float) Math.max(0, Math.min(1, 0.5 - outside));
                blend(light, y * SIDE + x, colour, cover[y * SIDE + x]);
            }
        }
    }

    private static float lightness(float[] colour) {
        return 0.3f * colour[0] + 0.6f * colour[1] + 0.1f * colour[2];
    }

    private static void blend(float[] light, int pixel, float[] colour, float cover) {
        for (int c = 0; c < 3; c++) {
            int at = c * PLANE + pixel;
            light[at] += cover * (colour[c] - light[at]);
        }
    }

    /** How far a point lies outside the shape of radius 1; negative inside. */
    private static double outside(int label, double u, double v) {
        double fromCentre = Math.sqrt(u * u + v * v);
        return switch (label) {
            case 0 -> fromCentre - 0.85;
            case 1 -> Math.abs(fromCentre - 0.72) - 0.22;
            case 2 -> box(u, v, 0.75, 0.75);
            case 3 -> Math.max(box(u, v, 0.85, 0.85), -box(u, v, 0.48, 0.48));
            case 4 -> halfPlanes(3, 0.5, 0, u, v);
            case 5 -> halfPlanes(5, 0.36, 1, u, v);
            case 6 -> Math.min(box(u, v, 0.95, 0.28), box(u, v, 0.28, 0.95));
            case 7 -> box(u, v, 1, 0.3);
            case 8 -> Math.max(fromCentre - 0.95, 0.75 - Math.sqrt((u - 0.45) * (u - 0.45) + v * v));
            default -> Math.min(box(u + 0.55, v, 0.27, 0.85), box(u, v - 0.58, 0.82, 0.27));
        };
    }

    private static double box(double u, double v, double halfWidth, double halfHeight) {
        return Math.max(Math.abs(u) - halfWidth, Math.abs(v) - halfHeight);
    }

    /**
     * Inside all half-planes around the centre, or all but so many: with three and none left out a triangle, with five and
     * one left out a star.
     */
    private static double halfPlanes(int count, double distance, int leftOut, double u, double v) {
        double[] outside = new double[count];
        for (int i = 0; i < count; i++) {
            double angle = 2 * Math.PI * i / count;
            outside[i] = u * StrictMath.cos(angle) + v * StrictMath.sin(angle) - distance;
        }
        Arrays.sort(outside);
        return outside[count - 1 - leftOut];
    }
}
