package lapwing.gateway;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.HexFormat;

/**
 * What the gateway's PROXY header tells about a connection.
 *
 * @param client the client's address
 * @param gateway the address it connected to
 * @param firstData bytes of first data
 * @param clientUses how often the accepted socket has been used, this time included
 * @param backendUses the same of the socket to the backend
 * @param connections connections the gateway has accepted so far
 * @param recycledSockets how often a socket was used again
 * @param recycledBuffers the same of buffers
 */
record DemoFacts(
        String client,
        String gateway,
        long firstData,
        long clientUses,
        long backendUses,
        long connections,
        long recycledSockets,
        long recycledBuffers) {
    private static final byte[] START = HexFormat.of().parseHex("0D0A0D0A000D0A515549540A21");
    private static final int LONGEST = 512;

    /** Reads the header, which stands in front of everything the client has sent. */
    static DemoFacts read(DemoInput in) throws IOException {
        ByteBuffer start = ByteBuffer.wrap(in.readFully(16));
        int family = start.get(13);
        int length = start.getShort(14) & 0xFFFF;
        int address = family == 0x11 ? 4 : 16;
        boolean ours = Arrays.equals(start.array(), 0, START.length, START, 0, START.length);
        if (!ours
                || (family != 0x11 && family != 0x21)
                || length > LONGEST
                || length < 2 * address + 4) {
            throw new IOException("no PROXY header; this backend answers its own gateway only");
        }
        ByteBuffer rest = ByteBuffer.wrap(in.readFully(length));
        byte[] source = new byte[address];
        byte[] destination = new byte[address];
        rest.get(source).get(destination);
        String client = text(source, rest.getShort() & 0xFFFF);
        String gateway = text(destination, rest.getShort() & 0xFFFF);
        long[] f = fields(rest);
        return new DemoFacts(client, gateway, f[0], f[1], f[2], f[3], f[4], f[5]);
    }

    private static String text(byte[] address, int port) throws IOException {
        return HostPort.text(new InetSocketAddress(InetAddress.getByAddress(address), port));
    }

    /** The private fields, in the order in which {@link Headers} writes them. */
    private static long[] fields(ByteBuffer rest) {
        long[] fields = new long[Headers.FACTS];
        while (rest.remaining() >= 3) {
            int index = (rest.get() & 0xFF) - ProxyHeader.FIRST_PRIVATE_TYPE;
            int length = Math.min(rest.getShort() & 0xFFFF, rest.remaining());
            if (index >= 0 && index < fields.length && length == Long.BYTES) {
                fields[index] = rest.getLong();
            } else {
                rest.position(rest.position() + length);
            }
        }
        return fields;
    }
}
