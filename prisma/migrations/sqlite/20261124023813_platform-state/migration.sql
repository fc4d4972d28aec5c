-- CreateTable
CREATE TABLE "PlatformState" (
    "id" TEXT NOT NULL PRIMARY KEY,
    "platform" TEXT NOT NULL,
    "lookup" TEXT NOT NULL,
    "wrappedKey" BLOB NOT NULL,
    "key" BLOB NOT NULL,
    "text" BLOB NOT NULL,
    "keptAt" DATETIME NOT NULL
);

-- CreateIndex
CREATE UNIQUE INDEX "PlatformState_lookup_key" ON "PlatformState"("lookup");

-- CreateIndex
CREATE INDEX "PlatformState_platform_idx" ON "PlatformState"("platform");
