package lapwing.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** What the endpoints of every engine do alike: how they are made, bound, set and connected. */
abstract class EndpointContract extends EngineRig {
    // ---- endpoints ----

    @ParameterizedTest
    @CsvSource({"false,false", "false,true", "true,false", "true,true"})
    void newEndpointHasTheWildcardOfItsFamilyForAnAddress(boolean v6, boolean datagrams) {
        Address name = name(open(v6, datagrams));
        assertThat(name.isWildcard()).isTrue();
        assertThat(name.port).isZero();
        assertThat(name.v6).isEqualTo(v6);
    }

    @Test
    void bindToPortZeroChoosesOne() {
        assertThat(name(bound(stream())).port).isPositive();
        assertThat(name(datagrams()).port).isPositive();
    }

    @Test
    void portOfAListenerIsTaken() {
        assertFails(stream().bind(name(listener())), Status.ADDRESS_ALREADY_EXISTS);
    }

    @Test
    void addressOfAnotherMachineCannotBeBound() {
        Address foreign = new Address().set(new InetSocketAddress("192.0.2.1", 0));
        assertFails(stream().bind(foreign), Status.INVALID_ADDRESS_COMPONENT);
    }

    @Test
    void backlogIsCutToWhatTheSystemAllows() {
        assertThat(bound(stream()).listen(1)).isEqualTo(1);
        assertThat(bound(stream()).listen(Integer.MAX_VALUE)).isBetween(1, Integer.MAX_VALUE - 1);
    }

    @Test
    void closedListenerLeavesItsPort() {
        Endpoint listener = listener();
        Address name = name(listener);
        listener.close();
        listener.close();
        assertSucceeds(stream().bind(name));
    }

    // ---- options ----

    @ParameterizedTest
    @EnumSource(names = {"KEEP_ALIVE", "REUSE_ADDRESS", "NO_DELAY"})
    void switchIsOffUntilItIsSetAndCanBeReadBack(Endpoint.Option option) {
        Endpoint endpoint = stream();
        assertThat(endpoint.get(option)).isZero();
        assertSucceeds(endpoint.set(option, 1));
        assertThat(endpoint.get(option)).isPositive();
        assertSucceeds(endpoint.set(option, 0));
        assertThat(endpoint.get(option)).isZero();
    }

    @Test
    void buffersAreAtLeastAsLargeAsWasAskedFor() {
        Endpoint endpoint = stream();
        for (Endpoint.Option option :
                List.of(Endpoint.Option.SEND_BUFFER, Endpoint.Option.RECEIVE_BUFFER)) {
            assertSucceeds(endpoint.set(option, 20_000));
            assertThat(endpoint.get(option)).isGreaterThanOrEqualTo(20_000);
        }
    }

    @ParameterizedTest
    @EnumSource
    void optionThatTheEngineDoesNotHaveIsRefused(Endpoint.Option option) {
        if (!engine().supports(option)) {
            assertFails(stream().set(option, 1), Status.NOT_SUPPORTED);
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"KEEP_IDLE_SECONDS", "KEEP_INTERVAL_SECONDS", "KEEP_COUNT"})
    void numberIsReadBack(Endpoint.Option option) {
        assumeTrue(engine().supports(option));
        Endpoint endpoint = stream();
        assertSucceeds(endpoint.set(option, 7));
        assertThat(endpoint.get(option)).isEqualTo(7);
    }

    @ParameterizedTest
    @EnumSource(names = {"BROADCAST", "MULTICAST_LOOP", "MULTICAST_HOPS", "REUSE_ADDRESS"})
    void optionOfDatagramsIsReadBack(Endpoint.Option option) {
        assumeTrue(engine().supports(option));
        Endpoint endpoint = open(false, true);
        for (int value : new int[] {1, 0, 1}) {
            assertSucceeds(endpoint.set(option, value));
            assertThat(endpoint.get(option)).isEqualTo(value);
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"KEEP_ALIVE", "NO_DELAY"})
    void connectionHasTheOptionsOfItsListener(Endpoint.Option option) {
        Endpoint listener = listener();
        assertSucceeds(listener.set(option, 1));
        Call accept = accept(listener);
        connect(stream(), name(listener)).assertEnds(0);
        assertThat(accepted(accept).get(option)).isPositive();
    }

    @Test
    void dissolvedEndpointKeepsItsOptions() {
        Endpoint here = bound(stream());
        assertSucceeds(here.set(Endpoint.Option.NO_DELAY, 1));
        connect(here, name(bound(stream()))).assertFails(Status.CONNECTION_REFUSED);
        assertSucceeds(here.dissolve());
        assertThat(here.get(Endpoint.Option.NO_DELAY)).isPositive();
    }

    // ---- accept and connect ----

    @Test
    void connectionKnowsBothAddresses() {
        Endpoint listener = listener();
        Endpoint here = stream();
        Call accept = accept(listener);
        connect(here, name(listener)).assertEnds(0);
        Endpoint there = accepted(accept);
        assertThat(accept.peer().same(name(here))).isTrue();
        assertThat(name(there).same(name(listener))).isTrue();
        Address peer = new Address();
        assertSucceeds(here.peerAddress(peer));
        assertThat(peer.same(name(listener))).isTrue();
        assertSucceeds(there.peerAddress(peer));
        assertThat(peer.same(name(here))).isTrue();
    }

    @Test
    void clientThatWaitsAlreadyIsAccepted() {
        Endpoint listener = listener();
        Endpoint here = stream();
        connect(here, name(listener)).assertEnds(0);
        accepted(accept(listener));
    }

