/**
 * What a Windows socket does, whatever face a program sees of it: the socket and its states, the
 * connection that comes and goes, the queues of requests, and one file for each verb. A call is
 * told by a status what has become of it.
 */
@NullMarked
package lapwing.socket;

import org.jspecify.annotations.NullMarked;
