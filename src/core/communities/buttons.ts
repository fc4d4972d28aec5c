import { button } from '../language/button.ts';

/** Removes the moderator group, because nobody can type "none" into a role menu. */
export const onlyManagers = button('com.managers', []);
