-- AlterTable
ALTER TABLE "Account" ADD COLUMN     "chat" TEXT;

-- CreateTable
CREATE TABLE "Delivery" (
    "id" TEXT NOT NULL,
    "platform" TEXT NOT NULL,
    "lookup" TEXT NOT NULL,
    "subject" TEXT NOT NULL,
    "memberId" TEXT,
    "communityId" TEXT,
    "accountId" TEXT,
    "state" TEXT NOT NULL DEFAULT 'pending',
    "fence" INTEGER NOT NULL DEFAULT 0,
    "leasedUntil" TIMESTAMP(3),
    "urgent" BOOLEAN NOT NULL,
    "dueAt" TIMESTAMP(3) NOT NULL,
    "tryAt" TIMESTAMP(3) NOT NULL,
    "notAfter" TIMESTAMP(3),
    "begunAt" TIMESTAMP(3),
    "failures" INTEGER NOT NULL DEFAULT 0,
    "afterId" TEXT,
    "changesId" TEXT,
    "place" TEXT NOT NULL,
    "payload" BYTEA NOT NULL,
    "outcome" BYTEA,
    "addedAt" TIMESTAMP(3) NOT NULL,
    "endedAt" TIMESTAMP(3),
    "doubt" TEXT,

    CONSTRAINT "Delivery_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "Pace" (
    "key" TEXT NOT NULL,
    "openAt" BIGINT NOT NULL,

    CONSTRAINT "Pace_pkey" PRIMARY KEY ("key")
);

-- CreateTable
CREATE TABLE "Job" (
    "name" TEXT NOT NULL,
    "lastFor" TIMESTAMP(3) NOT NULL,
    "startedAt" TIMESTAMP(3) NOT NULL,
    "endedAt" TIMESTAMP(3),
    "lastError" TEXT,

    CONSTRAINT "Job_pkey" PRIMARY KEY ("name")
);

-- CreateTable
CREATE TABLE "Contact" (
    "memberId" TEXT NOT NULL,
    "quietFrom" TEXT,
    "quietUntil" TEXT,
    "urgentInQuiet" BOOLEAN NOT NULL DEFAULT false,
    "everyDays" INTEGER NOT NULL DEFAULT 1,
    "lastAt" TIMESTAMP(3),

    CONSTRAINT "Contact_pkey" PRIMARY KEY ("memberId")
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

-- AddForeignKey
ALTER TABLE "Delivery" ADD CONSTRAINT "Delivery_memberId_fkey" FOREIGN KEY ("memberId") REFERENCES "Member"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "Delivery" ADD CONSTRAINT "Delivery_communityId_fkey" FOREIGN KEY ("communityId") REFERENCES "Community"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "Delivery" ADD CONSTRAINT "Delivery_accountId_fkey" FOREIGN KEY ("accountId") REFERENCES "Account"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "Contact" ADD CONSTRAINT "Contact_memberId_fkey" FOREIGN KEY ("memberId") REFERENCES "Member"("id") ON DELETE CASCADE ON UPDATE CASCADE;
