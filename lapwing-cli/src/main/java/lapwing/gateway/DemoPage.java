package lapwing.gateway;

/**
 * The page of the demo backend.
 *
 * @param type its media type
 * @param text its text
 */
record DemoPage(String type, String text) {

    static DemoPage of(DemoFacts facts, DemoRequest request, int number) {
        if (!request.status().startsWith("200")) {
            return new DemoPage("text/plain", request.status() + "\n");
        }
        String[][] rows = {
            {"your address", facts.client()},
            {"gateway", facts.gateway()},
            {"request", request.line() + ", number " + number + " on this connection"},
            {
                "first data",
                facts.firstData() + " bytes came with AcceptEx, and left with ConnectEx"
            },
            {"accepted socket", times(facts.clientUses())},
            {"backend socket", times(facts.backendUses())},
            {"connections so far", Long.toString(facts.connections())},
            {"sockets recycled", Long.toString(facts.recycledSockets())},
            {"buffers recycled", Long.toString(facts.recycledBuffers())},
        };
        return request.html() ? html(rows) : plain(rows);
    }

    private static String times(long n) {
        return n == 1 ? "new" : "used " + n + " times";
    }

    private static DemoPage plain(String[][] rows) {
        StringBuilder text =
                new StringBuilder("This request came through the Lapwing gateway.\n\n");
        for (String[] row : rows) {
            text.append(String.format("%-20s%s%n", row[0] + ":", row[1]));
        }
        text.append(
                "\nAsk again: the sockets are used again. With --to HOST:PORT it forwards to your server.\n");
        return new DemoPage("text/plain", text.toString());
    }

    private static DemoPage html(String[][] rows) {
        StringBuilder text =
                new StringBuilder(
                        "<!doctype html><meta charset=utf-8><title>Lapwing gateway</title>"
                                + "<style>body{font:16px sans-serif;margin:3em}th{text-align:left;padding-right:2em}</style>"
                                + "<h1>This request came through the Lapwing gateway</h1><table>\n");
        for (String[] row : rows) {
            text.append("<tr><th>")
                    .append(row[0])
                    .append("<td>")
                    .append(escape(row[1]))
                    .append('\n');
        }
        text.append("</table><p>Ask again: the sockets are used again.\n");
        return new DemoPage("text/html", text.toString());
    }

    private static String escape(String text) {
        return text.replace("&", "&amp;")
                .replace("<", "&lt;")
                .replace(">", "&gt;")
                .replace("\"", "&quot;");
    }
}
