package lapwing.engine.uring;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;
import static org.assertj.core.api.Assertions.assertThat;

import java.lang.foreign.Arena;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemoryLayout.PathElement;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.StructLayout;
import java.nio.ByteOrder;
import lapwing.engine.Address;
import org.junit.jupiter.api.Test;

/** Our offsets against layouts written down from the kernel's headers. */
class LayoutTest {
    /** {@code struct io_uring_sqe}, of each union the member that is used. */
    private static final StructLayout SQE =
            MemoryLayout.structLayout(
                    JAVA_BYTE.withName("opcode"),
                    JAVA_BYTE.withName("flags"),
                    JAVA_SHORT.withName("ioprio"),
                    JAVA_INT.withName("fd"),
                    JAVA_LONG.withName("off"),
                    JAVA_LONG.withName("addr"),
                    JAVA_INT.withName("len"),
                    JAVA_INT.withName("msg_flags"),
                    JAVA_LONG.withName("user_data"),
                    JAVA_SHORT.withName("buf_index"),
                    JAVA_SHORT.withName("personality"),
                    JAVA_INT.withName("file_index"),
                    JAVA_LONG.withName("addr3"),
                    JAVA_LONG.withName("__pad2"));

    private static final StructLayout CQE =
            MemoryLayout.structLayout(
                    JAVA_LONG.withName("user_data"),
                    JAVA_INT.withName("res"),
                    JAVA_INT.withName("flags"));

    private static final StructLayout SQ_OFFSETS =
            MemoryLayout.structLayout(
                    JAVA_INT.withName("head"),
                    JAVA_INT.withName("tail"),
                    JAVA_INT.withName("ring_mask"),
                    JAVA_INT.withName("ring_entries"),
                    JAVA_INT.withName("flags"),
                    JAVA_INT.withName("dropped"),
                    JAVA_INT.withName("array"),
                    JAVA_INT.withName("resv1"),
                    JAVA_LONG.withName("user_addr"));

    private static final StructLayout CQ_OFFSETS =
            MemoryLayout.structLayout(
                    JAVA_INT.withName("head"),
                    JAVA_INT.withName("tail"),
                    JAVA_INT.withName("ring_mask"),
                    JAVA_INT.withName("ring_entries"),
                    JAVA_INT.withName("overflow"),
                    JAVA_INT.withName("cqes"),
                    JAVA_INT.withName("flags"),
                    JAVA_INT.withName("resv1"),
                    JAVA_LONG.withName("user_addr"));

    private static final StructLayout PARAMS =
            MemoryLayout.structLayout(
                    JAVA_INT.withName("sq_entries"),
                    JAVA_INT.withName("cq_entries"),
                    JAVA_INT.withName("flags"),
                    JAVA_INT.withName("sq_thread_cpu"),
                    JAVA_INT.withName("sq_thread_idle"),
                    JAVA_INT.withName("features"),
                    JAVA_INT.withName("wq_fd"),
                    MemoryLayout.sequenceLayout(3, JAVA_INT).withName("resv"),
                    SQ_OFFSETS.withName("sq_off"),
                    CQ_OFFSETS.withName("cq_off"));

    private static final StructLayout GETEVENTS_ARG =
            MemoryLayout.structLayout(
                    JAVA_LONG.withName("sigmask"),
                    JAVA_INT.withName("sigmask_sz"),
                    JAVA_INT.withName("min_wait_usec"),
                    JAVA_LONG.withName("ts"));

    /** {@code linux/in.h}, {@code linux/in6.h}. */
    private static final StructLayout SOCKADDR_IN =
            MemoryLayout.structLayout(
                    JAVA_SHORT.withName("sin_family"),
                    JAVA_SHORT.withOrder(ByteOrder.BIG_ENDIAN).withName("sin_port"),
                    JAVA_INT.withOrder(ByteOrder.BIG_ENDIAN).withName("sin_addr"),
                    JAVA_LONG.withByteAlignment(4).withName("__pad"));

