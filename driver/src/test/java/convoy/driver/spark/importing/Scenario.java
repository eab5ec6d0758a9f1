package convoy.driver.spark.importing;

import convoy.driver.importing.ImportConfiguration;
import convoy.driver.importing.ImportConfiguration.Format;
import convoy.driver.importing.ImportConfiguration.OnBad;
import convoy.driver.importing.LeftOut;
import convoy.driver.spark.importing.Packer.Compression;
import convoy.driver.spark.importing.Packer.Item;
import convoy.driver.spark.importing.Packer.Kind;
import convoy.driver.spark.importing.Packer.TarNames;
import convoy.driver.spark.importing.Packer.ZipNames;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.text.Normalizer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.zip.CRC32;
import java.util.zip.DeflaterOutputStream;

/**
 * A source of pictures drawn from a seed, with what ought to come out of it. What is expected follows from how the source is
 * laid out, which is decided first; no rule of the importer is asked.
 */
final class Scenario {
    /** A row that ought to come out: its class and what tells its picture from all others. */
    record Row(String name, String picture) {}

    private static final String[] SPLITS = {
        "train",
        "test",
        "val",
        "Train",
        "TEST",
        "training_set",
        "test_set",
        "validation",
        "valid",
        "extra",
        "dev",
        "val2017",
        "train2017"
    };

    private static final String[] ANIMALS = {
        "cat",
        "dog",
        "n01440764",
        "sea lion",
        "pickup_truck",
        "Zebra",
        "_MG",
        "a.b",
        "100%",
        "it's",
        "x=y",
        "a,b",
        "#1",
        "Ape+"
    };

    /** Letters of a script and charsets that have them. */
    @SuppressWarnings("ImmutableEnumChecker") // An array, for a test.
    private enum Script {
        ASCII("abcdefgh", "US-ASCII"),
        LATIN("àéîõüñçß", "ISO-8859-1", "windows-1252"),
        CYRILLIC("абвгдежзиклмн", "CP866", "windows-1251", "KOI8-R"),
        GREEK("αβγδεζηθ", "ISO-8859-7"),
        HAN("猫犬鸟鱼马牛羊虎", "GBK", "GB18030"),
        KANA("ねこいぬとりさかな", "Shift_JIS", "EUC-JP"),
        ARABIC("قطكلبطير", "windows-1256");

        final String letters;
        final String[] charsets;

        Script(String letters, String... charsets) {
            this.letters = letters;
            this.charsets = charsets;
        }
    }

    final long seed;
    private final Random random;
    private final Script script;
    private final boolean decomposed;
    private final List<Item> items = new ArrayList<>();
    private final Set<String> used = new HashSet<>();
    private final List<String> classFolders = new ArrayList<>();
    private int serial;
    private String top = "";

    /** Where strays would lie that are outside of classes, and what becomes of them. */
    private final Map<String, String> strayFolders = new LinkedHashMap<>();

    /** Folders of classes of a split that is not wanted. */
    private final List<String> otherFolders = new ArrayList<>();

    private final Map<String, String> classOf = new HashMap<>();
    private String classLevel = "";
    private boolean simple;

    final List<Row> rows = new ArrayList<>();
    final Map<String, Long> leftOut = new TreeMap<>();

    /** One of these is said if the import is refused; it has to be unless {@link #mayBeRefused}. */
    final List<String> refusals = new ArrayList<>();

    boolean mayBeRefused;

    /** Bytes were damaged: what comes out has to be right, but need not be all. */
    boolean damaged;

    private Optional<String> split = Optional.empty();
    private Optional<Integer> classesAt = Optional.empty();
    private Optional<String> names = Optional.empty();
    private Optional<Charset> settled = Optional.empty();
    private OnBad onBad;
    private String packing = "";

    Scenario(long seed) {
        this.seed = seed;
        random = new Random(seed * 0x9E3779B97F4A7C15L);
        random.nextLong();
        script = Script.values()[random.nextInt(Script.values().length)];
        decomposed = script == Script.LATIN && chance(0.3);
        onBad = chance(0.5) ? OnBad.FAIL : OnBad.SKIP;
        layOut();
        addLitter();
        addFaults();
        addLinks();
    }

