package convoy.driver.model;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;

/** What people give in place of a safetensors file. */
final class OtherFormat {
    /** The head of a zip's first entry, and a name of some length. */
    private static final int READ = 256;

    private static final String PICKLE = "\u0080";
    private static final String ZIP = "PK\u0003\u0004";
    private static final int ZIP_NAME = 30;

    /** What cannot be made weights of, by how it begins. */
    private static final Map<String, String> OTHERS = Map.ofEntries(
            Map.entry("\u00ff\u00d8\u00ff", "a JPEG picture"),
            Map.entry("\u0089PNG\r\n", "a PNG picture"),
            Map.entry("GIF8", "a GIF picture"),
            Map.entry("II*\0", "a TIFF picture"),
            Map.entry("MM\0*", "a TIFF picture"),
            Map.entry("RIFF", "a WebP picture, a sound or a video"),
            Map.entry("%PDF", "a PDF file"),
            Map.entry("PAR1", "a Parquet file"),
            Map.entry("BZh", "packed by bzip2"),
            Map.entry("\u00fd7zXZ", "packed by xz"),
            Map.entry("(\u00b5/\u00fd", "packed by Zstandard"),
            Map.entry("7z\u00bc\u00af", "a 7z archive"),
            Map.entry("Rar!", "a RAR archive"),
            Map.entry("\u007fELF", "a program"));

    private OtherFormat() {}

    /** What the file is by its first bytes, and what to do, to follow its name; empty if that is not known. */
    static Optional<String> of(Configuration hadoop, Path path) {
        try (InputStream in = path.getFileSystem(hadoop).open(path)) {
            return of(path.getName(), in.readNBytes(READ));
        } catch (IOException folderOrGone) {
            return Optional.empty();
        }
    }

    static Optional<String> of(String name, byte[] first) {
        String begin = new String(first, StandardCharsets.ISO_8859_1);
        if (begin.startsWith(ZIP)) {
            return Optional.of(zip(name, begin));
        }
        // A pickle of protocol 2 to 5: what torch.save wrote before it wrote zips.
        if (begin.startsWith(PICKLE) && begin.length() > 1 && begin.charAt(1) >= 2 && begin.charAt(1) <= 5) {
            return Optional.of(ofPyTorch(name));
        }
        if (begin.startsWith("version https://git-lfs")) {
            return Optional.of(" is a pointer of git-lfs, not the file itself: fetch it with `git lfs pull`");
        }
        if (begin.startsWith("\u0089HDF")) {
            return Optional.of(
                    " is an HDF5 file, as Keras writes them, no safetensors file: save the weights as safetensors");
        }
        if (begin.startsWith("\u001f\u008b")) {
            return Optional.of(" is packed by gzip: unpack it first");
        }
        for (Map.Entry<String, String> other : OTHERS.entrySet()) {
            if (begin.startsWith(other.getKey())) {
                return Optional.of(" is " + other.getValue() + ", no safetensors file: name the file of the weights");
            }
        }
        String text = begin.stripLeading().toLowerCase(Locale.ROOT);
        if (text.startsWith("<!doctype html") || text.startsWith("<html") || text.startsWith("<head")) {
            return Optional.of(
                    " is a web page (HTML), no safetensors file: download the file itself, not the page that shows it");
        }
        if (text.startsWith("<")) {
            return Optional.of(
                    " is a text of tags, as a web page or a server's message, no safetensors file: download the file itself");
        }
        return Optional.empty();
    }

    private static String zip(String name, String begin) {
        int length = begin.length() > 27 ? begin.charAt(26) | begin.charAt(27) << 8 : 0;
        String entry = begin.length() >= ZIP_NAME + length ? begin.substring(ZIP_NAME, ZIP_NAME + length) : "";
        boolean ofPyTorch = entry.endsWith("/data.pkl")
                || entry.endsWith("/version")
                || entry.endsWith("/.format_version")
                || name.matches("(?i).*\\.(pth|pt|bin|ckpt)");
        if (ofPyTorch) {
            return ofPyTorch(name);
        }
        return entry.equals("configuration.json")
                ? " is a zip of DL4J's ModelSerializer, no safetensors file: give the run that it was exported from"
                : " is a zip archive, no safetensors file: unpack it first";
    }

    private static String ofPyTorch(String name) {
        String bare = name.replaceFirst("\\.[^.]+$", "");
        return " is a file of PyTorch's own (pickled), no safetensors file; convert it in Python:\n"
                + "    import torch, safetensors.torch; w = torch.load(\"" + name
                + "\", map_location=\"cpu\", weights_only=True)\n"
                + "    safetensors.torch.save_file({k: v.contiguous().clone() for k, v in w.get(\"state_dict\", w).items()}, \""
                + bare + ".safetensors\")";
    }
}
