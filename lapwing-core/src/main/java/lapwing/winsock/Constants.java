package lapwing.winsock;

import org.jspecify.annotations.Nullable;

/**
 * The constants of the Winsock headers, spelled and valued as there, made for a static import (K1
 * to K3). Error codes are in {@link WinsockError}, statuses in {@link NtStatus}.
 */
public final class Constants {
    // ---- extension functions (K1) ----

    /** Asks for TransmitFile. */
    public static final Guid WSAID_TRANSMITFILE = Guid.of("b5367df0-cbac-11cf-95ca-00805f48a192");

    /** Asks for AcceptEx. */
    public static final Guid WSAID_ACCEPTEX = Guid.of("b5367df1-cbac-11cf-95ca-00805f48a192");

    /** Asks for GetAcceptExSockaddrs. */
    public static final Guid WSAID_GETACCEPTEXSOCKADDRS =
            Guid.of("b5367df2-cbac-11cf-95ca-00805f48a192");

    /** Asks for TransmitPackets. */
    public static final Guid WSAID_TRANSMITPACKETS =
            Guid.of("d9689da0-1f90-11d3-9971-00c04f68c876");

    /** Asks for ConnectEx. */
    public static final Guid WSAID_CONNECTEX = Guid.of("25a207b9-ddf3-4660-8ee9-76e58c74063e");

    /** Asks for DisconnectEx. */
    public static final Guid WSAID_DISCONNECTEX = Guid.of("7fda2e11-8630-436f-a031-f536a6eec157");

    /** Asks for WSARecvMsg. */
    public static final Guid WSAID_WSARECVMSG = Guid.of("f689d7c8-6f1f-436b-8a53-e54fe351c322");

    /** Asks for WSASendMsg. */
    public static final Guid WSAID_WSASENDMSG = Guid.of("a441e712-754f-43ca-84a7-0dee44cf606d");

    /** Asks for WSAPoll. */
    public static final Guid WSAID_WSAPOLL = Guid.of("18c76f85-dc66-4964-972e-23c27238312b");

    /** Asks for the table of Registered I/O functions. */
    public static final Guid WSAID_MULTIPLE_RIO = Guid.of("8509e081-96dd-4005-b165-9e2ee8c79e3f");

    // ---- control codes (K2) ----

    /** Part of a control code: no parameters. */
    public static final int IOC_VOID = 0x20000000;

    /** Part of a control code: copies data out. */
    public static final int IOC_OUT = 0x40000000;

    /** Part of a control code: copies data in. */
    public static final int IOC_IN = 0x80000000;

    /** Part of a control code: belongs to Winsock 2. */
    public static final int IOC_WS2 = 0x08000000;

    /** Part of a control code: belongs to a vendor, Microsoft included. */
    public static final int IOC_VENDOR = 0x18000000;

    /** Number of bytes that can be received at once. */
    public static final int FIONREAD = 0x4004667F;

    /** Turns non-blocking mode on or off. */
    public static final int FIONBIO = 0x8004667E;

    /** Turns asynchronous notification on or off. */
    public static final int FIOASYNC = 0x8004667D;

    /** Whether all out-of-band data has been read. */
    public static final int SIOCATMARK = 0x40047307;

    /** Associates the socket with a handle of another interface. */
    public static final int SIO_ASSOCIATE_HANDLE = 0x88000001;

    /** Lets a new datagram push out the oldest when the queue is full. */
    public static final int SIO_ENABLE_CIRCULAR_QUEUEING = 0x28000002;

    /** Asks for the route to an address. */
    public static final int SIO_FIND_ROUTE = 0x48000003;

    /** Throws the queued outgoing data away. */
    public static final int SIO_FLUSH = 0x28000004;

    /** Asks for the broadcast address. */
    public static final int SIO_GET_BROADCAST_ADDRESS = 0x48000005;

