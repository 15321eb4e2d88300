package lapwing.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.zip.CRC32C;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TransferTest {
    private static final int MIB = 1 << 20;

    /** Size of the big transfer; the full gibibyte is for a run by hand. */
    private static final long BIG = Integer.getInteger("lapwing.test.mebibytes", 64) * (long) MIB;

    private static long send(OutputStream out, long size, long seed) throws IOException {
        CRC32C sum = new CRC32C();
        Random random = new Random(seed);
        byte[] block = new byte[MIB];
        random.nextBytes(block);
        for (long left = size; left > 0; left -= block.length) {
            block[random.nextInt(block.length)]++;
            int length = (int) Math.min(left, block.length);
            sum.update(block, 0, length);
            out.write(block, 0, length);
        }
        return sum.getValue();
    }

    private static long receive(InputStream in, long size) throws IOException {
        CRC32C sum = new CRC32C();
        byte[] block = new byte[1 << 16];
        long left = size;
        while (left > 0) {
            int n = in.read(block, 0, (int) Math.min(left, block.length));
            if (n < 0) {
                throw new IOException("ended " + left + " bytes too early");
            }
            sum.update(block, 0, n);
            left -= n;
        }
        return sum.getValue();
    }

    private static <T> CompletableFuture<T> async(Callable<T> task) {
        CompletableFuture<T> future = new CompletableFuture<>();
        Thread.ofVirtual()
                .start(() -> {
                    try {
                        future.complete(task.call());
                    } catch (Exception e) {
                        future.completeExceptionally(new CompletionException(e));
                    }
                });
        return future;
    }

    @Test
    @Timeout(value = 300, unit = TimeUnit.SECONDS)
    void bigTransferArrivesWholeBothWaysAtOnce() throws Exception {
        CompletableFuture<Long> sentByBackend = new CompletableFuture<>();
        CompletableFuture<Long> receivedByBackend = new CompletableFuture<>();
        try (TestBackend backend =
                        TestBackend.with((socket, in, out) -> {
                            CompletableFuture<Long> sent = async(() -> send(out, BIG, 2));
                            receivedByBackend.complete(receive(in, BIG));
                            sentByBackend.complete(sent.join());
                        });
                Gateway gateway = new Setup().to(backend).start();
                Socket client = Setup.connect(gateway)) {
            CompletableFuture<Long> sent = async(() -> send(client.getOutputStream(), BIG, 1));
            long received = receive(client.getInputStream(), BIG);
            assertThat(receivedByBackend.get()).isEqualTo(sent.get());
            assertThat(received).isEqualTo(sentByBackend.get());
        }
    }

    @Test
    void slowReaderHoldsItsWriterBack() throws Exception {
        try (TestBackend backend = TestBackend.with((socket, in, out) -> send(out, 64L * MIB, 3));
                Gateway gateway = new Setup().to(backend).start();
                Socket client = Setup.connect(gateway)) {
            client.getInputStream().read();
            Setup.until(gateway, t -> t.blocksMade() > 0);
            // Two blocks for each direction, whatever the backend would like to send.
            long made = gateway.totals().blocksMade();
            assertThat(made).isLessThan(80); // 64 of them belong to posted accepts
            assertThat(receive(client.getInputStream(), 64L * MIB - 1)).isNotZero();
            assertThat(gateway.totals().blocksMade()).isLessThan(80);
        }
    }

    @Test
    void halfCloseOfTheClientIsPassedOn() throws Exception {
        try (TestBackend backend =
                        TestBackend.with((socket, in, out) -> {
                            int n = in.readAllBytes().length;
                            TestBackend.writeLine(out, n + " bytes, then the end");
                        });
                Gateway gateway = new Setup().to(backend).start();
                Socket client = Setup.connect(gateway)) {
            client.getOutputStream().write(new byte[1000]);
            client.shutdownOutput();
            assertThat(TestBackend.readLine(client.getInputStream()))
                    .isEqualTo("1000 bytes, then the end");
            assertThat(client.getInputStream().read()).isEqualTo(-1);
            Setup.until(gateway, t -> t.ended(End.CLIENT_CLOSED) == 1);
        }
    }

    @ParameterizedTest // the pump's blocks have 16 KiB: less, just as much, more
    @ValueSource(ints = {1, 64, (16 << 10) - 1, 16 << 10, (16 << 10) + 1, 300_000})
    void answerWithTheEndRightBehindItArrivesWhole(int size) throws Exception {
        byte[] answer = new byte[size];
        new Random(size).nextBytes(answer);
        try (TestBackend backend =
                        TestBackend.with((socket, in, out) -> {
                            int parts = in.read(); // in one piece, or in two
                            for (int i = 0; i < parts; i++) {
                                int from = size * i / parts;
                                out.write(answer, from, size * (i + 1) / parts - from);
                            }
                        });
                Gateway gateway = new Setup().to(backend).start()) {
            for (int i = 0; i < 20; i++) {
                try (Socket client = Setup.connect(gateway)) {
                    client.getOutputStream().write(1 + i % 2);
                    assertThat(client.getInputStream().readAllBytes()).isEqualTo(answer);
                }
            }
        }
    }

    @Test
    void halfCloseOfTheBackendIsPassedOn() throws Exception {
        CompletableFuture<Integer> afterHalfClose = new CompletableFuture<>();
        try (TestBackend backend =
                        TestBackend.with((socket, in, out) -> {
                            TestBackend.writeLine(out, "goodbye");
                            socket.shutdownOutput();
                            afterHalfClose.complete(in.readAllBytes().length);
                        });
                Gateway gateway = new Setup().to(backend).start();
                Socket client = Setup.connect(gateway)) {
            assertThat(TestBackend.readLine(client.getInputStream())).isEqualTo("goodbye");
            assertThat(client.getInputStream().read()).isEqualTo(-1);
            client.getOutputStream().write(new byte[70_000]);
            client.shutdownOutput();
            assertThat(afterHalfClose.get(10, TimeUnit.SECONDS)).isEqualTo(70_000);
            Setup.until(gateway, t -> t.ended(End.BACKEND_CLOSED) == 1);
        }
    }

    @Test
    @Timeout(value = 120, unit = TimeUnit.SECONDS)
    void thousandConnectionsAtOnceAreServed() throws Exception {
        try (TestBackend backend = TestBackend.echo();
                Gateway gateway = new Setup().to(backend).start();
                var pool = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Socket> clients = new ArrayList<>();
            for (int i = 0; i < 1000; i++) {
                clients.add(Setup.connect(gateway));
            }
            List<Future<Boolean>> answers = new ArrayList<>();
            for (int i = 0; i < clients.size(); i++) {
                Socket client = clients.get(i);
                String line = "client " + i;
                answers.add(pool.submit(() -> echoes(client, line)));
            }
            for (Future<Boolean> answer : answers) {
                assertThat(answer.get(60, TimeUnit.SECONDS)).isTrue();
            }
            assertThat(gateway.totals().accepted()).isEqualTo(1000);
            for (Socket client : clients) {
                client.close();
            }
            Setup.until(gateway, t -> t.ended(End.CLIENT_CLOSED) == 1000);
        }
    }

    private static boolean echoes(Socket client, String line) throws IOException {
        client.setSoTimeout(50_000);
        for (int i = 0; i < 5; i++) {
            TestBackend.writeLine(client.getOutputStream(), line + " " + i);
            if (!(line + " " + i).equals(TestBackend.readLine(client.getInputStream()))) {
                return false;
            }
        }
        return true;
    }

    @Test
    void severalThreadsShareTheAddress() throws Exception {
        try (TestBackend backend = TestBackend.echo();
                Gateway gateway = new Setup().threads(2).to(backend).start()) {
            for (int i = 0; i < 50; i++) {
                try (Socket client = Setup.connect(gateway)) {
                    assertThat(echoes(client, "c" + i)).isTrue();
                }
            }
            Setup.until(gateway, t -> t.ended(End.CLIENT_CLOSED) == 50);
        }
    }

    /** Read in line, as whoever cares for it does. */
    @Test
    void urgentByteStaysInTheStreamInBothDirections() throws IOException {
        try (TestBackend backend =
                        TestBackend.with((socket, in, out) -> {
                            socket.setOOBInline(true);
                            TestBackend.writeLine(out, TestBackend.readLine(in) + " came");
                            out.write("ABC".getBytes(StandardCharsets.UTF_8));
                            socket.sendUrgentData('?');
                            out.write("DEF\n".getBytes(StandardCharsets.UTF_8));
                        });
                Gateway gateway = new Setup().to(backend).start();
                Socket client = Setup.connect(gateway)) {
            client.setOOBInline(true);
            client.getOutputStream().write("abc".getBytes(StandardCharsets.UTF_8));
            client.sendUrgentData('!');
            TestBackend.writeLine(client.getOutputStream(), "def");
            assertThat(TestBackend.readLine(client.getInputStream())).isEqualTo("abc!def came");
            assertThat(TestBackend.readLine(client.getInputStream())).isEqualTo("ABC?DEF");
        }
    }
}
