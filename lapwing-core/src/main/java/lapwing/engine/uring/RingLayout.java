package lapwing.engine.uring;

/**
 * Where the fields of the kernel's io_uring structures are, in bytes, and the numbers they take
 * ({@code include/uapi/linux/io_uring.h}).
 */
final class RingLayout {
    static final int PARAMS_SIZE = 120;
    static final int PARAMS_SQ_ENTRIES = 0;
    static final int PARAMS_CQ_ENTRIES = 4;
    static final int PARAMS_FLAGS = 8;
    static final int PARAMS_FEATURES = 20;
    static final int SQ_OFF_HEAD = 40;
    static final int SQ_OFF_TAIL = 44;
    static final int SQ_OFF_MASK = 48;
    static final int SQ_OFF_ARRAY = 64;
    static final int CQ_OFF_HEAD = 80;
    static final int CQ_OFF_TAIL = 84;
    static final int CQ_OFF_MASK = 88;
    static final int CQ_OFF_OVERFLOW = 96;
    static final int CQ_OFF_CQES = 100;

    static final int SETUP_CQSIZE = 1 << 3;
    static final int SETUP_CLAMP = 1 << 4;
    static final int SETUP_SUBMIT_ALL = 1 << 7;
    static final int SETUP_COOP_TASKRUN = 1 << 8;

    static final int FEAT_SINGLE_MMAP = 1;
    static final int FEAT_NODROP = 1 << 1;
    static final int FEAT_EXT_ARG = 1 << 8;
    static final int FEAT_CQE_SKIP = 1 << 11;

    /** Since 6.10, as {@link #ACCEPT_POLL_FIRST}, which has no bit of its own. */
    static final int FEAT_RECVSEND_BUNDLE = 1 << 14;

    static final int FEAT_NO_IOWAIT = 1 << 17;

    static final int ENTER_GETEVENTS = 1;
    static final int ENTER_EXT_ARG = 1 << 3;
    static final int ENTER_NO_IOWAIT = 1 << 7;
    static final int EXT_ARG_SIZE = 24;
    static final int EXT_ARG_TIMESPEC = 16;

    static final long MAP_SQ_RING = 0;
    static final long MAP_SQES = 0x10000000L;

    static final int REGISTER_PROBE = 8;
    static final int REGISTER_IOWQ_MAX_WORKERS = 19;

    // struct io_uring_sync_cancel_reg
    static final int REGISTER_SYNC_CANCEL = 24;
    static final int SYNC_CANCEL_SIZE = 64;
    static final long SYNC_CANCEL_FD = 8;
    static final long SYNC_CANCEL_FLAGS = 12;
    static final long SYNC_CANCEL_SECONDS = 16;
    static final int CANCEL_ALL_ANY = 5;

    static final long SQE_SIZE = 64;
    static final long SQE_HEAD = 0;
    static final long SQE_OFFSET = 8;
    static final long SQE_ADDRESS = 16;
    static final long SQE_LENGTH_AND_FLAGS = 24;
    static final long SQE_USER_DATA = 32;
    // 40 to 63, buffer group and so on: not used, and zero from the start

    static final long CQE_SIZE = 16;
    static final long CQE_USER_DATA = 0;
    static final long CQE_RESULT_AND_FLAGS = 8;

    /** Of a completed receive: the socket had more to read. Since 5.19. */
    static final int CQE_SOCK_NONEMPTY = 1 << 2;

    /** Of an accept: wait for readiness before the first attempt. Since 6.10. */
    static final int ACCEPT_POLL_FIRST = 1 << 2;

    static final int IO_LINK = 1 << 2;
    static final int CQE_SKIP_SUCCESS = 1 << 6;

    static final int POLLIN = 1;
    static final int POLLPRI = 2;
    static final int POLLOUT = 4;
    static final int POLLHUP = 0x10;

    static final int OP_NOP = 0;
    static final int OP_POLL_ADD = 6;
    static final int OP_SENDMSG = 9;
    static final int OP_RECVMSG = 10;
    static final int OP_TIMEOUT = 11;
    static final int OP_ACCEPT = 13;
    static final int OP_ASYNC_CANCEL = 14;
    static final int OP_CONNECT = 16;
    static final int OP_CLOSE = 19;
    static final int OP_READ = 22;
    static final int OP_SEND = 26;
    static final int OP_RECV = 27;

    private RingLayout() {}
}
