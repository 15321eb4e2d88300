package lapwing.winsock;

/** {@code LPCONDITIONPROC}, the decision {@code WSAAccept} asks for about a waiting connection. */
@FunctionalInterface
public interface ConditionFunction {
    /**
     * Decides about one connection.
     *
     * @param caller the client's address
     * @param callee the address it connected to
     * @param dwCallbackData what was given to {@code WSAAccept}
     * @return {@code CF_ACCEPT}, {@code CF_REJECT} or {@code CF_DEFER}
     */
    int decide(Sockaddr caller, Sockaddr callee, long dwCallbackData);
}
