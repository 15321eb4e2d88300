/**
 * The contract: Winsock's functions under their own names, with Windows' argument checks, socket
 * states, error codes and completion packets.
 *
 * <p>Programs call the static functions of {@link lapwing.winsock.Winsock} (what {@code ws2_32}
 * exports) and {@link lapwing.winsock.Kernel32} (ports, events, cancellation), and get {@link
 * lapwing.winsock.AcceptEx}, {@link lapwing.winsock.ConnectEx} and the other extension functions at
 * run time through {@code WSAIoctl}. Start reading at {@link lapwing.winsock.SocketHandle}: its
 * state table is what every function checks.
 */
@NullMarked
package lapwing.winsock;

import org.jspecify.annotations.NullMarked;
