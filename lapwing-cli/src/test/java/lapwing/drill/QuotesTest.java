package lapwing.drill;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class QuotesTest {
    @Test
    void wordsAreSplitAtBlanksAndTabs() {
        assertThat(Quotes.words("bind \t s  127.0.0.1:0"))
                .containsExactly("bind", "s", "127.0.0.1:0");
    }

    @Test
    void quotesKeepBlanksAndMayBeginInsideAWord() {
        assertThat(Quotes.words("send s head=\"a b\" x"))
                .containsExactly("send", "s", "head=\"a b\"", "x");
    }

    @Test
    void backslashProtectsAQuoteInsideQuotesOnly() {
        assertThat(Quotes.words("\"a\\\" b\" c")).containsExactly("\"a\\\" b\"", "c");
        assertThat(Quotes.words("\\\"a b\" c")).containsExactly("\\\"a b\"", "c");
    }

    @Test
    void openQuoteReachesToTheEnd() {
        assertThat(Quotes.words("send s \"a b")).containsExactly("send", "s", "\"a b");
    }

    @Test
    void nothingHasNoWords() {
        assertThat(Quotes.words("")).isEmpty();
    }

    @Test
    void textInsideQuotesIsNotFound() {
        assertThat(Quotes.indexOutside("\"=>\" => 1", "=>")).isEqualTo(5);
        assertThat(Quotes.indexOutside("\"a\\\"#\"", "#")).isEqualTo(-1);
    }
}
