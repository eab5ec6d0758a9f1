package convoy.jobs.report.page;

import convoy.records.text.Counts;
import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.zip.Adler32;
import java.util.zip.CRC32;

/**
 * A small picture as a PNG file that is not compressed: Java's compression is the machine's, and its bytes differ.
 *
 * <pre>
 *  signature  8 bytes
 *  IHDR       width, height: 4 bytes each; 8 bits, colour type 2 (red, green, blue), 0, 0, 0
 *  IDAT       zlib: 78 01, stored blocks of at most 65,535 bytes (last?, length, ~length, bytes), Adler-32
 *             of the rows: a byte 0 (no filter), then width x 3 bytes
 *  IEND
 *  each chunk: length, name, content, CRC-32 of name and content
 * </pre>
 */
public final class PlainPng {
    private static final byte[] SIGNATURE = {(byte) 0x89, 'P', 'N', 'G', '\r', '\n', 0x1a, '\n'};
    private static final int BLOCK = 65_535;

    private PlainPng() {}

    /**
     * {@return the file's bytes}
     *
     * @param width in pixels
     * @param height in pixels
     * @param pixels {@code [height, width, 3]}: red, green, blue
     */
    public static byte[] of(int width, int height, byte[] pixels) {
        if (pixels.length != 3 * width * height || width < 1 || height < 1) {
            throw new IllegalArgumentException(
                    Counts.plain(pixels.length, "byte") + " for " + width + " x " + height + " points");
        }
        byte[] rows = new byte[height * (3 * width + 1)];
        for (int row = 0; row < height; row++) {
            System.arraycopy(pixels, row * 3 * width, rows, row * (3 * width + 1) + 1, 3 * width);
        }
        ByteArrayOutputStream file = new ByteArrayOutputStream();
        try (DataOutputStream out = new DataOutputStream(file)) {
            out.write(SIGNATURE);
            chunk(out, "IHDR", content -> {
                content.writeInt(width);
                content.writeInt(height);
                content.write(new byte[] {8, 2, 0, 0, 0});
            });
            chunk(out, "IDAT", content -> stored(content, rows));
            chunk(out, "IEND", content -> {});
        } catch (IOException impossible) {
            throw new UncheckedIOException(impossible);
        }
        return file.toByteArray();
    }

    private static void stored(DataOutputStream out, byte[] bytes) throws IOException {
        out.writeShort(0x7801);
        for (int at = 0; at < bytes.length; at += BLOCK) {
            int length = Math.min(BLOCK, bytes.length - at);
            out.writeByte(at + length == bytes.length ? 1 : 0);
            out.writeShort(Short.reverseBytes((short) length));
            out.writeShort(Short.reverseBytes((short) ~length));
            out.write(bytes, at, length);
        }
        Adler32 check = new Adler32();
        check.update(bytes);
        out.writeInt((int) check.getValue());
    }

    private interface Content {
        void writeTo(DataOutputStream out) throws IOException;
    }

    private static void chunk(DataOutputStream out, String name, Content content) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (DataOutputStream inner = new DataOutputStream(bytes)) {
            inner.write(name.getBytes(StandardCharsets.US_ASCII));
            content.writeTo(inner);
        }
        CRC32 check = new CRC32();
        check.update(bytes.toByteArray());
        out.writeInt(bytes.size() - 4);
        bytes.writeTo(out);
        out.writeInt((int) check.getValue());
    }
}
