package lapwing.engine.uring;

import static java.lang.foreign.ValueLayout.JAVA_INT_UNALIGNED;

import lapwing.engine.Address;
import lapwing.engine.Endpoint;
import lapwing.engine.Endpoint.Option;

/** The options of a descriptor, by Linux' levels, names and structures. */
final class DescriptorOptions {
    private static final int SOL_SOCKET = 1;
    private static final int IPPROTO_IP = 0;
    private static final int IPPROTO_TCP = 6;
    private static final int IPPROTO_IPV6 = 41;
    private static final int SO_RCVTIMEO = 20;
    private static final int TIMEVAL_SIZE = 16;
    private static final long TIMEVAL_MICROSECONDS = 8;
    private static final int DISCOVER_ALWAYS = 2;
    private static final int MCAST_JOIN_GROUP = 42;
    private static final int MCAST_LEAVE_GROUP = 45;
    private static final int GROUP_REQ_SIZE = 136;
    private static final int MREQN_SIZE = 12;
    private static final long MREQN_INDEX = 8;

    private DescriptorOptions() {}

    /** See {@link Endpoint#set}. */
    static int set(UringEndpoint socket, Option option, int value) {
        try (CallMemory call = CallMemory.take()) {
            return switch (option) {
                case LINGER ->
                        setOption(
                                call,
                                socket,
                                level(socket, option),
                                name(socket, option),
                                call.scratch.setValue(value >= 0 ? 1 : 0, Math.max(value, 0)),
                                8);
                case MULTICAST_INTERFACE -> multicastInterface(call, socket, value);
                default ->
                        setOption(
                                call,
                                socket,
                                level(socket, option),
                                name(socket, option),
                                call.scratch.setValue(
                                        option == Option.DONT_FRAGMENT
                                                ? DISCOVER_ALWAYS * value
                                                : value,
                                        0),
                                4);
            };
        }
    }

    private static int setOption(
            CallMemory call, UringEndpoint socket, int level, int name, long at, int length) {
        return Errno.result(
                call.quick(SyscallNumbers.SETSOCKOPT, socket.fd, level, name, at, length, 0));
    }

    /** {@code struct ip_mreqn}, which may name the interface by its index, or just the index. */
    private static int multicastInterface(CallMemory call, UringEndpoint socket, int index) {
        long at = call.scratch.expectStructure(MREQN_SIZE);
        long place = Scratch.CONTROL + (socket.v6 ? 0 : MREQN_INDEX);
        call.scratch.memory.set(JAVA_INT_UNALIGNED, place, index);
        Option option = Option.MULTICAST_INTERFACE;
        return setOption(
                call,
                socket,
                level(socket, option),
                name(socket, option),
                at,
                socket.v6 ? 4 : MREQN_SIZE);
    }

    /** By {@code struct group_req}: the index of the interface, then the group's address. */
    static int member(UringEndpoint socket, Address group, int network, boolean join) {
        try (CallMemory call = CallMemory.take()) {
            long at = call.scratch.expectStructure(GROUP_REQ_SIZE);
            call.scratch.memory.set(JAVA_INT_UNALIGNED, Scratch.CONTROL, network);
            SockaddrLayout.write(call.scratch.memory, Scratch.CONTROL + 8, group);
            int name = join ? MCAST_JOIN_GROUP : MCAST_LEAVE_GROUP;
            return setOption(
                    call, socket, socket.v6 ? IPPROTO_IPV6 : IPPROTO_IP, name, at, GROUP_REQ_SIZE);
        }
    }

    /** See {@link Endpoint#get}. */
    static int get(UringEndpoint socket, Option option) {
        try (CallMemory call = CallMemory.take()) {
            long at = call.scratch.setValue(0, 0);
            long length = call.scratch.expectLength(4);
            int level = level(socket, option);
            int name = name(socket, option);
            int done =
                    Errno.result(
                            call.quick(
                                    SyscallNumbers.GETSOCKOPT,
                                    socket.fd,
                                    level,
                                    name,
                                    at,
                                    length,
                                    0));
            return done < 0 ? done : call.scratch.getValue();
        }
    }

    private static int level(UringEndpoint socket, Option option) {
        return switch (option) {
            case NO_DELAY,
                    DEFER_ACCEPT,
                    KEEP_IDLE_SECONDS,
                    KEEP_INTERVAL_SECONDS,
                    KEEP_COUNT,
                    USER_TIMEOUT,
                    SEGMENT_SIZE ->
                    IPPROTO_TCP;
            case PACKET_INFO,
                    TYPE_OF_SERVICE,
                    HOPS,
                    MULTICAST_HOPS,
                    MULTICAST_LOOP,
                    MULTICAST_INTERFACE,
                    DONT_FRAGMENT,
                    PATH_MTU_DISCOVERY,
                    PATH_MTU ->
                    socket.v6 ? IPPROTO_IPV6 : IPPROTO_IP;
            case IPV6_ONLY -> IPPROTO_IPV6;
            case LATE_PORT -> IPPROTO_IP;
            default -> SOL_SOCKET;
        };
    }

    private static int name(UringEndpoint socket, Option option) {
        return switch (option) {
            case REUSE_ADDRESS -> 2;
            case ERROR -> 4;
            case BROADCAST -> 6;
            case SEND_BUFFER -> 7;
            case RECEIVE_BUFFER -> 8;
            case KEEP_ALIVE -> 9;
            case URGENT_INLINE -> 10;
            case LINGER -> 13;
            case REUSE_PORT -> 15;
            case NO_DELAY -> 1;
            case KEEP_IDLE_SECONDS -> 4;
            case KEEP_INTERVAL_SECONDS -> 5;
            case DEFER_ACCEPT -> 9;
            case PACKET_INFO -> socket.v6 ? 49 : 8;
            case IPV6_ONLY -> 26;
            case KEEP_COUNT -> 6;
            case USER_TIMEOUT -> 18;
            case SEGMENT_SIZE -> 2;
            case NO_CHECKSUM -> 11;
            case TYPE_OF_SERVICE -> socket.v6 ? 67 : 1;
            case HOPS -> socket.v6 ? 16 : 2;
            case MULTICAST_HOPS -> socket.v6 ? 18 : 33;
            case MULTICAST_LOOP -> socket.v6 ? 19 : 34;
            case MULTICAST_INTERFACE -> socket.v6 ? 17 : 32;
            case DONT_FRAGMENT, PATH_MTU_DISCOVERY -> socket.v6 ? 23 : 10;
            case PATH_MTU -> socket.v6 ? 24 : 14;
            case LATE_PORT -> 24;
        };
    }

    /**
     * An accept that was woken in vain 128 times, as others take the connections, goes to a worker
     * thread of the kernel (F39) and would wait there; so it comes back after a tick, with EAGAIN.
     * Nobody else minds a time limit: all other calls are non-blocking.
     */
    static void neverWait(UringEndpoint socket) {
        try (CallMemory call = CallMemory.take()) {
            long at = call.scratch.expectStructure(TIMEVAL_SIZE);
            call.scratch.memory.set(JAVA_INT_UNALIGNED, Scratch.CONTROL + TIMEVAL_MICROSECONDS, 1);
            setOption(call, socket, SOL_SOCKET, SO_RCVTIMEO, at, TIMEVAL_SIZE);
        }
    }
}
