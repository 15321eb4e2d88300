package lapwing.drill;

import java.lang.foreign.MemorySegment;

/** An output buffer of AcceptEx with the three lengths that were given for it. */
record AcceptBuffer(MemorySegment memory, int dataLength, int localLength, int remoteLength) {}
