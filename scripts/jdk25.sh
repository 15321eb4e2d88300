# Finds a JDK 25 or newer. Sourced by build and ./lapwing; starts no JVM.
# shellcheck shell=bash

# True if $1 is the home of a JDK whose release is 25 (with "exactly" as $2) or at least 25.
is_jdk25() {
    local line release
    [[ -x $1/bin/javac && -x $1/bin/java && -r $1/release ]] || return 1
    while IFS= read -r line; do
        if [[ $line =~ ^JAVA_VERSION=\"([0-9]+) ]]; then
            release=${BASH_REMATCH[1]}
            if [[ ${2:-} == exactly ]]; then ((release == 25)); else ((release >= 25)); fi
            return
        fi
    done <"$1/release"
    return 1
}

# Sets JDK25 to the home of the JDK to use; if there is none, says so on standard error and returns 1.
find_jdk25() {
    local java exactness home
    JDK25=

    if [[ -n ${JAVA25_HOME:-} ]]; then
        if is_jdk25 "$JAVA25_HOME"; then
            JDK25=$JAVA25_HOME
            return 0
        fi
        echo "${0##*/}: JAVA25_HOME=$JAVA25_HOME is not a JDK 25 or newer" \
            "(it needs bin/javac and a file 'release' with JAVA_VERSION=\"25...\" or higher)." >&2
        return 1
    fi

    if [[ -n ${JAVA_HOME:-} ]] && is_jdk25 "$JAVA_HOME"; then
        JDK25=$JAVA_HOME
        return 0
    fi
    if java=$(command -v java) && java=$(readlink -f "$java") && is_jdk25 "${java%/bin/java}"; then
        JDK25=${java%/bin/java}
        return 0
    fi

    # Tested with 25; a newer one only when there is no 25.
    for exactness in exactly newer; do
        for home in /usr/lib/jvm/* ~/.sdkman/candidates/java/* ~/.jdks/*; do
            if is_jdk25 "$home" "$exactness"; then
                JDK25=$home
                return 0
            fi
        done
    done

    cat >&2 <<MESSAGE
${0##*/}: no JDK 25 or newer found. Lapwing needs one, with bin/javac, to build and to run.
Looked at:
  JAVA25_HOME      (not set)
  JAVA_HOME        (${JAVA_HOME:-not set})
  java on PATH     (${java:-none})
  installed JDKs   /usr/lib/jvm/*  ~/.sdkman/candidates/java/*  ~/.jdks/*
Install a JDK 25, or point to one:  JAVA25_HOME=/path/to/jdk-25 $0
MESSAGE
    return 1
}
