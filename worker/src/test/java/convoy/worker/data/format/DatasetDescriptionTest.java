package convoy.worker.data.format;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import convoy.records.BadInputException;
import convoy.worker.data.format.DatasetInfo.Contrast;
import convoy.worker.data.format.DatasetInfo.DataFile;
import convoy.worker.data.format.DatasetInfo.Encoding;
import convoy.worker.data.format.DatasetInfo.WhiteningFile;
import convoy.worker.data.format.Provenance.Counted;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

final class DatasetDescriptionTest {
    /** As it was written before records were described, fingerprint and all. */
    private static final String STORED = """
            {
              "format" : 2,
              "classes" : [ "disc", "猫 \\"ring\\"" ],
              "encoding" : "encoded",
              "height" : 0,
              "width" : 0,
              "channels" : 3,
              "mean" : [ 0.3820722579656863, 1.0E-5, 0.30000000000000004 ],
              "std" : [ 0.19737061183309057, 1.0, 0.002 ],
              "rows" : 201,
              "whitening" : {
                "name" : "whitening-0123456789ab.safetensors",
                "bytes" : 123456,
                "sha256" : "0123456789ab",
                "filter-bias" : 0.1,
                "contrast" : {
                  "scale" : 55.0,
                  "bias" : 0.0
                }
              },
              "fingerprint" : "sha256:be966256ff1c6ec63d4bc3638be6218c8bcd2d38a8ca36016183bbf345afbb1a",
              "files" : [ {
                "name" : "part-00000-of-00002.parquet",
                "bytes" : 15539694,
                "sha256" : "86600038f62b6b96de017d0a9e3fc5a6cdebffb7dfc8b2332ba17c6be34891cd",
                "row-groups" : [ 78, 78, 44 ]
              }, {
                "name" : "part-00001-of-00002.parquet",
                "bytes" : 7,
                "row-groups" : [ 1 ]
              } ],
              "import" : {
                "from" : "hdfs://host/shapes.tar",
                "split" : "train",
                "class-counts" : [ 101, 100 ],
                "left-out" : [ {
                  "what" : "hidden: as .DS_Store",
                  "files" : 2,
                  "example" : "shapes/.DS_Store"
                } ],
                "adjusted" : [ {
                  "what" : "turned as their EXIF says",
                  "files" : 7,
                  "example" : "shapes/ring/8.jpg"
                } ]
              }
            }
            """;

    private static final DatasetInfo INFO = DatasetInfoBuilder.builder()
            .classes(List.of("disc", "猫 \"ring\""))
            .encoding(Encoding.ENCODED)
            .height(0)
            .width(0)
            .channels(3)
            .mean(List.of(0.3820722579656863, 1e-5, 0.1 + 0.2))
            .std(List.of(0.19737061183309057, 1.0, 2e-3))
            .rows(201)
            .whitening(Optional.of(new WhiteningFile(
                    "whitening-0123456789ab.safetensors",
                    123_456,
                    "0123456789ab",
                    0.1,
                    Optional.of(new Contrast(55, 0)))))
            .fingerprint("sha256:be966256ff1c6ec63d4bc3638be6218c8bcd2d38a8ca36016183bbf345afbb1a")
            .files(List.of(
                    new DataFile(
                            "part-00000-of-00002.parquet",
                            15_539_694,
                            "86600038f62b6b96de017d0a9e3fc5a6cdebffb7dfc8b2332ba17c6be34891cd",
                            List.of(78, 78, 44)),
                    new DataFile("part-00001-of-00002.parquet", 7, "", List.of(1))))
            .provenance(Optional.of(new Provenance(
                    "hdfs://host/shapes.tar",
                    Optional.of("train"),
                    List.of(101L, 100L),
                    List.of(new Counted("hidden: as .DS_Store", 2, "shapes/.DS_Store")),
                    List.of(new Counted("turned as their EXIF says", 7, "shapes/ring/8.jpg")))))
            .parts(List.of())
            .labelSets(List.of())
            .build();

    private static DatasetInfo parse(String text) {
        return DatasetDescription.parse(text, "dataset.json");
    }

    private static String changed(String from, String to) {
        assertThat(STORED).contains(from);
        return STORED.replace(from, to);
    }

    @Test
    void whatIsStoredIsReadWithItsFingerprint() {
        assertThat(parse(STORED)).isEqualTo(INFO);
        assertThat(parse(changed("\"format\" : 2,", ""))).isEqualTo(INFO);
    }

    /** Of format 1 the keys are the same; what its fingerprint was of is another text. */
    @Test
    void whatIsStoredInFormat1IsRead() {
        assertThat(parse(changed("\"format\" : 2", "\"format\" : 1").replace("sha256:be", "sha256:00")))
                .isEqualTo(INFO);
    }

    /** Doubles are the same whatever digits they are written with. */
    @Test
    void whatIsWrittenIsWhatWasWrittenBefore() {
        assertThat(INFO.toJson()).isEqualTo(changed("1.0E-5", "0.00001"));
        assertThat(parse(INFO.toJson())).isEqualTo(INFO);
    }

