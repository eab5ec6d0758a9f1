package convoy.jobs.command;

import convoy.driver.importing.ImportConfiguration;
import convoy.driver.importing.ImportConfiguration.Channels;
import convoy.driver.importing.ImportConfiguration.Format;
import convoy.driver.importing.ImportConfiguration.Labels;
import convoy.driver.importing.ImportConfiguration.OnBad;
import convoy.driver.importing.ImportConfiguration.Store;
import convoy.driver.importing.ImportReport;
import convoy.driver.importing.ListOptions;
import convoy.driver.importing.PictureColumns;
import convoy.driver.importing.PictureColumns.Column;
import convoy.driver.spark.RunSize;
import convoy.driver.spark.SparkApplication;
import convoy.driver.spark.importing.ImportJob;
import convoy.jobs.launch.Applications;
import convoy.jobs.output.Json;
import convoy.jobs.progress.Phases;
import convoy.records.text.Counts;
import convoy.records.text.Shown;
import convoy.worker.data.pictures.Orientation;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Makes a data set of pictures, as a Spark job. */
@Command(name = "import", description = "Make a data set of pictures: archives, folders, CIFAR, IDX or Parquet files.")
final class ImportCommand implements Runnable {
    private static final int CLASSES_SHOWN = 20;

    @CommandLine.Spec
    private CommandLine.Model.CommandSpec spec = CommandLine.Model.CommandSpec.create();

    @Option(
            names = "--format",
            required = true,
            paramLabel = "FORMAT",
            description =
                    "What the source holds: cifar-binary, idx, image-folder (a folder of JPEG, PNG, GIF, BMP or WebP"
                            + " files for each class), parquet (such files, or their paths, in a column), csv (a list of"
                            + " paths and classes) or imagenet-validation.")
    private Format format = Format.IMAGE_FOLDER;

    @Option(
            names = "--from",
            required = true,
            paramLabel = "URI",
            description = "The source: a directory, a .tar, .tar.gz, .tar.bz2, .tar.xz, .tar.zst or .zip archive or one"
                    + " packed file, on any Hadoop file system.")
    private String from = "";

    @Option(names = "--to", required = true, paramLabel = "URI", description = "The data set to make.")
    private String to = "";

    @Option(
            names = "--split",
            paramLabel = "NAME",
            description = "Which part of the source: train, test, the name of a folder, or, of EMNIST's sets in one"
                    + " folder, letters-train and the like.")
    private Optional<String> split = Optional.empty();

    @Option(
            names = "--classes-at",
            paramLabel = "DEPTH",
            description = "How many folders down the classes lie, from 1. By default folders that hold all pictures are"
                    + " wrappers, and the folders below them are the classes, or, if they are called train, test and the"
                    + " like, the splits, with the classes in them; what is in doubt is asked about.")
    private Optional<Integer> classesAt = Optional.empty();

    @Option(
            names = "--names",
            paramLabel = "CHARSET",
            description = "The charset of file names in archives that do not say it, as CP866 or windows-1251 (UTF-8).")
    private Optional<String> names = Optional.empty();

    @Option(
            names = "--store",
            paramLabel = "FORM",
            description = "encoded keeps JPEG and PNG files as they are and makes PNG files of others (the default for"
                    + " image-folder and parquet), raw decodes to planes.")
    private Optional<Store> store = Optional.empty();

    @Option(
            names = "--resize",
            paramLabel = "SIDE",
            description = "With --store raw: scale the shorter side to this and cut the middle square out.")
    private Optional<Integer> resize = Optional.empty();

    @Option(
            names = "--channels",
            paramLabel = "N",
            description =
                    "1 makes colours grey, 3 gives grey pictures three equal channels, as-is (the default) is 1 if"
                            + " every picture is grey, else 3.")
    private Channels channels = Channels.AS_IS;

    @Option(
            names = "--orientation",
            paramLabel = "WHAT",
            description =
                    "Pictures that a camera noted as turned (EXIF): as-stored (the default) leaves them, upright turns"
                            + " them; with --store encoded they become PNG files, which are larger.")
    private Orientation orientation = Orientation.AS_STORED;

    @Option(
            names = "--on-bad",
            paramLabel = "WHAT",
            description = "A record that cannot be used: fail (the default) or skip, which counts and lists them. An"
                    + " archive that is broken fails in any case: what it has lost is not known.")
    private Optional<OnBad> onBad = Optional.empty();

