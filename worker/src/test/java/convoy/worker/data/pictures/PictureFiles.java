package convoy.worker.data.pictures;

import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.zip.CRC32;
import javax.imageio.ImageIO;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.javacpp.IntPointer;
import org.bytedeco.opencv.global.opencv_core;
import org.bytedeco.opencv.global.opencv_imgcodecs;
import org.bytedeco.opencv.opencv_core.Mat;

/** Small picture files of every format. */
final class PictureFiles {
    /**
     * Files that Pillow 12.3 wrote of the picture of 5 x 3 pixels with red 50x, green 90y and blue 30xy: WebP, which nothing here
     * can write, and kinds that Java and OpenCV do not write. "partial" has its frame at (1, 1) of 7 x 4 pixels.
     */
    private static final Map<String, String> BY_PILLOW = new TreeMap<>(
            Map.of(
                    "lossless.webp",
                    "UklGRlQAAABXRUJQVlA4TEcAAAAvBIAAAHdAkG1TzgGe4LBk0jbVlGtiJ9Yg20hFeIKRPODjPsL8hwQAeM/GghBCOiw/UBMASMO8dhZKkoVO3maK6H/0yJ79pwA=",
                    "transparent.webp",
                    "UklGRlQAAABXRUJQVlA4TEcAAAAvBIAAEHdAkG1TzgGe4LBk0jbVlGtiJ9Yg20hFeIKRPODjPsI0hQQAeM/GghBCOiw/UBMASMO8dhZKkoVO3maK6H/0yJ79pwA=",
                    "transparent.gif",
                    "R0lGODlhBQADAIMAAMi08Ja0tGS0eMhaeJZaWmRaPDK0PAC0ADJaHgBaAMgAAJYAAGQAADIAAAAAAAAAACH5BAEAAAIALAAAAAAFAAMAAAgUAB00YLBAQQIEBQgMOGBAQAAAAQEAOw==",
                    "animated.gif",
                    "R0lGODdhBQADAIMAAMi08Ja0tGS0eMhaeJZaWmRaPDK0PAC0ADJaHgBaAMgAAJYAAGQAADIAAAAAAAAAACwAAAAABQADAAAIFAAdNGCwQEECBAUIDDhgQEAAAAEBACH5BAEAAA8ALAAAAAAFAAMAg8i08Ja0tGS0eMhaeJZaWmRaPDK0PAC0ADJaHgBaAMgAAJYAAGQAADIAAAAAAAAAAAgUAAEEEGDgwAACDxAkULCAQQMHAQEAOw==",
                    "partial.gif",
                    "R0lGODdhBwAEAIMAAMi08Ja0tGS0eMhaeJZaWmRaPDK0PAC0ADJaHgBaAMgAAJYAAGQAADIAAAAAAAAAACwBAAEABQADAAAIFAAdNGCwQEECBAUIDDhgQEAAAAEBADs=",
                    "palette.png",
                    "iVBORw0KGgoAAAANSUhEUgAAAAUAAAADBAMAAACpGNjLAAAALVBMVEXItPCWtLRktHjIWniWWlpkWjwytDwAtAAyWh4AWgDIAACWAABkAAAyAAAAAACLghU5AAAAA3RSTlP//wDXyg1BAAAAFUlEQVR4nGN8e+8qy+o9d1junb0PAC0UB3d4dFQlAAAAAElFTkSuQmCC",
                    "palette.bmp",
                    "Qk2KAAAAAAAAAHIAAAAoAAAABQAAAAMAAAABAAgAAAAAABgAAADEDgAAxA4AAA8AAAAPAAAA8LTIALS0lgB4tGQAeFrIAFpalgA8WmQAPLQyAAC0AAAeWjIAAFoAAAAAyAAAAJYAAABkAAAAMgAAAAAABwYCAQAAAAAJCAUEAwAAAA4NDAsKAAAA",
                    "animated.png",
                    "iVBORw0KGgoAAAANSUhEUgAAAAUAAAADCAIAAADUVFKvAAAACGFjVEwAAAACAAAAAPONk3AAAAAbSURBVHicY2RgYDBCQiwMUQwMDHJwBOfbQBAAPYQC0CwXdacAAAAaZmNUTAAAAAAAAAAFAAAAAwAAAAAAAAAAAAAAAQAAKqRK8gAAACJmZEFUAAAAAXicYzyx5cM5hiNwxMKwrIOB4REMMUD4CAAA0i0NwKfAzMgAAAAaZmNUTAAAAAIAAAAFAAAAAwAAAAAAAAAAAAAAAQAAxzKZGwAAAB9mZEFUAAAAA3icY2RgYDBCQiwMUQwMDHJwBOfbQBAAPYQC0LJ3SaYAAAAASUVORK5CYII="));

    /** The same, lossy: {@link #LOSSY_PIXELS} is what Pillow makes of it. */
    static final byte[] LOSSY = hex(
            "524946465600000057454250565038204a000000d001009d012a0500030002403825a80274010efe03c80000fee6f26cf6faec2688448a5ee95eb5cf1d3538f7cec056effb3ff3abbfe6ffffc40735d51f647f0efe0e4c547d3f7b0e4000");

