# The whole local cloud, and its functions, in a container: for those who want nothing else on their machine.
ARG BUILD_IMAGE=rust:1.95-bookworm
ARG RUN_IMAGE=debian:bookworm-slim

FROM ${BUILD_IMAGE} AS build
WORKDIR /karcis
COPY . .
RUN cargo build --locked -p local

FROM ${RUN_IMAGE}
COPY --from=build /karcis/target/debug/karcis /usr/local/bin/karcis
RUN useradd --create-home --home-dir /data karcis
USER karcis
WORKDIR /data
VOLUME /data
EXPOSE 3000 4566
# In a container 0.0.0.0 is the container's own; compose.yaml publishes the ports on 127.0.0.1 alone.
ENTRYPOINT ["karcis", "--host", "0.0.0.0", "--data-dir", "/data/.karcis"]
