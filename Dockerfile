# SPDX-License-Identifier: Apache-2.0
# The image of each program. A target is a program's name:
#   docker build --target cartservice .
# or `builder`, which has the toolchain and what was compiled. ci/images.sh builds those that changed, names them as an
# environment does, and tests them. A program's image is Debian with the libraries that this program loads; it runs as
# user 65532 and writes nothing but /data, so its root may be read-only.
#
# PROGRAMS limits what `builder` compiles, which is everything otherwise. Compiled files are kept in /ccache. A new value
# of FRESH fetches Debian's packages again.
ARG BASE=docker.io/library/debian:bookworm-slim

FROM ${BASE} AS builder
WORKDIR /src
RUN dpkg-query --show --showformat='${Package}\n' >/base-packages
COPY ci/lib.sh ci/packages.sh ci/
ARG FRESH=""
RUN ci/packages.sh --build
COPY . .
ARG PROGRAMS=""
# The locale is part of what the compiler cache compares.
ENV CCACHE_DIR=/ccache LANG=C.UTF-8
RUN --mount=type=cache,target=/ccache ci/image-files.sh /out /base-packages ${PROGRAMS}

# What every program has: a user of its own, and a folder for its data which a volume mounted there inherits.
FROM ${BASE} AS base
COPY ci/install-packages.sh /usr/local/sbin/install-packages
RUN groupadd --gid 65532 boutique && \
    useradd --uid 65532 --gid 65532 --home-dir /data --no-create-home --shell /usr/sbin/nologin boutique && \
    install --directory --owner=65532 --group=65532 --mode=0750 /data
ENV DATA_DIR=/data
LABEL org.opencontainers.image.vendor="Boutique" \
      org.opencontainers.image.licenses="Apache-2.0"

# A layer that programs on the gRPC runtime share, so that a node fetches and keeps it once.
FROM base AS runtime
ARG FRESH=""
COPY --from=builder /out/common/packages /usr/share/boutique/packages
RUN install-packages /usr/share/boutique/packages

FROM runtime AS adservice
COPY --from=builder /out/adservice/packages /usr/share/boutique/packages
RUN install-packages /usr/share/boutique/packages
COPY --from=builder /out/adservice/program /usr/local/bin/adservice
USER 65532:65532
EXPOSE 9555 9464
LABEL org.opencontainers.image.title="adservice" org.opencontainers.image.description="Chooses the advertisements of the shop"
ENTRYPOINT ["/usr/local/bin/adservice"]

FROM runtime AS cartservice
COPY --from=builder /out/cartservice/packages /usr/share/boutique/packages
RUN install-packages /usr/share/boutique/packages
COPY --from=builder /out/cartservice/program /usr/local/bin/cartservice
USER 65532:65532
EXPOSE 7070 9464
LABEL org.opencontainers.image.title="cartservice" org.opencontainers.image.description="Keeps the carts of the shop"
ENTRYPOINT ["/usr/local/bin/cartservice"]

FROM runtime AS checkoutservice
COPY --from=builder /out/checkoutservice/packages /usr/share/boutique/packages
RUN install-packages /usr/share/boutique/packages
COPY --from=builder /out/checkoutservice/program /usr/local/bin/checkoutservice
USER 65532:65532
EXPOSE 5050 9464
LABEL org.opencontainers.image.title="checkoutservice" org.opencontainers.image.description="Turns carts into orders"
ENTRYPOINT ["/usr/local/bin/checkoutservice"]

FROM runtime AS currencyservice
COPY --from=builder /out/currencyservice/packages /usr/share/boutique/packages
RUN install-packages /usr/share/boutique/packages
COPY --from=builder /out/currencyservice/program /usr/local/bin/currencyservice
USER 65532:65532
EXPOSE 7000 9464
LABEL org.opencontainers.image.title="currencyservice" org.opencontainers.image.description="Converts money between currencies"
ENTRYPOINT ["/usr/local/bin/currencyservice"]

FROM runtime AS emailservice
COPY --from=builder /out/emailservice/packages /usr/share/boutique/packages
RUN install-packages /usr/share/boutique/packages
COPY --from=builder /out/emailservice/program /usr/local/bin/emailservice
USER 65532:65532
EXPOSE 8080 9464
LABEL org.opencontainers.image.title="emailservice" org.opencontainers.image.description="Confirms orders by mail"
ENTRYPOINT ["/usr/local/bin/emailservice"]

