# One image, all commands: docker compose in anycast/, multicast/ and feed/ builds and runs it.
FROM maven:3.9-eclipse-temurin-25 AS build
WORKDIR /src
COPY . .
RUN --mount=type=cache,target=/root/.m2,sharing=locked \
    mvn -B -q package -pl cli -am -Dmaven.test.skip
RUN "$JAVA_HOME/bin/jlink" --add-modules java.base,jdk.unsupported \
    --no-header-files --no-man-pages --output /opt/jre

FROM debian:trixie-slim
# tcpdump and ip: to watch the packets. The file capability lets the user below capture.
RUN apt-get update \
 && apt-get install -y --no-install-recommends iproute2 libcap2-bin tcpdump \
 && setcap cap_net_raw+ep "$(command -v tcpdump)" \
 && rm -rf /var/lib/apt/lists/* \
 && useradd --uid 10001 --no-create-home --shell /usr/sbin/nologin twincast \
 && install -d -o twincast -g twincast /var/lib/twincast
ENV LANG=C.UTF-8
COPY --from=build /opt/jre /opt/jre
COPY --from=build /src/cli/target/twincast.jar /opt/twincast/
# The AOT cache holds for exactly this JDK, jar and collector, so it is made here.
RUN cd /opt/twincast \
 && /opt/jre/bin/java -XX:+UseSerialGC --enable-native-access=ALL-UNNAMED -XX:AOTCacheOutput=/opt/twincast/twincast.aot \
      -cp /opt/twincast/twincast.jar dev.twincast.cli.Training \
 && printf '%s\n' '#!/bin/sh' \
      'exec /opt/jre/bin/java -XX:+UseSerialGC --enable-native-access=ALL-UNNAMED -XX:AOTCache=/opt/twincast/twincast.aot -Xlog:disable -jar /opt/twincast/twincast.jar "$@"' \
      > /usr/local/bin/twincast \
 && chmod +x /usr/local/bin/twincast
USER 10001:10001
ENTRYPOINT ["/usr/local/bin/twincast"]
CMD ["--help"]
