-- AlterTable
ALTER TABLE "Community" ADD COLUMN "alertPlace" BLOB;
ALTER TABLE "Community" ADD COLUMN "checkInPlace" BLOB;
