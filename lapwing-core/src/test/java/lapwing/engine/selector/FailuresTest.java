package lapwing.engine.selector;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.BindException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NoRouteToHostException;
import java.net.PortUnreachableException;
import java.net.SocketException;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.NotYetConnectedException;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.util.stream.Stream;
import lapwing.engine.Status;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class FailuresTest {
    private static Stream<Arguments> known() {
        return Stream.of(
                Arguments.of(new ConnectException("Connection refused"), Status.CONNECTION_REFUSED),
                Arguments.of(new ConnectException("Connection timed out"), Status.IO_TIMEOUT),
                Arguments.of(new ConnectException("Operation timed out"), Status.IO_TIMEOUT),
                Arguments.of(
                        new NoRouteToHostException("No route to host"), Status.HOST_UNREACHABLE),
                Arguments.of(
                        new SocketException("Network is unreachable"), Status.NETWORK_UNREACHABLE),
                Arguments.of(
                        new BindException("Address already in use"), Status.ADDRESS_ALREADY_EXISTS),
                Arguments.of(
                        new BindException("Cannot assign requested address"),
                        Status.INVALID_ADDRESS_COMPONENT),
                Arguments.of(
                        new BindException("Can't assign requested address"),
                        Status.INVALID_ADDRESS_COMPONENT),
                Arguments.of(new BindException("Permission denied"), Status.ACCESS_DENIED),
                Arguments.of(new IOException("Too many open files"), Status.TOO_MANY_OPENED_FILES),
                Arguments.of(
                        new IOException("Too many open files in system"),
                        Status.TOO_MANY_OPENED_FILES),
                Arguments.of(
                        new IOException("No buffer space available"),
                        Status.INSUFFICIENT_RESOURCES),
                Arguments.of(new SocketException("Message too long"), Status.INVALID_BUFFER_SIZE),
                Arguments.of(new PortUnreachableException(), Status.CONNECTION_REFUSED),
                Arguments.of(new NotYetConnectedException(), Status.INVALID_CONNECTION),
                Arguments.of(
                        new UnsupportedOperationException("Protocol family not supported"),
                        Status.NOT_SUPPORTED),
                Arguments.of(new IllegalArgumentException("backlog"), Status.INVALID_PARAMETER),
                Arguments.of(new ClosedChannelException(), Status.INVALID_PARAMETER));
    }

    @ParameterizedTest
    @MethodSource("known")
    void anErrorIsKnownByItsText(Exception failure, int status) {
        assertThat(Failures.status(failure)).isEqualTo(status);
    }

    private static Stream<Arguments> foreign() {
        return Stream.of(
                Arguments.of(new ConnectException("Connexion refusée"), Status.CONNECTION_REFUSED),
                Arguments.of(
                        new BindException("Adresse déjà utilisée"), Status.ADDRESS_ALREADY_EXISTS),
                Arguments.of(
                        new NoRouteToHostException("Aucun chemin d'accès"),
                        Status.HOST_UNREACHABLE),
                Arguments.of(new IOException("Relais brisé (pipe)"), Status.CONNECTION_RESET),
                Arguments.of(new IOException(), Status.CONNECTION_RESET));
    }

    @ParameterizedTest
    @MethodSource("foreign")
    void inAnotherLanguageTheClassDecides(Exception failure, int status) {
        assertThat(Failures.ofTransfer(failure)).isEqualTo(status);
    }

    private static Stream<Arguments> transfers() {
        return Stream.of(
                Arguments.of(new SocketException("Connection reset"), Status.CONNECTION_RESET),
                Arguments.of(new IOException("Connection reset by peer"), Status.CONNECTION_RESET),
                Arguments.of(new IOException("Broken pipe"), Status.CONNECTION_RESET),
                Arguments.of(
                        new IOException("Software caused connection abort"),
                        Status.CONNECTION_ABORTED),
                Arguments.of(new IOException("Connection timed out"), Status.IO_TIMEOUT),
                Arguments.of(new IOException("Bad address"), Status.ACCESS_VIOLATION),
                Arguments.of(new ClosedChannelException(), Status.CONNECTION_RESET));
    }

    @ParameterizedTest
    @MethodSource("transfers")
    void aTransferFailsWithTheEndOfTheConnection(Exception failure, int status) {
        assertThat(Failures.ofTransfer(failure)).isEqualTo(status);
    }

    @Test
    @SuppressWarnings("try") // closed early on purpose: the reset is what is tested
    void aResetOfTheRealSystemIsKnown() throws IOException {
        try (ServerSocketChannel listener = listener();
                SocketChannel client = SocketChannel.open(listener.getLocalAddress());
                SocketChannel server = listener.accept()) {
            client.setOption(StandardSocketOptions.SO_LINGER, 0);
            client.close();
            assertThat(failure(() -> server.read(ByteBuffer.allocate(1))))
                    .isEqualTo(Status.CONNECTION_RESET);
        }
    }

    @Test
    void aRefusalOfTheRealSystemIsKnown() throws IOException {
        InetSocketAddress nobody;
        try (ServerSocketChannel listener = listener()) {
            nobody = (InetSocketAddress) listener.getLocalAddress();
        }
        try (SocketChannel client = SocketChannel.open()) {
            assertThat(failure(() -> client.connect(nobody))).isEqualTo(Status.CONNECTION_REFUSED);
        }
    }

    @Test
    void addressesThatTheRealSystemRefusesAreKnown() throws IOException {
        try (ServerSocketChannel listener = listener();
                SocketChannel second = SocketChannel.open();
                SocketChannel stranger = SocketChannel.open()) {
            assertThat(failure(() -> second.bind(listener.getLocalAddress())))
                    .isEqualTo(Status.ADDRESS_ALREADY_EXISTS);
            assertThat(failure(() -> stranger.bind(new InetSocketAddress("192.0.2.1", 0))))
                    .isEqualTo(Status.INVALID_ADDRESS_COMPONENT);
        }
    }

    private static ServerSocketChannel listener() throws IOException {
        return ServerSocketChannel.open()
                .bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
    }

    private interface Call {
        Object run() throws IOException;
    }

    private static int failure(Call call) {
        try {
            return call.run() == null ? 1 : 0;
        } catch (IOException e) {
            return Failures.status(e);
        }
    }
}
