package lapwing.bench.compare;

import java.io.IOException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What the client says about one window.
 *
 * @param cpu microseconds of the server's CPU time for each operation
 * @param busy CPU time by time
 * @param errors of the client, warm-up included
 * @param error the first of them, or nothing
 */
record Window(
        long operations,
        double rate,
        double p50,
        double p99,
        double p999,
        double cpu,
        double busy,
        long errors,
        String error) {
    static Window parse(String json) throws IOException {
        return new Window(
                (long) number(json, "ops"),
                number(json, "ops_s"),
                number(json, "p50"),
                number(json, "p99"),
                number(json, "p999"),
                number(json, "srv_cpu_us_op"),
                number(json, "srv_cpu_util"),
                (long) number(json, "errors"),
                find(json, "\"first_error\":\"([^\"]*)\""));
    }

    private static double number(String json, String name) throws IOException {
        return Double.parseDouble(find(json, "\"" + name + "\":([-0-9.E]+)"));
    }

    private static String find(String json, String pattern) throws IOException {
        Matcher matcher = Pattern.compile(pattern).matcher(json);
        if (!matcher.find()) {
            throw new IOException("client: no " + pattern + " in its answer: " + json);
        }
        return matcher.group(1);
    }
}
