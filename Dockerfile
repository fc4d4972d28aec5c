# Handrail in a container. See docs/operators.md, "Docker".

FROM node:24-bookworm-slim AS build
# better-sqlite3 is compiled where there is no ready-made build of it.
RUN apt-get update \
  && apt-get install --yes --no-install-recommends python3 make g++ \
  && rm -rf /var/lib/apt/lists/*
WORKDIR /app
# `npm ci` builds too (the "prepare" script), so what the build reads comes first.
COPY package.json package-lock.json prisma.config.ts tsconfig.json tsconfig.build.json ./
COPY vendor ./vendor
COPY prisma ./prisma
COPY scripts ./scripts
COPY content ./content
COPY src ./src
RUN npm ci
RUN npm prune --omit=dev

FROM node:24-bookworm-slim
WORKDIR /app
COPY --from=build /app/node_modules ./node_modules
COPY --from=build /app/dist ./dist
COPY package.json LICENSE ./
COPY vendor ./vendor
# The program finds these beside dist/.
COPY bin ./bin
COPY timezones ./timezones
COPY content ./content
COPY prisma/migrations ./prisma/migrations
# Only the bot's own user may read what members tell it.
RUN install --directory --owner=node --group=node --mode=0700 /data
USER node
# The key belongs into the volume too where nothing else is kept: beside it, it would go with the container.
ENV HANDRAIL_DATA_DIR=/data HANDRAIL_MASTER_KEY_FILE=/data/handrail.key PORT=8080
VOLUME /data
EXPOSE 8080
HEALTHCHECK --interval=30s --timeout=5s --start-period=20s \
  CMD ["node", "-e", "fetch('http://127.0.0.1:' + process.env.PORT + '/healthz').then((r) => process.exit(r.ok ? 0 : 1), () => process.exit(1))"]
CMD ["bin/handrail", "start"]
