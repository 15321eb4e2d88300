package lapwing.gateway;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import lapwing.winsock.IntRef;
import lapwing.winsock.Ref;
import lapwing.winsock.WsaBuf;

/**
 * The output buffer of one AcceptEx, with room for a PROXY header in front, so that header and
 * first data leave in one ConnectEx without being moved. If AcceptEx is not to wait for data, its
 * buffer begins with the addresses, and a receive of its own fills the data part:
 *
 * <pre>
 *   0           ROOM              ROOM + size
 *   |   header->|  first data     | local address | remote address |
 * </pre>
 */
final class FirstBlock {
    /** Bytes in front of the data; no header is longer. */
    static final int ROOM = 128;

    /** Bytes of one address area: sockaddr_in6 and the 16 AcceptEx asks for (A48). */
    static final int ADDRESS = 28 + 16;

    private static final long CACHE_LINE = 64;

    /** Bytes of first data AcceptEx takes. */
    final int receiveLength;

    /** What AcceptEx fills. */
    final MemorySegment output;

    /** The data part, for a receive of its own. */
    final WsaBuf[] data;

    final Ref<MemorySegment> local = new Ref<>();
    final Ref<MemorySegment> remote = new Ref<>();
    private final IntRef localLength = new IntRef();
    private final IntRef remoteLength = new IntRef();

    private final MemorySegment memory;
    private MemorySegment outgoing;
    private int headerOfOutgoing;

    /**
     * Allocates a block.
     *
     * @param size bytes of first data that fit
     * @param withAccept whether AcceptEx takes them
     */
    FirstBlock(int size, boolean withAccept) {
        memory = Arena.global().allocate(ROOM + size + 2L * ADDRESS, CACHE_LINE);
        outgoing = memory.asSlice(ROOM);
        data = new WsaBuf[] {new WsaBuf().set(outgoing, size)};
        receiveLength = withAccept ? size : 0;
        output = withAccept ? outgoing : memory.asSlice(ROOM + size);
    }

    /** Finds the two addresses that AcceptEx has left here. */
    void parseAddresses() {
        Functions.GET_ACCEPT_EX_SOCKADDRS.call(
                output, receiveLength, ADDRESS, ADDRESS, local, localLength, remote, remoteLength);
    }

    /** The memory from the first byte of a header of {@code length} bytes on; 0 for no header. */
    MemorySegment from(int header) {
        if (header != headerOfOutgoing) {
            headerOfOutgoing = header;
            outgoing = memory.asSlice(ROOM - header);
        }
        return outgoing;
    }
}
