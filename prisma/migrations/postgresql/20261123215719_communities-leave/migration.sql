-- AlterTable
ALTER TABLE "Community" ADD COLUMN     "leftAt" TIMESTAMP(3),
ADD COLUMN     "moderators" BYTEA;
