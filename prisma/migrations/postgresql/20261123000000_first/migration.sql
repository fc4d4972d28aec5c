-- CreateTable
CREATE TABLE "KeyCheck" (
    "id" INTEGER NOT NULL,
    "value" TEXT NOT NULL,
    "checkedAt" TIMESTAMP(3) NOT NULL,

    CONSTRAINT "KeyCheck_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "Member" (
    "id" TEXT NOT NULL,
    "wrappedKey" BYTEA NOT NULL,
    "createdAt" TIMESTAMP(3) NOT NULL,
    "zone" TEXT,
    "dayEndsAt" TEXT NOT NULL DEFAULT '00:00',
    "country" TEXT,
    "ownWords" BYTEA,
    "plainMessages" BOOLEAN NOT NULL DEFAULT false,
    "keepsDetails" BOOLEAN,
    "bestInARow" INTEGER NOT NULL DEFAULT 0,

    CONSTRAINT "Member_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "Account" (
    "id" TEXT NOT NULL,
    "platform" TEXT NOT NULL,
    "lookup" TEXT NOT NULL,
    "key" BYTEA NOT NULL,
    "memberId" TEXT NOT NULL,
    "communityId" TEXT,

    CONSTRAINT "Account_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "Community" (
    "id" TEXT NOT NULL,
    "platform" TEXT NOT NULL,
    "lookup" TEXT NOT NULL,
    "wrappedKey" BYTEA NOT NULL,
    "key" BYTEA NOT NULL,
    "createdAt" TIMESTAMP(3) NOT NULL,
    "zone" TEXT,
    "country" TEXT,

    CONSTRAINT "Community_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "ZonePeriod" (
    "memberId" TEXT NOT NULL,
    "since" TIMESTAMP(3) NOT NULL,
    "zone" TEXT NOT NULL,
    "dayEndsAt" TEXT NOT NULL,

    CONSTRAINT "ZonePeriod_pkey" PRIMARY KEY ("memberId","since")
);

-- CreateTable
CREATE TABLE "Pause" (
    "id" TEXT NOT NULL,
    "memberId" TEXT NOT NULL,
    "fromDay" TEXT NOT NULL,
    "untilDay" TEXT,

    CONSTRAINT "Pause_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "CheckIn" (
    "memberId" TEXT NOT NULL,
    "day" TEXT NOT NULL,
    "checkedInAt" TIMESTAMP(3) NOT NULL,
    "late" BOOLEAN NOT NULL DEFAULT false,
    "details" BYTEA,

    CONSTRAINT "CheckIn_pkey" PRIMARY KEY ("memberId","day")
);

-- CreateTable
CREATE TABLE "CopingSession" (
    "memberId" TEXT NOT NULL,
    "id" TEXT NOT NULL,
    "strategyId" TEXT NOT NULL,
    "endedAt" TIMESTAMP(3) NOT NULL,
    "details" BYTEA NOT NULL,

    CONSTRAINT "CopingSession_pkey" PRIMARY KEY ("memberId","id")
);

-- CreateTable
CREATE TABLE "Draft" (
    "accountId" TEXT NOT NULL,
    "kind" TEXT NOT NULL,
    "payload" BYTEA NOT NULL,
    "expiresAt" TIMESTAMP(3) NOT NULL,

    CONSTRAINT "Draft_pkey" PRIMARY KEY ("accountId","kind")
);

-- CreateTable
CREATE TABLE "HandledRequest" (
    "accountId" TEXT NOT NULL,
    "lookup" TEXT NOT NULL,
    "answer" BYTEA NOT NULL,
    "handledAt" TIMESTAMP(3) NOT NULL,

    CONSTRAINT "HandledRequest_pkey" PRIMARY KEY ("accountId","lookup")
);

-- CreateTable
CREATE TABLE "Feed" (
    "id" TEXT NOT NULL,
    "name" TEXT NOT NULL,
    "program" TEXT NOT NULL,
    "currentImport" TEXT NOT NULL,
    "importedAt" TIMESTAMP(3) NOT NULL,

    CONSTRAINT "Feed_pkey" PRIMARY KEY ("id")
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

    CONSTRAINT "Meeting_pkey" PRIMARY KEY ("importId","slug","weekday","startMinute")
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

-- AddForeignKey
ALTER TABLE "Account" ADD CONSTRAINT "Account_memberId_fkey" FOREIGN KEY ("memberId") REFERENCES "Member"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "Account" ADD CONSTRAINT "Account_communityId_fkey" FOREIGN KEY ("communityId") REFERENCES "Community"("id") ON DELETE SET NULL ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "ZonePeriod" ADD CONSTRAINT "ZonePeriod_memberId_fkey" FOREIGN KEY ("memberId") REFERENCES "Member"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "Pause" ADD CONSTRAINT "Pause_memberId_fkey" FOREIGN KEY ("memberId") REFERENCES "Member"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "CheckIn" ADD CONSTRAINT "CheckIn_memberId_fkey" FOREIGN KEY ("memberId") REFERENCES "Member"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "CopingSession" ADD CONSTRAINT "CopingSession_memberId_fkey" FOREIGN KEY ("memberId") REFERENCES "Member"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "Draft" ADD CONSTRAINT "Draft_accountId_fkey" FOREIGN KEY ("accountId") REFERENCES "Account"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "HandledRequest" ADD CONSTRAINT "HandledRequest_accountId_fkey" FOREIGN KEY ("accountId") REFERENCES "Account"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "Meeting" ADD CONSTRAINT "Meeting_feedId_fkey" FOREIGN KEY ("feedId") REFERENCES "Feed"("id") ON DELETE CASCADE ON UPDATE CASCADE;
