# The worker image. Build it from the top of the tree: docker build -t phaseline-worker .
# It has no pipelines: mount a folder of plug-ins at /etc/phaseline/plugins, and a server file at
# /etc/phaseline/server.yaml. With --target sample the pipelines of the examples come with it.
#
# What builds needs Maven and a JDK, what runs needs neither.
FROM maven:3.9-eclipse-temurin-25 AS build
WORKDIR /src
COPY . .
# Checks and tests belong to `mvn verify`; here only what runs is made. The jars are copied into one
# folder by Maven, so the image holds exactly what the build resolved.
RUN --mount=type=cache,target=/root/.m2 \
    mvn -q -B -Dmaven.test.skip=true -Denforcer.skip=true -pl cli -am package \
      dependency:copy-dependencies -DincludeScope=runtime -DoutputDirectory=/src/cli/target/lib \
    && mvn -q -B -Dmaven.test.skip=true -Denforcer.skip=true -pl cli -am package \
      dependency:copy-dependencies -DincludeScope=provided -DoutputDirectory=/src/cli/target/examples

FROM eclipse-temurin:25-jre-noble AS runtime
# Fixed numbers, so that volumes and Kubernetes' runAsUser and fsGroup can name them.
RUN groupadd --system --gid 10001 phaseline \
    && useradd --system --uid 10001 --gid 10001 --no-create-home --shell /usr/sbin/nologin phaseline \
    && install -d -o 10001 -g 10001 /var/lib/phaseline /etc/phaseline/plugins
COPY --from=build /src/cli/target/lib /opt/phaseline/lib
COPY --from=build /src/cli/target/phaseline-cli.jar /opt/phaseline/lib/
COPY deploy/server.yaml /etc/phaseline/server.yaml
USER 10001:10001
WORKDIR /var/lib/phaseline
VOLUME /var/lib/phaseline
# A container is reached through its own address; who may come there is for whoever runs it to say.
ENV LANG=C.UTF-8 \
    PHASELINE_CONFIG=/etc/phaseline/server.yaml \
    PHASELINE_LISTEN=0.0.0.0:9464 \
    PHASELINE_ALIVE_FILE=/tmp/phaseline-alive
EXPOSE 9464
# The worker touches the file every second while all is well; 20 seconds old is not well.
HEALTHCHECK --interval=10s --timeout=5s --start-period=60s --retries=3 \
    CMD test -n "$(find /tmp/phaseline-alive -newermt '-20 seconds')"
# No -XX:+ExitOnOutOfMemoryError: one record that unpacks to more than the heap would end the process
# at each start. A thread that runs out of memory elsewhere ends the process too (LastResort).
ENTRYPOINT ["java", "-XX:MaxRAMPercentage=75", \
    "-Djdk.virtualThreadScheduler.parallelism=16", "--enable-native-access=ALL-UNNAMED", \
    "--sun-misc-unsafe-memory-access=allow", \
    "-cp", "/opt/phaseline/lib/*", "dev.phaseline.cli.Main"]
CMD ["worker"]

# The pipelines of the examples as plug-ins, for docker-compose.yml.
FROM runtime AS sample
COPY --from=build /src/cli/target/examples /etc/phaseline/plugins/examples/
COPY deploy/sample.yaml /etc/phaseline/server.yaml

# The last stage is what is built when none is named.
FROM runtime
