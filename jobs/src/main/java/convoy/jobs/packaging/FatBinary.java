package convoy.jobs.packaging;

import convoy.records.BadInputException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * What a CUDA library holds for GPUs: the section {@code .nv_fatbin} of a 64-bit ELF file, a row of containers with gaps between them, all
 * little-endian.
 *
 * <pre>
 * container
 *   0  u32  magic 0xBA55ED50
 *   4  u16  version
 *   6  u16  bytes of this header
 *   8  u64  bytes of the entries, which follow
 * entry
 *   0  u16  kind: 1 PTX, 2 machine code
 *   2  u16  version
 *   4  u32  bytes of this header
 *   8  u64  bytes of the code, which follows, padding included
 *  28  u32  type of GPU: 90 is sm_90
 * </pre>
 *
 * CUDA's runtime picks the entry for its GPU by the headers and leaves the code of the others unread.
 */
final class FatBinary {
    private static final int MAGIC = 0xBA55ED50;
    private static final int CONTAINER_HEADER = 16;
    private static final int ENTRY_HEADER = 32;
    private static final int SM = 28;

    private static final int SECTIONS_OFFSET = 40;
    private static final int SECTION_SIZE = 58;
    private static final int SECTION_COUNT = 60;
    private static final int SECTION_OF_NAMES = 62;

    private final byte[] library;
    private final ByteBuffer bytes;
    /** Bytes of code by type of GPU. */
    private final SortedMap<Integer, Long> found = new TreeMap<>();

    private FatBinary(byte[] library) {
        this.library = library;
        this.bytes = ByteBuffer.wrap(library).order(ByteOrder.LITTLE_ENDIAN);
    }

    /**
     * Overwrites with zeros what is there for other types of GPU; all lengths and places stay.
     *
     * @param library a shared library
     * @param wanted types of GPU whose code is kept
     * @return how many bytes of code there were for each type; empty if the library has none for GPUs
     * @throws BadInputException if the section is not laid out as above
     */
    static SortedMap<Integer, Long> blank(byte[] library, Set<Integer> wanted) {
        FatBinary binary = new FatBinary(library);
        try {
            binary.section(".nv_fatbin").ifPresent(section -> binary.blankContainers(section, wanted));
            return binary.found;
        } catch (IndexOutOfBoundsException | ArithmeticException torn) {
            throw new BadInputException(
                    "the library's machine code for GPUs is not laid out as CUDA 13 does it; leave --sm out", torn);
        }
    }

    private record Section(int start, int end) {}

    private Optional<Section> section(String name) {
        int sections = Math.toIntExact(bytes.getLong(SECTIONS_OFFSET));
        int size = Short.toUnsignedInt(bytes.getShort(SECTION_SIZE));
        int names = offset(sections + size * Short.toUnsignedInt(bytes.getShort(SECTION_OF_NAMES)));
        byte[] wanted = (name + "\0").getBytes(StandardCharsets.US_ASCII);
        for (int i = 0; i < Short.toUnsignedInt(bytes.getShort(SECTION_COUNT)); i++) {
            int header = sections + size * i;
            int at = names + bytes.getInt(header);
            if (Arrays.equals(wanted, 0, wanted.length, library, at, Math.min(library.length, at + wanted.length))) {
                int start = offset(header);
                return Optional.of(new Section(start, Math.addExact(start, length(header + 32))));
            }
        }
        return Optional.empty();
    }

    /** Where a section begins in the file. */
    private int offset(int header) {
        return length(header + 24);
    }

    private int length(int at) {
        return Math.toIntExact(bytes.getLong(at));
    }

    private void blankContainers(Section section, Set<Integer> wanted) {
        int at = section.start;
        while (at + CONTAINER_HEADER <= section.end) {
            if (bytes.getInt(at) == MAGIC) {
                int entries = at + Short.toUnsignedInt(bytes.getShort(at + 6));
                at = Math.addExact(entries, length(at + 8));
                blankEntries(entries, at, wanted);
            } else {
                at += 8;
            }
        }
    }

    private void blankEntries(int start, int end, Set<Integer> wanted) {
        int at = start;
        while (at + ENTRY_HEADER <= end) {
            int sm = bytes.getInt(at + SM);
            int code = Math.addExact(at, bytes.getInt(at + 4));
            int length = length(at + 8);
            found.merge(sm, (long) length, Long::sum);
            at = Math.addExact(code, length);
            if (!wanted.contains(sm)) {
                Arrays.fill(library, code, at, (byte) 0);
            }
        }
    }
}
