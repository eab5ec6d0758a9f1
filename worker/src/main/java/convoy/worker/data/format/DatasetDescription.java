package convoy.worker.data.format;

import convoy.records.BadInputException;
import convoy.records.Codec;
import convoy.records.JsonText;
import convoy.records.Numbered;
import convoy.records.Problems;
import convoy.records.Refusal;
import convoy.records.annotation.Default;
import convoy.records.annotation.Named;
import convoy.records.text.Counts;
import convoy.worker.data.format.DatasetInfo.DataFile;
import convoy.worker.data.format.DatasetInfo.Encoding;
import convoy.worker.data.format.DatasetInfo.Part;
import convoy.worker.data.format.DatasetInfo.WhiteningFile;
import io.soabase.recordbuilder.core.RecordBuilder;
import java.util.List;
import java.util.Optional;

/**
 * The text of {@code dataset.json}, which other programs may write too. {@link DatasetInfo} is what follows from it.
 *
 * <pre>
 * { "format": 2,                             1 to 4 are read; without it 2 is meant
 *   "classes": ["airplane", ...],            names by label
 *   "encoding": "raw" | "encoded",           planes of bytes [C, H, W], or JPEG and PNG files
 *   "height": 32, "width": 32,               of every picture; 0 where they differ
 *   "channels": 3,                           1 or 3: what a picture is read as
 *   "mean": [...], "std": [...],             of each channel, pixels in [0, 1]; may be left out
 *   "rows": 50000,                           may be left out
 *   "whitening": {"name": "whitening-0123456789ab.safetensors", "bytes": ..., "sha256": "...",
 *                 "filter-bias": 0.1, "contrast": {"scale": 55.0, "bias": 0.0}}   if `convoy whiten` fitted one
 *   "fingerprint": "sha256:...",             of all else in this file but "import"; may be left out
 *   "files": [{"name": "part-00000-of-00001.parquet", "bytes": ..., "sha256": "...",
 *              "row-groups": [782, 781, ...]}]   may be left out: then it is read from the footers
 *   "import": {...}                          see {@link Provenance}; may be left out
 *   "label-sets": [[], [0, 2], ...]          the classes that each label stands for; left out: a label is a class
 * }
 * </pre>
 *
 * <p>Keys that are not known are passed over. What a reader must not pass over raises the number, or is in what the fingerprint is of.
 *
 * @param fingerprint that the content must have; empty: it is worked out
 * @param files empty: they are looked for
 * @param parts what stands where each of the files would, if data sets are joined
 * @param labelSets which classes each label stands for, if pictures may show several
 */
