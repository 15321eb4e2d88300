/**
 * The engine on Linux' io_uring, and the only place that touches {@code java.lang.foreign}'s
 * linker: system calls, ring memory, layouts, the probe.
 *
 * <p>Only {@code lapwing.engine.choice} calls in, through {@link lapwing.engine.uring.UringEngine}.
 * Start reading at {@link lapwing.engine.uring.RingLoop}: its essay says who owns what.
 */
@NullMarked
package lapwing.engine.uring;

import org.jspecify.annotations.NullMarked;