    private boolean chance(double probability) {
        return random.nextDouble() < probability;
    }

    private int between(int least, int most) {
        return least + random.nextInt(most - least + 1);
    }

    private <T> T one(List<T> choices) {
        return choices.get(random.nextInt(choices.size()));
    }

    private String name() {
        while (true) {
            String name;
            if (script == Script.ASCII) {
                name = one(List.of(ANIMALS)) + (chance(0.4) ? between(1, 99) : "");
            } else {
                StringBuilder text = new StringBuilder(chance(0.2) ? one(List.of(ANIMALS)) : "");
                int length = chance(0.05) ? between(30, 60) : between(1, 6);
                for (int i = 0; i < length; i++) {
                    text.append(script.letters.charAt(random.nextInt(script.letters.length())));
                }
                name = text.toString();
                if (decomposed) {
                    name = Normalizer.normalize(name, Normalizer.Form.NFD);
                }
            }
            if (used.add(Normalizer.normalize(name, Normalizer.Form.NFC))) {
                return name;
            }
        }
    }

    private static String join(String folder, String name) {
        return folder.isEmpty() ? name : folder + "/" + name;
    }

    private String wrappers(int most) {
        String path = "";
        for (int i = between(0, most); i > 0; i--) {
            path = join(path, name());
            strayFolders.putIfAbsent(
                    path.contains("/") ? path.substring(0, path.lastIndexOf('/')) : "", LeftOut.Reason.OUTSIDE);
        }
        return path;
    }

    private List<String> distinctSplits(int count) {
        List<String> all = new ArrayList<>(Arrays.asList(SPLITS));
        Collections.shuffle(all, random);
        return all.subList(0, count);
    }

    /** Folders of classes below a folder, some with further folders. */
    private void classes(String folder, int least, int most) {
        int count = between(least, most);
        for (int i = 0; i < count; i++) {
            addClass(join(folder, name()), count > 1);
        }
    }

    private void addClass(String path, boolean deep) {
        String name = path.substring(path.lastIndexOf('/') + 1);
        List<String> folders = new ArrayList<>(List.of(path));
        if (deep && chance(0.2)) {
            folders.add(join(path, name()));
            if (chance(0.3)) {
                folders.remove(0);
            }
        }
        folders.forEach(one -> pictures(one, name));
    }

    private void pictures(String folder, String name) {
        classFolders.add(folder);
        classOf.put(folder, Normalizer.normalize(name, Normalizer.Form.NFC));
        for (int i = between(1, 3); i > 0; i--) {
            picture(folder, name);
        }
    }

    private void picture(String folder, String name) {
        byte[] png = png();
        items.add(Item.file(join(folder, fileName()), png));
        rows.add(row(name, png));
    }

    private static Row row(String name, byte[] png) {
        return new Row(Normalizer.normalize(name, Normalizer.Form.NFC), digest(png));
    }

    static String digest(byte[] content) {
        CRC32 crc = new CRC32();
        crc.update(content);
        return Long.toHexString(crc.getValue()) + "-" + content.length;
    }

    private String fileName() {
        String ending = one(List.of(".png", ".PNG", ".jpg", ".JPEG"));
        return (script == Script.ASCII || chance(0.3) ? "_MG_" : String.valueOf(script.letters.charAt(0)))
                + serial++
                + ending;
    }

    /** Moves all rows of a folder's pictures to those that are left out. */
    private void otherSplit(String folder) {
        otherFolders.add(folder);
        classFolders.remove(folder);
        for (Item item : items) {
            if (item.path().startsWith(folder + "/")
                    && item.path().indexOf('/', folder.length() + 1) < 0
                    && rows.removeIf(row -> row.picture().equals(digest(item.content())))) {
                leave(LeftOut.Reason.OTHER_SPLIT.text());
            }
        }
    }

