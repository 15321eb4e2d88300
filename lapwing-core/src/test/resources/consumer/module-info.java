module consumer {
    requires lapwing;
}