@RecordBuilder
record DatasetDescription(
        List<String> classes,
        Encoding encoding,
        int height,
        int width,
        int channels,
        @Default(Default.EMPTY_LIST) List<Double> mean,
        @Default(Default.EMPTY_LIST) List<Double> std,
        Optional<Long> rows,
        Optional<WhiteningFile> whitening,
        Optional<String> fingerprint,
        @Default(Default.EMPTY_LIST) List<NamedFile> files,
        @Named("import") Optional<Provenance> provenance,
        @Default(Default.EMPTY_LIST) List<Part> parts,
        @Default(Default.EMPTY_LIST) List<List<Integer>> labelSets) {
    /** Goes up when a key is renamed or removed, or added so that one who does not know it would read something else. */
    private static final int FORMAT = 2;

    /** Of a data set that is joined of others: who does not know that would look for files. */
    private static final int JOINED = 3;

    /** Of a data set whose pictures may show several classes: who does not know that would take sets for classes. */
    private static final int SEVERAL_LABELS = 4;

    private static final int LARGEST_SIDE = 65_535;
    private static final Codec<DatasetDescription> CODEC = Codec.of(DatasetDescription.class);

    /**
     * A {@link DataFile} as the text has it. It is no part of what the fingerprint is of.
     *
     * @param sha256 empty where it was not recorded
     */
    record NamedFile(String name, long bytes, Optional<String> sha256, List<Integer> rowGroups) {
        NamedFile {
            rowGroups = List.copyOf(rowGroups);
            requireBeside(name);
            Refusal.requireAtLeast("bytes", bytes, 0, "import again");
            if (rowGroups.isEmpty() || rowGroups.stream().anyMatch(rows -> rows < 0)) {
                throw new BadInputException(Refusal.of("row-groups", rowGroups)
                        .because(", must be the rows of each row group")
                        .instead("leave files out, or import again"));
            }
        }

        private static NamedFile of(DataFile file) {
            return new NamedFile(
                    file.name(),
                    file.bytes(),
                    Optional.of(file.sha256()).filter(sum -> !sum.isEmpty()),
                    file.rowGroups());
        }

        private DataFile file() {
            return new DataFile(name, bytes, sha256.orElse(""), rowGroups);
        }
    }

    DatasetDescription {
        classes = List.copyOf(classes);
        mean = List.copyOf(mean);
        std = List.copyOf(std);
        files = List.copyOf(files);
        parts = List.copyOf(parts);
        if (!parts.isEmpty() && parts.size() != files.size()) {
            throw new BadInputException(Refusal.of("parts")
                    .because(
                            "has " + Counts.plain(parts.size(), "entry", "entries") + " for "
                                    + Counts.plain(files.size(), "file"),
                            "files")
                    .instead("join the data sets anew"));
        }
        if (classes.isEmpty()) {
            throw new BadInputException(Refusal.of("classes")
                    .because("is empty")
                    .instead("list the classes' names in the order of their labels"));
        }
        requireSide("height", height);
        requireSide("width", width);
        if (channels != 1 && channels != 3) {
            throw new BadInputException(
                    Refusal.of("channels", channels).because(", must be 1 (grey) or 3 (red, green, blue)"));
        }
        if (mean.size() != std.size() || (!mean.isEmpty() && mean.size() != channels)) {
            throw new BadInputException(Refusal.of("mean")
                    .because(
                            "has " + Counts.plain(mean.size(), "value") + " and std has " + std.size() + " for "
                                    + Counts.plain(channels, "channel"),
                            "std",
                            "channels")
                    .instead("give one for every channel, or leave both out"));
        }
        if (std.stream().anyMatch(figure -> !(figure > 0))) {
            throw new BadInputException(Refusal.of("std", std).because(", every value must be above 0"));
        }
        whitening.ifPresent(file -> requireBeside("whitening.name", file.name()));
    }

    private static void requireSide(String key, int side) {
        if (side < 0 || side > LARGEST_SIDE) {
            throw new BadInputException(Refusal.of(key, side)
                    .because("is not in [0, " + LARGEST_SIDE + "]")
                    .instead("give pixels, or 0 where pictures differ"));
        }
    }

    private static void requireBeside(String name) {
        requireBeside("name", name);
    }

    private static void requireBeside(String key, String name) {
        if (name.isEmpty() || name.contains("/")) {
            throw new BadInputException(
                    Refusal.of(key, "\"" + name + "\"").because(", must be the name of a file in the same directory"));
        }
    }

    /** What is to be said of a data set. */
    static DatasetDescription of(DatasetInfo info) {
        return DatasetDescriptionBuilder.builder()
                .classes(info.classes())
                .encoding(info.encoding())
                .height(info.height())
                .width(info.width())
                .channels(info.channels())
                .mean(info.mean())
                .std(info.std())
                .rows(Optional.of(info.rows()).filter(rows -> rows >= 0))
                .whitening(info.whitening())
                .fingerprint(Optional.of(info.fingerprint()).filter(known -> !known.isEmpty()))
                .files(info.files().stream().map(NamedFile::of).toList())
                .provenance(info.provenance())
                .parts(info.parts())
                .labelSets(info.labelSets())
                .build();
    }

    /** The file's text, without what is not known. */
    String json() {
        int format = !labelSets.isEmpty() ? SEVERAL_LABELS : parts.isEmpty() ? FORMAT : JOINED;
        return JsonText.writePretty(Numbered.write(format, CODEC.writeBrief(this)));
    }

    /**
     * Reads a text as it stands. Files, rows and fingerprint may be missing in what is returned, where the text leaves them out.
     *
     * @param where its URI, for messages
     * @throws BadInputException that lists every problem, a line for each
     */
    static DatasetInfo parse(String text, String where) {
        Numbered numbered = Numbered.of(JsonText.read(where, text));
        String format = numbered.said().orElse(Integer.toString(FORMAT));
        if (!List.of("1", Integer.toString(FORMAT), Integer.toString(JOINED), Integer.toString(SEVERAL_LABELS))
                .contains(format)) {
            throw new BadInputException(where + ": format = " + format + ", this version reads formats 1 to "
                    + SEVERAL_LABELS
                    + ": use a newer convoy");
        }
        Problems problems = new Problems();
        DatasetDescription said = CODEC.readOfOthers(numbered.content(), problems);
        if (format.equals(Integer.toString(JOINED)) == said.parts().isEmpty()) {
            throw new BadInputException(where + ": format = " + format
                    + (said.parts().isEmpty()
                            ? " is that of data sets that are joined, and parts is empty"
                            : " is not that of data sets that are joined, which is " + JOINED + ", and there are parts")
                    + ": join the data sets anew");
        }
        if (format.equals(Integer.toString(SEVERAL_LABELS)) == said.labelSets().isEmpty()) {
            throw new BadInputException(where + ": format = " + format
                    + (said.labelSets().isEmpty()
                            ? " is that of data sets whose pictures may show several classes, and label-sets is empty"
                            : " is not that of data sets whose pictures may show several classes, which is "
                                    + SEVERAL_LABELS + ", and there are label-sets")
                    + ": import again");
        }
        // Those of format 1 were made of another text, and are worked out anew.
        boolean isCurrent = !format.equals("1");
        DatasetInfo info = said.info(isCurrent ? said.fingerprint() : Optional.empty());
        if (info.files().isEmpty()) {
            return info;
        }
        require(info, problems.passedOver(), where);
        return info.fingerprint().isEmpty() ? info.withFingerprint(info.computeFingerprint()) : info;
    }

    private DatasetInfo info(Optional<String> known) {
        return DatasetInfoBuilder.builder()
                .classes(classes)
                .mean(mean)
                .std(std)
                .encoding(encoding)
                .height(height)
                .width(width)
                .channels(channels)
                .rows(rows.orElse(-1L))
                .fingerprint(known.orElse(""))
                .files(files.stream().map(NamedFile::file).toList())
                .whitening(whitening)
                .provenance(provenance)
                .parts(parts)
                .labelSets(labelSets)
                .build();
    }

    private static void require(DatasetInfo info, List<String> passedOver, String where) {
        long sum = info.files().stream().mapToLong(DataFile::rows).sum();
        if (info.rows() != sum) {
            throw new BadInputException(where + ": rows = " + (info.rows() < 0 ? "nothing" : info.rows())
                    + ", its files add up to " + sum + ": import again");
        }
        String computed = info.computeFingerprint();
        if (!info.fingerprint().isEmpty() && !computed.equals(info.fingerprint())) {
            throw new BadInputException(where + ": fingerprint = " + info.fingerprint() + ", its content gives "
                    + computed + ": it was changed by hand; leave the fingerprint out or import again"
                    + (passedOver.isEmpty()
                            ? ""
                            : ". Or a newer convoy wrote it, whose keys are not known here ("
                                    + String.join(", ", passedOver) + "); use that one"));
        }
    }
}