    private void leave(String why) {
        leftOut.merge(why, 1L, Long::sum);
    }

    // ---- where classes and splits lie

    private void layOut() {
        switch (between(0, 5)) {
            case 0 -> layOutClasses();
            case 1 -> layOutSplits();
            case 2 -> layOutSplitsBelowClasses();
            case 3 -> layOutInDoubt();
            case 4 -> layOutAClassCalledTrain();
            default -> layOutAtDepth();
        }
    }

    private void layOutClasses() {
        top = wrappers(3);
        classLevel = top;
        simple = true;
        strayFolders.putIfAbsent(top, LeftOut.Reason.OUTSIDE);
        classes(top, 1, 4);
    }

    private void layOutSplits() {
        top = wrappers(2);
        List<String> splits = distinctSplits(between(2, 3));
        boolean told = chance(0.7);
        split = told ? Optional.of(splits.get(0)) : Optional.empty();
        boolean twice = chance(0.2);
        if (told) {
            strayFolders.replaceAll((folder, fate) -> LeftOut.Reason.OTHER_SPLIT.text());
            strayFolders.put(top, LeftOut.Reason.OTHER_SPLIT.text());
            strayFolders.put(join(top, splits.get(0)), LeftOut.Reason.OUTSIDE);
        } else {
            refusals.add("say which, with --split");
        }
        for (String one : splits) {
            String folder = join(join(top, one), twice ? one : "").replaceAll("/$", "");
            int before = classFolders.size();
            classes(folder, 1, 3);
            if (chance(0.1)) {
                // As in CIFAR-100, whose classes are in the tree twice.
                addClass(join(folder, "train"), false);
                if (classFolders.size() - before == 1 || one.equals("train")) {
                    classes(folder, 1, 2);
                }
            }
            if (told && !one.equals(splits.get(0))) {
                List.copyOf(classFolders.subList(before, classFolders.size())).forEach(this::otherSplit);
            }
        }
    }

    private void layOutSplitsBelowClasses() {
        top = wrappers(1);
        List<String> splits = distinctSplits(between(2, 3));
        boolean told = chance(0.7);
        split = told ? Optional.of(splits.get(0)) : Optional.empty();
        if (told) {
            strayFolders.replaceAll((folder, fate) -> LeftOut.Reason.OTHER_SPLIT.text());
            strayFolders.put(top, LeftOut.Reason.OTHER_SPLIT.text());
        } else {
            refusals.add("it is not clear which of these are classes");
        }
        for (int i = between(2, 3); i > 0; i--) {
            String name = name();
            for (String one : splits) {
                String folder = join(join(top, name), one);
                pictures(folder, name);
                if (told && !one.equals(splits.get(0))) {
                    otherSplit(folder);
                }
            }
        }
    }

    private void layOutInDoubt() {
        top = wrappers(1);
        String one = one(List.of(SPLITS));
        switch (between(0, 2)) {
            case 0 -> {
                // A split among classes.
                classes(join(top, one), 1, 2);
                addClass(join(top, name()), false);
            }
            case 1 -> {
                // Two splits with pictures in them.
                String other = distinctSplits(SPLITS.length).stream()
                        .filter(name -> !name.equals(one))
                        .findFirst()
                        .orElseThrow();
                addClass(join(top, one), false);
                addClass(join(top, other), false);
            }
            default -> {
                // A split beside what looks like another.
                classes(join(top, one), 1, 2);
                classes(join(top, name()), 1, 2);
            }
        }
        if (chance(0.5)) {
            int depth = top.isEmpty() ? 1 : top.split("/", -1).length + 1;
            classesAt = Optional.of(depth);
            reclass(depth);
        } else {
            refusals.add("it is not clear which of these are classes");
        }
    }

    /** All rows get the class that lies that many folders down. */
    private void reclass(int depth) {
        rows.clear();
        for (Item item : items) {
            rows.add(row(item.path().split("/", -1)[depth - 1], item.content()));
        }
        for (String folder : classFolders) {
            classOf.put(
                    folder, row(folder.split("/", -1)[depth - 1], new byte[0]).name());
        }
        strayFolders.clear();
        if (depth > 1) {
            strayFolders.put("", LeftOut.Reason.OUTSIDE);
        }
    }

