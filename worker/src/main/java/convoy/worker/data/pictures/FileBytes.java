package convoy.worker.data.pictures;

/** A picture file's bytes, read at places that count from its beginning; what lies behind its end is cut off. */
@SuppressWarnings("ArrayRecordComponent") // Never compared.
record FileBytes(byte[] bytes, int from, int length) {
    int u8(long at) throws UndecodableException {
        if (at < 0 || at >= length) {
            throw cutOff();
        }
        return bytes[from + (int) at] & 0xFF;
    }

    int u16(long at) throws UndecodableException {
        return u8(at) << 8 | u8(at + 1);
    }

    int i32(long at) throws UndecodableException {
        return u16(at) << 16 | u16(at + 2);
    }

    /** With the lowest byte first, as in GIF, BMP and WebP. */
    int u16Little(long at) throws UndecodableException {
        return u8(at) | u8(at + 1) << 8;
    }

    int i32Little(long at) throws UndecodableException {
        return u16Little(at) | u16Little(at + 2) << 16;
    }

    /** Whether these bytes stand there, each written as a character of Latin-1. */
    boolean has(long at, String latin) {
        if (at < 0 || at + latin.length() > length) {
            return false;
        }
        for (int i = 0; i < latin.length(); i++) {
            if ((bytes[from + (int) at + i] & 0xFF) != latin.charAt(i)) {
                return false;
            }
        }
        return true;
    }

    /** Adds {@code [begin, end)} to others. */
    void copy(long begin, long end, java.io.ByteArrayOutputStream to) {
        to.write(bytes, from + (int) begin, (int) (end - begin));
    }

    /** A new array of them all, followed by others. */
    byte[] followedBy(int... others) {
        byte[] all = new byte[length + others.length];
        System.arraycopy(bytes, from, all, 0, length);
        for (int i = 0; i < others.length; i++) {
            all[length + i] = (byte) others[i];
        }
        return all;
    }

    static UndecodableException cutOff() {
        return new UndecodableException("is cut off: its end is missing");
    }
}
