/**
 * Shows the last resort if our own answer was invalid, so that the person still finds a way to reach people.
 * @throws what `work` threw
 */
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