    /** Asks for an extension function by its GUID. */
    public static final int SIO_GET_EXTENSION_FUNCTION_POINTER = 0xC8000006;

    /** Asks for the quality of service of the socket. */
    public static final int SIO_GET_QOS = 0xC8000007;

    /** Whether multicast data sent comes back to the sender. */
    public static final int SIO_MULTIPOINT_LOOPBACK = 0x88000009;

    /** Sets how far multicast data travels. */
    public static final int SIO_MULTICAST_SCOPE = 0x8800000A;

    /** Sets the quality of service of the socket. */
    public static final int SIO_SET_QOS = 0x8800000B;

    /** Asks for the handle in the terms of another interface. */
    public static final int SIO_TRANSLATE_HANDLE = 0xC800000D;

    /** Asks for the local address used towards a remote one. */
    public static final int SIO_ROUTING_INTERFACE_QUERY = 0xC8000014;

    /** Completes when that local address changes. */
    public static final int SIO_ROUTING_INTERFACE_CHANGE = 0x88000015;

    /** Asks for the local addresses of the socket's family. */
    public static final int SIO_ADDRESS_LIST_QUERY = 0x48000016;

    /** Completes when the list of local addresses changes. */
    public static final int SIO_ADDRESS_LIST_CHANGE = 0x28000017;

    /** Sorts addresses, the best to connect to first. */
    public static final int SIO_ADDRESS_LIST_SORT = 0xC8000019;

    /** Asks for the provider's handle for the socket. */
    public static final int SIO_BSP_HANDLE = 0x4800001B;

    /** Asks for the handle below all layered providers. */
    public static final int SIO_BASE_HANDLE = 0x48000022;

    /** Asks for a table of extension functions by its GUID. */
    public static final int SIO_GET_MULTIPLE_EXTENSION_FUNCTION_POINTER = 0xC8000024;

    /** Asks for the network interfaces. */
    public static final int SIO_GET_INTERFACE_LIST = 0x4004747F;

    /** Asks how many bytes to keep in flight. */
    public static final int SIO_IDEAL_SEND_BACKLOG_QUERY = 0x4004747B;

    /** Completes when that number changes. */
    public static final int SIO_IDEAL_SEND_BACKLOG_CHANGE = 0x2000747A;

    /** Sets time and interval of keep-alive. */
    public static final int SIO_KEEPALIVE_VALS = 0x98000004;

    /** Whether an unreachable port is reported to receives. */
    public static final int SIO_UDP_CONNRESET = 0x9800000C;

    /** Turns the short cut for loopback connections on. */
    public static final int SIO_LOOPBACK_FAST_PATH = 0x98000010;

    /** Sets the first retransmission time of a connection attempt. */
    public static final int SIO_TCP_INITIAL_RTO = 0x98000011;

    /** Asks for the statistics of a connection. */
    public static final int SIO_TCP_INFO = 0xD8000027;

    // ---- socket options (K3) ----

    /** The level of the SO_ options. */
    public static final int SOL_SOCKET = 0xFFFF;

    /** Turns debug output on. */
    public static final int SO_DEBUG = 0x0001;

    /** Whether the socket listens. */
    public static final int SO_ACCEPTCONN = 0x0002;

    /** Lets the socket bind to an address in use. */
    public static final int SO_REUSEADDR = 0x0004;

    /** Keeps others from binding to the address of the socket. */
    public static final int SO_EXCLUSIVEADDRUSE = ~SO_REUSEADDR;

    /** Sends keep-alive packets. */
    public static final int SO_KEEPALIVE = 0x0008;

    /** Lets the socket send to broadcast addresses. */
    public static final int SO_BROADCAST = 0x0020;

    /** Sends without routing; without effect. */
    public static final int SO_DONTROUTE = 0x0010;

    /** What closing does with unsent data: a struct linger. */
    public static final int SO_LINGER = 0x0080;

