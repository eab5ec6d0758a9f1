package convoy.driver.model;

import convoy.records.text.Shown;
import convoy.worker.signature.FileFormat;
import convoy.worker.signature.FileFormat.Family;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;

/** What people give in place of a safetensors file, and what to do about it. */
final class OtherFormat {
    /** Of a zip archive: where its first entry's name stands. */
    private static final int ZIP_NAME = 30;

    private OtherFormat() {}

    /** A sentence that begins with what the file is called, and perhaps lines to type; empty if it is not known what it is. */
    static Optional<List<String>> of(Configuration hadoop, Path path, String called) {
        try (InputStream in = path.getFileSystem(hadoop).open(path)) {
            return of(path.getName(), called, in.readNBytes(FileFormat.HEAD));
        } catch (IOException folderOrGone) {
            return Optional.empty();
        }
    }

    /**
     * The same of these first bytes.
     *
     * @param name without its directory
     * @param called as the sentence begins
     */
    static Optional<List<String>> of(String name, String called, byte[] first) {
        FileFormat format = FileFormat.of(first);
        if (!format.isCertain()) {
            return Optional.empty();
        }
        if (format == FileFormat.PICKLE) {
            return Optional.of(ofPyTorch(name, called));
        }
        if (format == FileFormat.ZIP) {
            return Optional.of(zip(name, called, new String(first, StandardCharsets.ISO_8859_1)));
        }
        return Optional.of(List.of(
                format == FileFormat.HDF5
                        ? sentence(called, "an HDF5 file, as Keras writes them", "save the weights as safetensors")
                        : sentence(called, format.text(), remedy(format))));
    }

    private static String remedy(FileFormat format) {
        if (!format.remedy().isEmpty()) {
            return format.remedy();
        }
        boolean packed = format.family() == Family.COMPRESSED || format.family() == Family.ARCHIVE;
        return packed ? "unpack it first" : "name the file of the weights";
    }

    private static String sentence(String called, String what, String remedy) {
        return called + " is " + what + ", no safetensors file: " + remedy;
    }

    private static List<String> zip(String name, String called, String begin) {
        int length = begin.length() > 27 ? begin.charAt(26) | begin.charAt(27) << 8 : 0;
        String entry = begin.length() >= ZIP_NAME + length ? begin.substring(ZIP_NAME, ZIP_NAME + length) : "";
        boolean ofPyTorch = entry.endsWith("/data.pkl")
                || entry.endsWith("/version")
                || entry.endsWith("/.format_version")
                || name.matches("(?is).*\\.(pth|pt|bin|ckpt)");
        if (ofPyTorch) {
            return ofPyTorch(name, called);
        }
        return List.of(
                entry.equals("configuration.json")
                        ? sentence(called, "a zip of DL4J's ModelSerializer", "give the run that it was exported from")
                        : sentence(called, FileFormat.ZIP.text(), remedy(FileFormat.ZIP)));
    }

    private static List<String> ofPyTorch(String name, String called) {
        String file = Shown.line(name);
        String bare = file.replaceFirst("\\.[^.]+$", "");
        return List.of(
                called + " is a file of PyTorch's own (pickled), no safetensors file; convert it in Python:",
                "    import torch, safetensors.torch; w = torch.load(\"" + file
                        + "\", map_location=\"cpu\", weights_only=True)",
                "    safetensors.torch.save_file({k: v.contiguous().clone() for k, v in w.get(\"state_dict\", w).items()}, \""
                        + bare + ".safetensors\")");
    }
}
