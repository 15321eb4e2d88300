package lapwing.engine.uring;

import lapwing.engine.Status;

/** Linux' error numbers and what they become (uring-facts §2, errno table). */
final class Errno {
    static final int EPERM = 1;
    static final int EIO = 5;
    static final int ENOENT = 2;
    static final int EINTR = 4;
    static final int EAGAIN = 11;
    static final int ENOMEM = 12;
    static final int EACCES = 13;
    static final int EFAULT = 14;
    static final int EBUSY = 16;
    static final int EEXIST = 17;
    static final int EINVAL = 22;
    static final int ENFILE = 23;
    static final int EMFILE = 24;
    static final int EBADF = 9;
    static final int EPIPE = 32;
    static final int ENOSYS = 38;
    static final int ETIME = 62;
    static final int ENOTSOCK = 88;
    static final int EMSGSIZE = 90;
    static final int EOPNOTSUPP = 95;
    static final int EAFNOSUPPORT = 97;
    static final int EADDRINUSE = 98;
    static final int EADDRNOTAVAIL = 99;
    static final int ENONET = 64;
    static final int EPROTO = 71;
    static final int ENETDOWN = 100;
    static final int ENETUNREACH = 101;
    static final int ENETRESET = 102;
    static final int ECONNABORTED = 103;
    static final int ECONNRESET = 104;
    static final int ENOBUFS = 105;
    static final int EISCONN = 106;
    static final int ENOTCONN = 107;
    static final int ETIMEDOUT = 110;
    static final int ECONNREFUSED = 111;
    static final int EHOSTDOWN = 112;
    static final int EHOSTUNREACH = 113;
    static final int EALREADY = 114;
    static final int ECANCELED = 125;

    private Errno() {}

    /** The status for a positive error number. */
    static int status(int errno) {
        return switch (errno) {
            case EAGAIN -> Status.WOULD_BLOCK;
            case ECANCELED -> Status.CANCELLED;
            case ECONNRESET, EPIPE, ENETRESET, EPROTO -> Status.CONNECTION_RESET;
            case ECONNABORTED -> Status.CONNECTION_ABORTED;
            case ECONNREFUSED -> Status.CONNECTION_REFUSED;
            case ETIMEDOUT -> Status.IO_TIMEOUT;
            case ENOTCONN -> Status.INVALID_CONNECTION;
            case EISCONN, EALREADY -> Status.CONNECTION_ACTIVE;
            case EAFNOSUPPORT -> Status.PROTOCOL_NOT_SUPPORTED;
            case EADDRINUSE -> Status.ADDRESS_ALREADY_EXISTS;
            case EADDRNOTAVAIL -> Status.INVALID_ADDRESS_COMPONENT;
            case EBADF, ENOTSOCK -> Status.INVALID_HANDLE;
            case EMFILE, ENFILE -> Status.TOO_MANY_OPENED_FILES;
            case ENOBUFS, ENOMEM -> Status.INSUFFICIENT_RESOURCES;
            case EOPNOTSUPP -> Status.NOT_SUPPORTED;
            case ENETUNREACH, ENETDOWN -> Status.NETWORK_UNREACHABLE;
            case EHOSTUNREACH, EHOSTDOWN, ENONET -> Status.HOST_UNREACHABLE;
            case EACCES, EPERM -> Status.ACCESS_DENIED;
            case EFAULT -> Status.ACCESS_VIOLATION;
            case EMSGSIZE -> Status.INVALID_BUFFER_SIZE;
            default -> Status.INVALID_PARAMETER;
        };
    }

    /** A system call's result as a result of the seam. */
    static int result(long result) {
        return result < 0 ? status((int) -result) : (int) result;
    }

    /** True for what {@code io_uring_enter} says of a moment, not of the ring: try again. */
    static boolean isPassing(int errno) {
        return switch (errno) {
            case EAGAIN, ENOMEM, EBUSY, EINTR, ETIME -> true;
            default -> false;
        };
    }

    /** The name, for messages. */
    static String name(int errno) {
        return switch (errno) {
            case EPERM -> "EPERM";
            case EIO -> "EIO";
            case ENOENT -> "ENOENT";
            case ENOMEM -> "ENOMEM";
            case EACCES -> "EACCES";
            case EINVAL -> "EINVAL";
            case EMFILE -> "EMFILE";
            case ENFILE -> "ENFILE";
            case ENOSYS -> "ENOSYS";
            case EBUSY -> "EBUSY";
            case EBADF -> "EBADF";
            case EFAULT -> "EFAULT";
            case EAGAIN -> "EAGAIN";
            default -> "errno " + errno;
        };
    }
}
