# One worker. Build: docker build -t rumpus .   Run: docker run -p 8080:8080 rumpus
# The first stage builds the client, the second Python's packages. The last has neither compilers nor Node,
# and runs as an unprivileged user.

FROM node:22-slim AS client
WORKDIR /src/web
COPY web/package.json web/package-lock.json ./
RUN npm ci --loglevel=error
COPY game/rules /src/game/rules
COPY game/games /src/game/games
COPY web ./
RUN node_modules/.bin/vite build --logLevel warn

FROM python:3.12-slim AS packages
COPY requirements.lock /tmp/requirements.lock
RUN python -m venv /opt/venv && /opt/venv/bin/pip install --no-cache-dir --disable-pip-version-check -r /tmp/requirements.lock

FROM python:3.12-slim
# For names in previews of matches; more scripts: fonts-noto-core, fonts-noto-cjk.
RUN apt-get update && apt-get install -y --no-install-recommends fonts-dejavu-core && rm -rf /var/lib/apt/lists/*
RUN useradd --system --uid 10001 --home-dir /app rumpus && mkdir -p /app /data && chown rumpus /data
COPY --from=packages /opt/venv /opt/venv
WORKDIR /app
COPY server.py config.toml ./
COPY game ./game
COPY --from=client /src/web/dist ./web/dist
ENV PATH=/opt/venv/bin:$PATH \
    PYTHONUNBUFFERED=1 \
    RUMPUS_SERVER__SECRET_FILE=/data/secret \
    RUMPUS_RECORDS__URL=sqlite:////data/records.db \
    RUMPUS_RECORDS__FOLDER=/data \
    RUMPUS_SERVER__LOG_FORMAT=json
USER rumpus
VOLUME /data
EXPOSE 8080
HEALTHCHECK --interval=5s --timeout=2s --start-period=10s \
    CMD ["python", "-c", "import urllib.request; urllib.request.urlopen('http://127.0.0.1:8080/healthz', timeout=2)"]
# On SIGTERM rooms move to other workers; the orchestrator must wait for that: see stop_grace_period.
STOPSIGNAL SIGTERM
CMD ["python", "server.py"]
