package lapwing.engine.uring;

import java.io.IOException;

/** The kernel refuses a ring: which call, with what, why, and the way out. */
final class RingException extends IOException {
    private static final long serialVersionUID = 1;

    final int errno;

    RingException(String call, String with, int errno) {
        super(call + " (" + with + "): " + Errno.name(errno) + "; " + wayOut(call, errno));
        this.errno = errno;
    }

    private static String wayOut(String call, int errno) {
        return switch (errno) {
            case Errno.EPERM, Errno.EACCES ->
                    "io_uring is denied here: allow "
                            + call
                            + " in the container's seccomp profile, or set sysctl kernel.io_uring_disabled=0";
            case Errno.ENOSYS -> "this kernel has no io_uring: use Linux 6.1 or later";
            case Errno.ENOMEM -> "not enough locked memory: raise \"ulimit -l\"";
            case Errno.EMFILE, Errno.ENFILE -> "no descriptor is free: raise \"ulimit -n\"";
            case Errno.EINVAL ->
                    "this kernel does not know what we ask for: use Linux 6.1 or later";
            default -> "see " + call + "(2)";
        };
    }
}