    private void layOutAClassCalledTrain() {
        top = wrappers(1);
        classLevel = top;
        strayFolders.putIfAbsent(top, LeftOut.Reason.OUTSIDE);
        classes(top, 1, 4);
        addClass(join(top, one(List.of("train", "test", "val"))), false);
        // What lies deeper in a single class would make it a wrapper; here there are two at least.
    }

    private void layOutAtDepth() {
        top = wrappers(1);
        List<String> classes = new ArrayList<>();
        for (int i = between(1, 3); i > 0; i--) {
            classes.add(name());
        }
        for (int i = between(1, 3); i > 0; i--) {
            String year = join(top, chance(0.5) ? "20" + between(10, 30) + "x" + serial++ : name());
            for (String one : classes) {
                if (chance(0.7) || items.isEmpty()) {
                    addClass(join(year, one), false);
                }
            }
        }
        int depth = (top.isEmpty() ? 0 : top.split("/", -1).length) + 2;
        classesAt = Optional.of(depth);
        reclass(depth);
    }

    // ---- what does not belong there

    private String anyFolder() {
        return classFolders.isEmpty() ? top : one(classFolders);
    }

    private void addLitter() {
        while (chance(0.45)) {
            String folder = chance(0.3) ? top : anyFolder();
            switch (between(0, 8)) {
                case 0 -> hidden(join(folder, ".DS_Store" + serial++));
                case 1 -> hidden("__MACOSX/" + serial++ + "/._a.png");
                case 2 -> hidden(join(folder, ".h" + serial++ + "/b.png"));
                case 3 -> hidden(join(join(folder, "_temporary"), serial++ + ".png"));
                case 4 -> other(join(folder, "readme" + serial++ + ".txt"), LeftOut.Reason.NO_PICTURES);
                case 5 -> other(join(folder, "labels" + serial++), LeftOut.Reason.NO_PICTURES);
                case 6 -> other(join(folder, "more" + serial++ + ".rar"), LeftOut.Reason.UNREAD_ARCHIVE);
                case 7 -> emptyClass(false);
                default -> emptyClass(true);
            }
        }
    }

    private void hidden(String path) {
        items.add(Item.file(path, png()));
        leave(LeftOut.Reason.HIDDEN.text());
    }

    private void other(String path, LeftOut.Reason reason) {
        items.add(Item.file(path, new byte[] {1, 2, 3}));
        leave(reason.text());
    }

    private void emptyClass(boolean withText) {
        if (simple) {
            String folder = join(classLevel, name());
            leave(LeftOut.Reason.EMPTY_CLASS);
            if (withText) {
                other(join(folder, "readme.txt"), LeftOut.Reason.NO_PICTURES);
            } else {
                items.add(new Item(folder, new byte[0], Kind.FOLDER));
            }
        }
    }

    private void addFaults() {
        if (chance(0.2) && !strayFolders.isEmpty()) {
            String folder = one(List.copyOf(strayFolders.keySet()));
            String fate = strayFolders.getOrDefault(folder, "");
            items.add(Item.file(join(folder, fileName()), png()));
            leave(fate);
            if (fate.equals(LeftOut.Reason.OUTSIDE) && onBad == OnBad.FAIL) {
                refusals.add("outside the folders of classes");
            }
        }
        while (chance(0.15)) {
            byte[] png = png();
            byte[] broken =
                    switch (between(0, 3)) {
                        case 0 -> new byte[0];
                        case 1 -> Arrays.copyOf(png, between(1, png.length - 13));
                        case 2 -> "<!DOCTYPE html><p>404".getBytes(StandardCharsets.UTF_8);
                        default -> {
                            byte[] flipped = png.clone();
                            flipped[between(41, png.length - 17)] ^= (byte) (1 << between(0, 7));
                            yield flipped;
                        }
                    };
            if (!otherFolders.isEmpty() && chance(0.3)) {
                items.add(Item.file(join(one(otherFolders), fileName()), broken));
                leave(LeftOut.Reason.OTHER_SPLIT.text());
            } else {
                items.add(Item.file(join(anyFolder(), fileName()), broken));
                bad();
            }
        }
    }

