package convoy.tests.chaos;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;

/**
 * A local cluster, as {@code deploy/local-cluster/up} starts it: a NameNode, a DataNode, a Spark master and workers. Each can be ended and
 * begun again with the words that it was begun with.
 */
final class Processes implements AutoCloseable {
    private static final Duration LIMIT = Duration.ofMinutes(4);

    private final Path root;
    private final Path directory;
    private final Path cluster;

    /** How each part was begun. */
    private final Map<String, Begun> parts = new TreeMap<>();

    private record Begun(List<String> words, Map<String, String> environment, Path log) {}

    private Processes(Path root, Path directory) {
        this.root = root;
        this.directory = directory;
        this.cluster = directory.resolve("cluster");
    }

    /**
     * Starts a cluster.
     *
     * @param root of the repository, with a distribution in it
     * @param directory for its state
     * @param workers of Spark, each with room for one executor
     */
    static Processes start(Path root, Path directory, int workers) throws IOException, InterruptedException {
        Processes processes = new Processes(root, directory);
        processes.run(
                Optional.empty(),
                root.resolve("deploy/local-cluster/up").toString(),
                "--directory=" + processes.cluster,
                "--workers=" + workers,
                "--worker-memory=1g",
                "--hdfs-port=0",
                "--hdfs-web-port=0",
                "--spark-port=0",
                "--spark-web-port=0");
        List<String> settings = List.of(
                "spark.executor.memory 700m",
                "spark.executor.cores 1",
                "spark.ui.enabled false",
                "spark.executor.extraJavaOptions -XX:TieredStopAtLevel=1 -XX:+UseSerialGC",
                // A NameNode that is killed is back within seconds, and HDFS's own patience is of minutes.
                "spark.hadoop.ipc.client.connect.retry.interval 500",
                "");
        Path conf = processes.cluster.resolve("spark.conf");
        Files.writeString(conf, Files.readString(conf) + String.join("\n", settings));
        try (Stream<Path> pids = Files.list(processes.cluster.resolve("pids"))) {
            for (Path pid : pids.toList()) {
                processes.remember(pid.getFileName().toString());
            }
        }
        return processes;
    }

    private void remember(String part) throws IOException {
        long pid = pid(part);
        Map<String, String> environment = new HashMap<>();
        for (String line : nullEnded(Path.of("/proc", Long.toString(pid), "environ"))) {
            int equals = line.indexOf('=');
            if (equals > 0) {
                environment.put(line.substring(0, equals), line.substring(equals + 1));
            }
        }
        parts.put(
                part,
                new Begun(
                        nullEnded(Path.of("/proc", Long.toString(pid), "cmdline")),
                        environment,
                        cluster.resolve("logs").resolve(part + ".log")));
    }

    private static List<String> nullEnded(Path file) throws IOException {
        // A file of the kernel's has no length that readString could go by.
        String text = new String(Files.newInputStream(file).readAllBytes(), StandardCharsets.UTF_8);
        List<String> words = new ArrayList<>();
        for (int from = 0, to = text.indexOf('\0'); to >= 0; from = to + 1, to = text.indexOf('\0', from)) {
            words.add(text.substring(from, to));
        }
        return words;
    }

    private long pid(String part) throws IOException {
        String text = Files.readString(cluster.resolve("pids").resolve(part));
        return Long.parseLong(text.substring(0, text.indexOf(' ')));
    }

    /** The process of a part: {@code namenode}, {@code datanode}, {@code worker-N}; empty if it does not run. */
    Optional<ProcessHandle> part(String name) {
        try {
            return ProcessHandle.of(pid(name)).filter(Processes::runs);
        } catch (IOException gone) {
            return Optional.empty();
        }
    }

