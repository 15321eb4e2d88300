package lapwing.socket;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.net.SocketException;
import java.net.UnknownHostException;
import java.util.Objects;
import lapwing.engine.Address;
import lapwing.engine.Status;

/** Multicast groups, and interfaces as IPv4 names them: by an address, or 0.x.x.x for an index. */
public final class Multicast {
    private Multicast() {}

    /** The index of an interface, 0 for none in particular; −1 if there is no such address. */
    public static int index(int inAddr) {
        int address = Integer.reverseBytes(inAddr); // first byte highest
        if (address >>> 24 == 0) {
            return address;
        }
        byte[] bytes = {
            (byte) (address >> 24), (byte) (address >> 16), (byte) (address >> 8), (byte) address
        };
        try {
            NetworkInterface found =
                    NetworkInterface.getByInetAddress(InetAddress.getByAddress(bytes));
            return found == null ? -1 : found.getIndex();
        } catch (SocketException | UnknownHostException e) {
            return -1;
        }
    }

    /** True if there is an interface of that index; 0 is none in particular. */
    public static boolean isKnown(int index) {
        try {
            return index == 0 || (index > 0 && NetworkInterface.getByIndex(index) != null);
        } catch (SocketException e) {
            return false;
        }
    }

    /** Joins or leaves a group, on a network that {@link #index} names. Holding the monitor. */
    public static int member(Socket s, byte[] address, int network, boolean join) {
        InetAddress group;
        try {
            group = InetAddress.getByAddress(address);
        } catch (UnknownHostException e) {
            throw new AssertionError("4 or 16 bytes", e);
        }
        if (!group.isMulticastAddress()) {
            return Status.INVALID_PARAMETER;
        }
        if (network < 0) {
            return Status.INVALID_ADDRESS_COMPONENT;
        }
        int result = s.open();
        if (result >= 0) {
            Address to = new Address().set(new InetSocketAddress(group, 0));
            result = Objects.requireNonNull(s.endpoint).member(to, network, join);
        }
        return Math.min(result, 0);
    }
}