    @Option(
            names = "--image-column",
            paramLabel = "NAME",
            description = "With --format parquet: the column of picture files, as image or image.bytes (image).")
    private Optional<String> imageColumn = Optional.empty();

    @Option(
            names = "--label-column",
            paramLabel = "NAME",
            description =
                    "With --format parquet and csv: the column of classes, as names or as numbers from 0 (label).")
    private Optional<String> labelColumn = Optional.empty();

    @Option(
            names = "--path-column",
            paramLabel = "NAME",
            description =
                    "The column of paths of picture files: with --format csv (path), or with parquet where the table"
                            + " has no pictures. They begin in the list's folder, at a slash, or with a scheme, as hdfs://.")
    private Optional<String> pathColumn = Optional.empty();

    @Option(
            names = "--no-header",
            description = "With --format csv: the first line is a picture, too; columns are called 1, 2 and so on.")
    private boolean noHeader;

    @Option(
            names = "--separator",
            paramLabel = "CHARACTER",
            description = "With --format csv: what stands between columns; tab for a tabulator (a comma).")
    private String separator = ",";

    @Option(
            names = "--label-separator",
            paramLabel = "TEXT",
            description =
                    "With lists of paths: a picture may show several classes, or none, and this stands between them,"
                            + " as in cat|dog. A column of lists needs none.")
    private Optional<String> labelSeparator = Optional.empty();

    @Option(
            names = "--label-file",
            paramLabel = "URI",
            description =
                    "With --format imagenet-validation: the file with a line for each picture, its class or its name"
                            + " and its class.")
    private Optional<String> labelFile = Optional.empty();

    @Option(
            names = "--synsets",
            paramLabel = "URI",
            description =
                    "With --format imagenet-validation: a file whose lines begin with the synsets, in the order of"
                            + " their numbers.")
    private Optional<String> synsets = Optional.empty();

    @Option(
            names = "--first-label",
            paramLabel = "N",
            description = "The number of the first class, where a list tells classes by number (0).")
    private int firstLabel;

    @Option(
            names = "--labels",
            paramLabel = "WHICH",
            description = "Of CIFAR-100's two labels: fine, one of 100 (the default), or coarse, one of 20.")
    private Labels labels = Labels.FINE;

    @Option(
            names = "--classes",
            split = ",",
            paramLabel = "NAME",
            description = "The names of the classes by label; by default what the source says.")
    private List<String> classes = List.of();

    @Option(names = "--seed", paramLabel = "N", description = "Fixes the random order of the rows (0).")
    private long seed;

    @Option(
            names = "--overwrite",
            description =
                    "Replace the data set that lies there, if nothing else lies with it; the new one is whole first.")
    private boolean overwrite;

    @Option(names = "--json", description = "Print one JSON object about the data set at the end.")
    private boolean json;

    @Override
    public void run() {
        ImportConfiguration usual = ImportConfiguration.of(format, from, to);
        ImportConfiguration configuration = usual.with()
                .split(split)
                .classesAt(classesAt)
                .names(names)
                .store(store.orElse(usual.store()))
                .resize(resize)
                .channels(channels)
                .orientation(orientation)
                .onBad(onBad.orElse(usual.onBad()))
                .columns(new PictureColumns(
                        imageColumn.map(Column::named).orElse(usual.columns().image()),
                        labelColumn.map(Column::named).orElse(usual.columns().label())))
                .list(ListOptions.defaults()
                        .with()
                        .pathColumn(pathColumn)
                        .header(!noHeader)
                        .separator(separator.equals("tab") ? "\t" : separator)
                        .labelSeparator(labelSeparator)
                        .labelFile(labelFile)
                        .synsets(synsets)
                        .firstLabel(firstLabel)
                        .build())
                .labels(labels)
                .classes(classes)
                .seed(seed)
                .overwrite(overwrite)
                .build();
        PrintWriter out = spec.commandLine().getOut();
        try (SparkApplication spark = Applications.start("convoy import", RunSize.ofAnything())) {
            ImportReport report = run(spark, configuration, spec.commandLine().getErr());
            spark.succeed();
            if (json) {
                Json.print(asJson(report), out);
            } else {
                print(configuration, report, out);
            }
        }
    }

