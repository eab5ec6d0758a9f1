package convoy.driver.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Reads the files back with a reader of their format that shares nothing with the writer. */
final class EventFileTest {
    /** A protocol-buffer message: field number to values, each a Long, an Integer (fixed32) or bytes. */
    private static Map<Integer, List<Object>> fields(byte[] message) {
        Map<Integer, List<Object>> fields = new HashMap<>();
        ByteBuffer in = ByteBuffer.wrap(message).order(ByteOrder.LITTLE_ENDIAN);
        while (in.hasRemaining()) {
            long key = varint(in);
            Object value =
                    switch ((int) (key & 7)) {
                        case 0 -> varint(in);
                        case 1 -> in.getLong();
                        case 2 -> {
                            byte[] bytes = new byte[(int) varint(in)];
                            in.get(bytes);
                            yield bytes;
                        }
                        case 5 -> in.getInt();
                        default -> throw new IllegalStateException("wire type of key " + key);
                    };
            fields.computeIfAbsent((int) (key >>> 3), ignored -> new ArrayList<>())
                    .add(value);
        }
        return fields;
    }

    private static List<Object> of(Map<Integer, List<Object>> fields, int number) {
        return fields.getOrDefault(number, List.of());
    }

    private static long varint(ByteBuffer in) {
        long value = 0;
        for (int shift = 0; ; shift += 7) {
            byte next = in.get();
            value |= (long) (next & 0x7f) << shift;
            if (next >= 0) {
                return value;
            }
        }
    }

    /** CRC-32C bit by bit, masked as TensorFlow's record format says. */
    private static int maskedCrc(byte[] bytes) {
        int crc = ~0;
        for (byte b : bytes) {
            crc ^= b & 0xff;
            for (int bit = 0; bit < 8; bit++) {
                crc = (crc >>> 1) ^ ((crc & 1) == 0 ? 0 : 0x82f63b78);
            }
        }
        crc = ~crc;
        return ((crc >>> 15) | (crc << 17)) + 0xa282ead8;
    }

    private static List<Map<Integer, List<Object>>> events(byte[] file) {
        List<Map<Integer, List<Object>>> events = new ArrayList<>();
        ByteBuffer in = ByteBuffer.wrap(file).order(ByteOrder.LITTLE_ENDIAN);
        while (in.hasRemaining()) {
            byte[] length = new byte[8];
            in.get(length);
            assertThat(in.getInt()).isEqualTo(maskedCrc(length));
            byte[] event = new byte
                    [(int) ByteBuffer.wrap(length)
                            .order(ByteOrder.LITTLE_ENDIAN)
                            .getLong()];
            in.get(event);
            assertThat(in.getInt()).isEqualTo(maskedCrc(event));
            events.add(fields(event));
        }
        return events;
    }

    @Test
    void scalarsComeOutOfTheRecordsByTagAndStep() throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        Map<String, Double> scalars = new LinkedHashMap<>();
        scalars.put("train/loss", 2.5);
        scalars.put("train/accuracy", 0.1);
        try (EventFile file = new EventFile(bytes, 1_700_000_000.25, 300)) {
            file.scalars(1_700_000_001.5, 301, scalars);
        }
        List<Map<Integer, List<Object>>> events = events(bytes.toByteArray());
        assertThat(events).hasSize(3);

        assertThat(of(events.get(0), 1)).containsExactly(Double.doubleToRawLongBits(1_700_000_000.25));
        assertThat((byte[]) of(events.get(0), 3).get(0)).isEqualTo("brain.Event:2".getBytes(StandardCharsets.UTF_8));

        assertThat(of(events.get(1), 2)).containsExactly(300L);
        assertThat(of(fields((byte[]) of(events.get(1), 7).get(0)), 1)).containsExactly(1L);

        assertThat(of(events.get(2), 1)).containsExactly(Double.doubleToRawLongBits(1_700_000_001.5));
        assertThat(of(events.get(2), 2)).containsExactly(301L);
        List<Object> values = of(fields((byte[]) of(events.get(2), 5).get(0)), 1);
        Map<String, Float> read = new LinkedHashMap<>();
        for (Object value : values) {
            Map<Integer, List<Object>> fields = fields((byte[]) value);
            read.put(new String((byte[]) of(fields, 1).get(0), StandardCharsets.UTF_8), Float.intBitsToFloat((Integer)
                    of(fields, 2).get(0)));
        }
        assertThat(read).containsExactly(Map.entry("train/loss", 2.5f), Map.entry("train/accuracy", 0.1f));
    }

    @Test
    void theFirstRecordHasTheBytesThatTensorFlowWrites() throws IOException {
        // tf.summary's first record for wall_time 0: length 24, then Event{wall_time: 0, step: 0, file_version}.
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        new EventFile(bytes, 0, 0).close();
        byte[] event = java.util.Arrays.copyOfRange(bytes.toByteArray(), 12, 12 + 26);
        assertThat(HexFormat.of().formatHex(event))
                .isEqualTo("09" + "0000000000000000" + "1000" + "1a0d" + "627261696e2e4576656e743a32");
    }

    @Test
    void theChecksumIsCastagnolis() {
        // RFC 3720, B.4: 32 bytes of zero have CRC-32C 0x8a9136aa.
        int crc = 0x8a9136aa;
        assertThat(EventFile.maskedChecksum(new byte[32])).isEqualTo(((crc >>> 15) | (crc << 17)) + 0xa282ead8);
    }
}
