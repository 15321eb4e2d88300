package lapwing.engine.uring;

/** The calls that drive a ring. A class of its own, so that a test can be the kernel. */
class Kernel {
    /**
     * The most entries that are submitted by a critical call, for which a collection has to wait
     * (F33): each is a call of its own.
     */
    private static final int MOST_QUICK = 32;

    static final Kernel REAL = new Kernel();

    /**
     * {@code io_uring_enter}.
     *
     * @param least completions to wait for; 0 does not wait
     * @return what the kernel says, a negative errno if it refuses
     */
    long enter(CallMemory call, int fd, int count, int least, int flags, long argument, long size) {
        int number = SyscallNumbers.IO_URING_ENTER;
        return least == 0 && count <= MOST_QUICK
                ? call.quick(number, fd, count, least, flags, argument, size)
                : call.waiting(number, fd, count, least, flags, argument, size);
    }

    /** {@code io_uring_register} of something that may take a while. */
    long register(CallMemory call, int fd, int what, long argument, int count) {
        int number = SyscallNumbers.IO_URING_REGISTER;
        return call.waiting(number, fd, what, argument, count, 0, 0);
    }
}
