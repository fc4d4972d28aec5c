-- AlterTable
ALTER TABLE "Account" ADD COLUMN "chat" TEXT;

-- CreateTable
CREATE TABLE "Delivery" (
    "id" TEXT NOT NULL PRIMARY KEY,
    "platform" TEXT NOT NULL,
    "lookup" TEXT NOT NULL,
    "subject" TEXT NOT NULL,
    "memberId" TEXT,
    "communityId" TEXT,
    "accountId" TEXT,
    "state" TEXT NOT NULL DEFAULT 'pending',
    "fence" INTEGER NOT NULL DEFAULT 0,
    "leasedUntil" DATETIME,
    "urgent" BOOLEAN NOT NULL,
    "dueAt" DATETIME NOT NULL,
    "tryAt" DATETIME NOT NULL,
    "notAfter" DATETIME,
    "begunAt" DATETIME,
    "failures" INTEGER NOT NULL DEFAULT 0,
    "afterId" TEXT,
    "changesId" TEXT,
    "place" TEXT NOT NULL,
    "payload" BLOB NOT NULL,
    "outcome" BLOB,
    "addedAt" DATETIME NOT NULL,
    "endedAt" DATETIME,
    "doubt" TEXT,
    CONSTRAINT "Delivery_memberId_fkey" FOREIGN KEY ("memberId") REFERENCES "Member" ("id") ON DELETE CASCADE ON UPDATE CASCADE,
    CONSTRAINT "Delivery_communityId_fkey" FOREIGN KEY ("communityId") REFERENCES "Community" ("id") ON DELETE CASCADE ON UPDATE CASCADE,
    CONSTRAINT "Delivery_accountId_fkey" FOREIGN KEY ("accountId") REFERENCES "Account" ("id") ON DELETE CASCADE ON UPDATE CASCADE
);

-- CreateTable
CREATE TABLE "Pace" (
    "key" TEXT NOT NULL PRIMARY KEY,
    "openAt" BIGINT NOT NULL
);

-- CreateTable
CREATE TABLE "Job" (
    "name" TEXT NOT NULL PRIMARY KEY,
    "lastFor" DATETIME NOT NULL,
    "startedAt" DATETIME NOT NULL,
    "endedAt" DATETIME,
    "lastError" TEXT
);

-- CreateTable
CREATE TABLE "Contact" (
    "memberId" TEXT NOT NULL PRIMARY KEY,
    "quietFrom" TEXT,
    "quietUntil" TEXT,
    "urgentInQuiet" BOOLEAN NOT NULL DEFAULT false,
    "everyDays" INTEGER NOT NULL DEFAULT 1,
    "lastAt" DATETIME,
    CONSTRAINT "Contact_memberId_fkey" FOREIGN KEY ("memberId") REFERENCES "Member" ("id") ON DELETE CASCADE ON UPDATE CASCADE
);

-- CreateIndex
CREATE UNIQUE INDEX "Delivery_lookup_key" ON "Delivery"("lookup");

-- CreateIndex
CREATE INDEX "Delivery_state_urgent_tryAt_idx" ON "Delivery"("state", "urgent", "tryAt");

-- CreateIndex
CREATE INDEX "Delivery_place_state_idx" ON "Delivery"("place", "state");

-- CreateIndex
CREATE INDEX "Delivery_subject_idx" ON "Delivery"("subject");

-- CreateIndex
CREATE INDEX "Delivery_changesId_idx" ON "Delivery"("changesId");

-- CreateIndex
CREATE INDEX "Delivery_afterId_idx" ON "Delivery"("afterId");

-- CreateIndex
CREATE INDEX "Delivery_memberId_idx" ON "Delivery"("memberId");

-- CreateIndex
CREATE INDEX "Delivery_communityId_idx" ON "Delivery"("communityId");

-- CreateIndex
CREATE INDEX "Delivery_accountId_idx" ON "Delivery"("accountId");

-- CreateIndex
CREATE INDEX "Delivery_endedAt_idx" ON "Delivery"("endedAt");

-- CreateIndex
CREATE INDEX "Pace_openAt_idx" ON "Pace"("openAt");
