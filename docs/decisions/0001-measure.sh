#!/bin/sh
# Prints what the start of a command costs, for decision 1: an empty main, picocli, Commons CLI, each
# with an AOT cache of its own, and ./twincast --version; in turn, medians, ratio to the empty main.
set -eu
runs=${1:-15}
root=$(CDPATH='' cd -- "$(dirname -- "$0")/../.." && pwd -P)
. "$root/.mvn/jdk.sh"
find_jdk
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"

for artifact in info.picocli:picocli:4.7.7 commons-cli:commons-cli:1.11.0; do
  "$root/mvnw" -B -q org.apache.maven.plugins:maven-dependency-plugin:3.9.0:copy \
    -Dartifact="$artifact" -DoutputDirectory="$work" -Dmdep.stripVersion=true >/dev/null 2>&1
done

cat >Empty.java <<'JAVA'
class Empty { public static void main(String[] args) {} }
JAVA
cat >Picocli.java <<'JAVA'
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
class Picocli {
  public static void main(String[] args) {
    CommandSpec spec = CommandSpec.create().name("twincast").version("twincast");
    spec.addOption(OptionSpec.builder("--version").versionHelp(true).build());
    CommandLine line = new CommandLine(spec);
    line.setExecutionStrategy(
        r -> { Integer code = CommandLine.executeHelpRequest(r); return code == null ? 0 : code; });
    System.exit(line.execute(args));
  }
}
JAVA
cat >PicocliAnnotated.java <<'JAVA'
import picocli.CommandLine;
import picocli.CommandLine.Command;
@Command(name = "twincast", version = "twincast", mixinStandardHelpOptions = true)
class PicocliAnnotated implements Runnable {
  public void run() {}
  public static void main(String[] args) {
    System.exit(new CommandLine(new PicocliAnnotated()).execute(args));
  }
}
JAVA
cat >CommonsCli.java <<'JAVA'
import org.apache.commons.cli.*;
class CommonsCli {
  public static void main(String[] args) throws Exception {
    Options options = new Options();
    options.addOption(Option.builder().longOpt("version").get());
    for (String name : "count interval connections message timeout wait".split(" ")) {
      options.addOption(Option.builder().longOpt(name).hasArg().get());
    }
    if (new DefaultParser().parse(options, args).hasOption("version")) {
      System.out.println("twincast");
    }
  }
}
JAVA
programs='Empty Picocli PicocliAnnotated CommonsCli'
"$JAVA_HOME/bin/javac" -cp picocli.jar:commons-cli.jar -d classes ./*.java 2>/dev/null
"$JAVA_HOME/bin/jar" cf programs.jar -C classes .
class_path=programs.jar:picocli.jar:commons-cli.jar
for program in $programs; do
  "$JAVA_HOME/bin/java" -XX:+UseSerialGC -XX:AOTCacheOutput="$program.aot" -cp "$class_path" \
    "$program" --version >/dev/null 2>&1
done
"$root/twincast" --version >/dev/null # builds, if it must

run() {
  if [ "$1" = twincast ]; then
    "$root/twincast" --version
  else
    "$JAVA_HOME/bin/java" -XX:+UseSerialGC -XX:AOTCache="$1.aot" -cp "$class_path" "$1" --version
  fi >/dev/null 2>&1
}

i=0
while [ "$i" -lt "$runs" ]; do
  for program in $programs twincast; do
    start=$(date +%s%N)
    run "$program"
    end=$(date +%s%N)
    echo $(((end - start) / 1000)) >>"$program.times"
  done
  i=$((i + 1))
done

median() { sort -n "$1.times" | awk '{ a[NR] = $1 } END { print a[int((NR + 1) / 2)] }'; }
empty=$(median Empty)
printf '%-18s %10s %8s\n' 'program' 'median ms' 'ratio'
for program in $programs twincast; do
  median "$program" | awk -v name="$program" -v empty="$empty" \
    '{ printf "%-18s %10.1f %8.2f\n", name, $1 / 1000, $1 / empty }'
done
