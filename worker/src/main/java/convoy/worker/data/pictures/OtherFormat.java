package convoy.worker.data.pictures;

import java.util.List;
import java.util.Locale;

/**
 * A format that is met where pictures are looked for, and is not read.
 *
 * @param text as a person calls a file of it
 * @param picture whether such files are pictures all the same
 * @param at where its signature begins
 * @param signatures one of these, in Latin-1
 */
record OtherFormat(String text, boolean picture, int at, List<String> signatures) {
    private static final List<OtherFormat> ALL = List.of(
            picture("a TIFF file", 0, "II*\0", "MM\0*", "II+\0", "MM\0+"),
            picture("an HEIC file", 4, "ftyphe", "ftypmif1", "ftypmsf1"),
            picture("an AVIF file", 4, "ftypavi"),
            picture("a JPEG 2000 file", 0, "\0\0\0\u000CjP  ", "\u00FFO\u00FFQ"),
            picture("a JPEG XL file", 0, "\0\0\0\u000CJXL ", "\u00FF\n"),
            picture("a Photoshop file", 0, "8BPS"),
            picture("an icon file", 0, "\0\0\u0001\0"),
            picture("an OpenEXR file", 0, "v/1\u0001"),
            picture("a Radiance HDR file", 0, "#?RADIANCE"),
            picture("a PBM, PGM or PPM file", 0, "P1", "P2", "P3", "P4", "P5", "P6"),
            other("a video", 4, "ftyp"),
            other("a PDF file", 0, "%PDF"),
            other("a gzip file", 0, "\u001F\u008B"),
            other("a zip file", 0, "PK\u0003\u0004"),
            other("a pointer of Git LFS (`git lfs pull` fetches the file)", 0, "version https://git-lfs"));

    OtherFormat {
        signatures = List.copyOf(signatures);
    }

    private static OtherFormat picture(String text, int at, String... signatures) {
        return new OtherFormat(text, true, at, List.of(signatures));
    }

    private static OtherFormat other(String text, int at, String... signatures) {
        return new OtherFormat(text, false, at, List.of(signatures));
    }

    /** Says what a file of none of the formats that are read is, if that can be told, and what to do. */
    static UndecodableException refusal(FileBytes file) {
        if (file.length() == 0) {
            return new UndecodableException("is empty");
        }
        for (OtherFormat format : ALL) {
            for (String signature : format.signatures) {
                if (file.has(format.at, signature)) {
                    return new UndecodableException("is " + format.text
                            + (format.picture ? ", which is not read: convert it to PNG" : ", no picture"));
                }
            }
        }
        return new UndecodableException(markup(file) + ", none of JPEG, PNG, GIF, BMP and WebP");
    }

    /** Servers answer with a page where there is no picture. */
    private static String markup(FileBytes file) {
        int shown = Math.min(file.length(), 512);
        String begin = new String(file.bytes(), file.from(), shown, java.nio.charset.StandardCharsets.ISO_8859_1)
                .strip()
                .toLowerCase(Locale.ROOT);
        if (begin.startsWith("<!doctype html") || begin.startsWith("<html")) {
            return "is an HTML page";
        }
        return begin.startsWith("<svg") || begin.startsWith("<?xml")
                ? "is an SVG or XML file"
                : "is of an unknown format";
    }
}