    private void bad() {
        leave(LeftOut.Reason.UNUSABLE);
        if (onBad == OnBad.FAIL) {
            refusals.add("--on-bad skip");
        }
    }

    private boolean hasLinks;

    private void addLinks() {
        List<Item> pictures = items.stream()
                .filter(item ->
                        classFolders.stream().anyMatch(folder -> item.path().startsWith(folder + "/")))
                .filter(item -> rows.stream().anyMatch(row -> row.picture().equals(digest(item.content()))))
                .toList();
        if (!chance(0.3) || pictures.isEmpty()) {
            return;
        }
        hasLinks = true;
        for (int i = between(1, 3); i > 0; i--) {
            String folder = anyFolder();
            Item target = one(pictures);
            String path = join(folder, fileName());
            switch (between(0, 5)) {
                case 0 -> link(Item.hardLink(path, target.path()), folder, target);
                case 1 -> link(Item.link(path, up(folder) + target.path()), folder, target);
                case 2 -> {
                    items.add(Item.link(path, up(folder) + "nowhere.png"));
                    bad();
                }
                case 3 -> {
                    items.add(Item.link(join(folder, "round" + serial++), ".."));
                    leave(LeftOut.Reason.NO_PICTURES.text());
                }
                case 4 -> {
                    String itself = serial++ + ".png";
                    items.add(Item.link(join(folder, itself), itself));
                    bad();
                }
                default -> linkToFolder();
            }
        }
    }

    private static String up(String folder) {
        return folder.isEmpty() ? "" : "../".repeat(folder.split("/", -1).length);
    }

    private void link(Item link, String folder, Item target) {
        items.add(link);
        rows.add(row(classOf.getOrDefault(folder, "?"), target.content()));
    }

    /** Another name for a whole class is another class. */
    private void linkToFolder() {
        if (!simple) {
            return;
        }
        int before = items.size();
        String folder = join(classLevel, name());
        addClass(folder, false);
        classFolders.remove(folder);
        String name = name();
        for (Item item : List.copyOf(items.subList(before, items.size()))) {
            rows.add(row(name, item.content()));
        }
        items.add(Item.link(join(classLevel, name), up(classLevel) + folder));
    }

    // ---- how it is packed

