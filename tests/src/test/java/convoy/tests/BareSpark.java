package convoy.tests;

import convoy.tests.Command.Ran;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/**
 * A Spark that knows nothing of Convoy, and {@code spark-submit} on it.
 *
 * @param home its directory
 */
record BareSpark(Path home) {
    static final Path TARGET = Path.of(System.getProperty("convoy.root", ".."))
            .toAbsolutePath()
            .normalize()
            .resolve("deploy/target");

    /** The one jar. */
    static final Path JAR = TARGET.resolve("convoy.jar");

    /** Beginnings of the names of jars that no Spark has. */
    private static final List<String> OURS = List.of(
            "convoy.",
            "org.nd4j.",
            "org.deeplearning4j.",
            "org.bytedeco.",
            "info.picocli.",
            "me.tongfei.",
            "org.jline.",
            "it.unimi.dsi.",
            "org.yaml.",
            "com.fasterxml.jackson.dataformat.",
            "net.java.dev.jna.",
            "com.github.oshi.",
            "org.apache.iceberg.",
            "com.github.ben-manes.",
            "org.tribuo.",
            // Spark's own is one that nothing of Convoy's could use.
            "com.google.protobuf.");

    /** Installs it in a directory, of the jars of the distribution that are Spark's. */
    static BareSpark install(Path home) throws IOException {
        BareSpark spark = new BareSpark(home);
        Files.createDirectories(spark.jars());
        try (Stream<Path> all = Files.list(TARGET.resolve("convoy-dist/jars"))) {
            for (Path jar : all.toList()) {
                String name = jar.getFileName().toString();
                if (OURS.stream().noneMatch(name::startsWith)) {
                    Files.createSymbolicLink(spark.jars().resolve(name), jar);
                }
            }
        }
        return spark;
    }

    Path jars() {
        return home.resolve("jars");
    }

    /**
     * Runs the one jar, on the Hadoop that {@code HADOOP_CONF_DIR} names in the shell's environment, if it does.
     *
     * @param options of {@code spark-submit}
     * @param words of Convoy's command line
     */
    Ran submit(Command shell, List<String> options, String... words) throws InterruptedException {
        Command here = shell.with("SPARK_HOME", home.toString())
                .with("SPARK_SCALA_VERSION", "2.12")
                .with("SPARK_LOCAL_IP", "127.0.0.1");
        String hadoop = shell.environment().getOrDefault("HADOOP_CONF_DIR", "");
        String classPath = jars() + "/*" + (hadoop.isEmpty() ? "" : ":" + hadoop);
        List<String> java =
                List.of(Path.of(System.getProperty("java.home"), "bin/java").toString(), "-Xmx1g", "-cp", classPath);
        return here.run(Stream.of(
                        java.stream(),
                        Stream.of(Command.SHORT_LIVED.split(" ")),
                        Stream.of(System.getProperty("spark.jvm.options", "")
                                .trim()
                                .split(" +")),
                        Stream.of("org.apache.spark.deploy.SparkSubmit", "--class", "convoy.jobs.Main"),
                        options.stream(),
                        Stream.of(JAR.toString()),
                        Stream.of(words))
                .flatMap(part -> part)
                .toArray(String[]::new));
    }
}
