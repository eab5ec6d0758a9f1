package convoy.tests.simulation.disk;

import java.util.Arrays;

/** The bytes of a file: how many its writer has written, how many others see, and how many survive the loss of power. */
public final class StoredFile {
    private byte[] bytes;
    private int written;
    private int visible;
    private int durable;
    private boolean open;
    private boolean removed;

    StoredFile() {
        this(new byte[64], 0);
    }

    private StoredFile(byte[] bytes, int length) {
        this.bytes = bytes;
        this.written = length;
        this.visible = length;
        this.durable = length;
    }

    /** Another one with what is visible of this one. */
    StoredFile copy() {
        return new StoredFile(Arrays.copyOf(bytes, visible), visible);
    }

    void write(byte[] from, int offset, int length) {
        if (written + length > bytes.length) {
            bytes = Arrays.copyOf(bytes, Math.max(2 * bytes.length, written + length));
        }
        System.arraycopy(from, offset, bytes, written, length);
        written += length;
    }

    void flush() {
        visible = written;
    }

    void sync() {
        visible = written;
        durable = written;
    }

    /** Somebody writes it. */
    void open() {
        open = true;
    }

    void close() {
        flush();
        open = false;
    }

    boolean isOpen() {
        return open;
    }

    /** It has no name any more. */
    void remove() {
        removed = true;
    }

    boolean isRemoved() {
        return removed;
    }

    /** Its writer is gone: what it had not handed over is lost. */
    void abandon() {
        written = visible;
        open = false;
    }

    void losePower() {
        written = durable;
        visible = durable;
    }

    /** How many bytes a reader sees. */
    public int length() {
        return visible;
    }

    int read(int position) {
        return position < visible ? bytes[position] & 0xff : -1;
    }

    int read(int position, byte[] into, int offset, int length) {
        int count = Math.min(length, visible - position);
        if (count <= 0) {
            return length == 0 ? 0 : -1;
        }
        System.arraycopy(bytes, position, into, offset, count);
        return count;
    }

    /** What a reader sees. */
    public byte[] content() {
        return Arrays.copyOf(bytes, visible);
    }
}
