package lapwing.winsock;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import lapwing.engine.Address;
import lapwing.socket.Acceptance;
import lapwing.socket.Socket;
import org.jspecify.annotations.Nullable;

/**
 * The output buffer of AcceptEx: the data, then the two addresses. An address area begins with the
 * length of the address (4 bytes), the address follows (G2 leaves that to us).
 */
final class AcceptBuffer extends Acceptance {
    private static final int PREFIX = 4;

    /** What an area has to hold beside the address: Windows' own form of it is longer by this. */
    private static final int SURPLUS = 6;

    private final MemorySegment output;
    private final int localLength;
    private final int remoteLength;

    AcceptBuffer(
            Socket socket,
            MemorySegment output,
            int dataLength,
            int localLength,
            int remoteLength) {
        super(socket, output, dataLength);
        this.output = output;
        this.localLength = localLength;
        this.remoteLength = remoteLength;
    }

    @Override
    public boolean fits(Address peer) {
        int needed = Sockaddr.length(peer) + SURPLUS;
        return (localLength == 0 || localLength >= needed) && remoteLength >= needed; // A8 A9 A10
    }

    @Override
    public void tell(Address local, Address peer) {
        if (localLength > 0) { // A8
            write(dataLength, local);
        }
        write((long) dataLength + localLength, peer);
    }

    private void write(long at, Address address) {
        output.set(ValueLayout.JAVA_INT_UNALIGNED, at, Sockaddr.length(address));
        Sockaddr.write(address, output, at + PREFIX);
    }

    /** GetAcceptExSockaddrs. */
    static void addresses(
            @Nullable MemorySegment output,
            int dataLength,
            int localLength,
            @Nullable Ref<MemorySegment> local,
            @Nullable IntRef localSize,
            @Nullable Ref<MemorySegment> remote,
            @Nullable IntRef remoteSize) {
        if (localLength != 0) { // else there is none, and the places for it stay as they are: G4
            read(output, dataLength, local, localSize);
        }
        read(output, (long) dataLength + localLength, remote, remoteSize);
    }

    private static void read(
            @Nullable MemorySegment output,
            long at,
            @Nullable Ref<MemorySegment> address,
            @Nullable IntRef size) {
        int length =
                output == null || at < 0 || at + PREFIX > output.byteSize()
                        ? 0
                        : output.get(ValueLayout.JAVA_INT_UNALIGNED, at);
        boolean there =
                (length == Sockaddr.SIZE_V4 || length == Sockaddr.SIZE_V6)
                        && output != null
                        && at + PREFIX + length <= output.byteSize();
        if (address != null) {
            address.value = there && output != null ? output.asSlice(at + PREFIX, length) : null;
        }
        if (size != null) {
            size.value = there ? length : 0;
        }
    }
}
