package lapwing.engine.uring;

/** The call that drives a ring. A class of its own, so that a test can be the kernel. */
class Kernel {
    static final Kernel REAL = new Kernel();

    /**
     * {@code io_uring_enter}.
     *
     * @param least completions to wait for; 0 does not wait
     * @return what the kernel says, a negative errno if it refuses
     */
    long enter(
            CallMemory call, int fd, int count, int least, int flags, long argument, long size) {
        int number = SyscallNumbers.IO_URING_ENTER;
        return least == 0
                ? call.quick(number, fd, count, 0, flags, argument, size)
                : Native.waiting(call.errno, number, fd, count, least, flags, argument, size);
    }
}
