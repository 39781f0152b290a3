# Sourced by ./mvnw and ./twincast: sets JAVA_HOME to a JDK of Java 25 or newer.
# Reads each candidate's `release` file; starts no process, so it costs about a millisecond.

min_java=25

# is_jdk DIR: true when DIR holds a compiler of Java $min_java or newer.
is_jdk() {
  [ -x "$1/bin/javac" ] && [ -r "$1/release" ] || return 1
  while IFS= read -r release_line; do
    case $release_line in
      JAVA_VERSION=*)
        release_version=${release_line#JAVA_VERSION=}
        release_version=${release_version#\"}
        release_version=${release_version%%[!0-9]*}
        [ "${release_version:-0}" -ge "$min_java" ]
        return
        ;;
    esac
  done <"$1/release"
  return 1
}

# find_jdk: exports JAVA_HOME, or says in one line what to install and returns 1.
find_jdk() {
  for jdk in "${JAVA_HOME:-}" \
    /usr/lib/jvm/* /usr/lib64/jvm/* /usr/java/* /usr/local/openjdk-* /opt/java/* /opt/*jdk* \
    "${HOME:-}"/.sdkman/candidates/java/* "${HOME:-}"/.jdks/* \
    /Library/Java/JavaVirtualMachines/*/Contents/Home \
    "${HOME:-}"/Library/Java/JavaVirtualMachines/*/Contents/Home \
    /opt/homebrew/opt/openjdk*/libexec/openjdk.jdk/Contents/Home; do
    if [ -n "$jdk" ] && is_jdk "$jdk"; then
      JAVA_HOME=$jdk
      export JAVA_HOME
      return 0
    fi
  done
  echo "${0##*/}: no JDK $min_java or newer found; install one (Debian: apt install openjdk-25-jdk, macOS: brew install openjdk, any: sdk install java 25-tem) or set JAVA_HOME" >&2
  return 1
}
