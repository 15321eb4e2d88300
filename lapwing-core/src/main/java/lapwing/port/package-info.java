/**
 * Completion ports: packets, the threads that wait for them, how many of these may run, and the
 * adoption of a loop by one that waits. What a packet carries is the face's affair.
 */
@NullMarked
package lapwing.port;

import org.jspecify.annotations.NullMarked;
