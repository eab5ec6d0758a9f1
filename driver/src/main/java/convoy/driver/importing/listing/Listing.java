package convoy.driver.importing.listing;

import convoy.driver.importing.ImportConfiguration;
import convoy.driver.importing.ImportConfiguration.Format;
import convoy.driver.importing.ImportConfiguration.OnBad;
import convoy.driver.importing.LeftOut;
import convoy.driver.importing.PictureColumns;
import convoy.driver.importing.records.ParquetList;
import convoy.driver.importing.source.ListedPicture;
import convoy.driver.importing.source.Source;
import convoy.driver.importing.source.SourceFile;
import convoy.driver.importing.source.SourcePiece;
import convoy.driver.importing.source.Suffix;
import convoy.records.BadInputException;
import convoy.records.text.Counts;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;

/**
 * What a list says of a source: the pictures and their classes, by number, so that no task need know the names.
 *
 * @param configuration of the import, with the names of the classes
 * @param source the pictures
 * @param lines how many pictures the list knows of, where it does not say where they lie; else 0
 * @param labelSets the sets of classes that labels are indices into, where pictures may show several; else none
 */
public record Listing(ImportConfiguration configuration, Source source, int lines, List<List<Integer>> labelSets) {
    /** Each takes some hundred bytes of the driver. */
    private static final int MOST = 20_000_000;

    private static final int LONGEST_PATH = 4096;
    private static final Pattern SCHEME = Pattern.compile("[A-Za-z][A-Za-z0-9+.-]*:/.*");

    /** What is told of it if a picture of the list is not there. */
    private static final String UNMET = "pictures of the label file that are not in the source";

    public Listing {
        labelSets = labelSets.stream().map(List::copyOf).toList();
    }

    /**
     * Of pictures that show one class each.
     *
     * @param configuration of the import
     * @param source the pictures
     */
    public Listing(ImportConfiguration configuration, Source source) {
        this(configuration, source, 0, List.of());
    }

    /**
     * {@return whether a list tells what there is}
     *
     * @param configuration of an import
     */
    public static boolean isUsed(ImportConfiguration configuration) {
        return switch (configuration.format()) {
            case CSV, IMAGENET_VALIDATION -> true;
            case PARQUET -> configuration.list().pathColumn().isPresent();
            case CIFAR_BINARY, IDX, IMAGE_FOLDER -> false;
        };
    }

    /**
     * Reads the list.
     *
     * @param hadoop how to reach the file systems
     * @param configuration of an import for which {@link #isUsed}
     * @return what it says
     * @throws BadInputException if it is no such list
     */
    public static Listing of(Configuration hadoop, ImportConfiguration configuration) {
        if (configuration.format() == Format.IMAGENET_VALIDATION) {
            return imageNet(hadoop, configuration);
        }
        if (configuration.format() == Format.CSV) {
            List<ListedPicture> pictures = CsvList.read(hadoop, configuration, MOST);
            return listed(configuration, pictures, Optional.empty(), false);
        }
        return parquet(hadoop, configuration);
    }

    private static Listing parquet(Configuration hadoop, ImportConfiguration configuration) {
        PictureColumns columns = new PictureColumns(
                PictureColumns.Column.named(configuration.list().pathColumn().orElseThrow()),
                configuration.columns().label());
        List<ListedPicture> pictures = new ArrayList<>();
        Optional<Boolean> byNumber = Optional.empty();
        boolean several = false;
        for (SourcePiece piece : Source.list(hadoop, configuration.from()).pieces()) {
            for (SourceFile file : piece.files()) {
                if (!file.alone() && !file.path().endsWith(".parquet")) {
                    continue;
                }
                ParquetList list = ParquetList.read(hadoop, file, columns, MOST - pictures.size());
                if (byNumber.isPresent() && list.byNumber().isPresent() && !byNumber.equals(list.byNumber())) {
                    throw new BadInputException("source " + configuration.from()
                            + " tells classes by number in some files, and by name in others, as " + file.path()
                            + ": cast them to one of both");
                }
                byNumber = byNumber.or(list::byNumber);
                several |= list.several();
                pictures.addAll(list.pictures());
            }
        }
        return listed(configuration, pictures, byNumber, several);
    }

