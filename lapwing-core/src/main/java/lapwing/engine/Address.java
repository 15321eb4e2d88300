package lapwing.engine;

import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;

/** An IPv4 or IPv6 address with its port: a mutable place, so that hot paths allocate none. */
public final class Address {
    /** True for IPv6. */
    public boolean v6;

    /** The upper eight bytes of an IPv6 address, first byte highest; 0 for IPv4. */
    public long high;

    /** The lower eight bytes; an IPv4 address is in the lowest four. */
    public long low;

    /** 0 to 65535. */
    public int port;

    /** IPv6 scope, else 0. */
    public int scope;

    /** The IPv4 wildcard, port 0. */
    public Address() {}

    /** Takes over the value of {@code other}. */
    public Address set(Address other) {
        v6 = other.v6;
        high = other.high;
        low = other.low;
        port = other.port;
        scope = other.scope;
        return this;
    }

    /** Takes over a resolved address. */
    public Address set(InetSocketAddress other) {
        byte[] bytes = other.getAddress().getAddress();
        v6 = bytes.length == 16;
        ByteBuffer buffer = ByteBuffer.wrap(bytes);
        high = v6 ? buffer.getLong() : 0;
        low = v6 ? buffer.getLong() : buffer.getInt() & 0xFFFFFFFFL;
        scope = other.getAddress() instanceof Inet6Address six ? six.getScopeId() : 0;
        port = other.getPort();
        return this;
    }

    /** True for 0.0.0.0 and ::. */
    public boolean isWildcard() {
        return high == 0 && low == 0;
    }

    /** Makes a wildcard of the family of this address. */
    public void clearHost() {
        high = 0;
        low = 0;
    }

    /** True if host, port and family are equal. */
    public boolean same(Address other) {
        return v6 == other.v6 && high == other.high && low == other.low && port == other.port;
    }

    /** The same as an immutable Java address. */
    public InetSocketAddress toInetSocketAddress() {
        ByteBuffer bytes =
                v6
                        ? ByteBuffer.allocate(16).putLong(high).putLong(low)
                        : ByteBuffer.allocate(4).putInt((int) low);
        try {
            InetAddress host =
                    v6 && scope != 0
                            ? Inet6Address.getByAddress(null, bytes.array(), scope)
                            : InetAddress.getByAddress(bytes.array());
            return new InetSocketAddress(host, port);
        } catch (UnknownHostException e) {
            throw new AssertionError("an address of " + bytes.capacity() + " bytes", e);
        }
    }

    @Override
    public String toString() {
        String host = toInetSocketAddress().getAddress().getHostAddress();
        return v6 ? "[" + host + "]:" + port : host + ":" + port;
    }
}