    /** The opposite of SO_LINGER, as a boolean. */
    public static final int SO_DONTLINGER = ~SO_LINGER;

    /** Receives out-of-band data among the rest. */
    public static final int SO_OOBINLINE = 0x0100;

    /** Size of the send buffer. */
    public static final int SO_SNDBUF = 0x1001;

    /** Size of the receive buffer. */
    public static final int SO_RCVBUF = 0x1002;

    /** Longest wait of a blocking send, milliseconds. */
    public static final int SO_SNDTIMEO = 0x1005;

    /** Longest wait of a blocking receive, milliseconds. */
    public static final int SO_RCVTIMEO = 0x1006;

    /** Fetches and clears the error of the socket. */
    public static final int SO_ERROR = 0x1007;

    /** The type of the socket. */
    public static final int SO_TYPE = 0x1008;

    /** Longest datagram the socket can send. */
    public static final int SO_MAX_MSG_SIZE = 0x2003;

    /** Description of the protocol, text in the ANSI code page. */
    public static final int SO_PROTOCOL_INFOA = 0x2004;

    /** Description of the protocol, text in UTF-16. */
    public static final int SO_PROTOCOL_INFOW = 0x2005;

    /** Lets the program decide on a connection before the peer sees it established. */
    public static final int SO_CONDITIONAL_ACCEPT = 0x3002;

    /** A random port for port 0. */
    public static final int SO_RANDOMIZE_PORT = 0x3005;

    /** The same port for several local addresses. */
    public static final int SO_PORT_SCALABILITY = 0x3006;

    /** Lets ConnectEx share local ports between destinations. */
    public static final int SO_REUSE_UNICASTPORT = 0x3007;

    /** Whether sockets opened by this thread from now on are overlapped. */
    public static final int SO_OPENTYPE = 0x7008;

    /** Gives an accepted socket the properties of its listener. */
    public static final int SO_UPDATE_ACCEPT_CONTEXT = 0x700B;

    /** Seconds since the connection was made; -1 without one. */
    public static final int SO_CONNECT_TIME = 0x700C;

    /** Makes a socket that ConnectEx connected an ordinary connected one. */
    public static final int SO_UPDATE_CONNECT_CONTEXT = 0x7010;

    /** Level IPPROTO_TCP: sends small segments at once. */
    public static final int TCP_NODELAY = 1;

    /** Level IPPROTO_TCP: seconds without data before the first keep-alive packet. */
    public static final int TCP_KEEPIDLE = 3;

    /** The older name of {@link #TCP_KEEPIDLE}. */
    public static final int TCP_KEEPALIVE = TCP_KEEPIDLE;

    /** Level IPPROTO_TCP, to read: bytes of a full segment. */
    public static final int TCP_MAXSEG = 4;

    /** Level IPPROTO_TCP: seconds until unanswered data ends the connection; −1 for never. */
    public static final int TCP_MAXRT = 5;

    /** As {@link #TCP_MAXRT}, in milliseconds. */
    public static final int TCP_MAXRTMS = 14;

    /** Level IPPROTO_TCP: unanswered keep-alive packets that end the connection. */
    public static final int TCP_KEEPCNT = 16;

    /** Level IPPROTO_TCP: seconds between unanswered keep-alive packets. */
    public static final int TCP_KEEPINTVL = 17;

    /** Level IPPROTO_TCP: an ICMP error ends a connection attempt. */
    public static final int TCP_FAIL_CONNECT_ON_ICMP_ERROR = 18;

    /** Level IPPROTO_UDP: sends without a checksum. */
    public static final int UDP_NOCHECKSUM = 1;

    /** Level IPPROTO_IP: the type of service of packets sent. */
    public static final int IP_TOS = 3;

    /** Level IPPROTO_IP: the time to live of packets sent. */
    public static final int IP_TTL = 4;

    /** Level IPPROTO_IP: the interface of multicast sent, an address or 0.x.x.x for an index. */
    public static final int IP_MULTICAST_IF = 9;