    /**
     * @param byNumber whether labels are numbers, where the columns' types tell
     * @param lists whether there are lists of labels
     */
    private static Listing listed(
            ImportConfiguration configuration, List<ListedPicture> listed, Optional<Boolean> byNumber, boolean lists) {
        Optional<String> separator = configuration.list().labelSeparator();
        boolean several = lists || separator.isPresent();
        List<ListedPicture> pictures =
                separator.map(text -> parted(listed, text)).orElse(listed);
        if (pictures.isEmpty()) {
            throw new BadInputException("source " + configuration.from() + " lists no picture: write a row for each");
        }
        boolean numbers = (separator.isEmpty() && byNumber.isPresent())
                ? byNumber.get()
                : ListedClasses.areNumbers(pictures.stream()
                        .flatMap(picture -> picture.labels().stream())
                        .toList());
        ListedClasses classes = new ListedClasses(numbers, configuration.list().firstLabel(), configuration.classes());
        List<SourceFile> files = new ArrayList<>();
        Map<String, List<String>> labels = new HashMap<>();
        Map<String, String> seen = new HashMap<>();
        for (ListedPicture picture : pictures) {
            Optional<String> fault = fault(picture);
            String uri = fault.isPresent() ? "" : uri(picture);
            if (fault.isEmpty()) {
                fault = Optional.ofNullable(seen.putIfAbsent(uri, picture.where()))
                        .map(before -> "is listed before, in " + before + ": leave one of the rows");
            }
            for (String label : picture.labels()) {
                fault = fault.isPresent() ? fault : classes.note(label);
            }
            String name = picture.where() + (picture.path().isEmpty() ? "" : " (" + shown(picture.path()) + ")");
            files.add(new SourceFile(uri, name, 0, false, false, fault.orElse("")));
            if (fault.isEmpty()) {
                labels.put(name, picture.labels());
            }
        }
        List<String> names = classes.names();
        Map<String, Integer> numbered = new HashMap<>();
        if (!several) {
            labels.forEach((name, label) -> numbered.put(name, classes.index(label.get(0))));
            return new Listing(configuration.withClasses(names), Source.listed(files, numbered));
        }
        if (names.isEmpty()) {
            throw new BadInputException("source " + configuration.from()
                    + " has no label on any picture: give the column of classes with --label-column");
        }
        Map<String, List<Integer>> sets = new HashMap<>();
        labels.forEach((name, texts) -> sets.put(
                name, texts.stream().map(classes::index).sorted().distinct().toList()));
        List<List<Integer>> different =
                sets.values().stream().distinct().sorted(Listing::compare).toList();
        Map<List<Integer>, Integer> place = new HashMap<>();
        different.forEach(set -> place.put(set, place.size()));
        sets.forEach((name, set) -> numbered.put(name, place.getOrDefault(set, -1)));
        return new Listing(configuration.withClasses(names), Source.listed(files, numbered), 0, different);
    }

    /** The same with each label parted into those that it is made of. */
    private static List<ListedPicture> parted(List<ListedPicture> pictures, String separator) {
        Pattern between = Pattern.compile(Pattern.quote(separator));
        return pictures.stream()
                .map(picture -> new ListedPicture(
                        picture.where(),
                        picture.folder(),
                        picture.path(),
                        picture.labels().stream()
                                .flatMap(between::splitAsStream)
                                .map(String::strip)
                                .filter(label -> !label.isEmpty())
                                .toList(),
                        picture.fault()))
                .toList();
    }

