package lapwing.cli;

import java.time.Duration;
import java.util.function.Function;
import lapwing.gateway.ByteSizes;
import lapwing.gateway.Durations;
import lapwing.gateway.FirstData;
import lapwing.gateway.HostPort;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** From text to values; a text that is none becomes a message that names the option. */
final class Converters {
    private Converters() {}

    static final class ToEndpoint implements ITypeConverter<HostPort> {
        @Override
        public HostPort convert(String text) {
            return explained(text, HostPort::parse);
        }
    }

    static final class ToDuration implements ITypeConverter<Duration> {
        @Override
        public Duration convert(String text) {
            return explained(text, Durations::parse);
        }
    }

    static final class ToSize implements ITypeConverter<Integer> {
        @Override
        public Integer convert(String text) {
            return explained(text, ByteSizes::parse);
        }
    }

    static final class ToFirstData implements ITypeConverter<FirstData> {
        @Override
        public FirstData convert(String text) {
            return explained(text, FirstData::parse);
        }
    }

    private static <T> T explained(String text, Function<String, T> parse) {
        try {
            return parse.apply(text);
        } catch (IllegalArgumentException e) {
            throw new TypeConversionException(e.getMessage());
        }
    }
}