    /** Imports with a progress bar. */
    static ImportReport run(SparkApplication spark, ImportConfiguration configuration, PrintWriter err) {
        try (Phases phases = new Phases(err)) {
            return ImportJob.run(spark.context(), configuration, phases);
        }
    }

    static void print(ImportConfiguration configuration, ImportReport report, PrintWriter out) {
        out.println(String.format(
                Locale.ROOT,
                "%s of %s in %s",
                Counts.of(report.info().rows(), "picture"),
                Counts.of(report.info().classes().size(), "class", "classes"),
                configuration.to()));
        printClasses(report, out);
        report.leftOut().stream()
                .filter(left -> !left.isUnusable())
                .forEach(left -> out.println(String.format(
                        Locale.ROOT, "left out: %,d (%s), as %s", left.files(), left.why(), left.example())));
        report.adjusted()
                .forEach(some -> out.println(String.format(
                        Locale.ROOT, "noted: %,d (%s), as %s", some.pictures(), some.what(), some.example())));
        if (report.skipped() > 0) {
            boolean all = report.skipped() == report.firstSkipped().size();
            out.println(String.format(
                    Locale.ROOT,
                    "left out: %,d (cannot be used)%s",
                    report.skipped(),
                    all ? "" : ", the first of them"));
            report.firstSkipped().forEach(line -> out.println("  " + line));
        }
        report.leftBehind().ifPresent(out::println);
    }

    /** The first twenty with their counts; then what looks like a slip. */
    private static void printClasses(ImportReport report, PrintWriter out) {
        List<String> names = report.info().classes();
        int shown = Math.min(CLASSES_SHOWN, names.size());
        for (int i = 0; i < shown; i++) {
            out.println(String.format(
                    Locale.ROOT, "  %,10d  %s", report.classCounts().get(i), Shown.name(names.get(i))));
        }
        if (names.size() > shown) {
            out.println("  and " + Counts.of(names.size() - shown, "more class", "more classes"));
        }
        questions(report).forEach(out::println);
    }

    /** What looks like a slip, each with what is seen. */
    static List<String> questions(ImportReport report) {
        List<String> names = report.info().classes();
        List<String> questions = new ArrayList<>();
        long without = report.classCounts().stream().filter(count -> count == 0).count();
        long rows = report.info().rows();
        if (names.size() - without == 1) {
            String only = names.get(report.classCounts()
                    .indexOf(report.classCounts().stream().max(Long::compare).orElse(0L)));
            questions.add("one class has all the pictures, " + only
                    + ": are these all the folders? Nothing can be trained on one class");
        } else if (rows < 2L * (names.size() - without)) {
            questions.add(String.format(
                    Locale.ROOT,
                    "%s of %s, fewer than two of each: are these folders the classes? If those above"
                            + " them are, say --classes-at",
                    Counts.of(rows, "picture"),
                    Counts.of(names.size() - without, "class", "classes")));
        }
        if (without > 0) {
            questions.add(without
                    + (without == 1 ? " of these classes has no picture, " : " of these classes have no picture, as ")
                    + names.get(report.classCounts().indexOf(0L)) + ": is that meant?");
        }
        Map<String, String> seen = new HashMap<>();
        for (String name : names) {
            String other = seen.putIfAbsent(name.toLowerCase(Locale.ROOT).strip(), name);
            if (other != null) {
                questions.add("classes " + other + " and " + name
                        + " differ by capital letters or spaces only: is that meant?");
                break;
            }
        }
        return questions;
    }

    private Map<String, Object> asJson(ImportReport report) {
        Map<String, Object> object = new LinkedHashMap<>();
        object.put("data-set", to);
        object.put("rows", report.info().rows());
        object.put("classes", report.info().classes());
        object.put("fingerprint", report.info().fingerprint());
        object.put("files", report.info().files().size());
        object.put("class-counts", report.classCounts());
        object.put(
                "left-out",
                report.leftOut().stream()
                        .map(left -> Map.of("why", left.why(), "files", left.files(), "example", left.example()))
                        .toList());
        object.put("questions", questions(report));
        object.put(
                "adjusted",
                report.adjusted().stream()
                        .map(some ->
                                Map.of("what", some.what(), "pictures", some.pictures(), "example", some.example()))
                        .toList());
        object.put("skipped", report.skipped());
        object.put("first-skipped", report.firstSkipped());
        report.leftBehind().ifPresent(what -> object.put("left-behind", what));
        return object;
    }
}
