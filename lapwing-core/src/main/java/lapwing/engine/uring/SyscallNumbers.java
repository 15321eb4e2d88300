package lapwing.engine.uring;

/** Numbers of the system calls we make, by machine; the newer ones are the same everywhere. */
final class SyscallNumbers {
    static final boolean X86 = System.getProperty("os.arch").equals("amd64");

    static final int CLOSE = pick(3, 57);
    static final int MMAP = pick(9, 222);
    static final int MUNMAP = pick(11, 215);
    static final int IOCTL = pick(16, 29);
    static final int SOCKET = pick(41, 198);
    static final int CONNECT = pick(42, 203);
    static final int SENDTO = pick(44, 206);
    static final int RECVFROM = pick(45, 207);
    static final int SENDMSG = pick(46, 211);
    static final int RECVMSG = pick(47, 212);
    static final int SHUTDOWN = pick(48, 210);
    static final int BIND = pick(49, 200);
    static final int LISTEN = pick(50, 201);
    static final int GETSOCKNAME = pick(51, 204);
    static final int GETPEERNAME = pick(52, 205);
    static final int SETSOCKOPT = pick(54, 208);
    static final int GETSOCKOPT = pick(55, 209);
    static final int WRITE = pick(1, 64);
    static final int PPOLL = pick(271, 73);
    static final int ACCEPT4 = pick(288, 242);
    static final int EPOLL_CTL = pick(233, 21);
    static final int EPOLL_PWAIT = pick(281, 22);
    static final int EVENTFD2 = pick(290, 19);
    static final int EPOLL_CREATE1 = pick(291, 20);
    static final int IO_URING_SETUP = 425;
    static final int IO_URING_ENTER = 426;
    static final int IO_URING_REGISTER = 427;

    private SyscallNumbers() {}

    private static int pick(int x86, int arm) {
        return X86 ? x86 : arm;
    }
}
