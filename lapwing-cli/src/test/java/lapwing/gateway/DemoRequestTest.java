package lapwing.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class DemoRequestTest {
    @Test
    void getIsAnsweredAndKeptAlive() {
        DemoRequest request = DemoRequest.parse("GET / HTTP/1.1\r\nHost: x\r\n\r\n");
        assertThat(request.status()).isEqualTo("200 OK");
        assertThat(request.keepAlive()).isTrue();
        assertThat(request.html()).isFalse();
    }

    @Test
    void browserGetsHtml() {
        DemoRequest request = DemoRequest.parse("GET / HTTP/1.1\r\nAccept: text/html,*/*\r\n\r\n");
        assertThat(request.html()).isTrue();
    }

    @Test
    void connectionCloseAndOldVersionsEndTheConnection() {
        assertThat(DemoRequest.parse("GET / HTTP/1.1\r\nConnection: Close\r\n\r\n").keepAlive())
                .isFalse();
        assertThat(DemoRequest.parse("GET / HTTP/1.0\r\n\r\n").keepAlive()).isFalse();
    }

    @Test
    void requestWithABodyEndsTheConnection() {
        assertThat(DemoRequest.parse("GET / HTTP/1.1\r\nContent-Length: 3\r\n\r\n").keepAlive())
                .isFalse();
    }

    @Test
    void otherMethodsAndNonsenseAreRefused() {
        assertThat(DemoRequest.parse("POST / HTTP/1.1\r\n\r\n").status()).startsWith("405");
        assertThat(DemoRequest.parse("hello\r\n\r\n").status()).startsWith("400");
        assertThat(DemoRequest.parse("GET / HTTP/3\r\n\r\n").status()).startsWith("400");
    }
}
