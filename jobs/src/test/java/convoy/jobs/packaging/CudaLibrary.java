package convoy.jobs.packaging;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** A shared library as small as one with machine code for GPUs can be. */
final class CudaLibrary {
    /** Bytes of code of each entry. */
    static final int CODE = 16;

    private static final int HEADER = 64;
    private static final int ENTRY_HEADER = 64;
    private static final int CONTAINER_HEADER = 16;

    private CudaLibrary() {}

    /** Two containers with a gap of 24 bytes between them, each with these entries; the code of each is its type of GPU, again and again. */
    static byte[] with(int... sms) {
        int container = CONTAINER_HEADER + sms.length * (ENTRY_HEADER + CODE);
        byte[] names = "\0.text\0.nv_fatbin\0.shstrtab\0".getBytes(StandardCharsets.US_ASCII);
        int section = 2 * container + 24;
        int namesAt = HEADER + section;
        int headers = namesAt + names.length;
        ByteBuffer file = ByteBuffer.allocate(headers + 4 * HEADER).order(ByteOrder.LITTLE_ENDIAN);
        file.put(new byte[] {0x7F, 'E', 'L', 'F'}).putShort(18, (short) 62);
        file.putLong(40, headers).putShort(58, (short) HEADER).putShort(60, (short) 4);
        file.putShort(62, (short) 3);
        container(file, HEADER, sms);
        container(file, HEADER + container + 24, sms);
        file.position(namesAt).put(names);
        section(file, headers + HEADER, 1, HEADER, 0);
        section(file, headers + 2 * HEADER, 7, HEADER, section);
        section(file, headers + 3 * HEADER, 18, namesAt, names.length);
        return file.array();
    }

    private static void section(ByteBuffer file, int at, int name, int offset, int size) {
        file.putInt(at, name).putLong(at + 24, offset).putLong(at + 32, size);
    }

    private static void container(ByteBuffer file, int at, int... sms) {
        file.putInt(at, 0xBA55ED50).putShort(at + 6, (short) CONTAINER_HEADER);
        file.putLong(at + 8, (long) sms.length * (ENTRY_HEADER + CODE));
        for (int i = 0; i < sms.length; i++) {
            int entry = at + CONTAINER_HEADER + i * (ENTRY_HEADER + CODE);
            file.putShort(entry, (short) 2).putInt(entry + 4, ENTRY_HEADER).putLong(entry + 8, CODE);
            file.putInt(entry + 28, sms[i]);
            byte[] code = new byte[CODE];
            Arrays.fill(code, (byte) sms[i]);
            file.position(entry + ENTRY_HEADER).put(code);
        }
    }
}