    /** Level IPPROTO_IP: the time to live of multicast sent. */
    public static final int IP_MULTICAST_TTL = 10;

    /** Level IPPROTO_IP: multicast sent comes back to this machine. */
    public static final int IP_MULTICAST_LOOP = 11;

    /** Level IPPROTO_IP: joins a group, {@code struct ip_mreq}. */
    public static final int IP_ADD_MEMBERSHIP = 12;

    /** Level IPPROTO_IP: leaves a group, {@code struct ip_mreq}. */
    public static final int IP_DROP_MEMBERSHIP = 13;

    /** Level IPPROTO_IP: datagrams are not to be fragmented. */
    public static final int IP_DONTFRAGMENT = 14;

    /** Level IPPROTO_IP: how the path MTU is found, {@code IP_PMTUDISC_…}. */
    public static final int IP_MTU_DISCOVER = 71;

    /** Level IPPROTO_IP, to read: the path MTU of a connected socket. */
    public static final int IP_MTU = 73;

    /** IP_MTU_DISCOVER: as the system does. */
    public static final int IP_PMTUDISC_NOT_SET = 0;

    /** IP_MTU_DISCOVER: always; what is too long is refused. */
    public static final int IP_PMTUDISC_DO = 1;

    /** IP_MTU_DISCOVER: never; what is too long is fragmented. */
    public static final int IP_PMTUDISC_DONT = 2;

    /** IP_MTU_DISCOVER: as DO, but the known path MTU is ignored. */
    public static final int IP_PMTUDISC_PROBE = 3;

    /** Level IPPROTO_IPV6: as {@link #IP_TTL}. */
    public static final int IPV6_UNICAST_HOPS = 4;

    /** Level IPPROTO_IPV6: the index of the interface of multicast sent. */
    public static final int IPV6_MULTICAST_IF = 9;

    /** Level IPPROTO_IPV6: as {@link #IP_MULTICAST_TTL}. */
    public static final int IPV6_MULTICAST_HOPS = 10;

    /** Level IPPROTO_IPV6: as {@link #IP_MULTICAST_LOOP}. */
    public static final int IPV6_MULTICAST_LOOP = 11;

    /** Level IPPROTO_IPV6: joins a group, {@code struct ipv6_mreq}. */
    public static final int IPV6_ADD_MEMBERSHIP = 12;

    /** Level IPPROTO_IPV6: leaves a group, {@code struct ipv6_mreq}. */
    public static final int IPV6_DROP_MEMBERSHIP = 13;

    /** Level IPPROTO_IPV6: as {@link #IP_DONTFRAGMENT}. */
    public static final int IPV6_DONTFRAG = 14;

    /** Level IPPROTO_IPV6: no IPv4 through an IPv6 socket; on until it is cleared. */
    public static final int IPV6_V6ONLY = 27;

    /** Level IPPROTO_IPV6: as {@link #IP_MTU_DISCOVER}. */
    public static final int IPV6_MTU_DISCOVER = 71;

    /** Level IPPROTO_IPV6: as {@link #IP_MTU}. */
    public static final int IPV6_MTU = 72;

    /** Level IPPROTO_IP: delivers the destination address of a datagram. */
    public static final int IP_PKTINFO = 19;

    /** Level IPPROTO_IPV6: delivers the destination address of a datagram. */
    public static final int IPV6_PKTINFO = 19;

    // ---- families, types, protocols (K3) ----

    /** IPv4. */
    public static final int AF_INET = 2;

    /** IPv6; not the number that Linux uses. */
    public static final int AF_INET6 = 23;

    /** A byte stream: TCP. */
    public static final int SOCK_STREAM = 1;

    /** Datagrams: UDP. */
    public static final int SOCK_DGRAM = 2;

    /** Raw packets. */
    public static final int SOCK_RAW = 3;

