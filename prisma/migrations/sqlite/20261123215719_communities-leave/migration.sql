-- AlterTable
ALTER TABLE "Community" ADD COLUMN "leftAt" DATETIME;
ALTER TABLE "Community" ADD COLUMN "moderators" BLOB;