    @Test
    void everyAcceptGetsAClientOfItsOwn() {
        Endpoint listener = listener();
        List<Call> accepts = List.of(accept(listener), accept(listener), accept(listener));
        List<Integer> clients = new ArrayList<>();
        for (int i = 0; i < accepts.size(); i++) {
            Endpoint client = stream();
            connect(client, name(listener)).assertEnds(0);
            clients.add(name(client).port);
        }
        List<Integer> peers = new ArrayList<>();
        for (Call accept : accepts) {
            accepted(accept);
            peers.add(accept.peer().port);
        }
        assertThat(peers).containsExactlyInAnyOrderElementsOf(clients);
    }

    @Test
    void connectWhereNobodyListensIsRefused() {
        Address nobody = name(bound(stream()));
        connect(stream(), nobody).assertFails(Status.CONNECTION_REFUSED);
    }

    @Test
    void refusedConnectLeavesAnEndpointThatConnectsElsewhere() {
        Endpoint here = stream();
        connect(here, name(bound(stream()))).assertFails(Status.CONNECTION_REFUSED);
        assertSucceeds(here.dissolve());
        Endpoint listener = listener();
        connect(here, name(listener)).assertEnds(0);
        accepted(accept(listener));
    }

    @Test
    void acceptSaysWhetherOthersWait() {
        Endpoint listener = listener();
        connect(stream(), name(listener)).assertEnds(0);
        connect(stream(), name(listener)).assertEnds(0);
        Call first = accept(listener);
        accepted(first);
        assertThat(first.resultFlags & Endpoint.MORE).isNotZero();
        Call last = accept(listener);
        Call none = accept(listener);
        accepted(last);
        assertThat(last.resultFlags & Endpoint.MORE).isZero();
        assertThat(none.hasEnded()).isFalse();
    }

    @Test
    void attemptedAcceptTakesAClientThatIsThere() {
        Endpoint listener = listener();
        Endpoint here = stream();
        connect(here, name(listener)).assertEnds(0);
        Call accept = new Call(Operation.Kind.ACCEPT, listener);
        until("the client", () -> listener.attempt(accept) == Status.SUCCESS);
        closing(Objects.requireNonNull(accept.accepted));
        assertThat(accept.peer().same(name(here))).isTrue();
    }

    @Test
    void connectionOverIPv6KnowsBothAddresses() {
        Address loopback = new Address();
        loopback.v6 = true;
        loopback.low = 1; // ::1
        Endpoint listener = open(true, false);
        assumeTrue(listener.bind(loopback) >= 0, "there is no IPv6");
        assertSucceeds(listener.listen(1));
        Endpoint here = open(true, false);
        Call accept = accept(listener);
        connect(here, name(listener)).assertEnds(0);
        accepted(accept);
        assertThat(accept.peer().same(name(here))).isTrue();
        assertThat(accept.peer().v6).isTrue();
    }

    @Test
    void connectSendsItsBlocksWhole() {
        Endpoint listener = listener();
        Call accept = accept(listener);
        Endpoint here = stream();
        Call connect = new Call(Operation.Kind.CONNECT, here).to(name(listener));
        start(connect.text("first ").room(LARGE));
        Call receive = receive(accepted(accept), 6);
        receive.assertEnds(6);
        assertThat(receive.text()).isEqualTo("first ");
        assertThat(connect.hasEnded()).isFalse();
        receive = new Call(Operation.Kind.RECEIVE, receive.endpoint);
        start(receive.room(LARGE).with(Endpoint.WAIT_ALL)).assertEnds(LARGE);
        connect.assertEnds(6 + LARGE);
    }

    @Test
    void dissolvedConnectionConnectsAgainFromTheSameAddress() {
        Endpoint listener = listener();
        Endpoint probe = bound(stream());
        Address name = name(probe);
        probe.close();
        Endpoint here = stream();
        assertSucceeds(here.bind(name)); // a port that the system has chosen need not survive
        for (int i = 0; i < 3; i++) {
            Call accept = accept(listener);
            connect(here, name(listener)).assertEnds(0);
            Endpoint there = accepted(accept);
            assertThat(accept.peer().same(name)).isTrue();
            assertSucceeds(there.shutdown(false, true));
            receive(here, 1).assertEnds(0);
            there.close();
            assertSucceeds(here.shutdown(true, true));
            assertSucceeds(here.dissolve());
        }
    }

    // ---- misuse ----

    @Test
    void operationThatDoesNotFitItsEndpointFails() {
        receive(stream(), 1).assertFails(Status.INVALID_CONNECTION);
        Call send = send(stream(), "x").end();
        assertThat(Status.endsConnection(send.status)).isTrue();
        accept(bound(stream())).assertFails(Status.INVALID_PARAMETER);
        Pair pair = pair();
        connect(pair.here(), name(listener())).assertFails(Status.CONNECTION_ACTIVE);
        assertFails(stream().peerAddress(new Address()), Status.INVALID_CONNECTION);
    }

    @Test
    void clearedBlocksAreForgotten() {
        Call call = new Call(Operation.Kind.SEND, stream()).text("abc").text("de");
        assertThat(call.total()).isEqualTo(5);
        call.lengthen(-1);
        assertThat(call.total()).isEqualTo(4);
        call.clearBlocks();
        assertThat(call.total()).isZero();
        assertThatThrownBy(() -> call.memory(0)).isInstanceOf(NullPointerException.class);
    }
}
