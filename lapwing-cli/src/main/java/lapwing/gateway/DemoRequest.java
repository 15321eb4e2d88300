package lapwing.gateway;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * As much of an HTTP request as the demo backend needs.
 *
 * @param line the request line, without its end
 * @param size bytes of the head
 * @param status what to answer
 * @param html whether the client would like HTML
 * @param keepAlive whether another request may follow
 */
record DemoRequest(String line, int size, String status, boolean html, boolean keepAlive) {
    private static final int LONGEST = 16 << 10;

    /** HEAD is answered without a body. */
    boolean isHead() {
        return line.startsWith("HEAD ");
    }

    /** Reads one; null if the client has ended instead. */
    static @Nullable DemoRequest read(DemoInput in) throws IOException {
        StringBuilder head = new StringBuilder();
        while (head.length() < 4 || !endsTheHead(head)) {
            int b = in.read();
            if (b < 0) {
                return null;
            }
            head.append((char) b);
            if (head.length() >= LONGEST) {
                return new DemoRequest(
                        "", head.length(), "431 Request Header Fields Too Large", false, false);
            }
        }
        return parse(head.toString());
    }

    private static boolean endsTheHead(StringBuilder head) {
        int n = head.length();
        return head.charAt(n - 1) == '\n'
                && head.charAt(n - 2) == '\r'
                && head.charAt(n - 3) == '\n'
                && head.charAt(n - 4) == '\r';
    }

    static DemoRequest parse(String head) {
        String line = head.substring(0, head.indexOf("\r\n"));
        int size = head.getBytes(StandardCharsets.ISO_8859_1).length;
        String[] words = line.split(" ", -1);
        if (words.length != 3 || !(words[2].equals("HTTP/1.1") || words[2].equals("HTTP/1.0"))) {
            return new DemoRequest(line, size, "400 Bad Request", false, false);
        }
        String fields = head.substring(line.length()).toLowerCase(Locale.ROOT);
        boolean html = fields.contains("\r\naccept: text/html");
        if (!words[0].equals("GET") && !words[0].equals("HEAD")) {
            return new DemoRequest(line, size, "405 Method Not Allowed", html, false);
        }
        boolean body =
                fields.contains("\r\ncontent-length:") || fields.contains("\r\ntransfer-encoding:");
        boolean close = fields.contains("\r\nconnection: close") || words[2].equals("HTTP/1.0");
        return new DemoRequest(line, size, "200 OK", html, !body && !close);
    }
}