    /**
     * Writes the source below a directory.
     *
     * @return what to import
     */
    ImportConfiguration write(Path directory, String to) {
        Path from;
        try {
            from = switch (between(0, 5)) {
                case 0, 1 -> {
                    packing = "folder";
                    Packer.folder(directory.resolve("source"), items);
                    yield directory.resolve("source");
                }
                case 2, 3 -> archive(directory, "source", items);
                case 4 -> nested(directory);
                default -> parts(directory);
            };
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        if (rows.isEmpty()) {
            refusals.addAll(
                    List.of("holds nothing", "no picture that can be used", "empty directory", "hidden files only"));
        }
        return ImportConfiguration.of(
                        Format.IMAGE_FOLDER,
                        from.toUri().toString(),
                        directory.resolve(to).toUri().toString())
                .with()
                .split(split)
                .classesAt(classesAt)
                .names(names)
                .onBad(onBad)
                .seed(seed)
                .build();
    }

    /** An archive among others, or in another, is one more folder. */
    private void deeper() {
        classesAt = classesAt.map(depth -> depth + 1);
    }

    private Path nested(Path directory) throws IOException {
        Path inner = archive(directory, "inner", items);
        deeper();
        if (chance(0.5)) {
            Path folder = Files.createDirectories(directory.resolve("source"));
            Files.move(inner, folder.resolve(String.valueOf(inner.getFileName())));
            packing = "folder of " + packing;
            return folder;
        }
        String before = packing;
        Item file = Item.file(String.valueOf(inner.getFileName()), Files.readAllBytes(inner));
        Path outer = archive(directory, "outer", List.of(file));
        packing = before + " in " + packing;
        return outer;
    }

    /** Every folder of the top level is an archive, or stays as it is. */
    private Path parts(Path directory) throws IOException {
        Map<String, List<Item>> byTop = new LinkedHashMap<>();
        for (Item item : items) {
            int slash = item.path().indexOf('/');
            byTop.computeIfAbsent(slash < 0 ? "" : item.path().substring(0, slash), folder -> new ArrayList<>())
                    .add(item);
        }
        Path source = Files.createDirectories(directory.resolve("source"));
        if (hasLinks) {
            // Links lead from one part to another, and hard ones to what is there already.
            Packer.folder(source, items);
            packing = "folder";
            return source;
        }
        boolean together = items.stream().anyMatch(item -> item.kind() == Kind.FOLDER);
        List<String> texts = new ArrayList<>();
        for (Map.Entry<String, List<Item>> part : byTop.entrySet()) {
            String folder = part.getKey();
            boolean plain =
                    folder.isEmpty() || folder.startsWith(".") || folder.startsWith("_") || folder.endsWith(".");
            if (together || plain || chance(0.3)) {
                Packer.folder(source, part.getValue());
                texts.add("folder");
            } else {
                List<Item> inside = part.getValue().stream()
                        .map(item -> new Item(item.path().substring(folder.length() + 1), item.content(), item.kind()))
                        .toList();
                archive(source, folder, inside);
                texts.add(packing);
            }
        }
        packing = "parts: " + texts;
        return source;
    }

    private Path archive(Path directory, String name, List<Item> inside) throws IOException {
        boolean zip = chance(0.4) && inside.stream().noneMatch(item -> item.kind() == Kind.HARD_LINK);
        byte[] bytes;
        String suffix;
        if (zip) {
            ZipNames how = one(List.of(ZipNames.values()));
            Charset charset =
                    how == ZipNames.FLAG ? StandardCharsets.UTF_8 : charset(how == ZipNames.BYTES || hasLinks, inside);
            bytes = Packer.zip(inside, how, charset);
            suffix = ".zip";
            packing = "zip " + how + " " + charset;
        } else {
            TarNames how = one(List.of(TarNames.values()));
            Charset charset = how == TarNames.PAX ? StandardCharsets.UTF_8 : charset(true, inside);
            Compression compression = one(List.of(Compression.values()));
            bytes = Packer.tar(inside, how, charset, compression);
            suffix = ".tar" + compression.suffix;
            if (chance(0.3)) {
                suffix = switch (compression) {
                    case NONE, ZSTD -> suffix;
                    case GZIP -> ".tgz";
                    case BZIP2 -> ".tbz2";
                    case XZ -> ".txz";
                };
            }
            packing = "tar " + how + " " + charset + suffix;
            // Names in records of PAX and GNU have no checksum of their own.
            if (compression != Compression.NONE && chance(0.06)) {
                bytes = flipped(bytes);
            }
        }
        if (chance(0.05)) {
            bytes = cut(bytes, suffix);
        }
        return Files.write(directory.resolve(name + suffix), bytes);
    }

    private byte[] cut(byte[] bytes, String suffix) {
        int length = random.nextInt(bytes.length);
        packing += " cut to " + length + " of " + bytes.length;
        refusals.addAll(List.of("cut off or garbled", "an empty file"));
        if (suffix.equals(".tar")) {
            // The zeros at the end are more than the marker that they are.
            int end = bytes.length;
            while (end > 0 && bytes[end - 1] == 0) {
                end--;
            }
            mayBeRefused |= length >= end;
        }
        return Arrays.copyOf(bytes, length);
    }

    private byte[] flipped(byte[] bytes) {
        int at = random.nextInt(bytes.length);
        bytes[at] ^= (byte) (1 << between(0, 7));
        packing += " flipped at " + at + " of " + bytes.length;
        damaged = true;
        mayBeRefused = true;
        refusals.addAll(List.of(
                "cut off or garbled", "--on-bad skip", "--names", "an empty file", "no picture that can be used"));
        return bytes;
    }

    /**
     * A charset in which all names can be written. If it is another than UTF-8 and the archive does not say it, the importer
     * is told, or has to ask; there is one option for all archives of a source.
     */
    private Charset charset(boolean matters, List<Item> inside) {
        boolean plain = inside.stream()
                .allMatch(item -> StandardCharsets.US_ASCII.newEncoder().canEncode(item.path()));
        if (plain) {
            return StandardCharsets.UTF_8;
        }
        if (matters && settled.isPresent()) {
            return settled.get();
        }
        Charset charset =
                chance(0.4) || decomposed ? StandardCharsets.UTF_8 : Charset.forName(one(List.of(script.charsets)));
        boolean fits = items.stream()
                .allMatch(item -> charset.newEncoder().canEncode(item.path())
                        && (item.kind() == Kind.FILE || charset.newEncoder().canEncode(item.target())));
        Charset chosen = fits ? charset : StandardCharsets.UTF_8;
        if (matters) {
            settled = Optional.of(chosen);
            boolean asUtf8 = items.stream()
                    .filter(item -> item.path().matches("(?i).*\\.(png|jpe?g)"))
                    .anyMatch(item -> isUtf8(item.path()
                            .substring(item.path().lastIndexOf('/') + 1)
                            .getBytes(chosen)));
            if (!chosen.equals(StandardCharsets.UTF_8) && (asUtf8 || onBad == OnBad.SKIP || chance(0.7))) {
                names = Optional.of(chosen.name());
            } else if (!chosen.equals(StandardCharsets.UTF_8)) {
                refusals.add("--names");
            }
        }
        return chosen;
    }

    private static boolean isUtf8(byte[] bytes) {
        return Arrays.equals(new String(bytes, StandardCharsets.UTF_8).getBytes(StandardCharsets.UTF_8), bytes);
    }

    /** Four pixels square, like no other. */
    private byte[] png() {
        ByteArrayOutputStream scanlines = new ByteArrayOutputStream();
        byte[] pixels = new byte[12];
        for (int y = 0; y < 4; y++) {
            random.nextBytes(pixels);
            scanlines.write(0);
            scanlines.writeBytes(pixels);
        }
        ByteArrayOutputStream packed = new ByteArrayOutputStream();
        try (DeflaterOutputStream out = new DeflaterOutputStream(packed)) {
            out.write(scanlines.toByteArray());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        ByteArrayOutputStream file = new ByteArrayOutputStream();
        file.writeBytes(new byte[] {(byte) 0x89, 'P', 'N', 'G', 13, 10, 26, 10});
        chunk(
                file,
                "IHDR",
                ByteBuffer.allocate(13)
                        .putInt(4)
                        .putInt(4)
                        .put((byte) 8)
                        .put((byte) 2)
                        .array());
        chunk(file, "IDAT", packed.toByteArray());
        chunk(file, "IEND", new byte[0]);
        return file.toByteArray();
    }

    private static void chunk(ByteArrayOutputStream file, String type, byte[] content) {
        byte[] name = type.getBytes(StandardCharsets.US_ASCII);
        CRC32 crc = new CRC32();
        crc.update(name);
        crc.update(content);
        file.writeBytes(ByteBuffer.allocate(4).putInt(content.length).array());
        file.writeBytes(name);
        file.writeBytes(content);
        file.writeBytes(ByteBuffer.allocate(4).putInt((int) crc.getValue()).array());
    }

    @Override
    public String toString() {
        return "seed " + seed + ", " + packing + ", " + onBad + ", split " + split + ", classes at " + classesAt
                + ", names "
                + names + ": "
                + items.stream()
                        .map(item -> item.path()
                                + switch (item.kind()) {
                                    case FILE -> "";
                                    case LINK, HARD_LINK -> " -> " + item.target();
                                    case FOLDER -> "/";
                                })
                        .toList();
    }
}
