package lapwing.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import lapwing.engine.Engine;
import lapwing.engine.choice.Engines;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import picocli.CommandLine;

class DoctorCommandTest {
    private static final String DENIED =
            "io_uring_setup (1024 entries, flags 384): EPERM; io_uring is denied here: allow it";

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    @TempDir private Path proc;

    @Test
    void workingEngineIsNamedAndTheExitStatusIsZero() {
        assertThat(run(new DoctorCommand())).as(out::toString).isZero();
        assertThat(out.toString())
                .containsPattern("Engine\n  ok +" + Engines.current().name() + " +.*on Linux ")
                .contains("AcceptEx, ConnectEx and DisconnectEx on 127.0.0.1 work")
                .contains("The engine works");
    }

    @Test
    void everyFindingOfTheEngineIsPrinted() {
        run(new DoctorCommand());
        for (Engine.Finding finding : Engines.current().findings()) {
            assertThat(out.toString()).contains(finding.name()).contains(finding.detail());
        }
    }

    @Test
    void deniedEngineIsExplainedWithTheLimitsAndWithoutAStackTrace() throws IOException {
        give("sys/kernel/io_uring_disabled", "2\n");
        assertThat(run(new DoctorCommand(DoctorCommandTest::denied, proc))).isEqualTo(1);
        assertThat(out.toString())
                .containsPattern("BAD +none +io_uring_setup \\(1024 entries, flags 384\\): EPERM\n")
                .contains("-> io_uring is denied here: allow it")
                .containsPattern("BAD +kernel.io_uring_disabled +2 ")
                .contains("sysctl -w kernel.io_uring_disabled=0")
                .contains("The engine does not work")
                .doesNotContain("Exception", "\tat ");
        assertThat(err.toString()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({
        "sys/net/core/somaxconn, 128, net.core.somaxconn, 128",
        "sys/net/ipv4/ip_local_port_range, 50000 60000, net.ipv4.ip_local_port_range, 10001 ports",
        "sys/net/ipv4/tcp_timestamps, 0, net.ipv4.tcp_timestamps, 0",
        "self/limits, Max open files 1024 4096 files, open files, 1024",
        "self/limits, Max locked memory 65536 65536 bytes, locked memory, 64 KiB",
    })
    void lowLimitIsPrintedWithAdvice(String file, String text, String name, String value)
            throws IOException {
        give(file, text + "\n");
        run(new DoctorCommand(DoctorCommandTest::denied, proc));
        assertThat(out.toString())
                .containsPattern("low +" + name + ".* +.*" + value + ".*\n +-> ")
                .contains("one limit is low");
    }

    @ParameterizedTest
    @CsvSource({
        "sys/net/core/somaxconn, 4096, net.core.somaxconn",
        "sys/net/ipv4/ip_local_port_range, 32768\t60999, net.ipv4.ip_local_port_range",
        "self/limits, Max open files unlimited unlimited files, open files",
        "self/limits, Max locked memory 8388608 8388608 bytes, locked memory",
    })
    void limitThatIsHighEnoughComesWithoutAdvice(String file, String text, String name)
            throws IOException {
        give(file, text + "\n");
        run(new DoctorCommand(DoctorCommandTest::denied, proc));
        assertThat(out.toString())
                .containsPattern("ok +" + name)
                .doesNotContain("limit is low", "limits are low");
    }

    @Test
    void limitThatCannotBeReadIsUnknown() {
        run(new DoctorCommand(DoctorCommandTest::denied, proc));
        assertThat(out.toString())
                .containsPattern("- +open files .* unknown")
                .containsPattern("- +net.core.somaxconn +unknown");
    }

    @Test
    void startUpCacheCountsOnlyIfTheJvmHasMappedIt() throws IOException {
        give("self/cmdline", "java\0-XX:AOTCache=/x/lapwing.aot\0-jar\0x.jar\0");
        give("self/maps", "63001000-6395b000 rw-p 00001000 fe:00 1 /lib/libc.so.6\n");
        run(new DoctorCommand(DoctorCommandTest::denied, proc));
        assertThat(out.toString())
                .containsPattern("- +AOT cache +not used: /x/lapwing.aot does not fit this JVM");
        give("self/maps", "63001000-6395b000 rw-p 00001000 fe:00 1 /x/lapwing.aot\n");
        run(new DoctorCommand(DoctorCommandTest::denied, proc));
        assertThat(out.toString()).containsPattern("ok +AOT cache +/x/lapwing.aot");
    }

    @Test // W1 W3
    void timeWaitIsPrintedWithTheSettingTheSocketsAndThePorts() {
        run(new DoctorCommand(DoctorCommandTest::denied, proc));
        assertThat(out.toString())
                .containsPattern("- +lapwing.tcpTimedWaitDelay +0: a reused socket is free at once")
                .containsPattern("sockets in TIME_WAIT +(\\d+|unknown: )")
                .containsPattern("ports left towards a peer +(\\d+ towards|all: |unknown: )");
    }

    /** As the first use of an engine that cannot be opened fails. */
    private static Engine denied() {
        throw new ExceptionInInitializerError(new IllegalStateException(DENIED));
    }

    private void give(String file, String text) throws IOException {
        Path path = proc.resolve(file);
        Files.createDirectories(path.getParent());
        Files.writeString(path, text);
    }

    private int run(DoctorCommand command) {
        return new CommandLine(command)
                .setOut(new PrintWriter(out, true))
                .setErr(new PrintWriter(err, true))
                .execute();
    }
}