    /** IPv4 as a level of options; as a protocol, the usual one of the type. */
    public static final int IPPROTO_IP = 0;

    /** TCP. */
    public static final int IPPROTO_TCP = 6;

    /** UDP. */
    public static final int IPPROTO_UDP = 17;

    /** IPv6 as a level of options. */
    public static final int IPPROTO_IPV6 = 41;

    /** WSASocket: the socket can do overlapped operations. */
    public static final int WSA_FLAG_OVERLAPPED = 0x01;

    /** WSASocket: the socket can do Registered I/O. */
    public static final int WSA_FLAG_REGISTERED_IO = 0x100;

    // ---- flags of calls (K3) ----

    /** shutdown: no more receives. */
    public static final int SD_RECEIVE = 0;

    /** shutdown: no more sends. */
    public static final int SD_SEND = 1;

    /** shutdown: neither. */
    public static final int SD_BOTH = 2;

    /** Out-of-band data. */
    public static final int MSG_OOB = 0x1;

    /** Leaves the data received in the queue. */
    public static final int MSG_PEEK = 0x2;

    /** Completes only when the buffers are full. */
    public static final int MSG_WAITALL = 0x8;

    /** Completes with the first data, without waiting for more. */
    public static final int MSG_PUSH_IMMEDIATE = 0x20;

    /** The datagram was longer than the buffers. */
    public static final int MSG_TRUNC = 0x100;

    /** The control data was longer than its buffer. */
    public static final int MSG_CTRUNC = 0x200;

    /** Part of a message: more follows. */
    public static final int MSG_PARTIAL = 0x8000;

    /** TransmitFile: the system chooses the thread. */
    public static final int TF_USE_DEFAULT_WORKER = 0x00;

    /** Starts a disconnect once all is sent. */
    public static final int TF_DISCONNECT = 0x01;

    /** Makes the socket ready for another AcceptEx or ConnectEx. */
    public static final int TF_REUSE_SOCKET = 0x02;

    /** TransmitFile: completes before the peer has the data. */
    public static final int TF_WRITE_BEHIND = 0x04;

    /** TransmitFile: uses the threads for long transfers. */
    public static final int TF_USE_SYSTEM_THREAD = 0x10;

    /** TransmitFile: uses kernel APCs. */
    public static final int TF_USE_KERNEL_APC = 0x20;

    /** TransmitPackets: the element is memory. */
    public static final int TP_ELEMENT_MEMORY = 1;

    /** TransmitPackets: the element is part of a file. */
    public static final int TP_ELEMENT_FILE = 2;

    /** TransmitPackets: the element ends a packet. */
    public static final int TP_ELEMENT_EOP = 4;

    /** No packet for an operation that succeeds at once. */
    public static final int FILE_SKIP_COMPLETION_PORT_ON_SUCCESS = 0x1;

    /** Does not signal the handle itself at a completion. */
    public static final int FILE_SKIP_SET_EVENT_ON_HANDLE = 0x2;

    /** Condition function: accepts the connection. */
    public static final int CF_ACCEPT = 0;

    /** Condition function: refuses the connection. */
    public static final int CF_REJECT = 1;

    /** Condition function: leaves the connection in the queue. */
    public static final int CF_DEFER = 2;

    // ---- addresses, in the order of Sockaddr.of: the first byte highest ----

    /** Every IPv4 address of this machine, 0.0.0.0. */
    public static final int INADDR_ANY = 0;

    /** This machine alone, 127.0.0.1. */
    public static final int INADDR_LOOPBACK = 0x7F000001;

    /** Every machine of the network, 255.255.255.255. */
    public static final int INADDR_BROADCAST = 0xFFFFFFFF;

    /** No address; the same number as {@link #INADDR_BROADCAST}. */
    public static final int INADDR_NONE = 0xFFFFFFFF;

    // ---- handles ----