    private static final StructLayout SOCKADDR_IN6 =
            MemoryLayout.structLayout(
                    JAVA_SHORT.withName("sin6_family"),
                    JAVA_SHORT.withOrder(ByteOrder.BIG_ENDIAN).withName("sin6_port"),
                    JAVA_INT.withOrder(ByteOrder.BIG_ENDIAN).withName("sin6_flowinfo"),
                    MemoryLayout.sequenceLayout(16, JAVA_BYTE).withName("sin6_addr"),
                    JAVA_INT.withName("sin6_scope_id"));

    private static long at(MemoryLayout layout, String... fields) {
        PathElement[] path = new PathElement[fields.length];
        for (int i = 0; i < fields.length; i++) {
            path[i] = PathElement.groupElement(fields[i]);
        }
        return layout.byteOffset(path);
    }

    @Test // linux/io_uring.h
    void submissionEntryIsTheKernels() {
        assertThat(RingLayout.SQE_SIZE).isEqualTo(SQE.byteSize()).isEqualTo(64);
        assertThat(RingLayout.SQE_HEAD).isEqualTo(at(SQE, "opcode"));
        assertThat(at(SQE, "flags")).isEqualTo(1); // Ring.add puts four fields into one long
        assertThat(at(SQE, "ioprio")).isEqualTo(2);
        assertThat(at(SQE, "fd")).isEqualTo(4);
        assertThat(RingLayout.SQE_OFFSET).isEqualTo(at(SQE, "off"));
        assertThat(RingLayout.SQE_ADDRESS).isEqualTo(at(SQE, "addr"));
        assertThat(RingLayout.SQE_LENGTH_AND_FLAGS).isEqualTo(at(SQE, "len"));
        assertThat(RingLayout.SQE_LENGTH_AND_FLAGS + 4).isEqualTo(at(SQE, "msg_flags"));
        assertThat(RingLayout.SQE_USER_DATA).isEqualTo(at(SQE, "user_data"));
    }

    @Test // linux/io_uring.h
    void completionEntryIsTheKernels() {
        assertThat(RingLayout.CQE_SIZE).isEqualTo(CQE.byteSize()).isEqualTo(16);
        assertThat(RingLayout.CQE_USER_DATA).isEqualTo(at(CQE, "user_data"));
        assertThat(RingLayout.CQE_RESULT_AND_FLAGS).isEqualTo(at(CQE, "res"));
        assertThat(RingLayout.CQE_RESULT_AND_FLAGS + 4).isEqualTo(at(CQE, "flags"));
    }

    @Test // linux/io_uring.h
    void parametersOfTheRingAreTheKernels() {
        assertThat(RingLayout.PARAMS_SIZE).isEqualTo((int) PARAMS.byteSize()).isEqualTo(120);
        assertOffset(RingLayout.PARAMS_SQ_ENTRIES, "sq_entries");
        assertOffset(RingLayout.PARAMS_CQ_ENTRIES, "cq_entries");
        assertOffset(RingLayout.PARAMS_FLAGS, "flags");
        assertOffset(RingLayout.PARAMS_FEATURES, "features");
        assertOffset(RingLayout.SQ_OFF_HEAD, "sq_off", "head");
        assertOffset(RingLayout.SQ_OFF_TAIL, "sq_off", "tail");
        assertOffset(RingLayout.SQ_OFF_MASK, "sq_off", "ring_mask");
        assertOffset(RingLayout.SQ_OFF_ARRAY, "sq_off", "array");
        assertOffset(RingLayout.CQ_OFF_HEAD, "cq_off", "head");
        assertOffset(RingLayout.CQ_OFF_TAIL, "cq_off", "tail");
        assertOffset(RingLayout.CQ_OFF_MASK, "cq_off", "ring_mask");
        assertOffset(RingLayout.CQ_OFF_OVERFLOW, "cq_off", "overflow");
        assertOffset(RingLayout.CQ_OFF_CQES, "cq_off", "cqes");
    }