    @Test
    void whatIsNotKnownIsLeftOut() {
        DatasetInfo bare = parse("""
                {"classes": ["a"], "encoding": "raw", "height": 8, "width": 8, "channels": 1}""");
        assertThat(bare.rows()).isEqualTo(-1);
        assertThat(bare.fingerprint()).isEmpty();
        assertThat(bare.toJson()).isEqualTo("""
                {
                  "format" : 2,
                  "classes" : [ "a" ],
                  "encoding" : "raw",
                  "height" : 8,
                  "width" : 8,
                  "channels" : 1
                }
                """);
        assertThat(parse(changed("\"split\" : \"train\",", "").replaceFirst("(?s),\\s+\"adjusted\".*", "}}"))
                        .provenance()
                        .orElseThrow())
                .isEqualTo(new Provenance(
                        "hdfs://host/shapes.tar",
                        Optional.empty(),
                        List.of(101L, 100L),
                        INFO.provenance().orElseThrow().leftOut(),
                        List.of()));
    }

    /** Another program's keys, and those of a later version that need not be known. */
    @Test
    void keysThatAreNotKnownArePassedOver() {
        assertThat(parse(changed("\"rows\" : 201,", "\"licence\" : {\"of\": [1, null]}, \"rows\" : 201,")
                        .replace("\"bytes\" : 7,", "\"bytes\" : 7, \"made\" : \"by hand\",")
                        .replace("\"filter-bias\"", "\"rounds\" : 3, \"filter-bias\"")))
                .isEqualTo(INFO);
    }

    /** A key that changes what the rows are is in what the fingerprint is of, so that nobody reads them without it. */
    @Test
    void keysThatMatterAreNotPassedOver() {
        assertThatThrownBy(() -> parse(
                        changed("sha256:be", "sha256:00").replace("\"rows\" : 201", "\"planes\" : 2, \"rows\" : 201")))
                .isInstanceOf(BadInputException.class)
                .hasMessage("dataset.json: fingerprint = "
                        + INFO.fingerprint().replace("sha256:be", "sha256:00")
                        + ", its content gives "
                        + INFO.fingerprint()
                        + ": it was changed by hand; leave the fingerprint out or import again. Or a newer convoy wrote"
                        + " it, whose keys are not known here (planes); use that one");
    }

    @Test
    void allProblemsAreOneAnswer() {
        assertThatThrownBy(() -> parse("{\"encoding\": \"rwa\", \"height\": 1, \"width\": 1.5, \"channels\": 1}"))
                .isInstanceOf(BadInputException.class)
                .hasMessage("""
                        dataset.json: classes is missing; give a list
                        dataset.json: encoding = rwa is not one of raw, encoded; did you mean raw?
                        dataset.json: width = 1.5 is not a whole number""");
    }

    /** What is made of it without them has the fingerprint of before. */
    @Test
    void labelsMayBeSetsOfClasses() {
        DatasetInfo several = INFO.labelledBy(List.of(List.of(), List.of(0, 1), List.of(1)));
        assertThat(several.fingerprint()).isNotEqualTo(INFO.fingerprint());
        assertThat(several.toJson()).contains("\"format\" : 4,").contains("\"label-sets\" : [ [ ], [ 0, 1 ], [ 1 ] ]");
        assertThat(parse(several.toJson())).isEqualTo(several);
        assertThat(several.labelCount()).isEqualTo(3);
        assertThat(several.severalLabels().orElseThrow().of(1)).containsExactly(true, true);
        assertThat(several.labelledBy(List.of())).isEqualTo(INFO);
        assertSets("[ [ ], [ 1, 0 ], [ 1 ] ]", "label-sets = [1, 0] is no rising list of indices below 2");
        assertSets("[ [ ], [ 0, 2 ], [ 1 ] ]", "label-sets = [0, 2] is no rising list of indices below 2");
        assertSets("[ [ ], [ -1 ], [ 1 ] ]", "label-sets = [-1] is no rising list");
        assertSets("[ [ ], [ 1 ], [ 1 ] ]", "label-sets = [1] stands there twice: import again");
        assertSets("[ ]", "format = 4 is that of data sets whose pictures may show several classes, and label-sets is");
        assertThatThrownBy(() -> parse(several.toJson().replace("\"format\" : 4", "\"format\" : 2")))
                .isInstanceOf(BadInputException.class)
                .hasMessageContaining("format = 2 is not that of data sets whose pictures may show several classes");
    }

    private static void assertSets(String sets, String complaint) {
        String text =
                INFO.labelledBy(List.of(List.of(), List.of(0, 1), List.of(1))).toJson();
        assertThatThrownBy(() -> parse(text.replace("[ [ ], [ 0, 1 ], [ 1 ] ]", sets)))
                .isInstanceOf(BadInputException.class)
                .hasMessageContaining(complaint);
    }
}
