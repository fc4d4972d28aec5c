/** Whatever is wrong with an answer of ours, the one who asks is not left without the way to a person. @throws what `work` threw */
export async function orLastResort(
  work: () => Promise<void>,
  { isOurs, show }: { isOurs(error: unknown): boolean; show(): Promise<void> },
): Promise<void> {
  try {
    await work();
  } catch (error) {
    if (isOurs(error)) await show();
    throw error;
  }
}
