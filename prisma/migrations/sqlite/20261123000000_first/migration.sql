-- CreateTable
CREATE TABLE "KeyCheck" (
    "id" INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    "value" TEXT NOT NULL,
    "checkedAt" DATETIME NOT NULL
);

-- CreateTable
CREATE TABLE "Member" (
    "id" TEXT NOT NULL PRIMARY KEY,
    "wrappedKey" BLOB NOT NULL,
    "createdAt" DATETIME NOT NULL,
    "zone" TEXT,
    "dayEndsAt" TEXT NOT NULL DEFAULT '00:00',
    "country" TEXT,
    "ownWords" BLOB,
    "plainMessages" BOOLEAN NOT NULL DEFAULT false,
    "keepsDetails" BOOLEAN,
    "bestInARow" INTEGER NOT NULL DEFAULT 0
);

-- CreateTable
CREATE TABLE "Account" (
    "id" TEXT NOT NULL PRIMARY KEY,
    "platform" TEXT NOT NULL,
    "lookup" TEXT NOT NULL,
    "key" BLOB NOT NULL,
    "memberId" TEXT NOT NULL,
    "communityId" TEXT,
    CONSTRAINT "Account_memberId_fkey" FOREIGN KEY ("memberId") REFERENCES "Member" ("id") ON DELETE CASCADE ON UPDATE CASCADE,
    CONSTRAINT "Account_communityId_fkey" FOREIGN KEY ("communityId") REFERENCES "Community" ("id") ON DELETE SET NULL ON UPDATE CASCADE
);

-- CreateTable
CREATE TABLE "Community" (
    "id" TEXT NOT NULL PRIMARY KEY,
    "platform" TEXT NOT NULL,
    "lookup" TEXT NOT NULL,
    "wrappedKey" BLOB NOT NULL,
    "key" BLOB NOT NULL,
    "createdAt" DATETIME NOT NULL,
    "zone" TEXT,
    "country" TEXT
);

-- CreateTable
CREATE TABLE "ZonePeriod" (
    "memberId" TEXT NOT NULL,
    "since" DATETIME NOT NULL,
    "zone" TEXT NOT NULL,
    "dayEndsAt" TEXT NOT NULL,

    PRIMARY KEY ("memberId", "since"),
    CONSTRAINT "ZonePeriod_memberId_fkey" FOREIGN KEY ("memberId") REFERENCES "Member" ("id") ON DELETE CASCADE ON UPDATE CASCADE
);

-- CreateTable
CREATE TABLE "Pause" (
    "id" TEXT NOT NULL PRIMARY KEY,
    "memberId" TEXT NOT NULL,
    "fromDay" TEXT NOT NULL,
    "untilDay" TEXT,
    CONSTRAINT "Pause_memberId_fkey" FOREIGN KEY ("memberId") REFERENCES "Member" ("id") ON DELETE CASCADE ON UPDATE CASCADE
);

-- CreateTable
CREATE TABLE "CheckIn" (
    "memberId" TEXT NOT NULL,
    "day" TEXT NOT NULL,
    "checkedInAt" DATETIME NOT NULL,
    "late" BOOLEAN NOT NULL DEFAULT false,
    "details" BLOB,

    PRIMARY KEY ("memberId", "day"),
    CONSTRAINT "CheckIn_memberId_fkey" FOREIGN KEY ("memberId") REFERENCES "Member" ("id") ON DELETE CASCADE ON UPDATE CASCADE
);

-- CreateTable
CREATE TABLE "CopingSession" (
    "memberId" TEXT NOT NULL,
    "id" TEXT NOT NULL,
    "strategyId" TEXT NOT NULL,
    "endedAt" DATETIME NOT NULL,
    "details" BLOB NOT NULL,

    PRIMARY KEY ("memberId", "id"),
    CONSTRAINT "CopingSession_memberId_fkey" FOREIGN KEY ("memberId") REFERENCES "Member" ("id") ON DELETE CASCADE ON UPDATE CASCADE
);

-- CreateTable
CREATE TABLE "Draft" (
    "accountId" TEXT NOT NULL,
    "kind" TEXT NOT NULL,
    "payload" BLOB NOT NULL,
    "expiresAt" DATETIME NOT NULL,

    PRIMARY KEY ("accountId", "kind"),
    CONSTRAINT "Draft_accountId_fkey" FOREIGN KEY ("accountId") REFERENCES "Account" ("id") ON DELETE CASCADE ON UPDATE CASCADE
);

-- CreateTable
CREATE TABLE "HandledRequest" (
    "accountId" TEXT NOT NULL,
    "lookup" TEXT NOT NULL,
    "answer" BLOB NOT NULL,
    "handledAt" DATETIME NOT NULL,

    PRIMARY KEY ("accountId", "lookup"),
    CONSTRAINT "HandledRequest_accountId_fkey" FOREIGN KEY ("accountId") REFERENCES "Account" ("id") ON DELETE CASCADE ON UPDATE CASCADE
);

-- CreateTable
CREATE TABLE "Feed" (
    "id" TEXT NOT NULL PRIMARY KEY,
    "name" TEXT NOT NULL,
    "program" TEXT NOT NULL,
    "currentImport" TEXT NOT NULL,
    "importedAt" DATETIME NOT NULL
);

-- CreateTable
CREATE TABLE "Meeting" (
    "feedId" TEXT NOT NULL,
    "importId" TEXT NOT NULL,
    "slug" TEXT NOT NULL,
    "weekday" INTEGER NOT NULL,
    "startMinute" INTEGER NOT NULL,
    "durationMinutes" INTEGER,
    "zone" TEXT,
    "name" TEXT NOT NULL,
    "attendance" TEXT NOT NULL,
    "types" TEXT NOT NULL,
    "location" TEXT,
    "address" TEXT,
    "joinUrl" TEXT,
    "joinPhone" TEXT,
    "sourceUrl" TEXT,

    PRIMARY KEY ("importId", "slug", "weekday", "startMinute"),
    CONSTRAINT "Meeting_feedId_fkey" FOREIGN KEY ("feedId") REFERENCES "Feed" ("id") ON DELETE CASCADE ON UPDATE CASCADE
);

-- CreateIndex
CREATE UNIQUE INDEX "Account_lookup_key" ON "Account"("lookup");

-- CreateIndex
CREATE INDEX "Account_memberId_idx" ON "Account"("memberId");

-- CreateIndex
CREATE UNIQUE INDEX "Community_lookup_key" ON "Community"("lookup");

-- CreateIndex
CREATE INDEX "Pause_memberId_idx" ON "Pause"("memberId");

-- CreateIndex
CREATE INDEX "Draft_expiresAt_idx" ON "Draft"("expiresAt");

-- CreateIndex
CREATE INDEX "HandledRequest_handledAt_idx" ON "HandledRequest"("handledAt");

-- CreateIndex
CREATE UNIQUE INDEX "Feed_name_key" ON "Feed"("name");

-- CreateIndex
CREATE INDEX "Meeting_feedId_importId_idx" ON "Meeting"("feedId", "importId");