    static final byte[] LOSSY_PIXELS =
            hex("0201001d07004e0f0072110295150e1d43103b4b1f6f5434985645c2626327992749a44582ad77adb09fdab9c9");

    /** Of two frames, lossless. */
    static final byte[] ANIMATED_WEBP = hex(
            "52494646e600000057454250565038580a00000012000000040000020000414e494d06000000000000000000414e4d4656000000000000000000040000020000640000025650384c3e0000002f0480000077201048f1801334320601a61949242144104908073bd8fc4708c081207f18f643510f8681410048042a961452082e8515468de87f78c8b12f414e4d465c000000000000000000040000020000640000005650384c430000002f048000107740906d73c01194f3b02363906da4911cd1111cc9101eecc1e63f0643000a82e83bf5304c0b21286624099a036ebe83b150abb00acb19d1fff8f1551b0200");

    /** Lossless, with an EXIF chunk of orientation 6. */
    static final byte[] TURNED_WEBP = hex(
            "524946468800000057454250565038580a000000080000000400000200005650384c470000002f048000007740906d53ce019ee0b064d236d5946b6227d620db48457882913ce0e33ec2fc87040078cfc68210423a2c3f50130048c3bc76164a92854ede668ae87ff4c89efda700455849461a0000004d4d002a00000008000101120003000000010006000000000000");

    /** 8 x 8 pixels in CMYK, by Pillow, and what it makes of it in red, green and blue. */
    static final byte[] CMYK = Base64.getDecoder()
            .decode(
                    "/9j/7gAOQWRvYmUAZAAAAAAA/9sAQwAIBgYHBgUIBwcHCQkICgwUDQwLCwwZEhMPFB0aHx4dGhwcICQuJyAiLCMcHCg3KSwwMTQ0NB8nOT04MjwuMzQy/8AAFAgACAAIBEMRAE0RAFkRAEsRAP/EABYAAQEBAAAAAAAAAAAAAAAAAAcFBv/EACAQAAIABAcAAAAAAAAAAAAAAAABAgYHEgMRFzFSYZH/2gAOBEMATQBZAEsAAD8Ah0i3wjNaQRc36HkjU/c2WZRNXdj+f//Z");

    static final byte[] CMYK_PIXELS = hex(
            "000001140000340000540000720000940000b50000cb0000000400140400340400540400720402940404b50406cb0407001e00141e03341e09541e10721e17941e1eb51e25cb1e2900460214460c34461a544629724637944646b54655cb465f006e00146e0e346e26546e3f726e55946e6db56e85cb6e96009400149412349433549454729472949493b594b4cb94ca00b10014b11834b13f54b16572b18994b1b0b5b1d7cbb1f100bd0014bd1934bd4254bd6b72bd9294bdbbb5bde5cbbdff");

    private PictureFiles() {}

    private static byte[] hex(String text) {
        return java.util.HexFormat.of().parseHex(text);
    }

    /** By the names of {@link #BY_PILLOW}. */
    static byte[] byPillow(String name) {
        return Base64.getDecoder().decode(BY_PILLOW.getOrDefault(name, ""));
    }

    /** What those of 5 x 3 pixels show: {@code [3, 5, 3]} red, green, blue. */
    static byte[] pattern() {
        byte[] pixels = new byte[45];
        for (int y = 0; y < 3; y++) {
            for (int x = 0; x < 5; x++) {
                pixels[3 * (5 * y + x)] = (byte) (50 * x);
                pixels[3 * (5 * y + x) + 1] = (byte) (90 * y);
                pixels[3 * (5 * y + x) + 2] = (byte) (30 * x * y);
            }
        }
        return pixels;
    }

    /** Without sharp edges: {@code [height, width, 3]} red, green, blue. */
    static byte[] gradient(int height, int width) {
        byte[] pixels = new byte[3 * height * width];
        for (int y = 0; y < height; y++) {
            for (int x = 0; x < width; x++) {
                pixels[3 * (width * y + x)] = (byte) (255 * x / width);
                pixels[3 * (width * y + x) + 1] = (byte) (200 * y / height);
                pixels[3 * (width * y + x) + 2] = (byte) (40 + (x * y) % 7);
            }
        }
        return pixels;
    }

    /** Red becomes blue and blue red. */
    static byte[] swapped(byte[] pixels) {
        byte[] other = pixels.clone();
        for (int i = 0; i < pixels.length; i += 3) {
            other[i] = pixels[i + 2];
            other[i + 2] = pixels[i];
        }
        return other;
    }

    /** By OpenCV. */
    static byte[] encode(String format, byte[] pixels, int height, int width, int... settings) {
        boolean grey = pixels.length == height * width;
        try (BytePointer memory = new BytePointer(grey ? pixels : swapped(pixels));
                Mat picture = new Mat(height, width, grey ? opencv_core.CV_8UC1 : opencv_core.CV_8UC3, memory);
                IntPointer pairs = new IntPointer(settings);
                BytePointer file = new BytePointer()) {
            opencv_imgcodecs.imencode(format, picture, file, pairs);
            byte[] bytes = new byte[(int) file.limit()];
            file.get(bytes);
            return bytes;
        }
    }