    /** By the first class that differs; of two, of which one begins the other, the shorter first. */
    private static int compare(List<Integer> one, List<Integer> other) {
        for (int i = 0; i < Math.min(one.size(), other.size()); i++) {
            if (!one.get(i).equals(other.get(i))) {
                return Integer.compare(one.get(i), other.get(i));
            }
        }
        return Integer.compare(one.size(), other.size());
    }

    private static Optional<String> fault(ListedPicture picture) {
        if (!picture.fault().isEmpty()) {
            return Optional.of(picture.fault());
        }
        if (picture.path().isBlank()) {
            return Optional.of("has no path: name a picture");
        }
        if (picture.path().length() > LONGEST_PATH) {
            return Optional.of("has a path of " + Counts.of(picture.path().length(), "letter") + ", at most "
                    + LONGEST_PATH + " are read");
        }
        if (Suffix.of(picture.path()).isPacked()) {
            return Optional.of("names an archive: unpack it, and list what was in it");
        }
        try {
            return uri(picture).isEmpty() ? Optional.of("has no path: name a picture") : Optional.empty();
        } catch (IllegalArgumentException e) {
            return Optional.of("has a path that is no address (" + e.getMessage() + "): write it otherwise");
        }
    }

    private static String shown(String path) {
        return path.length() <= LONGEST_PATH ? path : path.substring(0, LONGEST_PATH) + "...";
    }

    /** An address with a scheme stands for itself; else the path is one of the list's file system. */
    private static String uri(ListedPicture picture) {
        if (SCHEME.matcher(picture.path()).matches()) {
            return new Path(picture.path()).toString();
        }
        // Hadoop would take what comes before a colon for a scheme.
        return new Path(new Path(picture.folder()), new Path(null, null, picture.path())).toString();
    }

    private static Listing imageNet(Configuration hadoop, ImportConfiguration configuration) {
        if (configuration.list().labelFile().isEmpty()) {
            throw new BadInputException("format = imagenet-validation needs label-file, which tells the class of each"
                    + " picture: give ILSVRC2012_validation_ground_truth.txt, val.txt or its like");
        }
        Map<String, String> labels =
                ImageNetLabels.read(hadoop, configuration.list()).labels();
        boolean byNumber = ListedClasses.areNumbers(List.copyOf(labels.values()));
        int first = configuration.list().firstLabel();
        ListedClasses classes = new ListedClasses(byNumber, first, configuration.classes());
        labels.forEach((picture, label) -> classes.note(label).ifPresent(fault -> {
            throw new BadInputException("label-file "
                    + configuration.list().labelFile().orElse("") + ", picture " + picture + ", " + fault);
        }));
        List<String> names = classes.names();
        Map<String, Integer> numbers = new HashMap<>();
        labels.forEach((picture, label) -> numbers.put(picture, classes.index(label)));
        Source source = Source.list(hadoop, configuration.from());
        List<SourcePiece> pieces =
                source.pieces().stream().map(piece -> piece.labelled(numbers)).toList();
        return new Listing(
                configuration.withClasses(names),
                new Source(pieces, source.hidden(), source.emptyFolders()),
                labels.size(),
                List.of());
    }

    /**
     * {@return what to tell of pictures that the list knows and nobody met}
     *
     * @param met how many records of pictures there were, with those that cannot be used
     * @throws BadInputException if there are such, and that is not allowed
     */
    public Optional<LeftOut> unmet(long met) {
        long missing = lines - met;
        if (missing <= 0) {
            return Optional.empty();
        }
        String file = configuration.list().labelFile().orElse("");
        if (configuration.onBad() == OnBad.FAIL) {
            throw new BadInputException("label-file " + file + " tells the classes of "
                    + Counts.plain(lines, "picture") + ", the source holds " + Counts.plain(met, "picture")
                    + ": add the others, or say --on-bad skip");
        }
        return Optional.of(new LeftOut(UNMET, missing, file));
    }
}