    private static void assertOffset(int ours, String... path) {
        assertThat(ours).as(String.join(".", path)).isEqualTo((int) at(PARAMS, path));
    }

    @Test // linux/io_uring.h
    void argumentOfAWaitIsTheKernels() {
        assertThat(RingLayout.EXT_ARG_SIZE).isEqualTo((int) GETEVENTS_ARG.byteSize());
        assertThat(RingLayout.EXT_ARG_TIMESPEC).isEqualTo((int) at(GETEVENTS_ARG, "ts"));
    }

    @Test // linux/in.h
    void ipv4AddressIsTheKernels() {
        Address address = new Address();
        address.low = 0xFFFFFFFFL & 0xC0A80A0B;
        address.port = 0xABCD;
        MemorySegment memory = Arena.ofAuto().allocate(64).fill((byte) -1);
        assertThat(SockaddrLayout.write(memory, 8, address))
                .isEqualTo((int) SOCKADDR_IN.byteSize())
                .isEqualTo(SockaddrLayout.SIZE_V4);
        MemorySegment there = memory.asSlice(8);
        assertThat(there.get(JAVA_SHORT, at(SOCKADDR_IN, "sin_family"))).isEqualTo((short) 2);
        assertThat(bytes(there, at(SOCKADDR_IN, "sin_port"), 2)).containsExactly(0xAB, 0xCD);
        assertThat(bytes(there, at(SOCKADDR_IN, "sin_addr"), 4))
                .containsExactly(0xC0, 0xA8, 0x0A, 0x0B);
        assertThat(bytes(there, at(SOCKADDR_IN, "__pad"), 8)).containsOnly(0);
        Address back = new Address();
        SockaddrLayout.read(memory, 8, back);
        assertThat(back.same(address)).isTrue();
    }

    @Test // linux/in6.h: AF_INET6 is 10 here, the scope in the machine's order
    void ipv6AddressIsTheKernels() {
        Address address = new Address();
        address.v6 = true;
        address.high = 0x2001_0db8_0102_0304L;
        address.low = 0x0506_0708_090a_0b0cL;
        address.port = 443;
        address.scope = 3;
        MemorySegment memory = Arena.ofAuto().allocate(64).fill((byte) -1);
        assertThat(SockaddrLayout.write(memory, 0, address))
                .isEqualTo((int) SOCKADDR_IN6.byteSize())
                .isEqualTo(SockaddrLayout.SIZE_V6);
        assertThat(memory.get(JAVA_SHORT, at(SOCKADDR_IN6, "sin6_family"))).isEqualTo((short) 10);
        assertThat(bytes(memory, at(SOCKADDR_IN6, "sin6_port"), 2)).containsExactly(1, 0xBB);
        assertThat(memory.get(JAVA_INT, at(SOCKADDR_IN6, "sin6_flowinfo"))).isZero();
        assertThat(bytes(memory, at(SOCKADDR_IN6, "sin6_addr"), 16))
                .containsExactly(0x20, 1, 0x0d, 0xb8, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12);
        assertThat(memory.get(JAVA_INT, at(SOCKADDR_IN6, "sin6_scope_id"))).isEqualTo(3);
        Address back = new Address();
        SockaddrLayout.read(memory, 0, back);
        assertThat(back.same(address)).isTrue();
        assertThat(back.scope).isEqualTo(3);
    }

    private static int[] bytes(MemorySegment memory, long offset, int count) {
        int[] result = new int[count];
        for (int i = 0; i < count; i++) {
            result[i] = memory.get(JAVA_BYTE, offset + i) & 0xFF;
        }
        return result;
    }

    @Test // a family that is neither leaves the result alone
    void whatIsNoAddressIsNotRead() {
        Address address = new Address();
        address.port = 77;
        SockaddrLayout.read(Arena.ofAuto().allocate(28), 0, address);
        assertThat(address.port).isEqualTo(77);
    }
}