    static byte[] progressive(byte[] pixels, int height, int width) {
        return encode(".jpg", pixels, height, width, opencv_imgcodecs.IMWRITE_JPEG_PROGRESSIVE, 1);
    }

    /** By Java, of a picture of few colours where the format has a palette. */
    static byte[] byJava(String format, byte[] pixels, int height, int width) {
        BufferedImage image = new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB);
        for (int i = 0; i < height * width; i++) {
            int rgb = (pixels[3 * i] & 0xFF) << 16 | (pixels[3 * i + 1] & 0xFF) << 8 | (pixels[3 * i + 2] & 0xFF);
            image.setRGB(i % width, i / width, rgb);
        }
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try {
            if (!ImageIO.write(image, format, out)) {
                throw new IllegalStateException("Java writes no " + format);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return out.toByteArray();
    }

    /** A directory of TIFF with an orientation and something before it. */
    static byte[] exif(boolean little, int orientation) {
        ByteBuffer tiff = ByteBuffer.allocate(38).order(little ? ByteOrder.LITTLE_ENDIAN : ByteOrder.BIG_ENDIAN);
        tiff.put((little ? "II" : "MM").getBytes(StandardCharsets.ISO_8859_1)).putShort((short) 42);
        tiff.putInt(8).putShort((short) 2);
        tiff.putShort((short) 0x0100).putShort((short) 4).putInt(1).putInt(5);
        tiff.putShort((short) 0x0112).putShort((short) 3).putInt(1).putShort((short) orientation);
        return tiff.array();
    }

    /** A JPEG file with an EXIF segment. */
    static byte[] withExif(byte[] jpeg, byte[] tiff) {
        ByteBuffer file = ByteBuffer.allocate(jpeg.length + 10 + tiff.length);
        file.put(jpeg, 0, 2).putShort((short) 0xFFE1).putShort((short) (8 + tiff.length));
        file.put("Exif\0\0".getBytes(StandardCharsets.ISO_8859_1)).put(tiff).put(jpeg, 2, jpeg.length - 2);
        return file.array();
    }

    /** A PNG file with another chunk behind its first. */
    static byte[] withChunk(byte[] png, String name, byte[] content) {
        return joined(Arrays.copyOf(png, 33), chunk(name, content), Arrays.copyOfRange(png, 33, png.length));
    }

    static byte[] chunk(String name, byte[] content) {
        byte[] named = joined(name.getBytes(StandardCharsets.ISO_8859_1), content);
        CRC32 sum = new CRC32();
        sum.update(named);
        return ByteBuffer.allocate(8 + named.length)
                .putInt(content.length)
                .put(named)
                .putInt((int) sum.getValue())
                .array();
    }

    /** A PNG file whose checksums are right again. */
    static byte[] repaired(byte[] png) {
        ByteBuffer file = ByteBuffer.wrap(png.clone());
        long at = 8;
        while (at + 12 <= png.length) {
            long length = Integer.toUnsignedLong(file.getInt((int) at));
            if (at + 12 + length > png.length) {
                break;
            }
            CRC32 sum = new CRC32();
            sum.update(png, (int) at + 4, (int) length + 4);
            file.putInt((int) (at + 8 + length), (int) sum.getValue());
            at += 12 + length;
        }
        return file.array();
    }

    static byte[] joined(byte[]... parts) {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        for (byte[] part : parts) {
            all.writeBytes(part);
        }
        return all.toByteArray();
    }

    /** One or more of every format and kind. */
    static Map<String, byte[]> all() {
        Map<String, byte[]> files = new TreeMap<>();
        BY_PILLOW.keySet().forEach(name -> files.put(name, byPillow(name)));
        byte[] pixels = gradient(29, 37);
        files.put("lossy.webp", LOSSY);
        files.put("animated.webp", ANIMATED_WEBP);
        files.put("turned.webp", TURNED_WEBP);
        files.put("cmyk.jpg", CMYK);
        files.put("colour.jpg", encode(".jpg", pixels, 29, 37));
        files.put("progressive.jpg", progressive(pixels, 29, 37));
        files.put("grey.jpg", encode(".jpg", Arrays.copyOf(pixels, 29 * 37), 29, 37));
        files.put("turned.jpg", withExif(encode(".jpg", pixels, 29, 37), exif(true, 6)));
        files.put("colour.png", encode(".png", pixels, 29, 37));
        files.put("grey.png", encode(".png", Arrays.copyOf(pixels, 29 * 37), 29, 37));
        files.put("turned.png", withChunk(encode(".png", pixels, 29, 37), "eXIf", exif(false, 8)));
        for (String format : List.of("bmp", "gif")) {
            files.put("java." + format, byJava(format, pattern(), 3, 5));
        }
        files.put("colour.bmp", encode(".bmp", pixels, 29, 37));
        return files;
    }
}