    /** CreateIoCompletionPort: no handle to associate; the same as {@code INVALID_SOCKET}. */
    public static final Handle INVALID_HANDLE_VALUE = SocketHandle.INVALID_SOCKET;

    /** No event. */
    public static final @Nullable Event WSA_INVALID_EVENT = null;

    // ---- results, waiting (K3) ----

    /** Result of an int function that failed. */
    public static final int SOCKET_ERROR = -1;

    /** listen: the longest backlog the provider allows. */
    public static final int SOMAXCONN = 0x7FFFFFFF;

    /**
     * listen: a backlog of that length, which Winsock takes from 200 to 65535.
     *
     * @param length number of clients that may wait
     * @return the argument for listen
     * @see <a
     *     href="https://learn.microsoft.com/windows/win32/api/winsock2/nf-winsock2-listen">MSDN:
     *     listen</a>
     */
    public static int SOMAXCONN_HINT(int length) {
        return -length;
    }

    /** A wait without a limit. */
    public static final int INFINITE = -1;

    /** Winsock's name for {@link #INFINITE}. */
    public static final int WSA_INFINITE = INFINITE;

    /** The object waited for is signalled. */
    public static final int WAIT_OBJECT_0 = 0;

    /** The wait itself failed. */
    public static final int WAIT_FAILED = -1;

    /** Winsock's name for {@link #WAIT_OBJECT_0}. */
    public static final int WSA_WAIT_EVENT_0 = WAIT_OBJECT_0;

    /** Winsock's name for {@link #WAIT_FAILED}. */
    public static final int WSA_WAIT_FAILED = WAIT_FAILED;

    /** Winsock's name for {@link WinsockError#WAIT_IO_COMPLETION}. */
    public static final int WSA_WAIT_IO_COMPLETION = WinsockError.WAIT_IO_COMPLETION;

    /** Winsock's name for {@link WinsockError#WAIT_TIMEOUT}. */
    public static final int WSA_WAIT_TIMEOUT = WinsockError.WAIT_TIMEOUT;

    /** Most events one call can wait for. */
    public static final int WSA_MAXIMUM_WAIT_EVENTS = 64;

    // ---- Registered I/O (K3) ----

    /** The completion does not trigger a notification. */
    public static final int RIO_MSG_DONT_NOTIFY = 1;

    /** The request need not start before the next one that is not deferred. */
    public static final int RIO_MSG_DEFER = 2;

    /** Completes only when the buffer is full. */
    public static final int RIO_MSG_WAITALL = 4;

    /** Starts the deferred requests and adds none. */
    public static final int RIO_MSG_COMMIT_ONLY = 8;

    /** Notification by an event. */
    public static final int RIO_EVENT_COMPLETION = 1;

    /** Notification by a completion port. */
    public static final int RIO_IOCP_COMPLETION = 2;

    /** No buffer: registering failed. */
    public static final RioBufferId RIO_INVALID_BUFFERID = RioBufferId.INVALID;

    /** No completion queue. */
    public static final @Nullable RioCompletionQueue RIO_INVALID_CQ = null;

    /** No request queue. */
    public static final @Nullable RioRequestQueue RIO_INVALID_RQ = null;

    /** Most entries of a completion queue. */
    public static final int RIO_MAX_CQ_SIZE = 0x8000000;

    /** Number of results of a completion queue that is damaged. */
    public static final int RIO_CORRUPT_CQ = -1;

    // ---- Lapwing's own ----

    /** Level of the options that Windows does not have. */
    public static final int SOL_LAPWING = 0x4C41;

    /**
     * Level SOL_LAPWING, before bind: several sockets may listen on one port (Linux SO_REUSEPORT).
     */
    public static final int LAPWING_REUSEPORT = 1;

    /**
     * Level SOL_LAPWING: accept only once data is there, or after these seconds (Linux
     * TCP_DEFER_ACCEPT).
     */
    public static final int LAPWING_DEFER_ACCEPT = 2;

    private Constants() {}
}
