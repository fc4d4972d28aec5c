-- AlterTable
ALTER TABLE "Member" ADD COLUMN     "foldedStreak" TEXT,
ADD COLUMN     "foldedThrough" TEXT;
