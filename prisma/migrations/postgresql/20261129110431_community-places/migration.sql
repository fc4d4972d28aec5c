-- AlterTable
ALTER TABLE "Community" ADD COLUMN     "alertPlace" BYTEA,
ADD COLUMN     "checkInPlace" BYTEA;
