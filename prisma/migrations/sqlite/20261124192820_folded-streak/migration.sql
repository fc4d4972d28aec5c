-- AlterTable
ALTER TABLE "Member" ADD COLUMN "foldedStreak" TEXT;
ALTER TABLE "Member" ADD COLUMN "foldedThrough" TEXT;
