-- CreateTable
CREATE TABLE "PlatformState" (
    "id" TEXT NOT NULL,
    "platform" TEXT NOT NULL,
    "lookup" TEXT NOT NULL,
    "wrappedKey" BYTEA NOT NULL,
    "key" BYTEA NOT NULL,
    "text" BYTEA NOT NULL,
    "keptAt" TIMESTAMP(3) NOT NULL,

    CONSTRAINT "PlatformState_pkey" PRIMARY KEY ("id")
);

-- CreateIndex
CREATE UNIQUE INDEX "PlatformState_lookup_key" ON "PlatformState"("lookup");

-- CreateIndex
CREATE INDEX "PlatformState_platform_idx" ON "PlatformState"("platform");
