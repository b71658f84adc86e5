# The whole local cloud, with its functions, in a container: for people who want to install nothing else.
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
# 0.0.0.0 is only the container's own network here; compose.yaml publishes the ports only on 127.0.0.1.
ENTRYPOINT ["karcis", "--host", "0.0.0.0", "--data-dir", "/data/.karcis"]
