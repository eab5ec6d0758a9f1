package convoy.driver.importing.archive;

import convoy.driver.importing.source.SourceFile;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.SeekableByteChannel;
import org.apache.hadoop.fs.FSDataInputStream;

/** A Hadoop file as the channel that is read for a zip archive. */
final class HadoopChannel implements SeekableByteChannel {
    private final FSDataInputStream in;
    private final SourceFile file;
    private long position;
    private boolean open = true;

    HadoopChannel(FSDataInputStream in, SourceFile file) {
        this.in = in;
        this.file = file;
    }

    @Override
    public int read(ByteBuffer to) {
        if (position >= file.bytes()) {
            return -1;
        }
        byte[] bytes = new byte[(int) Math.min(to.remaining(), file.bytes() - position)];
        try {
            in.readFully(position, bytes);
        } catch (IOException e) {
            throw new UncheckedIOException(file.uri() + ": " + e.getMessage(), e);
        }
        to.put(bytes);
        position += bytes.length;
        return bytes.length;
    }

    @Override
    public int write(ByteBuffer from) {
        throw new UnsupportedOperationException("read only");
    }

    @Override
    public long position() {
        return position;
    }

    @Override
    public SeekableByteChannel position(long to) {
        position = to;
        return this;
    }

    @Override
    public long size() {
        return file.bytes();
    }

    @Override
    public SeekableByteChannel truncate(long size) {
        throw new UnsupportedOperationException("read only");
    }

    @Override
    public boolean isOpen() {
        return open;
    }

    @Override
    public void close() throws IOException {
        open = false;
        in.close();
    }
}