FROM runtime AS orderservice
COPY --from=builder /out/orderservice/packages /usr/share/boutique/packages
RUN install-packages /usr/share/boutique/packages
COPY --from=builder /out/orderservice/program /usr/local/bin/orderservice
USER 65532:65532
EXPOSE 7080 9464
LABEL org.opencontainers.image.title="orderservice" org.opencontainers.image.description="Keeps the orders of the shop"
ENTRYPOINT ["/usr/local/bin/orderservice"]

FROM runtime AS paymentservice
COPY --from=builder /out/paymentservice/packages /usr/share/boutique/packages
RUN install-packages /usr/share/boutique/packages
COPY --from=builder /out/paymentservice/program /usr/local/bin/paymentservice
USER 65532:65532
EXPOSE 50051 9464
LABEL org.opencontainers.image.title="paymentservice" org.opencontainers.image.description="Charges cards, simulated"
ENTRYPOINT ["/usr/local/bin/paymentservice"]

FROM runtime AS productcatalogservice
COPY --from=builder /out/productcatalogservice/packages /usr/share/boutique/packages
RUN install-packages /usr/share/boutique/packages
COPY --from=builder /out/productcatalogservice/program /usr/local/bin/productcatalogservice
USER 65532:65532
EXPOSE 3550 9464
LABEL org.opencontainers.image.title="productcatalogservice" org.opencontainers.image.description="Knows what the shop sells"
ENTRYPOINT ["/usr/local/bin/productcatalogservice"]

FROM runtime AS recommendationservice
COPY --from=builder /out/recommendationservice/packages /usr/share/boutique/packages
RUN install-packages /usr/share/boutique/packages
COPY --from=builder /out/recommendationservice/program /usr/local/bin/recommendationservice
USER 65532:65532
EXPOSE 8080 9464
LABEL org.opencontainers.image.title="recommendationservice" org.opencontainers.image.description="Suggests products"
ENTRYPOINT ["/usr/local/bin/recommendationservice"]

FROM runtime AS shippingservice
COPY --from=builder /out/shippingservice/packages /usr/share/boutique/packages
RUN install-packages /usr/share/boutique/packages
COPY --from=builder /out/shippingservice/program /usr/local/bin/shippingservice
USER 65532:65532
EXPOSE 50051 9464
LABEL org.opencontainers.image.title="shippingservice" org.opencontainers.image.description="Quotes and ships"
ENTRYPOINT ["/usr/local/bin/shippingservice"]

FROM runtime AS frontend
COPY --from=builder /out/frontend/packages /usr/share/boutique/packages
RUN install-packages /usr/share/boutique/packages
COPY --from=builder /out/frontend/program /usr/local/bin/frontend
USER 65532:65532
EXPOSE 8080 9464
LABEL org.opencontainers.image.title="frontend" org.opencontainers.image.description="Storefront and JSON API of the shop"
ENTRYPOINT ["/usr/local/bin/frontend"]

FROM runtime AS boutique
COPY --from=builder /out/boutique/packages /usr/share/boutique/packages
RUN install-packages /usr/share/boutique/packages
COPY --from=builder /out/boutique/program /usr/local/bin/boutique
USER 65532:65532
ENV LISTEN_ADDR=0.0.0.0
EXPOSE 8080 50051 9464
LABEL org.opencontainers.image.title="boutique" org.opencontainers.image.description="The whole shop in one process"
ENTRYPOINT ["/usr/local/bin/boutique"]

FROM runtime AS loadgenerator
COPY --from=builder /out/loadgenerator/packages /usr/share/boutique/packages
RUN install-packages /usr/share/boutique/packages
COPY --from=builder /out/loadgenerator/program /usr/local/bin/loadgenerator
USER 65532:65532
EXPOSE 9464
LABEL org.opencontainers.image.title="loadgenerator" org.opencontainers.image.description="Visitors that load the shop, and the figures they saw"
ENTRYPOINT ["/usr/local/bin/loadgenerator"]
