package lapwing.drill;

/** Something a script has made under a name. Several may bear the same; the newest is meant. */
sealed interface Named permits NamedSocket, NamedPort, NamedOverlapped, NamedThread {
    String name();
}
