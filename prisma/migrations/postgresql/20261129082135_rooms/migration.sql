-- AlterTable
ALTER TABLE "Member" ADD COLUMN     "keepsRatings" BOOLEAN;

-- AlterTable
ALTER TABLE "Account" ADD COLUMN     "locale" TEXT,
ADD COLUMN     "zone" TEXT;

-- AlterTable
ALTER TABLE "Community" ADD COLUMN     "locale" TEXT;

-- CreateTable
CREATE TABLE "CommunityConsent" (
    "memberId" TEXT NOT NULL,
    "communityId" TEXT NOT NULL,
    "kind" TEXT NOT NULL,
    "agrees" BOOLEAN NOT NULL,
    "answeredAt" TIMESTAMP(3) NOT NULL,

    CONSTRAINT "CommunityConsent_pkey" PRIMARY KEY ("memberId","communityId","kind")
);

-- CreateIndex
CREATE INDEX "CommunityConsent_communityId_idx" ON "CommunityConsent"("communityId");

-- CreateIndex
CREATE INDEX "Account_communityId_idx" ON "Account"("communityId");

-- AddForeignKey
ALTER TABLE "CommunityConsent" ADD CONSTRAINT "CommunityConsent_memberId_fkey" FOREIGN KEY ("memberId") REFERENCES "Member"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "CommunityConsent" ADD CONSTRAINT "CommunityConsent_communityId_fkey" FOREIGN KEY ("communityId") REFERENCES "Community"("id") ON DELETE CASCADE ON UPDATE CASCADE;