    /** Begins a part again, or one like another part under another name. */
    void begin(String name, String like) throws IOException {
        Begun begun = Optional.ofNullable(parts.get(like)).orElseThrow();
        List<String> words =
                begun.words().stream().map(word -> word.replace(like, name)).toList();
        Path log = begun.log().resolveSibling(name + ".log");
        ProcessBuilder builder = new ProcessBuilder(words)
                .directory(cluster.toFile())
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()));
        builder.environment().clear();
        builder.environment().putAll(begun.environment());
        Process process = builder.start();
        // Field 22 of the process's line: when it started. By that and its number the scripts know it.
        String stat = new String(
                Files.newInputStream(Path.of("/proc", Long.toString(process.pid()), "stat"))
                        .readAllBytes(),
                StandardCharsets.UTF_8);
        List<String> fields = List.of(stat.substring(stat.lastIndexOf(')') + 2).split(" ", -1));
        Files.writeString(cluster.resolve("pids").resolve(name), process.pid() + " " + fields.get(19) + "\n");
    }

    /** Executors' processes, by Spark's numbers for them. */
    Map<Integer, ProcessHandle> executors() {
        Map<Integer, ProcessHandle> executors = new TreeMap<>();
        IntStream.rangeClosed(1, 9)
                .mapToObj(worker -> part("worker-" + worker))
                .flatMap(Optional::stream)
                .flatMap(ProcessHandle::children)
                .filter(Processes::runs)
                .forEach(process -> id(process).ifPresent(id -> executors.put(id, process)));
        return executors;
    }

    private static Optional<Integer> id(ProcessHandle executor) {
        try {
            List<String> words = nullEnded(Path.of("/proc", Long.toString(executor.pid()), "cmdline"));
            int at = words.indexOf("--executor-id");
            return at < 0 ? Optional.empty() : Optional.of(Integer.parseInt(words.get(at + 1)));
        } catch (IOException gone) {
            return Optional.empty();
        }
    }

    /** Names of Spark's workers that run, rising. */
    List<String> workers() {
        return IntStream.rangeClosed(1, 9)
                .mapToObj(worker -> "worker-" + worker)
                .filter(name -> part(name).isPresent())
                .sorted(Comparator.naturalOrder())
                .toList();
    }

    /** Whether the process still does anything; one that ended and was not waited for by anybody has no command. */
    static boolean runs(ProcessHandle process) {
        return process.isAlive() && process.info().command().isPresent();
    }

    /** Sends a signal, as {@code -KILL}. */
    static void signal(String signal, ProcessHandle process) throws IOException, InterruptedException {
        new ProcessBuilder("kill", signal, Long.toString(process.pid())).start().waitFor();
    }

    /** HDFS, as its superuser. */
    FileSystem hdfs() throws IOException {
        Configuration configuration = new Configuration();
        configuration.addResource(new org.apache.hadoop.fs.Path(
                cluster.resolve("conf/core-site.xml").toUri()));
        configuration.setInt("ipc.client.connect.max.retries", 3);
        configuration.setBoolean("fs.hdfs.impl.disable.cache", true);
        return FileSystem.get(configuration);
    }

    /** Starts Convoy, as a person would, and has what it prints appended to a file. */
    Process convoy(Path out, String... words) throws IOException {
        return start(
                Optional.of(out),
                Stream.concat(
                                Stream.of(
                                        root.resolve("convoy").toString(),
                                        "--properties-file",
                                        cluster.resolve("spark.conf").toString()),
                                Stream.of(words))
                        .toArray(String[]::new));
    }

    private Process start(Optional<Path> out, String... words) throws IOException {
        Path to = out.isPresent() ? out.get() : Files.createTempFile(directory, "out", ".txt");
        ProcessBuilder builder = new ProcessBuilder(words)
                .directory(directory.toFile())
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(to.toFile()));
        List.of("SPARK_LOCAL_IP", "HADOOP_CONF_DIR", "SPARK_CONF_DIR", "SPARK_HOME", "MAVEN_OPTS")
                .forEach(builder.environment()::remove);
        builder.environment().put("SPARK_SUBMIT_OPTS", "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC -Xmx600m");
        return builder.start();
    }

    /** Runs a program to its end, which has to be a good one. */
    void run(Optional<Path> out, String... words) throws IOException, InterruptedException {
        Path to = out.isPresent() ? out.get() : Files.createTempFile(directory, "out", ".txt");
        Process process = start(Optional.of(to), words);
        if (!process.waitFor(LIMIT.toMillis(), TimeUnit.MILLISECONDS) || process.exitValue() != 0) {
            process.descendants().forEach(ProcessHandle::destroyForcibly);
            process.destroyForcibly();
            throw new IllegalStateException(String.join(" ", words) + " did not do its work: " + Files.readString(to));
        }
    }

    @Override
    public void close() {
        try {
            run(Optional.empty(), root.resolve("deploy/local-cluster/down").toString(), "--directory=" + cluster);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
