# Two images from one build: `docker build --target slipway .` and `docker build --target ranking-service .`
#
# The final stages are empty but for what scripts/image-root copies: the program, the libraries that ldd names, certificate authorities,
# time zones and an account. No shell, no package manager, nothing runs as root, and the root may be read-only. Not in it, so not available
# there: ssh (remotes over ssh) and helm (charts); build upon it where they are needed.

FROM swift:6.3-bookworm AS build
RUN apt-get update \
 && apt-get install -y --no-install-recommends pkg-config libgit2-dev libyaml-dev libcurl4-openssl-dev libssl-dev libsqlite3-dev zlib1g-dev \
    ca-certificates tzdata \
 && rm -rf /var/lib/apt/lists/*
WORKDIR /src
# The dependencies change less often than the sources. With a Package.resolved beside Package.swift these are the versions; without one the
# newest that Package.swift allows (docs/install.md, "Image").
COPY Package.* ./
RUN if [ -f Package.resolved ]; then swift package resolve --force-resolved-versions; else swift package resolve; fi
COPY Sources Sources
COPY Tests Tests
COPY Benchmarks/Sources/JournalBenchmark Benchmarks/Sources/JournalBenchmark
COPY scripts scripts
RUN swift build -c release --static-swift-stdlib --product slipway \
 && swift build -c release --static-swift-stdlib --product ranking-service \
 && strip --strip-debug .build/release/slipway .build/release/ranking-service \
 && scripts/image-root .build/release/slipway /image/slipway \
 && scripts/image-root .build/release/ranking-service /image/ranking-service \
 && chown -R 65532:65532 /image/slipway/var/lib/slipway

FROM scratch AS ranking-service
COPY --from=build /image/ranking-service /
ENV PATH=/usr/bin:/bin
USER 65532:65532
ENTRYPOINT ["/usr/bin/ranking-service"]

# The last stage is what a build without --target makes.
FROM scratch AS slipway
COPY --from=build /image/slipway /
ENV PATH=/usr/bin:/bin HOME=/tmp SSL_CERT_FILE=/etc/ssl/certs/ca-certificates.crt
USER 65532:65532
ENTRYPOINT ["/usr/bin/slipway"]
