package lapwing.drill;

import static java.util.stream.Collectors.joining;

import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;

/** Addresses in digits: {@code 127.0.0.1:80} or {@code [::1]:80}. Nothing is looked up. */
final class HostPort {
    private static final Pattern FORM =
            Pattern.compile(
                    "(?:(?<four>\\d{1,3}(?:\\.\\d{1,3}){3})|\\[(?<six>[0-9a-fA-F:.]*:[0-9a-fA-F:.]*)])"
                            + ":(?<port>\\d{1,5})");
    private static final int MAX_PORT = 65535;
    private static final int V4_LENGTH = 4;
    private static final int V6_LENGTH = 16;
    private static final int MAPPED_PREFIX_LENGTH = V6_LENGTH - V4_LENGTH;

    private HostPort() {}

    static InetSocketAddress parse(String word) {
        Matcher form = FORM.matcher(word);
        if (!form.matches()) {
            throw new BadLine("neither a.b.c.d:port nor [v6]:port nor @socket: " + word);
        }
        int port = Integer.parseInt(form.group("port"));
        if (port > MAX_PORT) {
            throw new BadLine("no such port: " + word);
        }
        String four = form.group("four");
        try {
            InetAddress host =
                    four != null ? InetAddress.ofLiteral(four) : version6(form.group("six"));
            return new InetSocketAddress(host, port);
        } catch (IllegalArgumentException | UnknownHostException e) {
            throw new BadLine("no such address: " + word);
        }
    }

    /** Java makes a version 4 address of a mapped one; here it stays of version 6. */
    private static InetAddress version6(String literal) throws UnknownHostException {
        InetAddress host = InetAddress.ofLiteral(literal);
        if (host instanceof Inet6Address) {
            return host;
        }
        byte[] mapped = new byte[V6_LENGTH];
        mapped[MAPPED_PREFIX_LENGTH - 2] = (byte) 0xFF;
        mapped[MAPPED_PREFIX_LENGTH - 1] = (byte) 0xFF;
        System.arraycopy(host.getAddress(), 0, mapped, MAPPED_PREFIX_LENGTH, V4_LENGTH);
        return Inet6Address.getByAddress(null, mapped, -1);
    }

    static String print(InetSocketAddress address) {
        byte[] host = address.getAddress().getAddress();
        return (host.length == V6_LENGTH ? "[" + version6(host) + "]" : version4(host, 0))
                + ":"
                + address.getPort();
    }

    private static String version4(byte[] host, int from) {
        StringBuilder text = new StringBuilder();
        for (int i = from; i < from + V4_LENGTH; i++) {
            text.append(i == from ? "" : ".").append(host[i] & 0xFF);
        }
        return text.toString();
    }

    /**
     * The short form of inet_ntop, which Java has not: the longest run of zero groups becomes "::".
     */
    private static String version6(byte[] host) {
        String groups =
                IntStream.range(0, V6_LENGTH / 2)
                        .mapToObj(i -> Integer.toHexString(group(host, i)))
                        .collect(joining(":"));
        if (groups.startsWith("0:0:0:0:0:ffff:")) {
            return "::ffff:" + version4(host, MAPPED_PREFIX_LENGTH);
        }
        for (int zeros = V6_LENGTH / 2; zeros >= 2; zeros--) {
            Matcher run = Pattern.compile("(^|:)0(:0){" + (zeros - 1) + "}(:|$)").matcher(groups);
            if (run.find()) {
                return groups.substring(0, run.start()) + "::" + groups.substring(run.end());
            }
        }
        return groups;
    }

    private static int group(byte[] host, int i) {
        return (host[2 * i] & 0xFF) << 8 | (host[2 * i + 1] & 0xFF);
    }
}
