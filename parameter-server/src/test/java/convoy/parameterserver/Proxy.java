package convoy.parameterserver;

import convoy.parameterserver.range.ServerAddress;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;

/** A network between client and server that can lose connections and fall silent. */
final class Proxy implements AutoCloseable {
    private final ServerSocket listening;
    private final ServerAddress target;
    private final Random random;
    private final int meanBytes;
    private final List<Socket> sockets = new CopyOnWriteArrayList<>();
    private final AtomicInteger cuts = new AtomicInteger();
    private volatile boolean silent;

    /**
     * Begins to listen.
     *
     * @param meanBytes after about so many bytes in one direction a connection breaks; 0 for never
     */
    Proxy(ServerAddress target, long seed, int meanBytes) throws IOException {
        this.target = target;
        this.random = new Random(seed);
        this.meanBytes = meanBytes;
        listening = new ServerSocket();
        listening.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
        start(this::accept);
    }

    ServerAddress address() {
        return new ServerAddress("127.0.0.1", listening.getLocalPort());
    }

    int cuts() {
        return cuts.get();
    }

    /** Swallows everything from now on, and leaves all connections open; or ends that, with what was swallowed lost. */
    void silence(boolean silence) throws IOException {
        silent = silence;
        if (!silence) {
            cutAll();
        }
    }

    void cutAll() throws IOException {
        for (Socket socket : sockets) {
            socket.close();
        }
        sockets.clear();
    }

    private void accept() {
        while (!listening.isClosed()) {
            try {
                Socket client = listening.accept();
                Socket server = new Socket(target.host(), target.port());
                sockets.add(client);
                sockets.add(server);
                start(() -> pump(client, server));
                start(() -> pump(server, client));
            } catch (IOException e) {
                // The test is over, or the server is gone: the client sees the same as from a real network.
                cuts.incrementAndGet();
            }
        }
    }

    private void pump(Socket from, Socket to) {
        long left;
        synchronized (random) {
            left = meanBytes == 0 ? Long.MAX_VALUE : 1 + random.nextInt(2 * meanBytes);
        }
        byte[] bytes = new byte[16 << 10];
        try (from;
                to) {
            InputStream in = from.getInputStream();
            OutputStream out = to.getOutputStream();
            while (true) {
                int count = in.read(bytes, 0, (int) Math.min(bytes.length, left));
                if (count < 0) {
                    return;
                }
                if (!silent) {
                    out.write(bytes, 0, count);
                    left -= count;
                }
                if (left == 0) {
                    cuts.incrementAndGet();
                    return;
                }
            }
        } catch (IOException e) {
            // Cut from the other side: the pair of sockets is closed on the way out.
            cuts.incrementAndGet();
        }
    }

    private static void start(Runnable work) {
        Thread thread = new Thread(work, "proxy");
        thread.setDaemon(true);
        thread.start();
    }

    @Override
    public void close() throws IOException {
        listening.close();
        cutAll();
    }
}
